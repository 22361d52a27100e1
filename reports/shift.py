"""What a day in the hall was like beside its measures: what its bulletin is told from."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import Workdays, business_date, start_of
from agencies.directory import Agency, Hall, Origin
from reports.counting import bounds
from reports.measures import LANGUAGES
from reports.periods import Period, PeriodKind
from reports.statistics import ears
from reports.watch import LEAST_CASES

TOLD_IN = frozenset({PeriodKind.DAILY})
SAME_WEEKDAYS, FEWEST_USUAL = 8, 4
FLAGS = 3
LEAST_SD = 0.5
"""As the watch of the hall has it: seven equal days do not make the eighth a surprise."""

HOURS = text("""
SELECT business_date AS day, extract(hour FROM timezone('Asia/Almaty', issued_at))::int AS hour,
       count(*) AS tickets
FROM ticket WHERE business_date = ANY(CAST(:days AS date[])) GROUP BY 1, 2
""")
DUE_ON = text("""
SELECT coalesce(g.code, 'unknown') AS agency, count(*) AS matters
FROM claim c JOIN appeal a ON a.id = c.appeal_id LEFT JOIN agency g ON g.id = c.agency_id
WHERE c.answered_at IS NULL AND c.closed_at IS NULL AND a.received_at < :end AND c.due_on = :day
GROUP BY 1
""")
DESKS = text("""
SELECT g.code AS agency, count(DISTINCT t.desk_id) AS desks
FROM ticket AS t JOIN agency AS g ON g.id = t.agency_id
WHERE t.business_date = :day AND t.started_at IS NOT NULL GROUP BY 1
""")
DAYS = text("""
SELECT 'tickets' AS sort, g.code AS agency, t.business_date AS day, count(*) AS n
FROM ticket AS t JOIN agency AS g ON g.id = t.agency_id
WHERE t.business_date BETWEEN :first AND :day GROUP BY 2, 3
UNION ALL
SELECT 'received', g.code, timezone('Asia/Almaty', a.received_at)::date, count(*)
FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id JOIN agency AS g ON g.id = x.agency_id
WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of GROUP BY 2, 3
""")
Days = dict[tuple[str, str], dict[date, int]]


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    day, workdays = period.first, calendar.workdays(session)
    tomorrow = workdays.add(min(business_date(as_of), day), 1)
    values = bounds(period, as_of=as_of) | {"day": tomorrow}
    return {
        "hall": _open(session),
        "is_working": workdays.is_working(day),
        "usual_hours": _usual_hours(session, day),
        "tomorrow": tomorrow.isoformat(),
        "due_tomorrow": {row.agency: row.matters for row in session.execute(DUE_ON, values)},
        "short": _short_names(session),
        "desks": {row.agency: row.desks for row in session.execute(DESKS, {"day": day})},
        "flags": _flags(session, period, workdays, as_of),
    }


def _open(session: Session) -> list[str]:
    hall = session.scalars(select(Hall).order_by(Hall.id)).first()
    return [f"{end:%H:%M}" for end in (hall.opens, hall.closes)] if hall else []


def _short_names(session: Session) -> dict[str, dict[str, str]]:
    found = session.scalars(select(Agency).where(Agency.origin == Origin.HALL))
    return {one.code: {c: getattr(one, f"short_{c}") for c in LANGUAGES} for one in found}


def _usual_hours(session: Session, day: date) -> dict[str, list[float]]:
    """Hour -> the low end, the median and the high end of the same weekdays the hall worked on."""
    days = [day - timedelta(weeks=back) for back in range(1, SAME_WEEKDAYS + 1)]
    found: dict[date, dict[int, int]] = defaultdict(dict)
    for row in session.execute(HOURS, {"days": days}):
        found[row.day][row.hour] = row.tickets
    if len(found) < FEWEST_USUAL:
        return {}
    hours = sorted({hour for own in found.values() for hour in own})
    return {str(hour): _band([own.get(hour, 0) for own in found.values()]) for hour in hours}


def _band(values: Sequence[int]) -> list[float]:
    tenths = quantiles(values, n=10, method="inclusive")
    return [round(tenths[0], 1), float(median(values)), round(tenths[-1], 1)]


def _flags(
    session: Session, period: Period, workdays: Workdays, as_of: datetime
) -> dict[str, Any] | None:
    """What lay above its bound of the seven working days before, the furthest first; None where
    the day is none of work, or the days before are not all known.
    """
    day = period.first
    before = [day - timedelta(days=n) for n in range(1, 31)]
    past = [one for one in before if workdays.is_working(one)][: ears.WINDOW][::-1]
    if not workdays.is_working(day) or len(past) < ears.WINDOW:
        return None
    counts = _days(session, period, past[0], as_of)
    judged: Days = {}
    for sort in ("tickets", "received"):
        if all(counts[sort, ""].get(one) for one in past):
            judged |= {name: own for name, own in counts.items() if name[0] == sort}
    found = [row for name, own in judged.items() if (row := _flag(name, own, [*past, day]))]
    found.sort(key=lambda row: (row["bound"] - row["observed"], row["sort"], row["agency"]))
    return {"tested": len(judged), "raised": len(found), "rows": found[:FLAGS]}


def _days(session: Session, period: Period, first: date, as_of: datetime) -> Days:
    """Agency, or '' for all of them together."""
    found: Days = defaultdict(lambda: defaultdict(int))
    values = bounds(period, as_of=as_of) | {
        "first": first, "day": period.first, "start": start_of(first),
    }  # fmt: skip
    for row in session.execute(DAYS, values):
        found[row.sort, row.agency][row.day] += row.n
        found[row.sort, ""][row.day] += row.n
    return found


def _flag(name: tuple[str, str], own: dict[date, int], days: Sequence[date]) -> dict[str, Any]:
    """Empty where the day is as usual."""
    counts = [own.get(one, 0) for one in days]
    bound = ears.c1(counts, least_sd=LEAST_SD)[-1]
    if not bound.crossed or counts[-1] < LEAST_CASES:
        return {}
    return {
        "sort": name[0], "agency": name[1], "observed": counts[-1],
        "usual": round(sum(counts[:-1]) / ears.WINDOW, 1), "bound": int(bound.upper),
    }  # fmt: skip
