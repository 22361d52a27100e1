"""How often the same persons appealed in a period: so many persons with so many appeals each.

Nobody is named or listed; who writes often does nothing wrong.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.counting import bounds
from reports.periods import Period, PeriodKind

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
TOP = 100
"""One in so many persons is the top; of fewer persons none is told."""
STEPS = (1, 2, 3, 5, 10)
LEAST_PERSONS = 5

COUNTS = text("""
SELECT own.appeals, count(*) AS persons
FROM (SELECT count(*) AS appeals FROM appeal AS a
      JOIN applicant AS p ON p.id = a.applicant_id AND p.iin_index IS NOT NULL
      WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
      GROUP BY p.iin_index) AS own
GROUP BY 1 ORDER BY 1
""")

Spread = list[tuple[int, int]]
"""Appeals of a person in the period, and how many persons had so many; the fewest first."""


def of_period(session: Session, period: Period, *, as_of: datetime) -> Spread:
    rows = session.execute(COUNTS, bounds(period, as_of=as_of))
    return [(row.appeals, row.persons) for row in rows]


def top_share(spread: Spread) -> tuple[int, int] | None:
    """Appeals of the one in a hundred who wrote most, of all appeals of known persons."""
    persons = sum(n for _, n in spread)
    left, found = persons // TOP, 0
    for appeals, n in reversed(spread):
        taken = min(left, n)
        found, left = found + taken * appeals, left - taken
    return (found, sum(k * n for k, n in spread)) if persons >= TOP else None


def grouped(spread: Spread) -> list[tuple[int, int, int, int]]:
    """From, to (0: no end), persons, appeals. What few persons did joins the step before it."""
    ends = [*(step - 1 for step in STEPS[1:]), 0]
    rows = [(low, high, *_sums(spread, low, high)) for low, high in zip(STEPS, ends, strict=True)]
    while len(rows) > 1 and rows[-1][2] < LEAST_PERSONS:
        (low, _, persons, appeals), last = rows[-2], rows[-1]
        rows[-2:] = [(low, 0, persons + last[2], appeals + last[3])]
    return rows


def _sums(spread: Spread, low: int, high: int) -> tuple[int, int]:
    own = [(k, n) for k, n in spread if k >= low and (not high or k <= high)]
    return sum(n for _, n in own), sum(k * n for k, n in own)
