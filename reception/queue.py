"""The queue: who gets which number, and who is called next.

Numbers and calls are single SQL statements, so that no two kiosks share a number and no two desks
a visitor, whatever the number of processes. All desks of an agency draw from one line.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Desk, Hall, PriorityCategory, Service
from agencies.errors import Invalid
from agencies.sealing import link_digest, link_key
from agencies.staff import Officer
from reception import tickets
from reception.tickets import AT_DESK, OUTCOME_NOT_RECORDED, Ticket, TicketState

FIRST_NUMBER = 101

ISSUE = text("""
WITH place AS (
  INSERT INTO number_series (name, last) VALUES (:series_name, :first)
  ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last
), made AS (
  INSERT INTO ticket (hall_id, business_date, series, number, service_id, agency_id, visitor_id,
    language, priority, rank, state, issued_at, due_at, calls, link_seed, link_digest)
  SELECT :hall, :day, :series, last, :service, :agency, :visitor,
    :language, :priority, :rank, 'waiting', :now, :now, 0, :seed, :digest FROM place
  RETURNING id, number
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT :topic, 'ticket_issued', :now, id, :by,
    jsonb_build_object('ticket', CAST(:series AS text) || number,
      'agency', CAST(:agency_code AS text),
      'service', CAST(:service_code AS text), 'priority', CAST(:priority AS text)) FROM made
)
SELECT id, number, (SELECT count(*) FROM ticket t WHERE t.hall_id = :hall
  AND t.agency_id = :agency AND t.business_date = :day AND t.state = 'waiting'
  AND (t.rank > :rank OR (t.rank = :rank AND t.due_at <= :now))) AS ahead FROM made
""")

CALL_NEXT = text("""
WITH next AS (
  UPDATE ticket SET state = 'called', desk_id = :desk, officer_id = :by, called_at = :now, calls = 1
  WHERE id = (SELECT id FROM ticket WHERE hall_id = :hall AND agency_id = :agency
    AND business_date = :day AND state = 'waiting'
    ORDER BY rank DESC, due_at, id FOR UPDATE SKIP LOCKED LIMIT 1)
  RETURNING id, series || number AS label, language
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT :topic, 'ticket_called', :now, id, :by,
    jsonb_build_object('ticket', label, 'desk', CAST(:desk_number AS int),
      'agency', CAST(:agency_code AS text), 'language', language, 'calls', 1) FROM next
)
SELECT id FROM next
""")


@dataclass(frozen=True)
class Issued:
    """A new ticket; `key` opens its page and is told only now."""

    id: int
    label: str
    ahead: int
    key: str


def priority_rank(session: Session, code: str | None) -> int:
    """The level of an enabled category, 0 without one. Raises Invalid for an unknown code."""
    if not code:
        return 0
    query = select(PriorityCategory.level).where(
        PriorityCategory.code == code, PriorityCategory.enabled
    )
    level = session.scalar(query)
    if level is None:
        raise Invalid({"priority": "This priority category is not in force. Choose another one."})
    return level


def issue(
    session: Session,
    service: Service,
    *,
    hall: Hall,
    language: str,
    secret: str,
    by: Officer | None,
    now: datetime,
    priority: str | None = None,
    visitor_id: int | None = None,
) -> Issued:
    """The next number of the service's series on this business day."""
    day, seed = business_date(now), secrets.token_hex(16)
    key = link_key(secret, "ticket", seed)
    row = session.execute(
        ISSUE,
        {
            "series_name": f"ticket/{hall.id}/{service.series}/{day.isoformat()}",
            "first": FIRST_NUMBER, "hall": hall.id, "day": day, "series": service.series,
            "service": service.id, "agency": service.agency_id, "visitor": visitor_id,
            "language": language, "priority": priority or None,
            "rank": priority_rank(session, priority), "now": now, "seed": seed,
            "digest": link_digest(key), "topic": f"hall/{hall.code}",
            "by": by.id if by else None, "agency_code": service.agency.code,
            "service_code": service.code,
        },
    ).one()  # fmt: skip
    return Issued(row.id, f"{service.series}{row.number}", row.ahead, key)


def call_next(session: Session, desk: Desk, *, by: Officer, now: datetime) -> Ticket | None:
    """The next visitor of the desk's agency, or None when nobody waits.

    A visitor still at the desk is let go first: called but not come counts as a no-show, served
    counts as finished with its outcome not recorded, to be filled in later.
    """
    tickets.must_staff(desk, by)
    release_desk(session, desk, by=by, now=now)
    found = session.execute(
        CALL_NEXT,
        {
            "desk": desk.id, "desk_number": desk.number, "by": by.id, "now": now,
            "hall": desk.hall_id, "agency": desk.agency_id, "day": business_date(now),
            "agency_code": desk.agency.code, "topic": f"hall/{desk.hall.code}",
        },
    ).scalar()  # fmt: skip
    return session.get(Ticket, found) if found else None


def release_desk(session: Session, desk: Desk, *, by: Officer, now: datetime) -> None:
    query = select(Ticket).where(Ticket.desk_id == desk.id, Ticket.state.in_(AT_DESK))
    for ticket in session.scalars(query):
        if ticket.state is TicketState.CALLED:
            tickets.no_show(session, ticket, by=by, now=now)
        else:
            tickets.finish(session, ticket, outcome=OUTCOME_NOT_RECORDED, by=by, now=now)


def ahead_of(session: Session, ticket: Ticket) -> int:
    """Visitors who will be called before this one, by the rule of the queue."""
    earlier = (Ticket.rank > ticket.rank) | (
        (Ticket.rank == ticket.rank)
        & ((Ticket.due_at < ticket.due_at)
           | ((Ticket.due_at == ticket.due_at) & (Ticket.id < ticket.id)))
    )  # fmt: skip
    query = select(func.count()).where(
        Ticket.hall_id == ticket.hall_id, Ticket.agency_id == ticket.agency_id,
        Ticket.business_date == ticket.business_date, Ticket.state == TicketState.WAITING, earlier,
    )  # fmt: skip
    return session.scalar(query) or 0 if ticket.state is TicketState.WAITING else 0


def _line(desk: Desk, now: datetime) -> list[ColumnElement[bool]]:
    return [
        Ticket.hall_id == desk.hall_id,
        Ticket.agency_id == desk.agency_id,
        Ticket.business_date == business_date(now),
        Ticket.state == TicketState.WAITING,
    ]


def waiting_for(session: Session, desk: Desk, *, now: datetime, most: int) -> list[Ticket]:
    """The line of the desk's agency in the order in which it will be called."""
    query = select(Ticket).where(*_line(desk, now))
    query = query.order_by(Ticket.rank.desc(), Ticket.due_at, Ticket.id)
    return list(session.scalars(query.limit(most)))


def waiting_count(session: Session, desk: Desk, *, now: datetime) -> int:
    return session.scalar(select(func.count()).where(*_line(desk, now))) or 0
