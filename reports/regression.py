"""Poisson regression for counts a month, with the spread that real counts have.

Small and exact on purpose: the same numbers give the same digits on every machine. Standard errors
are quasi-Poisson (scaled by the Pearson dispersion); those of Newey and West allow neighbouring
months to be alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

ROUNDS, CLOSE_ENOUGH = 100, 1e-12
Z95 = 1.959963984540054
Matrix = list[list[float]]


class NoFit(Exception):
    """The counts do not determine the coefficients: too few months, or nothing but zeros."""


@dataclass(frozen=True)
class Interval:
    """A ratio with the interval that holds the truth in 95 of 100 such studies."""

    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    coefficients: list[float]
    bread: Matrix
    """Inverse of the information, before the dispersion."""
    dispersion: float
    means: list[float]
    counts: Sequence[float]
    design: Sequence[Sequence[float]]

    def ratio(self, place: int) -> Interval:
        error = sqrt(self.bread[place][place] * self.dispersion)
        return self._interval(place, error)

    def ratio_of_alike_months(self, place: int, *, lag: int = 3) -> Interval:
        """With errors of Newey and West, for months that resemble their neighbours."""
        return self._interval(place, sqrt(self._sandwich(lag)[place][place]))

    def standard_error(self, place: int) -> float:
        return sqrt(self.bread[place][place] * self.dispersion)

    def _interval(self, place: int, error: float) -> Interval:
        value = self.coefficients[place]
        return Interval(exp(value), exp(value - Z95 * error), exp(value + Z95 * error))

    def _sandwich(self, lag: int) -> Matrix:
        rows = range(len(self.counts))
        pulls = [
            [x * (self.counts[t] - self.means[t]) for x in self.design[t]] for t in rows
        ]  # fmt: skip
        meat = _outer(pulls, pulls)
        for step in range(1, lag + 1):
            apart = _outer(pulls[step:], pulls[:-step])
            weight = 1 - step / (lag + 1)
            size = range(len(meat))
            meat = [[meat[i][j] + weight * (apart[i][j] + apart[j][i]) for j in size] for i in size]
        return _times(_times(self.bread, meat), self.bread)


def fit(
    counts: Sequence[float], design: Sequence[Sequence[float]], exposures: Sequence[float]
) -> Fit:
    """Iteratively reweighted least squares for `log mean = log exposure + design . b`.

    The first column of the design is the constant. Raises NoFit.
    """
    if len(counts) <= len(design[0]) or not sum(counts):
        raise NoFit("too few months, or no cases at all")
    b = [0.0] * len(design[0])
    b[0] = log(sum(counts) / sum(exposures))
    for _ in range(ROUNDS):
        means = _means(design, b, exposures)
        bread = inverse(weighted(design, means))
        pull = [
            sum(row[j] * (y - m) for row, y, m in zip(design, counts, means, strict=True))
            for j in range(len(b))
        ]
        step = [sum(bread[i][j] * pull[j] for j in range(len(b))) for i in range(len(b))]
        b = [value + change for value, change in zip(b, step, strict=True)]
        if max(map(abs, step)) < CLOSE_ENOUGH:
            break
    means = _means(design, b, exposures)
    spread = sum((y - m) ** 2 / m for y, m in zip(counts, means, strict=True))
    dispersion = spread / (len(counts) - len(b))
    return Fit(b, inverse(weighted(design, means)), dispersion, means, counts, design)


def _means(
    design: Sequence[Sequence[float]], b: Sequence[float], exposures: Sequence[float]
) -> list[float]:
    """Held inside what a float can hold, so that a wild step is mended by the next."""
    return [
        e * exp(max(-50.0, min(50.0, sum(x * c for x, c in zip(row, b, strict=True)))))
        for row, e in zip(design, exposures, strict=True)
    ]


def weighted(design: Sequence[Sequence[float]], weights: Sequence[float]) -> Matrix:
    size = range(len(design[0]))
    return [
        [sum(w * row[i] * row[j] for row, w in zip(design, weights, strict=True)) for j in size]
        for i in size
    ]


def _outer(left: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> Matrix:
    size = range(len(left[0]))
    return [
        [sum(a[i] * b[j] for a, b in zip(left, right, strict=True)) for j in size] for i in size
    ]


def _times(left: Matrix, right: Matrix) -> Matrix:
    size = range(len(left))
    return [[sum(left[i][k] * right[k][j] for k in size) for j in size] for i in size]


def inverse(matrix: Matrix) -> Matrix:
    """By elimination with the largest pivot. Raises NoFit for a matrix without an inverse."""
    size = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for place in range(size):
        best = max(range(place, size), key=lambda i: abs(rows[i][place]))
        if abs(rows[best][place]) < CLOSE_ENOUGH:
            raise NoFit("the months cannot tell these effects apart")
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place][place]
        rows[place] = [value / pivot for value in rows[place]]
        for other in range(size):
            if other != place and rows[other][place]:
                share = rows[other][place]
                rows[other] = [
                    value - share * own for value, own in zip(rows[other], rows[place], strict=True)
                ]
    return [row[size:] for row in rows]
