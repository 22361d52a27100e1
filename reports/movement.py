"""What came, what went, what stayed: the balance of the register, its years and its late cases."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import after, business_date, start_of
from reports.periods import Period, containing

SERIES_MONTHS = 24
LATE = {"1-5": (1, 5), "6-15": (6, 15), "16+": (16, 10_000)}
"""Working days past the term."""

# A case is finished when the final answer was given or it was closed, whichever came first.
FLOW = text("""
SELECT count(*) FILTER (WHERE received_at < :start AND NOT coalesce(done < :start, false))
         AS carried_in,
       count(*) FILTER (WHERE received_at >= :start) AS received,
       count(*) FILTER (WHERE done >= :start AND done < :end) AS finished,
       count(*) FILTER (WHERE NOT coalesce(done < :end, false)) AS carried_out
FROM (SELECT received_at, least(answered_at, closed_at) AS done
      FROM appeal WHERE received_at < :end) AS known
""")

SERIES = text("""
SELECT to_char(timezone('Asia/Almaty', received_at), 'YYYY-MM') AS month, count(*) AS received
FROM appeal WHERE received_at >= :start AND received_at < :end GROUP BY 1
""")

WAYS = text("""
SELECT channel, language, kind, count(*) AS received
FROM appeal WHERE received_at >= :start AND received_at < :end
GROUP BY GROUPING SETS ((channel), (language), (kind))
""")

OUTCOMES = text("""
SELECT outcome, count(*) AS claims
FROM claim WHERE least(answered_at, closed_at) >= :start AND least(answered_at, closed_at) < :end
GROUP BY 1
""")

OVERDUE = text("""
SELECT due_on, count(*) AS cases FROM appeal
WHERE received_at < :end AND closed_at IS NULL AND answered_at IS NULL AND due_on < :today
GROUP BY 1
""")


class OutOfBalance(Exception):
    """What came in and went out does not explain what is there: the report must not be made."""


def flow(session: Session, period: Period) -> dict[str, int]:
    """Carried in + received - finished = carried out; raises OutOfBalance where that fails."""
    found = dict(session.execute(FLOW, _bounds(period)).one()._mapping)  # noqa: SLF001
    expected = found["carried_in"] + found["received"] - found["finished"]
    if expected != found["carried_out"]:
        raise OutOfBalance(f"{period.name}: {expected} expected, {found['carried_out']} open")
    return found


def series(session: Session, period: Period) -> dict[str, int]:
    """Received in each of the 24 months that end with the period's month; 0 where none came."""
    months = [period]
    while len(months) < SERIES_MONTHS:
        months.append(months[-1].before)
    values = {"start": start_of(months[-1].first), "end": after(period.last)}
    found = {row.month: row.received for row in session.execute(SERIES, values)}
    return {month.name: found.get(month.name, 0) for month in reversed(months)}


def year_to_date(session: Session, period: Period) -> dict[str, int]:
    """Received from 1 January to the end of the month, in this year and the two before."""
    years = {}
    for back in range(3):
        first = date(period.first.year - back, 1, 1)
        last = containing(period.first.replace(year=first.year), period.kind).last
        values = {"start": start_of(first), "end": after(last)}
        years[str(first.year)] = sum(row.received for row in session.execute(SERIES, values))
    return years


def ways(session: Session, period: Period) -> dict[str, dict[str, int]]:
    """Received by channel, language and kind of appeal."""
    found: dict[str, dict[str, int]] = {"channel": {}, "language": {}, "kind": {}}
    for row in session.execute(WAYS, _bounds(period)):
        for name, counts in found.items():
            value = getattr(row, name)
            if value is not None:
                counts[value] = row.received
    return found


def outcomes(session: Session, period: Period) -> dict[str, int]:
    """How the claims that were finished in the period ended."""
    return {row.outcome: row.claims for row in session.execute(OUTCOMES, _bounds(period))}


def ageing(session: Session, period: Period, *, as_of: datetime) -> dict[str, int]:
    """Cases without an answer past their term, by working days late."""
    today = business_date(as_of)
    workdays = calendar.workdays(session)
    values = {"end": after(period.last), "today": today}
    late: Counter[str] = Counter()
    for row in session.execute(OVERDUE, values):
        late[_late(max(1, workdays.between(row.due_on, today)))] += row.cases
    return {name: late[name] for name in LATE}


def _late(days: int) -> str:
    return next(name for name, (first, last) in LATE.items() if first <= days <= last)


def _bounds(period: Period) -> dict[str, datetime]:
    return {"start": start_of(period.first), "end": after(period.last)}
