"""How far chance alone may carry a share, a count, or the difference of two of them."""

from math import sqrt

Z95 = 1.959963984540054


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    p, square = numerator / denominator, Z95**2
    scale = 1 + square / denominator
    centre = p + square / (2 * denominator)
    half = Z95 * sqrt(p * (1 - p) / denominator + square / (4 * denominator**2))
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def newcombe(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    """The 95 % interval of the difference k1/n1 - k2/n2 (Newcombe 1998, method 10)."""
    p1, p2 = k1 / n1, k2 / n2
    (low1, high1), (low2, high2) = wilson(k1, n1), wilson(k2, n2)
    below = sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    above = sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return p1 - p2 - below, p1 - p2 + above


def poisson(count: int, exposure: float = 1.0, *, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a rate, count / exposure (Garwood 1936)."""
    from scipy.special import chdtri

    tail = (1 - level) / 2
    low = chdtri(2 * count, 1 - tail) / 2 if count else 0.0
    return float(low / exposure), float(chdtri(2 * (count + 1), tail) / 2 / exposure)


def rates_differ(k1: int, n1: int, k2: int, n2: int) -> bool:
    """Whether k1/n1 and k2/n2 differ by more than 95 of 100 chance differences (Poisson)."""
    return abs(k1 / n1 - k2 / n2) > Z95 * sqrt(k1 / n1**2 + k2 / n2**2)


def counts_differ(now: int, before: int) -> bool:
    """Whether two counts differ by more than 95 of 100 chance differences (Poisson)."""
    return abs(now - before) > Z95 * sqrt(now + before)
