"""Funnel limits (Spiegelhalter 2005): agencies beside what chance alone would show, never ranked.

Shares are adjusted for the mix of matters: an agency is compared with what the whole city would
have reached with the same matters. Where nearly all matters of a topic are its own, that would be
itself: it is compared with the city's share of all topics there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import fmean

LEVELS = (0.95, 0.998)
FEWEST_OF_OTHERS = 20
"""So many matters of a topic must others have had for the city's share of it to be a measure."""
SIZE_GROUPS = (("large", 1000), ("middle", 100), ("small", 0))
"""By the number of matters that fell due; groups are shown apart."""


@dataclass(frozen=True)
class Adjusted:
    """`value` is observed / expected x the city's share; `expected` counts matters; `alone` are of
    topics that hardly any other agency has.
    """

    cases: int
    observed: int
    expected: float
    value: float
    alone: int


def binomial_limits(target: float, cases: int, level: float) -> tuple[float, float]:
    """The lower and upper limit of a share of so many cases, interpolated between whole counts."""
    tail = (1 - level) / 2
    return _limit(tail, cases, target), _limit(1 - tail, cases, target)


def _limit(chance: float, cases: int, target: float) -> float:
    from scipy.special import bdtr

    low, high = 0, cases
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if bdtr(middle, cases, target) >= chance else (middle + 1, high)
    reached = float(bdtr(low, cases, target))
    below = float(bdtr(low - 1, cases, target)) if low else 0.0
    part = (reached - chance) / (reached - below) if reached > below else 0.0
    return max(0.0, min(1.0, (low - part) / cases))


def is_seldom(target: float, cases: int, value: float, level: float) -> bool:
    """Whether chance shows a count so far out more rarely than the level allows.

    The interpolated limits leave out the outermost count of few cases, even where it is the one to
    be expected: one of one, where nine of ten succeed.
    """
    from scipy.special import bdtr, bdtrc

    tail, count = (1 - level) / 2, round(value * cases)
    above = float(bdtrc(count - 1, cases, target)) if count else 1.0
    return min(above, float(bdtr(count, cases, target))) < tail


def ratio_limits(expected: float, level: float) -> tuple[float, float]:
    """Exact Poisson limits of observed / expected around 1."""
    from scipy.special import chdtri

    tail = (1 - level) / 2
    low = chdtri(2 * expected, 1 - tail) / 2 / expected
    return float(low), float(chdtri(2 * (expected + 1), tail) / 2 / expected)


def ratio_dispersion(
    observed: Sequence[float], expected: Sequence[float], *, trim: float = 0.1
) -> float:
    """Mean of the squared z-scores of log(O/E), the outermost tenth drawn in (winsorised)."""
    z = [log(o / e) * sqrt(e) for o, e in zip(observed, expected, strict=True)]
    return fmean(score**2 for score in winsorised(z, trim))


def winsorised(scores: Sequence[float], trim: float) -> list[float]:
    ordered = sorted(scores)
    cut = int(len(ordered) * trim)
    low, high = ordered[cut], ordered[-1 - cut]
    return [min(max(score, low), high) for score in scores]


def added_variance(scores: Sequence[float], errors: Sequence[float]) -> float:
    """Tau squared: how much agencies differ beyond chance (DerSimonian and Laird)."""
    z = winsorised(scores, 0.1)
    k, phi = len(z), fmean(score**2 for score in z)
    weights = [1 / error**2 for error in errors]
    total = sum(weights)
    room = total - sum(w**2 for w in weights) / total
    return max(0.0, (k * phi - (k - 1)) / room) if phi > 1 and room > 0 else 0.0


def adjust(
    own: Mapping[str, tuple[int, int]], city: Mapping[str, tuple[int, int]]
) -> Adjusted | None:
    """From topic -> (in time, all) of an agency and of the city; None without cases."""
    cases = sum(all_ for _, all_ in own.values())
    whole = sum(all_ for _, all_ in city.values())
    if not cases or not whole:
        return None
    observed = sum(k for k, _ in own.values())
    share = sum(k for k, _ in city.values()) / whole
    lone = {topic for topic, (_, n) in own.items() if city[topic][1] - n < FEWEST_OF_OTHERS}
    expected = sum(
        n * (share if topic in lone else city[topic][0] / city[topic][1])
        for topic, (_, n) in own.items()
    )
    value = min(1.0, observed / expected * share) if expected else 0.0
    return Adjusted(cases, observed, expected, value, sum(own[topic][1] for topic in lone))


def size_group(cases: int) -> str:
    return next(name for name, least in SIZE_GROUPS if cases >= least)
