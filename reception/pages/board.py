"""The board of the hall: which ticket goes to which desk now."""

from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from agencies.access import public
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import the_hall
from agencies.events import Event
from reception.tickets import AT_DESK, Ticket, TicketState

pages = Blueprint("board", __name__)
SHOWN = 6
MARKED = timedelta(seconds=60)
MOVING = timedelta(seconds=8)
CALLS = ("ticket_called", "ticket_recalled")


@pages.get("/board")
@public
def show() -> ResponseReturnValue:
    now, hall = clock(), the_hall(db.session())
    return render_template(
        "reception/board.html", board_hall=hall, calls=newest_calls(hall.id, now), now=now
    )


def newest_calls(hall_id: int, now: datetime) -> list[dict[str, object]]:
    """Visitors called or being helped, the newest call first, by the journal of the hall."""
    called = (
        select(func.max(Event.at))
        .where(Event.ticket_id == Ticket.id, Event.kind.in_(CALLS))
        .correlate(Ticket)
        .scalar_subquery()
    )
    query = (
        select(Ticket, called.label("last_called"))
        .where(Ticket.hall_id == hall_id, Ticket.business_date == business_date(now))
        .where(Ticket.state.in_(AT_DESK))
        .order_by(called.desc().nulls_last())
        .limit(SHOWN)
    )
    return [line(ticket, at, now) for ticket, at in db.session.execute(query)]


def line(ticket: Ticket, called_at: datetime | None, now: datetime) -> dict[str, object]:
    age = now - (called_at or ticket.issued_at)
    waits = ticket.state is TicketState.CALLED
    return {
        "number": ticket.label,
        "desk": ticket.desk.number if ticket.desk else "",
        "icon": ticket.service.agency.icon,
        "new": waits and age < MARKED,
        "moving": waits and age < MOVING,
    }
