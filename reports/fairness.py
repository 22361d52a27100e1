"""Agencies beside what chance and the mix of their matters would show: a funnel, never a league."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import NormalDist
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.counting import bounds
from reports.facts import CLAIMS
from reports.measures import catalogue, measure
from reports.periods import Period
from reports.statistics import funnel

NARROW, WIDE = funnel.LEVELS
LEAST_AGENCIES = 3
"""With fewer agencies nothing can be said about how much they differ."""


@dataclass(frozen=True)
class Place:
    """One agency: its adjusted share, and the limits that chance alone seldom crosses.

    `wide`: the 99.8 % limits with what agencies differ by anyway; `inside` them is no news; `alone`
    matters could not be adjusted, for hardly any other agency has their topics.
    """

    agency: str
    group: str
    cases: int
    observed: int
    value: float
    low: float
    high: float
    inside: bool
    alone: int = 0

    @property
    def is_adjusted(self) -> bool:
        return self.alone * 2 <= self.cases


@dataclass(frozen=True)
class Funnel:
    target: float
    places: list[Place]
    added_sd: float

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Funnel":
        """From the JSON that a figure set keeps."""
        return cls(**{**kept, "places": [Place(**place) for place in kept["places"]]})


def in_time(session: Session, period: Period, *, as_of: datetime) -> Funnel | None:
    """Answered in time (F21) of every agency, adjusted for its mix of topics."""
    own = _by_agency(session, period, as_of=as_of)
    city: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for topics in own.values():
        for topic, (k, n) in topics.items():
            city[topic] = (city[topic][0] + k, city[topic][1] + n)
    adjusted = {code: funnel.adjust(topics, city) for code, topics in own.items()}
    known = {code: found for code, found in adjusted.items() if found}
    cases = sum(n for _, n in city.values())
    if not cases:
        return None
    target = sum(k for k, _ in city.values()) / cases
    tau = _added(list(known.values()), target)
    places = [_place(code, found, target, tau) for code, found in sorted(known.items())]
    return Funnel(target, places, sqrt(tau))


def _by_agency(
    session: Session, period: Period, *, as_of: datetime
) -> dict[str, dict[str, tuple[int, int]]]:
    counts = catalogue().counts
    known = measure("on_time")
    top, below = counts[known.numerator].where, counts[known.denominator].where
    statement = (
        f"SELECT agency, category, count(*) FILTER (WHERE {top}) AS k, "  # noqa: S608
        f"count(*) FILTER (WHERE {below}) AS n FROM ({CLAIMS}) AS facts "
        "WHERE agency <> '' GROUP BY 1, 2"
    )
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in session.execute(text(statement), bounds(period, as_of=as_of)):
        if row.n:
            found[row.agency][row.category] = (row.k, row.n)
    return found


def _added(known: list[funnel.Adjusted], target: float) -> float:
    if len(known) < LEAST_AGENCIES or not 0 < target < 1:
        return 0.0
    errors = [sqrt(target * (1 - target) / each.cases) for each in known]
    scores = [(each.value - target) / error for each, error in zip(known, errors, strict=True)]
    return funnel.added_variance(scores, errors)


def limits(found: Funnel, cases: int, level: float) -> tuple[float, float]:
    """What so many matters may show by chance, widened by what agencies differ by anyway."""
    return _limits(found.target, cases, level, found.added_sd**2)


def _limits(target: float, cases: int, level: float, tau: float) -> tuple[float, float]:
    low, high = funnel.binomial_limits(target, cases, level) if 0 < target < 1 else (target, target)
    added = NormalDist().inv_cdf((1 + level) / 2) ** 2 * tau
    return (
        max(0.0, target - sqrt((target - low) ** 2 + added)),
        min(1.0, target + sqrt((high - target) ** 2 + added)),
    )


def _place(code: str, found: funnel.Adjusted, target: float, tau: float) -> Place:
    low, high = _limits(target, found.cases, WIDE, tau)
    usual = not (0 < target < 1 and funnel.is_seldom(target, found.cases, found.value, WIDE))
    return Place(
        code, funnel.size_group(found.cases), found.cases, found.observed, found.value, low, high,
        usual or low <= found.value <= high, found.alone,
    )  # fmt: skip
