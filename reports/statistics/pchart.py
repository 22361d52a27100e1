"""Control limits of a share over time (p-chart); Laney's where shares differ beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean

SIGMAS = 3.0
MOVING_RANGE = 1.128
"""The mean range of two normal values is so many standard deviations (d2 of two)."""
FEWEST_STEPS = 8
FEWEST_A_STEP = 5
"""On average: the share of one or two jumps between nothing and all."""
RUN = 8
Step = tuple[int, int]
"""So many of so many."""


@dataclass(frozen=True)
class Limits:
    """`widened`: by how much chance alone was too narrow; 1 where the plain limits hold."""

    centre: float
    widened: float

    def of(self, cases: int) -> tuple[float, float]:
        wide = SIGMAS * self.widened * sqrt(self.centre * (1 - self.centre) / cases)
        return max(0.0, self.centre - wide), min(1.0, self.centre + wide)


def limits(steps: Sequence[Step]) -> Limits | None:
    """From steps that had cases; None where they are too few to say what is usual."""
    known = [(k, n) for k, n in steps if n]
    cases = sum(n for _, n in known)
    if len(known) < FEWEST_STEPS or cases < FEWEST_A_STEP * len(known):
        return None
    centre = sum(k for k, _ in known) / cases
    if not 0 < centre < 1:
        return Limits(centre, 1.0)
    scores = [(k / n - centre) / sqrt(centre * (1 - centre) / n) for k, n in known]
    widened = fmean(abs(b - a) for a, b in pairwise(scores)) / MOVING_RANGE
    dispersed = fmean(score**2 for score in scores) > 1
    return Limits(centre, max(1.0, widened) if dispersed else 1.0)


def is_outside(found: Limits, step: Step) -> bool:
    low, high = found.of(step[1])
    return not low - 1e-9 <= step[0] / step[1] <= high + 1e-9


def run_of(found: Limits, steps: Sequence[Step]) -> int:
    """How many of the last steps with cases lie on one side of the centre; below is negative."""
    sides = [(k / n > found.centre) - (k / n < found.centre) for k, n in steps if n]
    length = 0
    for side in reversed(sides):
        if not side or side != sides[-1]:
            break
        length += 1
    return length * sides[-1] if sides else 0
