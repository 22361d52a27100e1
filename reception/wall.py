"""The hall at this moment, for who supervises it: lines against norms, desks, and what is wrong."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from agencies.calendar import business_date
from agencies.directory import Agency, Desk, Hall, QueueNorm
from agencies.staff import Officer
from reception import desks as pauses
from reception.desks import DeskPause
from reception.tickets import AT_DESK, Ticket, TicketState

WARNS_AT = 0.8
"""The share of the norm from which a wait is told as nearing it."""


@dataclass(frozen=True)
class Norm:
    """Minutes that a visitor may wait and be served."""

    wait: int
    service: int
    basis: str


@dataclass(frozen=True)
class Line:
    """The line of one agency. `tone` is good, warn or bad by the longest wait and the norm."""

    agency: Agency
    waiting: int
    longest: int
    norm: Norm
    tone: str
    desks: int
    """Desks that are helping or calling somebody now."""


@dataclass(frozen=True)
class DeskNow:
    """A desk with who sits there and whom it helps; `minutes` since that began."""

    desk: Desk
    officer: Officer | None
    ticket: Ticket | None
    minutes: int
    over: bool
    pause: DeskPause | None = None


def norms_on(session: Session, day: date) -> dict[int | None, Norm]:
    """By service; the one under None is for every other service."""
    query = select(QueueNorm).where(QueueNorm.valid_from <= day).order_by(QueueNorm.valid_from)
    return {
        row.service_id: Norm(row.max_wait_min, row.max_service_min, row.basis)
        for row in session.scalars(query)
    }


def norm_of(norms: dict[int | None, Norm], service_id: int) -> Norm:
    return norms.get(service_id) or norms.get(None) or Norm(15, 20, "")


def lines(session: Session, hall: Hall, *, now: datetime) -> list[Line]:
    """Every agency with a desk here, the line nearest to or furthest beyond its norm first."""
    norm = norm_of(norms_on(session, business_date(now)), 0)
    waits = _waits(session, hall, now)
    busy = _busy(session, hall, now)
    agencies = select(Agency).where(Agency.id.in_(select(Desk.agency_id)))
    found = [
        _line(agency, *waits.get(agency.id, (0, 0)), norm, busy.get(agency.id, 0))
        for agency in session.scalars(agencies.where(Agency.in_hall).order_by(Agency.code))
    ]
    return sorted(found, key=lambda line: (-line.longest, -line.waiting, line.agency.code))


def _line(agency: Agency, waiting: int, longest: int, norm: Norm, desks: int) -> Line:
    tone = "bad" if longest > norm.wait else "warn" if longest >= norm.wait * WARNS_AT else "good"
    return Line(agency, waiting, longest, norm, tone, desks)


def _waits(session: Session, hall: Hall, now: datetime) -> dict[int, tuple[int, int]]:
    """Agency -> (how many wait, whole minutes of the longest wait)."""
    query = (
        select(Ticket.agency_id, func.count(), func.min(Ticket.issued_at))
        .where(Ticket.hall_id == hall.id, Ticket.business_date == business_date(now))
        .where(Ticket.state == TicketState.WAITING)
        .group_by(Ticket.agency_id)
    )
    rows = session.execute(query)
    return {a: (n, max(0, int((now - first).total_seconds() // 60))) for a, n, first in rows}


def _busy(session: Session, hall: Hall, now: datetime) -> dict[int, int]:
    query = (
        select(Desk.agency_id, func.count())
        .join(Ticket, Ticket.desk_id == Desk.id)
        .where(Ticket.hall_id == hall.id, Ticket.business_date == business_date(now))
        .where(Ticket.state.in_(AT_DESK))
        .group_by(Desk.agency_id)
    )
    return {agency: count for agency, count in session.execute(query)}


def desks(session: Session, hall: Hall, *, now: datetime) -> list[DeskNow]:
    """Every desk of the hall with what happens at it."""
    day = business_date(now)
    norms = norms_on(session, day)
    here = select(Ticket).where(Ticket.hall_id == hall.id, Ticket.business_date == day)
    at = {
        ticket.desk_id: ticket for ticket in session.scalars(here.where(Ticket.state.in_(AT_DESK)))
    }
    sitting = select(Officer).where(Officer.desk_id.is_not(None), Officer.active)
    by_desk = {officer.desk_id: officer for officer in session.scalars(sitting)}
    query = select(Desk).where(Desk.hall_id == hall.id).options(joinedload(Desk.agency))
    closed = {pause.desk_id: pause for pause in pauses.paused(session)}
    return [
        replace(
            _desk(desk, by_desk.get(desk.id), at.get(desk.id), norms, now),
            pause=closed.get(desk.id),
        )
        for desk in session.scalars(query.order_by(Desk.number))
    ]


def _desk(
    desk: Desk,
    officer: Officer | None,
    ticket: Ticket | None,
    norms: dict[int | None, Norm],
    now: datetime,
) -> DeskNow:
    since = (ticket.started_at or ticket.called_at) if ticket else None
    minutes = int((now - since).total_seconds() // 60) if since else 0
    over = bool(ticket and minutes > norm_of(norms, ticket.service_id).service)
    return DeskNow(desk, officer, ticket, minutes, over)


def today(session: Session, hall: Hall, *, now: datetime) -> dict[str, int]:
    """How many tickets of today stand in each state, by its code."""
    query = (
        select(Ticket.state, func.count())
        .where(Ticket.hall_id == hall.id, Ticket.business_date == business_date(now))
        .group_by(Ticket.state)
    )
    counted = {state.value: count for state, count in session.execute(query)}
    return {state.value: counted.get(state.value, 0) for state in TicketState}
