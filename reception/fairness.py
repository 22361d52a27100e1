"""What past days tell of fairness: waits by class, who was overtaken by whom, when it is full.

Everything is counted from tickets that were called; a visit left open overnight has no service
time. An overtake is a later visitor of the same agency called while the earlier one still waited.
The waits of those who left before a call are unknown and are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

CLASSES = {
    0: "In the general order",
    1: "Booked",
    2: "Out of turn",
    3: "Out of turn, first",
    9: "Emergency",
}
"""Rank of a ticket -> its name for people."""

WAITS = text("""
SELECT rank, count(*) AS called,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS median,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY wait) AS p90,
  max(wait) AS longest, count(*) FILTER (WHERE wait <= :norm) AS within,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY service) AS service
FROM (SELECT rank, extract(epoch FROM called_at - issued_at) / 60 AS wait,
  extract(epoch FROM finished_at - started_at) / 60 AS service
  FROM ticket WHERE business_date BETWEEN :first AND :last AND called_at IS NOT NULL) called
GROUP BY rank ORDER BY rank
""")

OVERTAKES = text("""
SELECT earlier.rank AS of_rank, later.rank AS by_rank, count(*) AS times
FROM ticket earlier JOIN ticket later
  ON later.business_date = earlier.business_date AND later.agency_id = earlier.agency_id
  AND later.issued_at > earlier.issued_at
  AND later.called_at < coalesce(earlier.called_at, earlier.finished_at)
WHERE earlier.business_date BETWEEN :first AND :last
  AND later.business_date BETWEEN :first AND :last
GROUP BY 1, 2 ORDER BY 1, 2
""")

LEFT = text("""
SELECT count(*) FILTER (WHERE state = 'cancelled') AS left_queue,
  count(*) FILTER (WHERE state = 'no_show') AS missed, count(*) AS issued
FROM ticket WHERE business_date BETWEEN :first AND :last
""")

BREACHES = text("""
SELECT count(*) FROM ticket t CROSS JOIN LATERAL (
  SELECT ceiling_min FROM queue_rule
  WHERE (agency_id = t.agency_id OR agency_id IS NULL) AND valid_from <= t.business_date
  ORDER BY agency_id NULLS LAST, valid_from DESC LIMIT 1) rule
WHERE t.business_date BETWEEN :first AND :last
  AND t.called_at > t.due_at + make_interval(mins => rule.ceiling_min)
""")
"""Called later than the ceiling of the rule, which puts a visitor before everybody."""

RATED = text("""
SELECT a.code, count(*) AS rated, avg(r.score)::float8 AS score,
  count(*) FILTER (WHERE r.fault = 'long_wait') AS long_wait,
  count(*) FILTER (WHERE r.fault = 'not_solved') AS not_solved,
  count(*) FILTER (WHERE r.fault NOT IN ('', 'long_wait', 'not_solved')) AS other
FROM visit_rating r JOIN ticket t ON t.id = r.ticket_id JOIN agency a ON a.id = t.agency_id
WHERE t.business_date BETWEEN :first AND :last GROUP BY a.code ORDER BY a.code
""")

HOURS = text("""
SELECT extract(isodow FROM issued_at AT TIME ZONE 'Asia/Almaty')::int AS day,
  extract(hour FROM issued_at AT TIME ZONE 'Asia/Almaty')::int AS hour,
  count(*) AS visitors,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM called_at - issued_at) / 60)
    AS median
FROM ticket WHERE business_date BETWEEN :first AND :last GROUP BY 1, 2 ORDER BY 1, 2
""")

AGENCIES = text("""
SELECT a.code, count(*) AS issued, count(t.called_at) AS called,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.called_at - t.issued_at) / 60)
    AS median,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM t.called_at - t.issued_at) / 60)
    AS p90,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.finished_at - t.started_at) / 60)
    AS service
FROM ticket t JOIN agency a ON a.id = t.agency_id
WHERE t.business_date BETWEEN :first AND :last GROUP BY a.code ORDER BY a.code
""")


@dataclass(frozen=True)
class Waits:
    """Of one class: minutes waited, and how many waited no longer than the norm."""

    rank: int
    called: int
    median: float
    p90: float
    longest: float
    within: int
    service: float | None

    @property
    def share(self) -> float:
        return self.within / self.called if self.called else 1.0


@dataclass(frozen=True)
class Overtakes:
    of_rank: int
    by_rank: int
    times: int


@dataclass(frozen=True)
class Account:
    """The account of a period, both days included."""

    first: date
    last: date
    norm: int
    issued: int
    left: int
    missed: int
    breaches: int
    waits: Sequence[Waits]
    overtakes: Sequence[Overtakes]

    @property
    def called(self) -> int:
        return sum(row.called for row in self.waits)

    @property
    def share(self) -> float | None:
        """Of all called, how many waited no longer than the norm; nothing without a call."""
        return sum(row.within for row in self.waits) / self.called if self.called else None

    @property
    def within_class(self) -> int:
        """Overtakes of one's own class: the rule forbids them, so each has a reason on record."""
        return sum(row.times for row in self.overtakes if row.of_rank == row.by_rank)


def account(session: Session, first: date, last: date, *, norm: int) -> Account:
    span: dict[str, Any] = {"first": first, "last": last}
    waits = session.execute(WAITS, span | {"norm": norm}).mappings()
    counted = session.execute(LEFT, span).one()
    return Account(
        first, last, norm, counted.issued, counted.left_queue, counted.missed,
        session.scalar(BREACHES, span) or 0,
        [Waits(**_plain(row)) for row in waits],
        [Overtakes(**row) for row in session.execute(OVERTAKES, span).mappings()],
    )  # fmt: skip


def hours(session: Session, first: date, last: date) -> dict[tuple[int, int], tuple[int, float]]:
    """(weekday from Monday = 1, hour in Almaty) -> visitors, and their median wait in minutes."""
    rows = session.execute(HOURS, {"first": first, "last": last})
    return {(row.day, row.hour): (row.visitors, float(row.median or 0)) for row in rows}


def by_agency(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    rows = session.execute(AGENCIES, {"first": first, "last": last}).mappings()
    return [_plain(row) for row in rows]


def ratings(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    """What visitors thought, by agency: how many, their mean of five, and what was wrong."""
    rows = session.execute(RATED, {"first": first, "last": last}).mappings()
    return [dict(row) for row in rows]


def _plain(row: Any) -> dict[str, Any]:
    """PostgreSQL's numeric as float: a wait needs no exact decimals."""
    whole = {"rank", "called", "within", "issued", "code"}
    return {
        name: value if name in whole or value is None else float(value)
        for name, value in row.items()
    }
