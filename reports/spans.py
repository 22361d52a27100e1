"""How long cases take in every scope, as rows for the Kaplan-Meier estimate."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import Workdays
from reports.counting import (
    AGENCIES,
    BREAKDOWNS,
    EVERYTHING,
    HALL,
    PARTS,
    Choice,
    bounds,
    condition,
)
from reports.facts import FACTS
from reports.periods import Period
from reports.survival import Seen

HOURS_A_DAY = 24
SPANS = {
    # Elapsed hours from receipt to the first answer of any sort.
    "first_answer": """floor(extract(epoch FROM least(first_answer_at, closed_at, :as_of)
         - received_at) / 3600)::int AS span, NULL::date AS since, NULL::date AS until,
         first_answer_at IS NOT NULL AS ended""",
    # Days between which working days are counted: registration and the final answer.
    "handling": """0 AS span, registered_on AS since,
         coalesce(answered_on, timezone('Asia/Almaty', closed_at)::date, :today) AS until,
         answered_on IS NOT NULL AS ended""",
    # Days between which working days past the term are counted.
    "late": """0 AS span, due_on AS since, greatest(due_on, coalesce(answered_on,
         timezone('Asia/Almaty', closed_at)::date, :today)) AS until,
         answered_on IS NOT NULL AS ended""",
    # Days between which working days are counted that a case was old when the period ended, or now
    # where it goes on: the age of what is open is known, nothing waits.
    "age": """0 AS span, registered_on AS since,
         least(CAST(:today AS date), CAST(:last AS date)) AS until, true AS ended""",
}
CHOSEN = {
    "late": "due_on BETWEEN :first AND :last AND due_on < :today AND NOT withdrawn",
    "age": "NOT coalesce(done_at < :end, false)",
}
"""Whose spans; those of the other two are of what was received in the period."""
Rows = dict[str, list[Seen]]


def of_period(
    session: Session, span: str, period: Period, *, as_of: datetime, only: Choice = EVERYTHING
) -> Rows:
    """Scope -> spans of the cases, in days (`first_answer`) or in working days."""
    workdays = calendar.workdays(session)
    found: Rows = defaultdict(list)
    for facts in ("appeals", "claims"):
        values = bounds(period, as_of=as_of) | only.conditions()
        for row in session.execute(text(statement(facts, span, only)), values):
            for scope in _scopes(facts, row, only):
                found[scope].append(Seen(_days(row, span, workdays), row.ended, row.cases))
    return dict(found)


def statement(facts: str, span: str, only: Choice = EVERYTHING) -> str:
    own = "span, since, until, ended"
    chosen = CHOSEN.get(span, "received_at >= :start")
    sets = ", ".join((f"({own})", *(f"({name}, {own})" for name in BREAKDOWNS)))
    return (
        "SELECT grouping(agency, district, category) AS part, agency, district, category,\n"
        f"{own}, count(*) AS cases\nFROM (SELECT agency, district, category, {SPANS[span]}\n"
        f"FROM ({FACTS[facts]}) AS facts\n{condition(only) or 'WHERE true'}\n"
        f"AND {chosen}) AS spans\nGROUP BY GROUPING SETS ({sets})"
    )


def _scopes(facts: str, row: Row[Any], only: Choice) -> Iterator[str]:
    """Claims speak for agencies; appeals for the rest, unless one agency is asked about."""
    part = PARTS[row.part]
    by_claims = facts == "claims"
    if not part:
        if by_claims:
            yield AGENCIES
        if by_claims == bool(only.agency):
            yield HALL
    elif by_claims == (part == "agency" or bool(only.agency)):
        yield f"{part}:{getattr(row, part)}"


def _days(row: Row[Any], span: str, workdays: Workdays) -> float:
    if span == "first_answer":
        return float(row.span / HOURS_A_DAY)
    return float(max(0, workdays.between(row.since, row.until)))


def query_hash(span: str) -> str:
    texts = "\n".join(statement(facts, span) for facts in ("appeals", "claims"))
    return hashlib.sha256(texts.encode()).hexdigest()
