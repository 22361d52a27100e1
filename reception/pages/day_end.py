"""The end of the day: every visit that is still open gets an outcome somebody answers for."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies import reference
from agencies.access import current_officer, requires
from agencies.calendar import ALMATY, business_date, clock
from agencies.db import db
from agencies.directory import the_hall
from agencies.errors import DomainError, Invalid
from agencies.staff import Role
from reception import closing, nudges, problems, tickets
from reception.language import named, say
from reception.tickets import CONTACT_OUTCOMES, Ticket, TicketState

pages = Blueprint("day_end", __name__, url_prefix="/hall/day-end")
SUPERVISION = (Role.SUPERVISOR, Role.ADMIN)
UNSERVED = ("closed_unserved", "left")
LABELS = {"closed_unserved": "Not served: the hall has closed", "left": "Left before the call"}


@pages.get("")
@requires(*SUPERVISION)
def show() -> ResponseReturnValue:
    session, now = db.session(), clock()
    return render_template(
        "reception/day_end.html", place=the_hall(session), now=now, outcomes_of=outcomes_of,
        open_visits=closing.still_open(session, day=business_date(now)),
        waiting=len(_waiting(business_date(now))),
    )  # fmt: skip


def outcomes_of(ticket: Ticket) -> list[tuple[str, str]]:
    """What may be said of it: a contact's outcome where somebody was helped."""
    if ticket.state is TicketState.SERVING:
        known = reference.labels("contact_outcome")
        return [(code, named(known[code])) for code in CONTACT_OUTCOMES]
    return [(code, say(LABELS[code])) for code in UNSERVED]


def _waiting(day: date) -> list[Ticket]:
    found = closing.still_open(db.session(), day=day)
    return [ticket for ticket in found if ticket.state is TicketState.WAITING]


@pages.post("/<int:ticket_id>")
@requires(*SUPERVISION)
def close(ticket_id: int) -> ResponseReturnValue:
    session, outcome = db.session(), request.form.get("outcome", "")
    try:
        ticket = tickets.by_id(session, ticket_id)
        closing.close(session, ticket, outcome=outcome, by=current_officer(), now=clock())
    except Invalid as error:
        session.rollback()
        return _done(problems.fields_in_words(error), "bad")
    except DomainError as error:
        session.rollback()
        return _done(problems.in_words(error), "bad")
    return _done("", "good")


@pages.post("/waiting")
@requires(*SUPERVISION)
def close_waiting() -> ResponseReturnValue:
    """All who still wait when the doors are shut; refused while the hall is open."""
    session, now = db.session(), clock()
    if now.astimezone(ALMATY).time() < the_hall(session).closes:
        return _done(
            say("The hall is still open. Close single visits, or wait for the end."), "bad"
        )
    rest = _waiting(business_date(now))
    for ticket in rest:
        closing.close(session, ticket, outcome=UNSERVED[0], by=current_officer(), now=now)
    return _done(say("Closed: %(count)s.", count=len(rest)), "good")


def _done(word: str, tone: str) -> ResponseReturnValue:
    if word:
        flash(word, tone)
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show"))
