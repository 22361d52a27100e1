"""The queue: who gets which number, and who is called next.

Numbers and calls are single SQL statements, so that no two kiosks share a number and no two desks
a visitor, whatever the number of processes. All desks of an agency draw from one line. These two
are the busiest calls of the house: each asks the database as little as it can.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Desk, PriorityCategory, Service
from agencies.errors import Invalid, NotFound
from agencies.sealing import link_digest, link_key
from agencies.staff import Officer
from reception import tickets
from reception.tickets import OUTCOME_NOT_RECORDED, Ticket, TicketState

FIRST_NUMBER = 101

ISSUE = text("""
WITH chosen AS (
  SELECT s.id, s.series, s.code, s.agency_id, a.code AS agency, h.id AS hall, h.code AS hall_code
  FROM service s JOIN agency a ON a.id = s.agency_id,
    (SELECT id, code FROM hall ORDER BY id LIMIT 1) h
  WHERE s.code = :service AND s.open
), place AS (
  INSERT INTO number_series (name, last)
  SELECT 'ticket/' || hall || '/' || series || '/' || CAST(:day AS date), :first FROM chosen
  ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last
), made AS (
  INSERT INTO ticket (hall_id, business_date, series, number, service_id, agency_id, visitor_id,
    language, priority, rank, state, issued_at, due_at, calls, link_seed, link_digest)
  SELECT hall, :day, series, last, id, agency_id, :visitor,
    :language, :priority, :rank, 'waiting', :now, :now, 0, :seed, :digest FROM chosen, place
  RETURNING id, series || number AS label, hall_id, agency_id
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || hall_code, 'ticket_issued', :now, made.id, :by,
    jsonb_build_object('ticket', label, 'agency', agency, 'service', code,
      'priority', CAST(:priority AS text)) FROM made, chosen
)
SELECT id, label, (SELECT count(*) FROM ticket t WHERE t.hall_id = made.hall_id
  AND t.agency_id = made.agency_id AND t.business_date = :day AND t.state = 'waiting'
  AND (t.rank > :rank OR (t.rank = :rank AND t.due_at <= :now))) AS ahead FROM made
""")

FREE_DESK = text("""
WITH place AS (
  SELECT d.id, d.code, d.number, d.floor, d.hall_id, d.agency_id, h.code AS hall, a.code AS agency
  FROM desk d JOIN hall h ON h.id = d.hall_id JOIN agency a ON a.id = d.agency_id
  WHERE d.code = :desk
), gone AS (
  UPDATE ticket SET finished_at = :now,
    outcome = CASE state WHEN 'serving' THEN :not_recorded ELSE outcome END,
    state = CASE state WHEN 'serving' THEN 'finished' ELSE 'no_show' END
  WHERE desk_id = (SELECT id FROM place) AND state IN ('called', 'serving')
  RETURNING id, series || number AS label, state, outcome, calls, language
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || hall,
    CASE state WHEN 'finished' THEN 'ticket_finished' ELSE 'ticket_missed' END, :now, gone.id, :by,
    jsonb_build_object('ticket', label, 'agency', agency, 'calls', calls, 'outcome', outcome,
      'desk', number, 'language', language, 'cause', 'next_called')
  FROM gone, place
)
SELECT id, code, number, floor, hall_id, agency_id, hall, agency FROM place
""")

CALL_NEXT = text("""
WITH next AS (
  UPDATE ticket SET state = 'called', desk_id = :desk, officer_id = :by, called_at = :now, calls = 1
  WHERE id = (SELECT id FROM ticket WHERE hall_id = :hall AND agency_id = :agency
    AND business_date = :day AND state = 'waiting'
    ORDER BY rank DESC, due_at, id FOR UPDATE SKIP LOCKED LIMIT 1)
  RETURNING id, series || number AS label, service_id, language, issued_at
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT :topic, 'ticket_called', :now, id, :by,
    jsonb_build_object('ticket', label, 'desk', CAST(:desk_number AS int),
      'agency', CAST(:agency_code AS text), 'language', language, 'calls', 1) FROM next
)
SELECT next.id, label, s.code AS service, language, issued_at
FROM next JOIN service s ON s.id = service_id
""")


@dataclass(frozen=True)
class Issued:
    """A new ticket; `key` opens its page and is told only now."""

    id: int
    label: str
    ahead: int
    key: str


@dataclass(frozen=True)
class Place:
    """A desk as the queue needs it."""

    id: int
    code: str
    number: int
    floor: int
    hall_id: int
    agency_id: int
    hall: str
    agency: str


@dataclass(frozen=True)
class Called:
    """The visitor who has just been called: what the desk needs to know at once."""

    id: int
    label: str
    service: str
    language: str
    issued_at: datetime
    called_at: datetime
    desk: Place


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
    service_code: str,
    *,
    language: str,
    secret: str,
    by: Officer | None,
    now: datetime,
    priority: str | None = None,
    visitor_id: int | None = None,
) -> Issued:
    """The next number of the service's series on this business day. Raises Invalid, NotFound."""
    seed = secrets.token_hex(16)
    key = link_key(secret, "ticket", seed)
    row = session.execute(
        ISSUE,
        {
            "service": service_code, "day": business_date(now), "first": FIRST_NUMBER,
            "visitor": visitor_id, "language": language, "priority": priority or None,
            "rank": priority_rank(session, priority), "now": now, "seed": seed,
            "digest": link_digest(key), "by": by.id if by else None,
        },
    ).one_or_none()  # fmt: skip
    if row is None:
        raise _no_such_service(session)
    return Issued(row.id, row.label, row.ahead, key)


