"""Who waits, in the order in which they would be called at this moment."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Desk
from reception.queue.statements import AHEAD, IN_ORDER
from reception.tickets import Ticket, TicketState


def in_order(
    session: Session, hall_id: int, agency_id: int, *, now: datetime, most: int
) -> list[int]:
    """Who waits for the agency, in the order in which they would be called at this moment."""
    told = {"hall": hall_id, "agency": agency_id, "day": business_date(now), "now": now}
    return list(session.scalars(text(IN_ORDER), told | {"most": most}))


def ahead_of(session: Session, ticket: Ticket, *, now: datetime) -> int:
    """Visitors who would be called before this one, by the rule of the queue, at this moment."""
    if ticket.state is not TicketState.WAITING:
        return 0
    told = {"hall": ticket.hall_id, "agency": ticket.agency_id, "now": now, "most": None,
            "day": ticket.business_date, "ticket": ticket.id}  # fmt: skip
    found: int | None = session.scalar(text(AHEAD), told)
    return found or 0


def _line(desk: Desk, now: datetime) -> list[ColumnElement[bool]]:
    return [
        Ticket.hall_id == desk.hall_id,
        Ticket.agency_id == desk.agency_id,
        Ticket.business_date == business_date(now),
        Ticket.state == TicketState.WAITING,
    ]


def waiting_for(session: Session, desk: Desk, *, now: datetime, most: int) -> list[Ticket]:
    """The line of the desk's agency in the order in which it will be called."""
    ids = in_order(session, desk.hall_id, desk.agency_id, now=now, most=most)
    found = {t.id: t for t in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


def waiting_count(session: Session, desk: Desk, *, now: datetime) -> int:
    return session.scalar(select(func.count()).where(*_line(desk, now))) or 0
