"""Administration of webhooks: neighbouring systems that are told of the steps of appeals."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import agency_by_code, hall_agencies
from agencies.errors import Invalid
from agencies.staff import Role
from reception import changes, editing, nudges, webhooks
from reception.keyring import keys
from reception.language import say, say_each
from reception.webhooks import Hook

pages = Blueprint("webhooks", __name__, url_prefix="/administration/webhooks")
STATES = {
    "waiting": ("Waits", "info"), "sending": ("On its way", "info"), "sent": ("Delivered", "good"),
    "failed": ("Given up", "bad"), "expired": ("Given up", "bad"), "unsure": ("Unsure", "warn"),
}  # fmt: skip
WORDS = {
    "appeal.registered": "Registered", "claim.routed": "Sent to an agency",
    "claim.redirected": "Redirected", "claim.set_apart": "Set apart",
    "claim.taken": "Taken into work",
    "claim.extended": "The term was extended", "claim.hearing": "A hearing was set",
    "claim.answered": "Answered", "claim.withdrawn": "Withdrawn", "claim.closed": "Closed",
    "claim.reopened": "Opened again", "claim.deemed_refused": "No answer in the term",
    "claim.merged": "Joined to another appeal",
    "appeal.lead_named": "A lead of the joint reply was named",
    "appeal.joint_prepared": "The joint reply was prepared",
    "appeal.joint_sent": "The joint reply has left",
    "appeal.erased": "The words were erased", "webhook.trial": "A trial message",
}  # fmt: skip


@pages.get("")
@requires(Role.ADMIN)
def show() -> ResponseReturnValue:
    return _shown({}, {})


def _shown(errors: dict[str, str], given: dict[str, str], secret: str = "") -> ResponseReturnValue:
    session = db.session()
    found = [(hook, webhooks.deliveries(session, hook)) for hook in webhooks.listed(session)]
    page = render_template(
        "reception/administration/webhooks.html", hooks=found, subjects=editing.SUBJECTS,
        states={code: (say(word), tone) for code, (word, tone) in STATES.items()},
        words={code: say(word) for code, word in WORDS.items()},
        events=[name for name in WORDS if name != webhooks.TRIAL], chosen=_chosen(),
        agencies=hall_agencies(session), errors=errors, given=given, secret=secret,
        history=changes.history(session, "webhook"),
    )  # fmt: skip
    return (page, 422) if errors else page


def _chosen() -> list[str]:
    return request.form.getlist("events")


@pages.post("")
@requires(Role.ADMIN)
def add() -> ResponseReturnValue:
    """The secret stands on the page that answers, and nowhere afterwards."""
    given = {name: request.form.get(name, "").replace("\0", "") for name in ("name", "url")}
    given["agency"] = request.form.get("agency", "")
    session, now = db.session(), clock()
    try:
        hook, secret = webhooks.subscribe(
            session, name=given["name"], url=given["url"], events=_chosen(),
            agency=agency_by_code(session, given["agency"]) if given["agency"] else None,
            seal=keys().seal, inside=current_app.config["SETTINGS"].webhooks_inside, now=now,
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _shown(say_each(error.fields), given)
    _note(hook, "added", hook.url)
    session.commit()
    return _shown({}, {}, secret)


@pages.post("/<int:hook_id>/secret")
@requires(Role.ADMIN)
def renew(hook_id: int) -> ResponseReturnValue:
    hook = webhooks.by_id(db.session(), hook_id)
    secret = webhooks.renew_secret(hook, seal=keys().seal)
    _note(hook, "secret", "")
    db.session.commit()
    return _shown({}, {}, secret)


@pages.post("/<int:hook_id>/<any(open, close):verb>")
@requires(Role.ADMIN)
def set_open(hook_id: int, verb: str) -> ResponseReturnValue:
    hook = webhooks.by_id(db.session(), hook_id)
    webhooks.set_open(db.session(), hook, to=verb == "open", now=clock())
    _note(hook, verb, "")
    db.session.commit()
    return redirect(url_for(".show"))


@pages.post("/<int:hook_id>/trial")
@requires(Role.ADMIN)
def try_out(hook_id: int) -> ResponseReturnValue:
    hook = webhooks.by_id(db.session(), hook_id)
    webhooks.try_out(db.session(), hook, now=clock())
    db.session.commit()
    nudges.nudge("deliver_notices")
    flash(say("A trial message is on its way. Look here again in a moment."), "info")
    return redirect(url_for(".show"))


def _note(hook: Hook, field: str, after: str) -> None:
    changes.note(db.session(), "webhook", str(hook.id), field, "", after,
                 by=current_officer(), now=clock())  # fmt: skip
