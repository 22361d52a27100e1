"""A visitor who steps out: the place is kept, and nobody calls until the time they asked for."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.errors import Invalid
from agencies.events import Event
from reception.tickets import Ticket, TicketState, moves

MINUTES = (5, 10, 15)
MOST_MIN = 30
"""Of all the minutes asked for with one ticket: it is no booking."""
PUT_OFF = "ticket_put_off"


def is_late(ticket: Ticket, now: datetime) -> bool:
    return ticket.state is TicketState.WAITING and ticket.ready_at > now


def put_off(session: Session, ticket: Ticket, *, minutes: int, now: datetime) -> None:
    """Nobody calls this ticket for so many minutes; whoever stands behind goes first meanwhile."""
    if ticket.state is not TicketState.WAITING:
        raise moves.moved_on(ticket)
    if minutes not in MINUTES:
        raise Invalid({"minutes": "Choose one of the values on the list."})
    until = now + timedelta(minutes=minutes)
    if _asked_before(session, ticket) + minutes > MOST_MIN:
        raise Invalid({"minutes": "The place is kept for half an hour at most."})
    moves.swap(session, ticket, {"ready_at": until, "undo": None})
    moves.tell(session, ticket, PUT_OFF, by=None, now=now, minutes=minutes)


def _asked_before(session: Session, ticket: Ticket) -> int:
    query = select(Event.payload).where(Event.ticket_id == ticket.id, Event.kind == PUT_OFF)
    return sum(int(payload["minutes"]) for payload in session.scalars(query))


def come(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Here after all: callable at once; who was missed goes back in line by the rule."""
    if ticket.state is TicketState.NO_SHOW:
        moves.put_back(session, ticket, by=None, now=now)
    elif is_late(ticket, now):
        moves.swap(session, ticket, {"ready_at": now, "undo": None})
        moves.tell(session, ticket, "ticket_ready", by=None, now=now)
