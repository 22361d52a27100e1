"""Templates of answers: read by the agency's people, written by its head."""

from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import replies
from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Subject, offered_subjects
from agencies.errors import DomainError, Invalid
from agencies.pages import pages
from agencies.pages.voice import named, say
from agencies.replies import ReplyTemplate, Wording
from agencies.staff import Role

TEMPLATE = "/replies/<int(max=9223372036854775807):template_id>"
MEANINGS = {
    "number": "number of the appeal", "date": "day of its registration",
    "name": "applicant's name", "subject": "subject of the claim",
    "agency": "name of the agency", "article": "article of law behind the term",
    "due": "last day of the term", "today": "day of writing",
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """The form as it stands; `seen` is the version it was made from."""

    values: dict[str, str]
    seen: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200


@pages.get("/replies")
@requires(Role.OFFICER, Role.HEAD)
def show_replies() -> str:
    officer = current_officer()
    return render_template(
        "agencies/replies.html", templates=replies.of_agency(db.session(), officer),
        may_write=officer.role is Role.HEAD,
    )  # fmt: skip


@pages.get("/replies/new")
@requires(Role.HEAD)
def new_reply() -> ResponseReturnValue:
    return _form(Typed({"language": "kk"}))


@pages.post("/replies/new")
@requires(Role.HEAD)
def begin_reply() -> ResponseReturnValue:
    session, typed = db.session(), _typed()
    try:
        wording = _wording(session, typed.values)
        made = replies.begin(session, wording, by=current_officer(), now=clock())
    except DomainError as error:
        session.rollback()
        return _form(_sent_back(typed, error))
    session.commit()
    flash(say("The template is kept; your people find it where they write an answer."), "good")
    return redirect(url_for(".show_reply", template_id=made.id))


@pages.get(TEMPLATE)
@requires(Role.OFFICER, Role.HEAD)
def show_reply(template_id: int) -> ResponseReturnValue:
    found = replies.one_of(db.session(), template_id, officer=current_officer())
    values = {
        "title": found.newest.title, "text": found.newest.text, "language": found.language,
        "subject": found.subject.code if found.subject else "",
    }  # fmt: skip
    return _form(Typed(values, found.version), found)


@pages.post(TEMPLATE)
@requires(Role.HEAD)
def revise_reply(template_id: int) -> ResponseReturnValue:
    session, officer, typed = db.session(), current_officer(), _typed()
    found = replies.one_of(session, template_id, officer=officer)
    try:
        wording = _wording(session, typed.values)
        replies.revise(session, found, wording, seen=typed.seen, by=officer, now=clock())
    except DomainError as error:
        session.rollback()
        return _form(_sent_back(typed, error), found)
    session.commit()
    flash(say("Version %(n)s is kept; it is offered from now on.", n=found.version), "good")
    return redirect(url_for(".show_reply", template_id=template_id))


@pages.post(f"{TEMPLATE}/<any(retire,restore):verb>")
@requires(Role.HEAD)
def offer_reply(template_id: int, verb: str) -> ResponseReturnValue:
    """Take it from the offer, or put it back."""
    session, officer = db.session(), current_officer()
    found = replies.one_of(session, template_id, officer=officer)
    if verb == "retire":
        replies.retire(found, by=officer, now=clock())
        undo = url_for(".offer_reply", template_id=template_id, verb="restore")
        said: Any = {"text": say("The template is offered no more."), "undo": undo}
        flash(said, "good")
    else:
        replies.restore(found, by=officer)
    session.commit()
    return redirect(url_for(".show_replies"))


def _typed() -> Typed:
    values = {name: text.replace("\x00", "") for name, text in request.form.items()}
    seen = values.get("version", "")
    return Typed(values, int(seen) if seen.isdecimal() else 0)


def _wording(session: Session, values: dict[str, str]) -> Wording:
    code, subject = values.get("subject", ""), None
    if code:
        subject = session.scalar(select(Subject).where(Subject.code == code))
        if subject is None:
            raise Invalid({"subject": "Choose one of the values on the list."})
    text = values.get("text", "").replace("\r\n", "\n")
    return Wording(values.get("title", ""), text, values.get("language", ""), subject)


def _sent_back(typed: Typed, error: DomainError) -> Typed:
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: say(message) for name, message in fields.items()}
    said = "" if errors else say(error.message, **error.values)
    return Typed(typed.values, typed.seen, errors, said, error.status)


def _form(typed: Typed, template: ReplyTemplate | None = None) -> ResponseReturnValue:
    topics = db.session().scalars(offered_subjects())
    subjects = [(one.code, f"{one.code} {named(one)}") for one in topics]
    return render_template(
        "agencies/reply.html", typed=typed, template=template,
        subjects=[("", say("Every subject")), *subjects],
        fields=[(name, say(MEANINGS[name])) for name in replies.FIELDS],
        may_write=current_officer().role is Role.HEAD,
    ), typed.status  # fmt: skip
