"""Curves of observations over time: the scale follows the values, gaps stay gaps.

A scale that does not begin at zero is right for a curve, whose slope is read, and is written at
both ends. Curves differ by dash, and each is named at its end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from reports.charts import DASHES

MOST_POINTS = 400
WIDTH, HEIGHT, LEFT = 760.0, 260.0, 88.0
LETTER, WIDE = 14.0, 0.6
"""Size of a letter and its mean width as a share of it."""
TIMES, FIRST_LABEL = 4, 1.5
"""Labels of time under the curve, fewer where names at its end leave no room: the first one
begins where the others have their middle."""
Point = tuple[datetime, float]


@dataclass(frozen=True)
class Curve:
    name: str
    points: Sequence[Point]
    """By time; at least one."""


@dataclass(frozen=True)
class Ground:
    """Where time and values lie on the paper."""

    first: datetime
    span: float
    low: float
    high: float
    left: float
    right: float
    top: float
    floor: float

    def at(self, point: Point) -> tuple[float, float]:
        moment, value = point
        share = (moment - self.first).total_seconds() / self.span
        rise = (value - self.low) / (self.high - self.low)
        x = self.left + (self.right - self.left) * share
        return x, self.floor - (self.floor - self.top) * rise


def thinned(points: Sequence[Point], most: int = MOST_POINTS) -> list[Point]:
    """As many points as can be seen: in each stretch of time its least and its largest stay."""
    if len(points) <= most:
        return list(points)
    size = -(-len(points) * 2 // most)
    kept: list[Point] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        ends = {min(part, key=_value), max(part, key=_value)}
        kept += sorted(ends)
    return kept


def _value(point: Point) -> float:
    return point[1]


@dataclass(frozen=True)
class Line:
    """`path` are the points of a polyline; the name stands at `end`, beside the last of them."""

    name: str
    path: str
    dash: str
    end: float


@dataclass(frozen=True)
class Plot:
    """What a template draws, in the units of the view box."""

    title: str
    ground: Ground
    lines: list[Line]
    values: list[tuple[float, str]]
    """Height and text of each label of the scale."""
    times: list[tuple[float, str]]
    target: tuple[float, str] | None
    width: float = WIDTH
    height: float = HEIGHT
    letter: float = LETTER


def plot(
    title: str,
    curves: Sequence[Curve],
    *,
    shown: Callable[[float], str],
    day: Callable[[datetime], str],
    target: float | None = None,
) -> Plot:
    """`shown` writes a value, `day` a moment. Up to three curves, and a line for the target."""
    ground = _ground(curves, target)
    ends = _apart([ground.at(each.points[-1])[1] for each in curves])
    lines = [
        Line(each.name, _path(ground, each), dash, end)
        for each, dash, end in zip(curves, DASHES, ends, strict=False)
    ]
    scale = [(ground.at((ground.first, value))[1], shown(value)) for value in _marks(ground)]
    aim = None if target is None else (ground.at((ground.first, target))[1], shown(target))
    return Plot(title, ground, lines, scale, _times(ground, day), aim)


def _ground(curves: Sequence[Curve], target: float | None) -> Ground:
    moments = [moment for each in curves for moment, _ in each.points]
    values = [value for each in curves for _, value in each.points]
    values += [] if target is None else [target]
    low, high = min(values), max(values)
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low = low - air if low < 0 or low > air else 0.0
    room = max(len(each.name) for each in curves) * LETTER * WIDE + LETTER
    first = min(moments)
    span = (max(moments) - first).total_seconds() or 1.0
    return Ground(first, span, low, high + air, LEFT, WIDTH - room, LETTER, HEIGHT - LETTER * 2)


def _path(ground: Ground, curve: Curve) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in map(ground.at, thinned(curve.points)))


def _marks(ground: Ground) -> list[float]:
    """Three values, written as they are: both ends of the scale and its middle."""
    return [ground.low, (ground.low + ground.high) / 2, ground.high]


def _times(ground: Ground, day: Callable[[datetime], str]) -> list[tuple[float, str]]:
    wide = len(day(ground.first)) * LETTER * WIDE + LETTER
    many = max(2, min(TIMES, 1 + int((ground.right - ground.left) / wide / FIRST_LABEL)))
    steps = [ground.span * step / (many - 1) for step in range(many)]
    moments = [ground.first + timedelta(seconds=step) for step in steps]
    found = [(ground.at((moment, ground.low))[0], day(moment)) for moment in moments]
    return [each for place, each in enumerate(found) if not place or each[1] != found[place - 1][1]]


def _apart(ends: Sequence[float]) -> list[float]:
    """Names moved down where they would lie on each other."""
    moved = list(ends)
    order = sorted(range(len(ends)), key=lambda place: ends[place])
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + LETTER * 1.3)
    return moved
