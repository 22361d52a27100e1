"""The course of a proposal's matter, frozen with its evidence: what each month was to bring by the
months before it, and how many appeals came from each district in each quarter.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import Workdays, start_of
from reports import periods, prospects
from reports.periods import Period, PeriodKind
from reports.scope import PERSON, SCOPE

MONTHS_BEFORE = 24
"""From which the usual course of the matter is learned."""

MONTHS = f"""
SELECT to_char(timezone('Asia/Almaty', a.received_at), 'YYYY-MM') AS month,
       count(DISTINCT a.id) AS appeals {SCOPE} GROUP BY 1
"""
QUARTERS = f"""
SELECT to_char(timezone('Asia/Almaty', a.received_at), 'YYYY-"Q"Q') AS quarter,
       coalesce(d.code, 'unknown') AS district,
       count(DISTINCT a.id) AS appeals, count(DISTINCT {PERSON}) AS persons
{SCOPE} GROUP BY 1, 2 ORDER BY 1, 2
"""


def of(session: Session, values: dict[str, Any], first: date, last: date) -> dict[str, Any]:
    """`expected`: month -> expected, low, high; months that nothing could be expected of are left
    out. `quarters`: quarter -> district -> appeals and persons. `values` are those of the scope.
    """
    return {
        "expected": _expected(session, values, first, last),
        "quarters": _quarters(session, values),
    }


def _quarters(session: Session, values: dict[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in session.execute(_bound(QUARTERS), _known(values)):
        own = {"appeals": row.appeals, "persons": row.persons}
        found.setdefault(row.quarter, {})[row.district] = own
    return found


def _expected(
    session: Session, values: dict[str, Any], first: date, last: date
) -> dict[str, list[float]]:
    """Only of months that the evidence has from their first day on."""
    last = min(last, values["today"])
    months = _months(first, last)
    counted = session.execute(_bound(MONTHS), _known(values) | {"start": start_of(months[0].first)})
    counts = {row.month: row.appeals for row in counted}
    workdays = calendar.workdays(session)
    told = prospects.course(
        [month.name for month in months], [counts.get(month.name, 0) for month in months],
        [_working(workdays, month, last) for month in months],
        since=next(month.name for month in months if month.last >= first),
    )  # fmt: skip
    return {
        one.month: [round(n, 1) for n in (one.expected, one.low, one.high)]
        for one in told
        if one.low is not None and one.high is not None
        and periods.parse(one.month).first >= first
    }  # fmt: skip


def _months(first: date, last: date) -> list[Period]:
    """Those of the evidence and so many before, the oldest first."""
    found = [periods.containing(last, PeriodKind.MONTHLY)]
    while found[-1].first > first:
        found.append(found[-1].before)
    for _ in range(MONTHS_BEFORE):
        found.append(found[-1].before)
    return found[::-1]


def _working(workdays: Workdays, month: Period, last: date) -> int:
    days = (min(month.last, last) - month.first).days + 1
    return sum(workdays.is_working(month.first + timedelta(days=n)) for n in range(days))


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "today"}


def _bound(query: str) -> Any:
    lists: Sequence[Any] = [bindparam(name, expanding=True) for name in ("subjects", "agencies")]
    return text(query).bindparams(*lists)
