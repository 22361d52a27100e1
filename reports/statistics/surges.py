"""What a week was to bring, how far it went beyond, and which of many alarms to believe."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log


@dataclass(frozen=True)
class Expected:
    """`bound` is crossed when more came; `p`: the chance of so many or more if nothing changed."""

    observed: int
    mean: float
    dispersion: float
    bound: int
    p: float

    @property
    def crossed(self) -> bool:
        return self.observed > self.bound

    @property
    def exceedance(self) -> float:
        """1.0 lies on the bound, 0.0 on the mean."""
        room = self.bound - self.mean
        return (self.observed - self.mean) / room if room > 0 else inf


def negative_binomial(observed: int, mean: float, dispersion: float, alpha: float) -> Expected:
    """Variance = dispersion x mean; with a dispersion of 1 it is Poisson's distribution."""
    mean = max(mean, 1e-9)
    bound = int(mean)
    while bound and at_least(bound, mean, dispersion) <= alpha:
        bound -= 1
    while at_least(bound + 1, mean, dispersion) > alpha:
        bound += 1
    p = at_least(observed, mean, dispersion)
    return Expected(observed, mean, dispersion, bound, p)


def at_least(count: int, mean: float, dispersion: float) -> float:
    """The chance of `count` or more."""
    from scipy.special import betainc, gammainc

    if count <= 0:
        return 1.0
    if dispersion <= 1 + 1e-9:
        return float(gammainc(count, mean))
    size = mean / (dispersion - 1)
    return float(betainc(count, size, 1 - 1 / dispersion))


def believed(chances: Sequence[float], *, rate: float = 0.1) -> list[bool]:
    """Benjamini and Hochberg (1995): at most this share of the believed alarms is false."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    last = 0
    for rank, at in enumerate(order, start=1):
        if chances[at] <= rate * rank / len(chances):
            last = rank
    trusted = set(order[:last])
    return [at in trusted for at in range(len(chances))]


def likelihood_ratio(
    counts: Sequence[float], means: Sequence[float], *, limit: float = 5.0
) -> list[tuple[float, bool]]:
    """GLR of Poisson counts for a lasting rise; begins anew after each alarm.

    GLR(n) = max over k of [kap S - (e^kap - 1) M], S and M the sums from k to n of the counts and
    of the expected counts, kap = max(0, ln(S/M)).
    """
    found = []
    since = 0
    for n in range(len(counts)):
        best = s = m = 0.0
        for k in range(n, since - 1, -1):
            s, m = s + counts[k], m + means[k]
            best = max(best, s * log(s / m) - s + m) if s > m > 0 else best
        crossed = best >= limit
        found.append((best, crossed))
        if crossed:
            since = n + 1
    return found
