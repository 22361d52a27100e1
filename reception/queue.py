"""The queue: who gets which number, and who is called next.

Numbers and calls are single SQL statements, so that no two kiosks share a number and no two desks
a visitor, whatever the number of processes. All desks of an agency draw from one line. These two
are the busiest calls of the house: each asks the database as little as it can.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Desk, PriorityCategory, Service
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.sealing import link_digest, link_key
from agencies.staff import Officer
from reception import tickets, visits
from reception.rules import Rank
from reception.tickets import OUTCOME_NOT_RECORDED, Ticket, TicketState

FIRST_NUMBER = 101
HEADS = 32
"""So many of each class are looked at: more desks never call at one moment in one agency."""
OUT_OF_TURN = ("came_back", "short_question", "frail", "mistake", "supervisor", "direct")

RULE = """(
  SELECT discipline, ratio, :now - make_interval(mins => ceiling_min) AS ripe,
    ARRAY[rate_walk_in, rate_booked, rate_priority, rate_first] AS rates
  FROM queue_rule WHERE (agency_id = {agency} OR agency_id IS NULL) AND valid_from <= :day
  ORDER BY agency_id NULLS LAST, valid_from DESC LIMIT 1)"""


def _busy(statement: str) -> TextClause:
    """Without its indentation: the driver keeps only statements up to 4 kB ready for the server."""
    return text(" ".join(statement.split()))


def standing(t: str, r: str, *, weight: str = "1", favoured: str = "true") -> tuple[str, str]:
    """How far before others a ticket stands, as SQL: whether it is urgent, and its score.

    `disciplines.standing` says the same in Python.
    """
    urgent = f"{t}.rank = 9 OR {t}.due_at <= {r}.ripe"
    score = (
        f"extract(epoch FROM :now - {t}.due_at)::float8 "
        f"* CASE WHEN {urgent} OR {r}.discipline <> 'accumulating' THEN 1 "
        f"ELSE {r}.rates[{t}.rank + 1] * {weight} END "
        f"+ CASE WHEN {urgent} THEN 0 WHEN {r}.discipline = 'strict' THEN 1e9 * {t}.rank "
        f"WHEN {r}.discipline = 'ratio' AND ({t}.rank > 0) = {favoured} THEN 1e9 ELSE 0 END"
    )
    return f"CASE WHEN {t}.rank = 9 THEN 2 WHEN {urgent} THEN 1 ELSE 0 END", score


URGENT, SCORE = standing("t", "rule")
NEW_URGENT, NEW_SCORE = standing("made", "rule")

ISSUE = _busy(f"""
WITH chosen AS (
  SELECT s.id, s.series, s.code, s.agency_id, a.code AS agency, h.id AS hall, h.code AS hall_code,
    s.day_quota
  FROM service s JOIN agency a ON a.id = s.agency_id,
    (SELECT id, code FROM hall ORDER BY id LIMIT 1) h
  WHERE s.code = :service AND s.open
), counted AS (
  INSERT INTO number_series (name, last)
  SELECT 'quota/' || id || '/' || CAST(:day AS date), 1 FROM chosen WHERE day_quota IS NOT NULL
  ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last
), place AS (
  INSERT INTO number_series (name, last)
  SELECT 'ticket/' || hall || '/' || series || '/' || CAST(:day AS date), :first FROM chosen
  WHERE day_quota IS NULL OR (SELECT last FROM counted) <= day_quota
  ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last
), made AS (
  INSERT INTO ticket (hall_id, business_date, series, number, service_id, agency_id, visitor_id,
    language, priority, rank, state, issued_at, due_at, ready_at, calls, version, misses,
    steps_left, note, hold_reason, link_seed, link_digest, told_p50_s, told_p90_s, other_p50_s,
    other_p90_s)
  SELECT hall, :day, series, last, id, chosen.agency_id, :visitor,
    :language, :priority, :rank, 'waiting', :now, :due, :now, 0, 0, 0, 0, '', '', :seed, :digest,
    outlook.p50_s, outlook.p90_s, outlook.other_p50_s, outlook.other_p90_s
  FROM chosen CROSS JOIN place LEFT JOIN wait_outlook outlook
    ON outlook.agency_id = chosen.agency_id AND outlook.rank = :rank
    AND outlook.computed_at > :now - interval '2 minutes'
  RETURNING id, series || number AS label, hall_id, agency_id, rank, due_at, told_p50_s, told_p90_s
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || hall_code, 'ticket_issued', :now, made.id, :by,
    jsonb_build_object('ticket', label, 'agency', agency, 'service', code,
      'priority', CAST(:priority AS text)) FROM made, chosen
)
SELECT made.id, label, told_p50_s, told_p90_s, (
  SELECT count(*) FROM ticket t WHERE t.hall_id = made.hall_id
    AND t.agency_id = made.agency_id AND t.business_date = :day AND t.state = 'waiting'
    AND ({URGENT}, {SCORE}, t.rank) >= ({NEW_URGENT}, {NEW_SCORE}, made.rank)
  ) AS ahead
