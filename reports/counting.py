"""Numbers of a period for the hall, each agency, district and topic: one statement for each facts.

The hall counts an appeal once. An agency counts its claims, so the agencies together may count
more than the hall: both totals are kept, `hall` and `agencies`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, business_date, start_of
from reports.facts import FACTS
from reports.measures import Count, Measure, catalogue
from reports.periods import Period

HALL, AGENCIES = "hall", "agencies"
BREAKDOWNS = ("agency", "district", "category")
SPANS = {"wait": "wait_min", "service": "service_min"}
"""Distributions that are known once a ticket has its moments: nobody in them still waits."""

Numbers = dict[str, dict[str, Any]]
"""Scope (`hall`, `agencies`, `agency:housing`, `district:medeu`, `category:03`) -> numbers."""


@dataclass(frozen=True)
class Choice:
    """A part of the register: what the filters of a dashboard ask for."""

    agency: str = ""
    district: str = ""
    category: str = ""

    def conditions(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in BREAKDOWNS if getattr(self, name)}


EVERYTHING = Choice()


def count(
    session: Session, period: Period, *, as_of: datetime, only: Choice = EVERYTHING
) -> Numbers:
    """Every count of the catalogue in every scope, as known at `as_of`."""
    found: Numbers = defaultdict(dict)
    for facts in FACTS:
        for row in _rows(session, facts, period, as_of=as_of, only=only):
            for scope, sort in _scopes(facts, row, only):
                found[scope] |= _wanted(row, sort)
    return dict(found)


def _rows(
    session: Session, facts: str, period: Period, *, as_of: datetime, only: Choice
) -> list[dict[str, Any]]:
    values = bounds(period, as_of=as_of) | only.conditions()
    found = session.execute(text(statement(facts, only)), values)
    return [dict(row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's own way


def bounds(period: Period, *, as_of: datetime) -> dict[str, Any]:
    return {
        "start": start_of(period.first),
        "end": after(period.last),
        "first": period.first,
        "last": period.last,
        "as_of": as_of,
        "today": business_date(as_of),
    }


def statement(facts: str, only: Choice = EVERYTHING) -> str:
    """Rows `part, agency, district, category` and a column for each count over these facts."""
    columns = [f"{_aggregate(each)} AS {each.code}" for each in counts_over(facts)]
    columns += [_spread(each) for each in catalogue().measures.values() if _is_over(facts, each)]
    return (
        "SELECT grouping(agency, district, category) AS part, agency, district, category,\n"
        + ",\n".join(columns)
        + f"\nFROM ({FACTS[facts]}) AS facts\n{condition(only)}"
        + "GROUP BY GROUPING SETS ((), (agency), (district), (category))"
    )


def condition(only: Choice) -> str:
    wanted = " AND ".join(f"{name} = :{name}" for name in only.conditions())
    return f"WHERE {wanted}\n" if wanted else ""


def counts_over(facts: str) -> list[Count]:
    """Claims answer for the counts of appeals too: these are the numbers of an agency."""
    sorts = ("appeals", "claims") if facts == "claims" else (facts,)
    return [each for each in catalogue().counts.values() if each.of in sorts]


def _aggregate(each: Count) -> str:
    if each.sum:
        return f"coalesce(sum({each.sum}) FILTER (WHERE {each.where}), 0)"
    what = f"DISTINCT {each.distinct}" if each.distinct else "*"
    return f"count({what}) FILTER (WHERE {each.where})"


def _is_over(facts: str, measure: Measure) -> bool:
    return facts == "tickets" and measure.over in SPANS


def _spread(measure: Measure) -> str:
    span = SPANS[measure.over]
    return (
        f"percentile_cont({measure.quantile}) WITHIN GROUP (ORDER BY {span}) AS {measure.code},"
        f" count({span}) AS {measure.code}_seen"
    )


PARTS = {7: "", 3: "agency", 5: "district", 6: "category"}
"""PostgreSQL sets a bit for each column that a row is not grouped by."""


def _scopes(facts: str, row: Mapping[str, Any], only: Choice) -> Iterable[tuple[str, str]]:
    """Where a row belongs, and whose counts it brings there (`''`: all of them)."""
    part = PARTS[row["part"]]
    if facts == "claims":
        if not part:
            return [(AGENCIES, ""), (HALL, "" if only.agency else "claims")]
        sort = "" if part == "agency" or only.agency else "claims"
        return [(f"{part}:{row[part]}", sort)]
    if facts == "appeals" and (part == "agency" or only.agency):
        return []
    if not part:
        return [(HALL, ""), *([(AGENCIES, "")] if facts in ("steps", "tickets") else [])]
    if facts == "tickets" and part != "agency":
        return []
    return [(f"{part}:{row[part]}", "")]


def _wanted(row: Mapping[str, Any], sort: str) -> dict[str, Any]:
    known = catalogue().counts
    left_out = {"part", *BREAKDOWNS}
    return {
        name: value
        for name, value in row.items()
        if name not in left_out and (not sort or known[name].of == sort)
    }


def query_hash(facts: str) -> str:
    """Names the way of counting: it changes with the text of the statement."""
    return hashlib.sha256(statement(facts).encode()).hexdigest()
