"""How likely an open claim is to be late, from what became of those that stood where it stands.

Time is counted in working days up to the last day (0) and past it. A past claim counts from where
it was registered until it was answered, or, while it is open, as far as it was seen (Kaplan and
Meier 1958, with entry at registration). What is told is a share of those that still stood with as
much time left; where fewer than `LEAST` did, a wider circle is asked, and at last nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Group = tuple[int | None, ...]
LEAST = 20
"""No share is told of fewer."""
FARTHEST = 90
"""Working days before the last day; who stands farther away is counted there."""
BINS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Past:
    """One claim: where it began, and where it was answered or last seen, against its last day.

    `ends` of 1 or more is late. `groups` from the narrowest to the widest.
    """

    begins: int
    ends: int
    answered: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Outlook:
    """`late` is a share; of `base` cases that stood there it is known what came of them. `level` 0
    is the narrowest circle.
    """

    late: float
    base: int
    level: int


class Curve:
    """Of one group: the share of those still standing at each place that was late."""

    def __init__(self, begins: Ints, ends: Ints, answered: npt.NDArray[np.bool_]) -> None:
        size = FARTHEST + 2
        stood = _stood(begins, ends, size)
        done = np.bincount(_place(ends[answered]), minlength=size)[:size]
        still = 1 - done / np.maximum(stood, 1)
        seen = answered | (ends >= 1)
        self.base: Ints = _stood(begins[seen], ends[seen], size)
        """Of those who stood there, whom it is known of whether they were late."""
        self.late = np.cumprod(still[FARTHEST::-1])[::-1]
        """From each place on, the last day included."""

    def at(self, days_left: int) -> tuple[float, int]:
        place = FARTHEST - min(days_left, FARTHEST)
        return float(self.late[place]), int(self.base[place])


def _stood(begins: Ints, ends: Ints, size: int) -> Ints:
    entered = np.bincount(_place(begins), minlength=size)[:size].cumsum()
    left = np.bincount(_place(ends), minlength=size)[:size].cumsum()
    found: Ints = entered - np.concatenate(([0], left[:-1]))
    return found


def _place(offsets: Ints) -> Ints:
    return np.clip(offsets, -FARTHEST, 1) + FARTHEST


@dataclass(frozen=True)
class Register:
    """The past as it was known at one moment, with a curve for each group."""

    past: Sequence[Past]

    @cached_property
    def curves(self) -> Mapping[Group, Curve]:
        begins = np.array([one.begins for one in self.past], dtype=np.int64)
        ends = np.array([one.ends for one in self.past], dtype=np.int64)
        answered = np.array([one.answered for one in self.past], dtype=np.bool_)
        members: dict[Group, list[int]] = {}
        for place, one in enumerate(self.past):
            for group in one.groups:
                members.setdefault(group, []).append(place)
        return {
            group: Curve(begins[own], ends[own], answered[own])
            for group, own in members.items()
            if len(own) >= LEAST
        }

    def outlook(self, groups: Sequence[Group], days_left: int) -> Outlook | None:
        """None where too few stood there to say anything."""
        for level, group in enumerate(groups):
            if group in self.curves:
                late, base = self.curves[group].at(days_left)
                if base >= LEAST:
                    return Outlook(late, base, level)
        return None


@dataclass(frozen=True)
class Bin:
    """Forecasts between two shares: how many, what they said on average, and what came."""

    low: float
    high: float
    cases: int
    said: float
    came: float


@dataclass(frozen=True)
class Score:
    """`brier` is the mean squared miss; `plain` that of saying the same share of every case."""

    cases: int
    late: int
    brier: float
    plain: float
    bins: tuple[Bin, ...]

    @property
    def skill(self) -> float:
        """How much of the miss of the plain share is taken away; below 0 the forecast is worse."""
        return 1 - self.brier / self.plain if self.plain else 0.0


def score(told: Sequence[tuple[float, bool, float]]) -> Score | None:
    """Of forecasts: the share that was said, whether it was late, and the plain share of that day.

    None where nothing was forecast.
    """
    if not told:
        return None
    said = np.array([one[0] for one in told])
    late = np.array([one[1] for one in told], dtype=np.float64)
    plain = np.array([one[2] for one in told])
    return Score(
        len(told), int(late.sum()), float(np.mean((said - late) ** 2)),
        float(np.mean((plain - late) ** 2)), tuple(_bins(said, late)),
    )  # fmt: skip


def _bins(said: Floats, late: Floats) -> Iterator[Bin]:
    for low, high in pairwise(BINS):
        own = (said >= low) & ((said < high) | (high == 1.0))
        if own.any():
            yield Bin(low, high, int(own.sum()), float(said[own].mean()), float(late[own].mean()))