FROM made CROSS JOIN LATERAL {RULE.format(agency="made.agency_id")} rule
""")

DESK = f"""place AS (
  SELECT d.id, d.code, d.number, d.floor, d.hall_id, d.agency_id, h.code AS hall, a.code AS agency,
    pause.kind AS pause,
    ARRAY(SELECT service_id FROM officer_skill WHERE officer_id = :by) AS skills,
    rule.*, pause.kind IS NULL AND (CAST(:own AS int) IS NULL OR d.agency_id = :own) AS may,
    CASE WHEN rule.discipline <> 'ratio' THEN true ELSE (
      SELECT count(*) FILTER (WHERE rank > 0) FROM (
        SELECT rank FROM ticket WHERE desk_id = d.id AND business_date = :day
          AND agency_id = d.agency_id AND called_at IS NOT NULL
        ORDER BY called_at DESC, id DESC LIMIT rule.ratio) newest
      ) < rule.ratio END AS favoured
  FROM desk d JOIN hall h ON h.id = d.hall_id JOIN agency a ON a.id = d.agency_id
    CROSS JOIN LATERAL {RULE.format(agency="d.agency_id")} rule
    LEFT JOIN desk_pause pause ON pause.desk_id = d.id AND pause.ended_at IS NULL
  WHERE d.code = :desk
), gone AS (
  UPDATE ticket SET finished_at = :now, version = version + 1,
    misses = misses + (state = 'called')::int,
    undo = jsonb_build_object('state', state, 'finished_at', null, 'outcome', outcome,
      'misses', misses),
    outcome = CASE state WHEN 'serving' THEN :not_recorded ELSE outcome END,
    state = CASE WHEN state = 'called' THEN 'no_show' WHEN steps_left > 0 THEN 'held'
      ELSE 'finished' END
  WHERE desk_id = (SELECT id FROM place WHERE may)
    AND state IN ('called', 'serving')
  RETURNING id, series || number AS label, state, outcome, calls, language
), told_gone AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || hall,
    CASE state WHEN 'no_show' THEN 'ticket_missed' ELSE 'ticket_finished' END, :now, gone.id, :by,
    jsonb_build_object('ticket', label, 'agency', agency, 'calls', calls, 'outcome', outcome,
      'desk', number, 'language', language, 'cause', 'next_called')
  FROM gone, place
)"""

FREE_DESK = text(f"""
WITH {DESK}
SELECT id, code, number, floor, hall_id, agency_id, hall, agency, pause,
  (SELECT id FROM gone WHERE state = 'held') AS going_on FROM place
