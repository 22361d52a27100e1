"""A week beside the weeks before it, where there are no earlier years to compare with.

The expected count is the level of the last weeks, the newer ones weighing more, moved by what the
same topic did elsewhere in that week: a snowfall that fills every district is the topic's surge,
not that of each district. How far such forecasts of the series have missed so far, on the scale of
ratios, says how wide chance is here. A rise too slow for one week is judged over the last two to
four weeks together by the generalised likelihood ratio.
"""

from collections.abc import Sequence
from math import exp, inf, log, sqrt
from statistics import NormalDist

from reports.statistics.surges import Expected, likelihood_ratio

NORMAL = NormalDist()
LEAST_WEEKS = 6
"""Below this many weeks nothing is said."""
NEWEST = 0.4
"""Weight of the newest week in the level; each older one weighs 0.6 of the next."""
FOLLOWED = 0.8
"""How far a series follows what its topic does elsewhere: the exponent of that move."""
SMOOTHING = 10.0
"""Cases added to both sides of the move elsewhere, so that a few cases move little."""
FIRST_ERRORS = 4
HALF_LIFE_WEEKS = 6
PRIOR_ERRORS, PRIOR_VARIANCE, LEAST_VARIANCE, MOST_ERROR = 30, 0.1, 0.01, 9.0
"""A young series is taken to miss by a third beyond chance (variance 0.1 of the logarithm)."""
RISE_WEEKS = (2, 4)
HALF = 0.5
"""Added to both counts before the logarithm."""
LEAST_CHANCE = 1e-12


def judge(
    counts: Sequence[int], elsewhere: Sequence[int], at: int, *, alpha: float
) -> Expected | None:
    """What the week was to bring; None while the series is younger than six weeks."""
    if at < LEAST_WEEKS:
        return None
    means = forecasts(counts, elsewhere, at)
    variance = own_variance(counts, means, at)
    told = Expected(counts[at], means[at], 1 + means[at] * variance, 0, 1.0)
    return bounded(told, alpha, chance(counts[at], means[at], 1 + means[at] * variance))


def judge_rise(
    counts: Sequence[int], elsewhere: Sequence[int], at: int, *, alpha: float
) -> Expected | None:
    """The last two to four weeks together, whichever stand out most, beside those before them."""
    least, most = RISE_WEEKS
    since = at - most + 1
    if since < LEAST_WEEKS:
        return None
    variance = own_variance(counts, forecasts(counts, elsewhere, since), since)
    best: Expected | None = None
    for begun in range(since, at - least + 2):
        told = _lasting(counts, elsewhere, begun, at, variance)
        best = told if best is None or told.p < best.p else best
    return bounded(best, alpha, best.p) if best else None


def _lasting(
    counts: Sequence[int], elsewhere: Sequence[int], begun: int, at: int, variance: float
) -> Expected:
    level = forecasts(counts, elsewhere, begun, moved=False)[begun]
    own = counts[begun : at + 1]
    means = [max(0.05, level * _move(elsewhere, begun, week)) for week in range(begun, at + 1)]
    came, mean = sum(own), sum(means)
    spread = 1 + mean * variance / len(own)
    ratio, _ = likelihood_ratio([came], [mean], limit=inf)[0]
    return Expected(came, mean, spread, 0, max(LEAST_CHANCE, NORMAL.cdf(-sqrt(2 * ratio / spread))))


def bounded(told: Expected, alpha: float, p: float) -> Expected:
    """The same with the bound that chance crosses once in 1 / alpha."""
    width = sqrt(told.dispersion / (told.mean + HALF))
    bound = (told.mean + HALF) * exp(-NORMAL.inv_cdf(alpha) * width) - HALF
    return Expected(told.observed, told.mean, told.dispersion, int(max(0.0, bound)), p)


def chance(count: int, mean: float, dispersion: float) -> float:
    """Of so many or more: the logarithm of the ratio is taken as normal."""
    score = log((count + HALF) / (mean + HALF)) / sqrt(dispersion / (mean + HALF))
    return max(LEAST_CHANCE, NORMAL.cdf(-score))


def forecasts(
    counts: Sequence[int], elsewhere: Sequence[int], until: int, *, moved: bool = True
) -> list[float]:
    """For each week up to `until`, from the weeks before it; the first has none and is its own."""
    level, rest, weight = float(counts[0]), float(elsewhere[0]), 1.0
    found = [level]
    for week in range(1, until + 1):
        move = ((elsewhere[week] + SMOOTHING) / (rest / weight + SMOOTHING)) ** FOLLOWED
        found.append(max(0.05, level / weight * (move if moved else 1.0)))
        level = level * (1 - NEWEST) + counts[week]
        rest = rest * (1 - NEWEST) + elsewhere[week]
        weight = weight * (1 - NEWEST) + 1.0
    return found


def _move(elsewhere: Sequence[int], begun: int, week: int) -> float:
    rest = forecasts(elsewhere, elsewhere, begun, moved=False)[begun]
    return float(((elsewhere[week] + SMOOTHING) / (rest + SMOOTHING)) ** FOLLOWED)


def own_variance(counts: Sequence[int], means: Sequence[float], at: int) -> float:
    """Of the logarithm of what came over what was forecast, beyond Poisson's chance."""
    total, weights = PRIOR_ERRORS * PRIOR_VARIANCE, float(PRIOR_ERRORS)
    for week in range(FIRST_ERRORS, at):
        weight = 0.5 ** ((at - 1 - week) / HALF_LIFE_WEEKS)
        miss = log((counts[week] + HALF) / (means[week] + HALF)) ** 2
        total += weight * (min(miss, MOST_ERROR) - 1 / (means[week] + HALF))
        weights += weight
    return max(LEAST_VARIANCE, total / weights)
