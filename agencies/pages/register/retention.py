"""Terms of storage: what the rules erase next, what is held and why, and the act of destruction."""

from datetime import date, datetime
from typing import Any, Protocol

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, attachments, contacts, erasures
from agencies.access import current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotFound
from agencies.pages.attachments import folder
from agencies.pages.register import SUPERVISION, pages
from agencies.pages.voice import in_words, language, say
from agencies.staff import Officer

Form = dict[str, str]


class Step(Protocol):
    def __call__(
        self, session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime
    ) -> None: ...


def _erase(session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    erasures.erase(
        session, appeal, rule=erasures.DECISION, folder=folder(), now=now, by=by, reason=reason
    )


def _lift(session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    _ = reason, by
    erasures.lift(session, appeal, now=now)


STEPS: dict[str, tuple[Step, str]] = {
    "hold": (erasures.hold, "The appeal is held; no rule erases it."),
    "lift": (_lift, "The hold is lifted."),
    "erase": (_erase, "The words of the person are erased. The facts and the journal stay."),
}


@pages.get("/retention")
@requires(*SUPERVISION)
def show_retention() -> ResponseReturnValue:
    return _shown({}, {})


def _shown(
    errors: Form, given: Form, status: int = 200, *, asks: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """`asks` is what would be lost, where an erasure waits for the person's second word."""
    session, code = db.session(), language()
    today, reach = business_date(clock()), contacts.rule()
    counts = erasures.due_counts(session, today=today)
    rules = [
        {"name": rule.names[code], "basis": rule.basis[code], "years": rule.years,
         "due": counts.get(rule.code, 0)}
        for rule in erasures.rules()
    ]  # fmt: skip
    sooner = {
        "name": reach.names[code], "basis": reach.basis[code], "days": reach.days,
        "due": contacts.due_count(session, today=today),
    }  # fmt: skip
    return render_template(
        "agencies/register/retention.html", rules=rules, sooner=sooner,
        holds=erasures.holds(session), erased=erasures.listed(session),
        contacts_gone=contacts.erased_so_far(session), errors=errors, given=given,
        decision=erasures.DECISION, asks=asks,
    ), status  # fmt: skip


@pages.post("/retention/<any(hold, lift, erase):step>")
@requires(*SUPERVISION)
def take_retention_step(step: str) -> ResponseReturnValue:
    given = {name: request.form.get(name, "").replace("\x00", "") for name in ("number", "reason")}
    verb, done = STEPS[step]
    session, officer = db.session(), current_officer()
    try:
        appeal = appeals.hold(session, given["number"].strip().upper(), officer=officer)
        if step == "erase" and request.form.get("sure") != appeal.number:
            erasures.must_be_ripe(session, appeal, reason=given["reason"], now=clock())
            return _shown({}, given, asks=_loss(session, appeal))
        verb(session, appeal, reason=given["reason"], by=officer, now=clock())
    except DomainError as error:
        session.rollback()
        return _shown(_messages(error), given | {"step": step}, 422)
    session.commit()
    flash(say(done), "good")
    return redirect(url_for(".show_retention"))


def _loss(session: Session, appeal: Appeal) -> dict[str, Any]:
    return {
        "number": appeal.number, "registered_on": appeal.registered_on,
        "claims": len(appeal.claims), "files": len(attachments.of_appeal(session, appeal)),
    }  # fmt: skip


def _messages(error: DomainError) -> Form:
    if isinstance(error, Invalid):
        return {name: say(message) for name, message in error.fields.items()}
    if isinstance(error, NotFound):
        return {"number": say("There is no appeal with this number.")}
    values = {name: _plain(value) for name, value in error.values.items()}
    return {"number": say(error.message, **values)}


def _plain(value: object) -> object:
    return in_words(value) if isinstance(value, date) else value
