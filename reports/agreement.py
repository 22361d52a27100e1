"""How far two people who coded the same cases agree beyond chance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from reports.intervals import Z95


@dataclass(frozen=True)
class Agreement:
    """Cohen's kappa with its 95 % interval; None where chance alone would agree on everything."""

    cases: int
    observed: float
    kappa: float | None
    low: float | None = None
    high: float | None = None


def cohen(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Of the codes of two coders, a pair for each case (Cohen 1960, with his standard error).

    Raises ZeroDivisionError without a pair.
    """
    n = len(pairs)
    observed = sum(first == second for first, second in pairs) / n
    firsts, seconds = (Counter(codes) for codes in zip(*pairs, strict=True))
    by_chance = sum(firsts[code] * seconds[code] for code in firsts) / n**2
    if by_chance == 1:
        return Agreement(n, observed, None)
    kappa = (observed - by_chance) / (1 - by_chance)
    half = Z95 * sqrt(observed * (1 - observed) / n) / (1 - by_chance)
    return Agreement(n, observed, kappa, max(-1.0, kappa - half), min(1.0, kappa + half))
