"""How long people wait for the first answer, with those who still wait counted in.

A quantile over answered cases alone flatters a young month, because the slow cases are missing.
The Kaplan-Meier estimate keeps an unanswered case in the reckoning for as long as it was seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, start_of
from reports.periods import Period

HOURS_A_DAY = 24
BINS = (1, 3, 5, 10, 15, 30)
"""Upper ends, in elapsed days, of the columns of the distribution; the last column is open."""

SEEN = text("""
SELECT floor(extract(epoch FROM coalesce(first_answer_at, closed_at, :as_of) - received_at) / 3600)
         ::int AS hours,
       first_answer_at IS NOT NULL AS answered, count(*) AS cases
FROM appeal WHERE received_at >= :start AND received_at < :end
GROUP BY 1, 2 ORDER BY 1, 2
""")


@dataclass(frozen=True)
class Seen:
    """So many cases were answered after so many hours, or were last seen without an answer."""

    hours: int
    answered: bool
    cases: int


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    values = {"start": start_of(period.first), "end": after(period.last), "as_of": as_of}
    rows = [Seen(*row) for row in session.execute(SEEN, values)]
    return {
        "median": quantile(rows, 0.5),
        "p90": quantile(rows, 0.9),
        "bins": distribution(rows),
        "unanswered": sum(row.cases for row in rows if not row.answered),
    }


def quantile(rows: Iterable[Seen], share: float) -> float | None:
    """Days by which the share of cases has its answer; None while too many still wait."""
    by_hour = sorted(rows, key=lambda row: row.hours)
    at_risk = sum(row.cases for row in by_hour)
    waiting = 1.0
    for hours in sorted({row.hours for row in by_hour}):
        now = [row for row in by_hour if row.hours == hours]
        waiting *= 1 - sum(row.cases for row in now if row.answered) / at_risk
        if waiting <= 1 - share + 1e-12:
            return hours / HOURS_A_DAY
        at_risk -= sum(row.cases for row in now)
    return None


def distribution(rows: Iterable[Seen]) -> list[int]:
    """Answered cases in each of the bins, and beyond the last."""
    counts = [0] * (len(BINS) + 1)
    for row in rows:
        if row.answered:
            days = row.hours / HOURS_A_DAY
            counts[sum(days >= end for end in BINS)] += row.cases
    return counts
