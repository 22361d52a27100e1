"""Interrupted time series: did appeals about a matter become fewer when the law changed?

Lopez Bernal, Cummins, Gasparrini (2017), doi 10.1093/ije/dyw098: the level before and after the
change, over a trend and two waves of the year. With a comparison series that the law did not touch,
the ratio is that of the two steps, so that what happened to the whole city drops out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, exp, pi, sin

from reports import regression
from reports.regression import Interval, NoFit

LEAST_MONTHS = 12
"""On each side of the change; with fewer the answer is that nothing can be told."""
NEGLIGIBLE = (0.8, 1.25)
POWER_80 = 0.8416212335729143
YEAR = 12


class Effect(StrEnum):
    FELL = "fell"
    ROSE = "rose"
    NO_CLEAR_CHANGE = "no_clear_change"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Series:
    """Counts a month, oldest first, with what they are counted over (residents, or 1)."""

    counts: Sequence[float]
    exposures: Sequence[float]


@dataclass(frozen=True)
class Finding:
    effect: Effect
    step: Interval | None
    alike_months: Interval | None
    dispersion: float | None
    months: int
    compared: bool


def study(
    series: Series,
    *,
    change: int,
    left_out: int = 0,
    control: Series | None = None,
    seasonal: bool = True,
) -> Finding:
    """`change` is the place of the first month under the new law; the `left_out` months from it on
    belong to neither side.
    """
    kept = [t for t in range(len(series.counts)) if not change <= t < change + left_out]
    before, after = sum(t < change for t in kept), sum(t >= change for t in kept)
    if min(before, after) < LEAST_MONTHS:
        return Finding(Effect.CANNOT_TELL, None, None, None, len(kept), control is not None)
    try:
        found, place = _fit(series, control, kept, change, seasonal=seasonal)
    except NoFit:
        return Finding(Effect.CANNOT_TELL, None, None, None, len(kept), control is not None)
    step, alike = found.ratio(place), found.ratio_of_alike_months(place)
    return Finding(
        class_of(step), step, alike, found.dispersion, len(kept), control is not None
    )  # fmt: skip


def class_of(step: Interval) -> Effect:
    if step.high < 1:
        return Effect.FELL
    if step.low > 1:
        return Effect.ROSE
    least, most = NEGLIGIBLE
    within = least <= step.low and step.high <= most
    return Effect.NO_CLEAR_CHANGE if within else Effect.CANNOT_TELL


def smallest_seen(series: Series, *, months_after: int = YEAR) -> float | None:
    """The ratio that a study of so many further months would find in 8 of 10 cases.

    From the months before the change alone, so that it can be stated before the law changes.
    """
    months = len(series.counts)
    try:
        before = regression.fit(
            series.counts, [_row(t, -1, seasonal=True) for t in range(months)], series.exposures
        )
    except NoFit:
        return None
    ahead = [_row(t, months, seasonal=True) for t in range(months + months_after)]
    level = [*before.coefficients[:2], 0.0, *before.coefficients[2:]]
    weights = [exp(sum(x * b for x, b in zip(row, level, strict=True))) for row in ahead]
    mean = sum(series.exposures) / months
    try:
        bread = regression.inverse(regression.weighted(ahead, [mean * w for w in weights]))
    except NoFit:
        return None
    error = (bread[2][2] * max(1.0, before.dispersion)) ** 0.5
    return exp(-(regression.Z95 + POWER_80) * error)


def _fit(
    series: Series, control: Series | None, kept: Sequence[int], change: int, *, seasonal: bool
) -> tuple[regression.Fit, int]:
    design = [_row(t, change, seasonal=seasonal) for t in kept]
    counts = [series.counts[t] for t in kept]
    exposures = [series.exposures[t] for t in kept]
    if control is None:
        return regression.fit(counts, design, exposures), 2
    # The comparison first; the matter's own level, trend and step are what it differs by.
    own = [[*row, 1.0, row[1], row[2]] for row in design]
    rest = [[*row, 0.0, 0.0, 0.0] for row in design]
    both = regression.fit(
        [*(control.counts[t] for t in kept), *counts],
        [*rest, *own],
        [*(control.exposures[t] for t in kept), *exposures],
    )
    return both, len(own[0]) - 1


def _row(t: int, change: int, *, seasonal: bool) -> list[float]:
    """Constant, trend, step; then two waves a year. `change` of -1 leaves the step out."""
    row = [1.0, t / YEAR]
    if change >= 0:
        row.append(float(t >= change))
    if seasonal:
        for wave in (1, 2):
            angle = 2 * pi * wave * t / YEAR
            row += [sin(angle), cos(angle)]
    return row
