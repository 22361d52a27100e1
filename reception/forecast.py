"""How long a visitor will wait, as a range learnt from moments like this one, and from its errors.

The waits that followed the most similar moments of the past, the replay of the rule among what is
compared, give the quantiles; who left before being called counts as censored (Kaplan and Meier
1958). The levels read off are moved by each answer (Gibbs and Candès 2021), so that the median
stays a median and nine in ten stay below the upper end. Only the past is used: nothing is fitted to
a day.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reception.moments import WIDTH, Moment

EVIDENCE = 50
"""So many visitors of a pool must have been served before anything is told."""
NEIGHBOURS, REMEMBERED = 120, 12_000
APART = 3.0
"""How unlike the moments of two pools are, whatever else is alike."""
STEP = 0.005
MEDIAN, HIGH = 0.5, 0.9
Range = tuple[float, float]
Floats = NDArray[Any]


class Learner:
    """What followed which moment, and where on its curve the truth has lain so far."""

    def __init__(self, median_level: float = MEDIAN, high_level: float = HIGH) -> None:
        self.median_level, self.high_level = median_level, high_level
        self._moments = np.zeros((2 * REMEMBERED, WIDTH), dtype=np.float32)
        self._pools = np.zeros(2 * REMEMBERED, dtype=np.int32)
        self._waits = np.zeros(2 * REMEMBERED)
        self._called = np.zeros(2 * REMEMBERED, dtype=bool)
        self._count = 0
        self._codes: dict[str, int] = {}
        self._served: dict[str, int] = {}

    def predict(self, pool: str, moment: Moment) -> Range | None:
        """Median and 90th percentile in seconds; None while there is too little evidence."""
        if self._served.get(pool, 0) < EVIDENCE:
            return None
        first = max(0, self._count - REMEMBERED)
        seen = slice(first, self._count)
        apart = np.abs(self._moments[seen] - np.asarray(moment, dtype=np.float32)).sum(axis=1)
        apart += APART * (self._pools[seen] != self._codes[pool])
        near = np.argpartition(apart, min(NEIGHBOURS, len(apart)) - 1)[:NEIGHBOURS]
        curve = self._curve(near + first, apart[near])
        median, high = (_quantile(curve, level) for level in (self.median_level, self.high_level))
        return median, max(median, high)

    def _curve(self, rows: Floats, apart: Floats) -> tuple[Floats, Floats]:
        """Waits in order, and the share called by then: nearer moments weigh more."""
        order = np.argsort(self._waits[rows], kind="stable")
        rows, apart = rows[order], apart[order]
        weights = 1.05 - (apart / (apart.max() + 1e-9)) ** 2
        at_risk = np.cumsum(weights[::-1])[::-1]
        left = np.cumprod(1 - np.where(self._called[rows], weights / at_risk, 0))
        return self._waits[rows], 1 - left

    def learn(self, pool: str, moment: Moment, wait: float, *, called: bool) -> None:
        if self._count == 2 * REMEMBERED:
            self._forget()
        place = self._count
        self._moments[place] = moment
        self._pools[place] = self._codes.setdefault(pool, len(self._codes))
        self._waits[place], self._called[place] = wait, called
        self._count += 1
        if called:
            self._served[pool] = self._served.get(pool, 0) + 1

    def correct(self, told: Range, wait: float) -> None:
        """Move the levels by the error of what was told to somebody who has now been called."""
        median, high = told
        self.median_level = _moved(self.median_level, over=wait > median, target=MEDIAN)
        self.high_level = _moved(self.high_level, over=wait > high, target=HIGH)

    def _forget(self) -> None:
        for kept in (self._moments, self._pools, self._waits, self._called):
            kept[:REMEMBERED] = kept[REMEMBERED:]
        self._count = REMEMBERED


def _quantile(curve: tuple[Floats, Floats], level: float) -> float:
    waits, share = curve
    return float(waits[min(int(np.searchsorted(share, level)), len(waits) - 1)])


def _moved(level: float, *, over: bool, target: float) -> float:
    return min(max(level + STEP * (over - (1 - target)), 0.05), 0.995)


@dataclass
class Score:
    """Seconds of error, pinball loss of both ends, the share that stayed below the upper one."""

    n: int = 0
    error: float = 0.0
    pinball: float = 0.0
    below: int = 0

    def add(self, told: Range, wait: float) -> None:
        self.n += 1
        self.error += abs(wait - told[0])
        self.below += wait <= told[1]
        ends = zip((MEDIAN, HIGH), told, strict=True)
        self.pinball += sum(max(q * (wait - z), (q - 1) * (wait - z)) for q, z in ends) / 2

    def as_json(self) -> dict[str, float | int | None]:
        if not self.n:
            return {"n": 0, "mae_s": None, "pinball_s": None, "p90_coverage": None}
        return {
            "n": self.n, "mae_s": round(self.error / self.n, 2),
            "pinball_s": round(self.pinball / self.n, 2),
            "p90_coverage": round(self.below / self.n, 4),
        }  # fmt: skip
