"""What is to be expected: tickets of the hall in the next working days.

The same weekday of the last eight weeks, moved by the trend of the last four against the four
before. Days off are left out by the working calendar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies import calendar

WEEKS, DAYS_AHEAD, LEAST_WEEKS = 8, 5, 3
MOST_TREND = 1.25
"""A forecast never moves further than a quarter from what was."""

TICKETS = text("""
SELECT business_date, count(*) AS tickets FROM ticket
WHERE business_date >= :first AND business_date < :today GROUP BY 1 ORDER BY 1
""")


@dataclass(frozen=True)
class Expectation:
    """Between `low` and `high` lie eight of ten such days so far."""

    day: date
    tickets: float
    low: float
    high: float


def expected(session: Session, *, today: date) -> list[Expectation]:
    """The next five working days, today included; a day without three like it is left out."""
    workdays = calendar.workdays(session)
    values = {"first": today - timedelta(weeks=WEEKS), "today": today}
    rows = [
        (row.business_date, row.tickets)
        for row in session.execute(TICKETS, values)
        if workdays.is_working(row.business_date)
    ]
    days = [workdays.on_or_after(today)]
    while len(days) < DAYS_AHEAD:
        days.append(workdays.add(days[-1], 1))
    move = trend(rows, today)
    found = [_of_day(day, [n for past, n in rows if past.weekday() == day.weekday()], move)
             for day in days]  # fmt: skip
    return [each for each in found if each is not None]


def trend(rows: Sequence[tuple[date, int]], today: date) -> float:
    middle = today - timedelta(weeks=WEEKS // 2)
    earlier = [n for day, n in rows if day < middle]
    later = [n for day, n in rows if day >= middle]
    if not earlier or not later or not fmean(earlier):
        return 1.0
    return max(1 / MOST_TREND, min(MOST_TREND, fmean(later) / fmean(earlier)))


def _of_day(day: date, past: Sequence[int], move: float) -> Expectation | None:
    """Half of the trend: the middle of the eight weeks lies four weeks back."""
    if len(past) < LEAST_WEEKS:
        return None
    ordered, half = sorted(past), move**0.5
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    return Expectation(day, median(past) * half, low * half, high * half)