""")

HEAD_URGENT, HEAD_SCORE = standing(
    "t", "p", weight="coalesce(skill.weight, 1)", favoured="p.favoured"
)

CALL_NEXT = _busy(f"""
WITH {DESK}, head AS (
  SELECT t.id FROM place p
    CROSS JOIN (VALUES (0), (1), (2), (3), (9)) AS c (rank)
    CROSS JOIN LATERAL (
      SELECT w.id FROM ticket w
      WHERE w.hall_id = p.hall_id AND w.agency_id = p.agency_id AND w.business_date = :day
        AND w.state = 'waiting' AND w.rank = c.rank AND w.ready_at <= :now
        AND (w.wanted_desk_id IS NULL OR w.wanted_desk_id = p.id OR w.due_at <= p.ripe)
        AND (p.skills = '{{}}' OR w.service_id = ANY (p.skills))
      ORDER BY w.due_at, w.id LIMIT {HEADS}) first
    JOIN ticket t ON t.id = first.id
    LEFT JOIN officer_skill skill ON skill.officer_id = :by AND skill.service_id = t.service_id
  WHERE t.state = 'waiting' AND p.may
  ORDER BY {HEAD_URGENT} DESC, {HEAD_SCORE} DESC, t.rank DESC, t.due_at, t.id
  FOR UPDATE OF t SKIP LOCKED LIMIT 1
), next AS (
  UPDATE ticket SET state = 'called', desk_id = (SELECT id FROM place), officer_id = :by,
    called_at = :now, calls = 1, version = version + 1, undo = CAST(:undo AS jsonb)
  WHERE id = (SELECT id FROM head) AND (SELECT count(*) FROM gone) >= 0
  RETURNING id, series || number AS label, service_id, language, issued_at
), told_next AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || place.hall, 'ticket_called', :now, next.id, :by,
    jsonb_build_object('ticket', label, 'desk', place.number,
      'agency', place.agency, 'language', language, 'calls', 1) FROM next, place
)
SELECT place.*, (SELECT id FROM gone WHERE state = 'held') AS going_on,
  next.id AS ticket_id, label, s.code AS service, language, issued_at
