"""Slips on paper from a desk or from supervision: what was not printed, and printing it again."""

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Hall
from agencies.errors import DomainError
from agencies.staff import Officer
from reception import nudges, problems, slips, tickets
from reception.language import say
from reception.queue.issuing import Issued
from reception.slips import PrintedSlip
from reception.tickets import Ticket

pages = Blueprint("slips", __name__, url_prefix="/desk")
ISSUED = "issued"
"""In the session: the ticket this person issued last."""
WORTH_PRINTING = timedelta(hours=2)
LISTED = 6


@pages.post("/slips/<int:ticket_id>")
@requires(*HALL_STAFF)
def print_again(ticket_id: int) -> ResponseReturnValue:
    ticket = tickets.by_id(db.session(), ticket_id)
    if ticket_id != session.get(ISSUED):
        tickets.must_handle(ticket, current_officer())
    try:
        slips.reprint(db.session(), ticket, by=current_officer(), now=clock())
    except DomainError as error:
        db.session.rollback()
        flash(problems.in_words(error), "bad")
        return _back()
    db.session.commit()
    nudges.wake()
    nudges.nudge("print_slips")
    flash(say("The slip of ticket %(number)s is being printed.", number=ticket.label), "info")
    return _back()


def _back() -> ResponseReturnValue:
    wall = request.form.get("back") == "hall"
    return redirect(url_for("supervisor.show" if wall else "desk.show"))


def print_issued(issued: Issued, hall: Hall, *, by: Officer, now: datetime) -> PrintedSlip | None:
    """At the printer of reception, in the transaction of the ticket."""
    session[ISSUED] = issued.id
    printer = slips.printer_of_reception(db.session(), hall)
    return slips.reserve(db.session(), issued.id, printer, by=by, now=now)


def to_print(found: Ticket | None) -> tuple[Ticket, PrintedSlip | None] | None:
    """The ticket whose slip one key prints: the one looked for, else the one issued last."""
    ticket = found or db.session.get(Ticket, session.get(ISSUED) or 0)
    if ticket is None or slips.printer_for(db.session(), ticket) is None:
        return None
    return ticket, slips.newest(db.session(), ticket)


def not_printed(hall: Hall, *, now: datetime) -> list[PrintedSlip]:
    """Those this person may handle."""
    own = tickets.only_agency(current_officer())
    failed = slips.not_printed(db.session(), hall, since=now - WORTH_PRINTING, now=now)
    return [s for s in failed if own in (None, s.ticket.agency_id)][:LISTED]
