"""One measure in one scope: its value with its parts, its interval, and what it is beside others.

A share of fewer than 20 cases has no value, only its parts: "7 of 19" is all that can be said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from reports import counting, residents, spans
from reports.counting import EVERYTHING, HALL, Choice
from reports.intervals import counts_differ, newcombe, poisson, rates_differ, wilson
from reports.measures import Measure, catalogue
from reports.periods import Period
from reports.residents import CITY, Residents
from reports.survival import Seen, quantile

SHOWN_FROM = 20
"""Below this many cases a share is written as "k of n": a percentage would say too much."""


class Remark(StrEnum):
    """Why there is no value, or none that may be printed as a share."""

    NONE = ""
    EMPTY = "empty"
    FEW = "few"
    NOT_REACHED = "not_reached"


class Change(StrEnum):
    ROSE = "rose"
    FELL = "fell"
    UNCLEAR = "unclear"
    INCOMPARABLE = "incomparable"


@dataclass(frozen=True)
class Reading:
    """`numerator` of a quantile: cases that ended; `denominator`: all, with those who wait."""

    numerator: float | None
    denominator: int | None
    value: float | None
    low: float | None = None
    high: float | None = None
    remark: Remark = Remark.NONE


Readings = dict[str, dict[str, Reading]]
"""Scope -> code of the measure -> reading."""


def take(
    session: Session, period: Period, *, as_of: datetime, only: Choice = EVERYTHING
) -> Readings:
    """Every measure in every scope where it was counted."""
    numbers = counting.count(session, period, as_of=as_of, only=only)
    waits = {
        span: spans.of_period(session, span, period, as_of=as_of, only=only) for span in spans.SPANS
    }
    scopes = sorted({*numbers, *(scope for rows in waits.values() for scope in rows)})
    people = residents.of_period(session, period, as_of=as_of)
    return {
        scope: dict(_of_scope(scope, numbers.get(scope, {}), waits, _living(people, scope, only)))
        for scope in scopes
    }


def _living(people: Mapping[str, Residents], scope: str, only: Choice) -> int | None:
    """None where a scope is no place, nought where nobody counts those who live there."""
    sort, _, code = scope.partition(":")
    if scope != HALL and sort != "district":
        return None
    place = code or only.district or CITY
    return people[place].count if place in people else 0


def _of_scope(
    scope: str, numbers: Mapping[str, Any], waits: Mapping[str, spans.Rows], living: int | None
) -> Iterator[tuple[str, Reading]]:
    for measure in catalogue().measures.values():
        if measure.over in waits:
            rows = waits[measure.over].get(scope, [])
            yield measure.code, of_total(rows) if measure.total else of_spans(measure, rows)
        elif measure.over:
            if f"{measure.code}_seen" in numbers:
                yield measure.code, _of_minutes(measure, numbers)
        elif measure.is_rate:
            if living is not None:
                yield (
                    measure.code,
                    rate(int(numbers.get(measure.numerator, 0)), living, measure.per),
                )
        elif measure.numerator in numbers:
            yield measure.code, of_counts(measure, numbers)


def of_spans(measure: Measure, rows: list[Seen]) -> Reading:
    """Kaplan-Meier with those who still wait; "not reached" is a value."""
    cases = sum(row.cases for row in rows)
    ended = sum(row.cases for row in rows if row.ended)
    if not cases:
        return Reading(0, 0, None, remark=Remark.EMPTY)
    found = quantile(rows, measure.quantile or 0.5)
    remark = Remark.NOT_REACHED if found.value is None else Remark.NONE
    return Reading(ended, cases, found.value, found.low, found.high, remark)


def of_total(rows: list[Seen]) -> Reading:
    """All days together; its parts are the cases that have any, and all that were looked at."""
    cases = sum(row.cases for row in rows)
    late = sum(row.cases for row in rows if row.span)
    return Reading(late, cases, sum(row.span * row.cases for row in rows))


def _of_minutes(measure: Measure, numbers: Mapping[str, Any]) -> Reading:
    seen, value = numbers[f"{measure.code}_seen"], numbers[measure.code]
    return Reading(seen, seen, value, remark=Remark.NONE if seen else Remark.EMPTY)


def of_counts(measure: Measure, numbers: Mapping[str, Any]) -> Reading:
    numerator = int(numbers[measure.numerator])
    if not measure.is_share:
        return Reading(numerator, None, numerator)
    return share(numerator, int(numbers[measure.denominator]))


def share(numerator: int, denominator: int) -> Reading:
    if not denominator:
        return Reading(numerator, denominator, None, remark=Remark.EMPTY)
    low, high = wilson(numerator, denominator)
    if denominator < SHOWN_FROM:
        return Reading(numerator, denominator, None, low, high, Remark.FEW)
    return Reading(numerator, denominator, numerator / denominator, low, high)


def rate(count: int, living: int, per: int) -> Reading:
    """So many of each `per` residents, with the exact interval of a count."""
    if not living:
        return Reading(count, None, None, remark=Remark.EMPTY)
    low, high = poisson(count, living / per)
    return Reading(count, living, count * per / living, low, high)


def change(measure: Measure, now: Reading, before: Reading) -> Change:
    """Told only where chance would not explain it in 95 of 100 cases."""
    if now.value is None or before.value is None or _are_bare(measure, now, before):
        return Change.INCOMPARABLE
    if _by_chance(measure, now, before):
        return Change.UNCLEAR
    return Change.ROSE if now.value > before.value else Change.FELL


def _by_chance(measure: Measure, now: Reading, before: Reading) -> bool:
    if measure.is_share:
        low, high = newcombe(*_parts(now), *_parts(before))
        return low <= 0 <= high
    if measure.is_rate:
        return not rates_differ(*_parts(now), *_parts(before))
    if measure.total:
        return True  # days of one case come together: no count of independent events
    if measure.quantile is None:
        return not counts_differ(int(now.value or 0), int(before.value or 0))
    return not _apart(now, before)


def _are_bare(measure: Measure, now: Reading, before: Reading) -> bool:
    """Quantiles without an interval: nothing says what chance would explain."""
    return measure.quantile is not None and now.low is None and before.low is None


def _parts(reading: Reading) -> tuple[int, int]:
    return int(reading.numerator or 0), int(reading.denominator or 0)


def _apart(now: Reading, before: Reading) -> bool:
    """Whether two intervals of a quantile have nothing in common; an open end reaches on."""

    def whole(reading: Reading) -> tuple[float, float]:
        low = reading.value if reading.low is None else reading.low
        return float(low or 0), float("inf") if reading.high is None else reading.high

    (low, high), (low_before, high_before) = whole(now), whole(before)
    return low > high_before or high < low_before