FROM place LEFT JOIN next ON true LEFT JOIN service s ON s.id = next.service_id
""")
UNCALLED = json.dumps({"state": "waiting", "desk_id": None, "officer_id": None, "called_at": None,
                       "calls": 0})  # fmt: skip


@dataclass(frozen=True)
class Issued:
    """A new ticket; `key` opens its page and is told only now."""

    id: int
    label: str
    ahead: int
    key: str
    wait_s: tuple[int, int] | None = None
    """The median and the 90th percentile of the forecast, where there is evidence for one."""


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
    booked_for: datetime | None = None,
) -> Issued:
    """The next number of the service's series on this business day. Raises Invalid, NotFound.

    Who comes in time for a booking is due at the booked moment, and of its class.
    """
    seed = secrets.token_hex(16)
    key = link_key(secret, "ticket", seed)
    rank = priority_rank(session, priority)
    row = session.execute(
        ISSUE,
        {
            "service": service_code, "day": business_date(now), "first": FIRST_NUMBER,
            "visitor": visitor_id, "language": language, "priority": priority or None,
            "rank": max(rank, Rank.BOOKED) if booked_for else rank, "now": now, "seed": seed,
            "digest": link_digest(key), "by": by.id if by else None,
            "due": max(booked_for or now, now),
        },
    ).one_or_none()  # fmt: skip
    if row is None:
        raise _no_such_service(session, service_code)
    wait = None if row.told_p50_s is None else (row.told_p50_s, row.told_p90_s)
    return Issued(row.id, row.label, row.ahead, key, wait)


def _no_such_service(session: Session, code: str) -> Invalid | NotFound:
    if session.scalar(select(Service.id).where(Service.code == code, Service.open)):
        return Invalid({"service": "Today's tickets for this service are used up. Book a time."})
    if session.scalar(select(func.count()).select_from(Service)):
        return Invalid({"service": "There is no service with this code."})
    return NotFound("This hall has no reference data yet. Load them with: reception seed")


def call_next(session: Session, desk: Desk | str, *, by: Officer, now: datetime) -> Called | None:
    """Call to the desk whoever stands first by the rule; None when nobody waits.

    Who is still at the desk goes first: called but not come is a no-show, served is finished with
    its outcome still to be recorded, or goes on to the next step of the visit.
    """
    code = desk if isinstance(desk, str) else desk.code
    row = session.execute(CALL_NEXT, {**_told(code, by, now), "undo": UNCALLED}).one_or_none()
    place = _place(session, row, code, by=by, now=now)
    if row is None or row.ticket_id is None:
        return None
    return Called(row.ticket_id, row.label, row.service, row.language, row.issued_at, now, place)


def call_this(
    session: Session, ticket: Ticket, desk: Desk, *, reason: str, by: Officer, now: datetime
) -> None:
    """Out of turn, with a reason and the number of visitors passed over in the event."""
    if reason not in OUT_OF_TURN:
        raise Invalid({"reason": "Choose why this visitor goes first."})
    if ticket.agency_id != desk.agency_id:
        raise Invalid({"desk": "This desk does not give the service."})
    if ticket.state is not TicketState.WAITING:
        raise tickets.moved_on(ticket)
    passed = ahead_of(session, ticket, now=now)
    _free(session, desk.code, by=by, now=now)
    values = {"desk_id": desk.id, "officer_id": by.id, "called_at": now, "calls": 1}
    tickets.move(
        session, ticket, TicketState.CALLED, by=by, now=now, values=values, kind="ticket_called",
        reason=reason, passed=passed,
    )  # fmt: skip


def serve_directly(
    session: Session, desk: Desk, service_code: str, *, language: str, secret: str, by: Officer,
    now: datetime,
) -> Ticket:  # fmt: skip
    """Somebody steps up to a desk without a ticket: counted, and served at once."""
    issued = issue(session, service_code, language=language, secret=secret, by=by, now=now)
    ticket = tickets.by_id(session, issued.id)
    call_this(session, ticket, desk, reason="direct", by=by, now=now)
    tickets.start(session, ticket, by=by, now=now)
    return ticket


def _told(code: str, by: Officer, now: datetime) -> dict[str, object]:
    return {
        "desk": code, "by": by.id, "now": now, "day": business_date(now),
        "not_recorded": OUTCOME_NOT_RECORDED,
        "own": tickets.only_agency(by),
    }  # fmt: skip


def _free(session: Session, code: str, *, by: Officer, now: datetime) -> Place:
    """The desk, with nobody at it any more. Where it raises, the caller rolls back."""
    row = session.execute(FREE_DESK, _told(code, by, now)).one_or_none()
    return _place(session, row, code, by=by, now=now)


def _place(session: Session, row: Any, code: str, *, by: Officer, now: datetime) -> Place:
    if row is None:
        raise NotFound("There is no desk with the code “%(code)s”.", code=code)
    tickets.must_staff(row.agency_id, by)
    if row.pause is not None:
        raise WrongStatus("This desk is closed for a break. Open it first.")
    if row.going_on is not None:
        leaving = tickets.by_id(session, row.going_on)
        session.refresh(leaving)
        visits.go_on(session, leaving, outcome=OUTCOME_NOT_RECORDED, by=by, now=now)
    return Place(row.id, row.code, row.number, row.floor, row.hall_id, row.agency_id, row.hall,
                 row.agency)  # fmt: skip


IN_ORDER = f"""
SELECT t.id FROM ticket t CROSS JOIN LATERAL {RULE.format(agency="t.agency_id")} rule
WHERE t.hall_id = :hall AND t.agency_id = :agency AND t.business_date = :day
  AND t.state = 'waiting'
ORDER BY {URGENT} DESC, {SCORE} DESC, t.rank DESC, t.due_at, t.id LIMIT :most
"""


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


AHEAD = f"""
SELECT place - 1 FROM (
  SELECT id, row_number() OVER () AS place FROM ({IN_ORDER}) line) placed WHERE id = :ticket
"""


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