def _no_such_service(session: Session) -> Invalid | NotFound:
    if session.scalar(select(func.count()).select_from(Service)):
        return Invalid({"service": "There is no service with this code."})
    return NotFound("This hall has no reference data yet. Load them with: reception seed")


def call_next(session: Session, desk: Desk | str, *, by: Officer, now: datetime) -> Called | None:
    """The next visitor of the agency of the desk (or of the desk with that code), None when
    nobody waits.

    A visitor still at the desk is let go first: called but not come counts as a no-show, served
    counts as finished with its outcome not recorded, to be filled in later.
    """
    place = _free(session, desk if isinstance(desk, str) else desk.code, by=by, now=now)
    row = session.execute(
        CALL_NEXT,
        {
            "desk": place.id, "desk_number": place.number, "by": by.id, "now": now,
            "hall": place.hall_id, "agency": place.agency_id, "day": business_date(now),
            "topic": f"hall/{place.hall}", "agency_code": place.agency,
        },
    ).mappings().one_or_none()  # fmt: skip
    return Called(**row, called_at=now, desk=place) if row else None


def _free(session: Session, code: str, *, by: Officer, now: datetime) -> Place:
    """The desk, with nobody at it any more. Where it raises, the caller rolls back."""
    told = {"desk": code, "by": by.id, "now": now, "not_recorded": OUTCOME_NOT_RECORDED}
    row = session.execute(FREE_DESK, told).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no desk with the code “%(code)s”.", code=code)
    place = Place(**row)
    tickets.must_staff(place.agency_id, by)
    return place


def ahead_of(session: Session, ticket: Ticket) -> int:
    """Visitors who will be called before this one, by the rule of the queue."""
    if ticket.state is not TicketState.WAITING:
        return 0
    earlier = (Ticket.rank > ticket.rank) | (
        (Ticket.rank == ticket.rank)
        & ((Ticket.due_at < ticket.due_at)
           | ((Ticket.due_at == ticket.due_at) & (Ticket.id < ticket.id)))
    )  # fmt: skip
    query = select(func.count()).where(
        Ticket.hall_id == ticket.hall_id, Ticket.agency_id == ticket.agency_id,
        Ticket.business_date == ticket.business_date, Ticket.state == TicketState.WAITING, earlier,
    )  # fmt: skip
    return session.scalar(query) or 0


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
