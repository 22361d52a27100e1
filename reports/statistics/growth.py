"""A week beside the weeks before it, where there are no earlier years to compare with.

The expected count is the mean of the last eight weeks, moved by what the same topic did elsewhere
in that week: a snowfall that fills every district is the topic's surge, not that of each district.
How far such forecasts of the series have missed so far says how wide chance is here.
"""

from collections.abc import Sequence
from statistics import fmean

from reports.statistics.surges import Expected, negative_binomial

HISTORY_WEEKS = 8
LEAST_WEEKS = 6
"""Below this many weeks nothing is said."""
SMOOTHING = 10.0
"""Cases added to both sides of the move elsewhere, so that a few cases move little."""
FIRST_ERRORS = 4
PRIOR_ERRORS, PRIOR_DISPERSION, MOST_ERROR = 4, 1.5, 9.0
"""A young series starts from a dispersion of 1.5; an old surge counts as a miss of 9 at most."""


def judge(
    counts: Sequence[int], elsewhere: Sequence[int], at: int, *, alpha: float
) -> Expected | None:
    """What the week was to bring; None while the series is younger than six weeks."""
    if at < LEAST_WEEKS:
        return None
    misses = []
    for week in range(FIRST_ERRORS, at):
        mean = forecast(counts, elsewhere, week)
        misses.append(min(MOST_ERROR, (counts[week] - mean) ** 2 / max(mean, 0.5)))
    spread = (sum(misses) + PRIOR_ERRORS * PRIOR_DISPERSION) / (len(misses) + PRIOR_ERRORS)
    mean = forecast(counts, elsewhere, at)
    return negative_binomial(counts[at], mean, max(1.0, spread), alpha)


def forecast(counts: Sequence[int], elsewhere: Sequence[int], at: int) -> float:
    """The mean of the last weeks, moved as the counts elsewhere moved in this week."""
    since = max(0, at - HISTORY_WEEKS)
    moved = (elsewhere[at] + SMOOTHING) / (fmean(elsewhere[since:at]) + SMOOTHING)
    return max(0.05, fmean(counts[since:at]) * moved)
