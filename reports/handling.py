"""How long people wait for the first answer, with those who still wait counted in.

A quantile over answered cases alone flatters a young month, because the slow cases are missing.
The Kaplan-Meier estimate keeps an unanswered case in the reckoning for as long as it was seen.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, start_of
from reports.periods import Period
from reports.survival import Seen, quantile

HOURS_A_DAY = 24
BINS = (1, 3, 5, 10, 15, 30)
"""Upper ends, in elapsed days, of the columns of the distribution; the last column is open."""

SEEN = text("""
SELECT floor(extract(epoch FROM least(first_answer_at, closed_at, :as_of) - received_at) / 3600)
         ::int AS hours,
       coalesce(first_answer_at <= :as_of, false) AS answered, count(*) AS cases
FROM appeal WHERE received_at >= :start AND received_at < :end AND received_at <= :as_of
GROUP BY 1, 2 ORDER BY 1, 2
""")


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    values = {"start": start_of(period.first), "end": after(period.last), "as_of": as_of}
    found = session.execute(SEEN, values).all()
    rows = [Seen(row.hours / HOURS_A_DAY, row.answered, row.cases) for row in found]
    return {
        "median": quantile(rows, 0.5).value,
        "p90": quantile(rows, 0.9).value,
        "bins": distribution(rows),
        "unanswered": sum(row.cases for row in rows if not row.ended),
    }


def distribution(rows: Iterable[Seen]) -> list[int]:
    """Answered cases in each of the bins, and beyond the last."""
    counts = [0] * (len(BINS) + 1)
    for row in rows:
        if row.ended:
            counts[sum(row.span >= end for end in BINS)] += row.cases
    return counts
