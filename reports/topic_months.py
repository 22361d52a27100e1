"""Appeals received month by month, by topic of the first level, with the working days of each."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import Workdays, after, business_date, start_of
from reports import periods
from reports.periods import Period, PeriodKind

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
MONTHS = 60

COUNTS = text("""
SELECT to_char(timezone('Asia/Almaty', a.received_at), 'YYYY-MM') AS month,
       coalesce(above.code, topic.code, '') AS topic, count(*) AS cases
FROM appeal AS a
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
GROUP BY 1, 2
""")


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    """Months that are over, from the first that had any appeal to the last of the period; and the
    month after it. `topics`: code, '' for unknown, to its counts. `so_far`: what that next month
    has brought where it belongs to the period and goes on, or None.
    """
    today = business_date(as_of)
    months = _months(period, today=today)
    found = _counts(session, months[0], months[-1], as_of)
    begun = min((min(own) for own in found.values()), default="9999")
    known = [month for month in months if month.name >= begun]
    coming = periods.containing(months[-1].last + timedelta(days=1), PeriodKind.MONTHLY)
    newest = (
        _counts(session, coming, coming, as_of) if coming.first <= min(period.last, today) else None
    )
    workdays = calendar.workdays(session)
    return {
        "months": [month.name for month in known],
        "days": [_working(workdays, month) for month in known],
        "next": coming.name,
        "next_days": _working(workdays, coming),
        "so_far": None if newest is None else sum(own[coming.name] for own in newest.values()),
        "topics": {
            topic: [own.get(month.name, 0) for month in known]
            for topic, own in sorted(found.items())
        },
    }


def _counts(
    session: Session, first: Period, last: Period, as_of: datetime
) -> dict[str, dict[str, int]]:
    """By topic and month."""
    values = {"start": start_of(first.first), "end": after(last.last), "as_of": as_of}
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(COUNTS, values):
        found.setdefault(row.topic, {})[row.month] = row.cases
    return found


def _months(period: Period, *, today: date) -> list[Period]:
    """The oldest first; one that is still going on is not among them."""
    last = periods.containing(min(period.last, today), PeriodKind.MONTHLY)
    months = [last if last.last < today else last.before]
    while len(months) < MONTHS:
        months.append(months[-1].before)
    return months[::-1]


def _working(workdays: Workdays, month: Period) -> int:
    days = (month.last - month.first).days + 1
    return sum(workdays.is_working(month.first + timedelta(days=n)) for n in range(days))
