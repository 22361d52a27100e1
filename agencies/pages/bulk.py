"""Many claims at once from the list: take, give away, be reminded, answer alike; each by itself.

One row that cannot be done stops no other: what came of each is said beside its number, and the
rows that are left stay marked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, recusing, resolution, tasks, worklist
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Claim
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotAllowed, NotFound
from agencies.pages import pages
from agencies.pages.absences import warn_of_absence
from agencies.pages.hearing import read_day
from agencies.pages.listing import filters, many_view
from agencies.pages.voice import reason, say, wake
from agencies.staff import AGENCY_ROLES, Officer, Role

Act = Callable[[Claim], object]
WHO = {
    "take": frozenset(AGENCY_ROLES),
    "assign": frozenset({Role.HEAD, Role.SUPERVISOR}),
    "remind": frozenset(HALL_STAFF),
    "alike": frozenset(AGENCY_ROLES),
}
DONE = {
    "take": "The claim is yours now.",
    "assign": "Given to the colleague.",
    "remind": "You will be reminded.",
    "alike": "The answer waits for approval by the head.",
}


@dataclass(frozen=True)
class Outcome:
    """What came of one row. `mark` is its value in the form."""

    mark: str
    number: str
    claim_id: int
    done: bool
    said: str


@pages.get("/bulk/<any(take,assign,remind,alike):verb>")
@requires(*HALL_STAFF)
def back_to_list(verb: str) -> ResponseReturnValue:  # noqa: ARG001  the address of a form sent before
    """After a change of language there is nothing to be done again."""
    return redirect(url_for(".show_list", **filters(request.args)))


@pages.post("/bulk/<any(take,assign,remind,alike):verb>")
@requires(*HALL_STAFF)
def do_to_many(verb: str) -> ResponseReturnValue:
    session, officer, now = db.session(), current_officer(), clock()
    if officer.role not in WHO[verb]:
        raise NotAllowed("Your role does not take this step.")
    form = {name: text.replace("\x00", "") for name, text in request.form.items()}
    marks = sorted(set(request.form.getlist("claim")))[: worklist.PAGE]
    act: Act = _no_act
    errors: dict[str, str] = {}
    try:
        act = ACTS[verb](session, form, officer, now)
    except Invalid as wrong:
        errors = {name: say(message) for name, message in wrong.fields.items()}
    outcomes = [_one(session, mark, verb, act, officer) for mark in marks]
    session.commit()
    wake()
    if verb == "assign" and not errors:
        warn_of_absence(session, form.get("to", ""))
    return render_template(
        "agencies/bulk.html", outcomes=outcomes, errors=errors, typed=form,
        asked=filters(request.args), done=sum(one.done for one in outcomes),
        **many_view(session, officer),
    ), 422 if errors else 200  # fmt: skip


def _no_act(_claim: Claim) -> None:
    raise Invalid({"": "Not done: something is missing in the form above."})


def _one(session: Session, mark: str, verb: str, act: Act, officer: Officer) -> Outcome:
    """In a savepoint of its own."""
    key, _, number = mark.partition(":")
    claim_id = int(key) if key.isdecimal() and len(key) < 19 else 0
    try:
        with session.begin_nested():
            act(appeals.hold_claim(session, number, claim_id, officer=officer))
    except DomainError as error:
        return Outcome(mark, number, claim_id, done=False, said=reason(error))
    return Outcome(mark, number, claim_id, done=True, said=say(DONE[verb]))


def _take(_session: Session, _form: dict[str, str], officer: Officer, now: datetime) -> Act:
    return lambda claim: resolution.take(claim, by=officer, now=now)


def _assign(session: Session, form: dict[str, str], officer: Officer, now: datetime) -> Act:
    chosen = form.get("to", "")
    people = recusing.people_to_give_to(session, officer)
    found = [one for one in people if str(one.id) == chosen]
    if not found:
        raise Invalid({"to": "Choose somebody of the agency that has the claim."})
    return lambda claim: resolution.assign(session, claim, to=found[0], by=officer, now=now)


def _remind(session: Session, form: dict[str, str], officer: Officer, now: datetime) -> Act:
    on = read_day(form, "on")
    if on < business_date(now):
        raise Invalid({"on": "Choose today or a later day."})
    words = form.get("words", "").strip() or say("Look at this claim.")
    return lambda claim: tasks.add(
        session, claim, to=officer, words=words, due_on=on, by=officer, now=now
    )


def _answer_alike(session: Session, form: dict[str, str], officer: Officer, now: datetime) -> Act:
    like = _answered(session, form.get("like", "").strip().upper(), officer)
    return lambda claim: resolution.answer_alike(session, claim, like=like, by=officer, now=now)


def _answered(session: Session, number: str, officer: Officer) -> Claim:
    """The last claim that the own agency has answered in that appeal."""
    try:
        appeal = appeals.by_number(session, number, officer=officer)
    except NotFound:
        raise Invalid({"like": "There is no such appeal among those you may see."}) from None
    own = [one for one in appeal.claims if one.agency_id == officer.agency_id and one.answered_at]
    if not own:
        raise Invalid({"like": "That appeal has no answer of your agency yet."})
    return own[-1]


ACTS: dict[str, Callable[[Session, dict[str, str], Officer, datetime], Act]] = {
    "take": _take, "assign": _assign, "remind": _remind,
    "alike": _answer_alike,
}  # fmt: skip
