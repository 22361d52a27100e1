"""Farrington flexible (Farrington and others 1996; Noufaily and others 2013) for weekly counts.

The expected count of a week comes from the same season of earlier years and the trend; old surges
are weighted down and the last half year is left out, so that a growing surge does not teach the
model. The bound is the quantile of a negative binomial with that mean ("nbPlugin").
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from reports.statistics import loglinear
from reports.statistics.surges import Expected, negative_binomial

PERIODS = 10
LEFT_OUT_WEEKS = 26
SURGE_RESIDUAL = 2.58
YEARS_OF_A_TREND = 3
LEAST_CASES, LEAST_WEEKS = 5, 4


@dataclass(frozen=True)
class Setting:
    years: int = 4
    half_window: int = 3
    alpha: float = 0.001


def judge(
    weeks: Sequence[date], counts: Sequence[int], at: int, setting: Setting
) -> Expected | None:
    """What the week at the place was to bring; None where fewer than 5 cases came in 4 weeks.

    `weeks` are consecutive Mondays. The caller sees to `setting.years` years and 3 weeks before.
    """
    if sum(counts[at - LEAST_WEEKS + 1 : at + 1]) < LEAST_CASES:
        return None
    season = seasons(weeks, at, setting)
    season[max(0, at - LEFT_OUT_WEEKS) :] = 0
    places = np.flatnonzero(season)
    since = places[0]
    response = np.asarray(counts, float)[places]
    design = _design(places - since, season[places])
    here = _design(np.array([at - since]), np.array([PERIODS]))
    mean, dispersion = _predicted(design, response, here)
    if setting.years < YEARS_OF_A_TREND or mean > response.max():
        flat = np.delete(design, 1, axis=1)
        mean, dispersion = _predicted(flat, response, np.delete(here, 1, axis=1))
    return negative_binomial(counts[at], mean, max(1.0, dispersion), setting.alpha)


def seasons(weeks: Sequence[date], at: int, setting: Setting) -> Any:
    """For each week its part of the year, 1 to 10; 10 is the season of the week judged, 0 none."""
    found = np.zeros(len(weeks), int)
    w = setting.half_window
    found[at - w : at + 1] = PERIODS
    references = [at, *(_same_week(weeks, at, back) for back in range(1, setting.years + 1))]
    for later, place in itertools.pairwise(references):
        found[max(0, place - w) : place + w + 1] = PERIODS
        between = later - 2 * w - 1 - place
        lengths = [between // (PERIODS - 1)] * (PERIODS - 1)
        for extra in range(between % (PERIODS - 1)):
            lengths[extra] += 1
        begins = place + w + 1
        for part, length in enumerate(lengths, start=1):
            found[begins : begins + length] = part
            begins += length
    return found


def _same_week(weeks: Sequence[date], at: int, years_back: int) -> int:
    """The place of the Monday nearest to the same date of an earlier year."""
    day = weeks[at]
    try:
        wanted = day.replace(year=day.year - years_back)
    except ValueError:
        wanted = date(day.year - years_back, 3, 1)
    nearest = weeks[at] - timedelta(weeks=round((day - wanted).days / 7))
    return at - (weeks[at] - nearest).days // 7


def _design(weeks: Any, season: Any) -> Any:
    level = (season[:, None] == np.arange(2, PERIODS + 1)[None, :]).astype(float)
    return np.column_stack([np.ones(len(weeks)), weeks.astype(float), level])


def _predicted(design: Any, response: Any, here: Any) -> tuple[float, float]:
    """The mean of the week judged and the dispersion, after old surges were weighted down."""
    first = loglinear.fit(design, response)
    weights = _weights(response, first)
    second = loglinear.fit(design, response, weights=weights)
    return float(np.exp(here @ second.coefficients)[0]), second.dispersion


def _weights(response: Any, found: loglinear.Fit) -> Any:
    """Anscombe residuals above 2.58 count with their inverse square."""
    mu = found.means
    spread = np.sqrt(max(1.0, found.dispersion) * np.clip(1 - found.leverages, 1e-12, None))
    residual = 1.5 * (response ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu)) / spread
    raw = np.where(residual > SURGE_RESIDUAL, np.maximum(residual, 1e-12) ** -2.0, 1.0)
    return raw * len(response) / raw.sum()
