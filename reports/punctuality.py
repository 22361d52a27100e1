"""The share answered in time (F21) step by step: of the hall and of every agency.

The weekly edition goes by weeks, all others by months; the last step ends with the period, or holds
the day of counting. The hall counts appeals, an agency its matters, as F21 does.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import business_date, start_of
from reports import periods
from reports.counting import bounds
from reports.periods import Period, PeriodKind

STEPS = {PeriodKind.WEEKLY: (PeriodKind.WEEKLY, 26)}
OTHERWISE = (PeriodKind.MONTHLY, 24)
NOT_TOLD_IN = PeriodKind.DAILY
LONGEST = timedelta(days=400)
"""No term is longer: older appeals need not be looked at."""

# What falls due in the steps, as the measure on_time counts it.
_SHARE = """
count(*) AS cases, count(*) FILTER (WHERE CASE WHEN x.answered_at <= :as_of
  THEN timezone('Asia/Almaty', x.answered_at)::date END <= x.due_on) AS in_time
"""
_DUE = """
x.due_on BETWEEN :first AND :last AND x.due_on < :today AND a.received_at <= :as_of
  AND a.received_at >= :since
  AND NOT (x.status IN ('withdrawn', 'merged') AND coalesce(x.closed_at <= :as_of, false))
"""
HALL = text(
    "SELECT date_trunc(:unit, x.due_on)::date AS step, '' AS agency,"  # noqa: S608
    f" {_SHARE} FROM appeal AS a JOIN appeal AS x ON x.id = a.id WHERE {_DUE} GROUP BY 1"
)
AGENCIES = text(
    "SELECT date_trunc(:unit, x.due_on)::date AS step, agency.code AS agency,"  # noqa: S608
    f" {_SHARE} FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id"
    f" JOIN agency ON agency.id = x.agency_id WHERE {_DUE} GROUP BY 1, 2"
)


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    """`steps`: their names, the oldest first; `counts`: agency, or '' for the hall, to [k, n]."""
    steps = steps_of(period, until=business_date(as_of))
    values = bounds(period, as_of=as_of) | {
        "unit": "week" if steps[-1].kind is PeriodKind.WEEKLY else "month",
        "first": steps[0].first, "last": steps[-1].last,
    }  # fmt: skip
    values["since"] = start_of(steps[0].first - LONGEST)
    places = {step.first: place for place, step in enumerate(steps)}
    counts: dict[str, list[list[int]]] = {"": [[0, 0] for _ in steps]}
    statements = [HALL, AGENCIES] if period.kind is PeriodKind.WEEKLY else [HALL]
    for statement in statements:
        for row in session.execute(statement, values):
            own = counts.setdefault(row.agency, [[0, 0] for _ in steps])
            own[places[row.step]] = [row.in_time, row.cases]
    return {"steps": [step.name for step in steps], "counts": dict(sorted(counts.items()))}


def steps_of(period: Period, *, until: date) -> list[Period]:
    kind, count = STEPS.get(period.kind, OTHERWISE)
    steps = [periods.containing(min(period.last, until), kind)]
    while len(steps) < count:
        steps.append(steps[-1].before)
    return steps[::-1]
