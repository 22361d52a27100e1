"""Terms of storage: what the rules erase next, what is held and why, and the act of destruction."""

from datetime import date, datetime
from typing import Protocol

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, contacts, erasure_holds, erasure_proposals, erasures
from agencies.access import current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotFound
from agencies.pages.register import SUPERVISION, pages
from agencies.pages.voice import in_words, language, say
from agencies.staff import Officer

Form = dict[str, str]


class Step(Protocol):
    def __call__(
        self, session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime
    ) -> object: ...


def _lift(session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    _ = reason, by
    erasure_holds.lift(session, appeal, now=now)


STEPS: dict[str, tuple[Step, str]] = {
    "hold": (erasure_holds.hold, "The appeal is held; no rule erases it."),
    "lift": (_lift, "The hold is lifted."),
    "propose": (
        erasure_proposals.propose,
        "The erasure is proposed. Nothing is erased until another person confirms it.",
    ),
}


@pages.get("/retention")
@requires(*SUPERVISION)
def show_retention() -> ResponseReturnValue:
    return _shown({}, {})


def _shown(errors: Form, given: Form, status: int = 200) -> ResponseReturnValue:
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
    waiting = erasure_proposals.waiting(session, current_officer(), today=today)
    return render_template(
        "agencies/register/retention.html", rules=rules, sooner=sooner,
        holds=erasure_holds.standing(session), erased=erasures.listed(session),
        contacts_gone=contacts.erased_so_far(session), errors=errors, given=given,
        decision=erasures.DECISION, waiting=len(waiting),
        stands_for=erasure_proposals.stands_for().days,
    ), status  # fmt: skip


@pages.post("/retention/<any(hold, lift, propose):step>")
@requires(*SUPERVISION)
def take_retention_step(step: str) -> ResponseReturnValue:
    given = {name: request.form.get(name, "").replace("\x00", "") for name in ("number", "reason")}
    verb, done = STEPS[step]
    session, officer = db.session(), current_officer()
    try:
        appeal = appeals.hold(session, given["number"].strip().upper(), officer=officer)
        verb(session, appeal, reason=given["reason"], by=officer, now=clock())
    except DomainError as error:
        session.rollback()
        return _shown(messages(error, "number"), given | {"step": step}, 422)
    session.commit()
    flash(say(done), "good")
    return redirect(url_for(".show_proposals" if step == "propose" else ".show_retention"))


def messages(error: DomainError, place: str) -> Form:
    """What was refused, beside the field it speaks of; at `place` where it is of no field."""
    if isinstance(error, Invalid):
        return {name: say(message) for name, message in error.fields.items()}
    if isinstance(error, NotFound):
        return {place: say("There is no appeal with this number.")}
    values = {name: _plain(value) for name, value in error.values.items()}
    return {place: say(error.message, **values)}


def _plain(value: object) -> object:
    return in_words(value) if isinstance(value, date) else value
