"""Agencies in a funnel: the drawing with its sentence and its table, for the screen and for paper.

A dot is an agency: how many matters fell due, and the share answered in time, adjusted for its mix
of topics. Between the lines a difference may be chance. Dots carry the number of their row, rows
stand in groups of like size in the order of an alphabet: nobody is ranked.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import log
from typing import Any

from markupsafe import Markup

from reports import charts, fairness
from reports.charts import BLACK, DARK, MUTED, Paper
from reports.fairness import NARROW, WIDE, Funnel, Place
from reports.parts import Chart, Table
from reports.readings import SHOWN_FROM
from reports.wording import NOTHING, Words, in_alphabet

HEIGHT, POINTS, RADIUS = 320.0, 40, 4.0
TICKS = [lead * 10**power for power, lead in product(range(6), (1, 2, 5))]
TENTH = 0.1
Box = tuple[float, float, float, float]


def told(
    w: Words, found: Funnel, names: Mapping[str, str], paper: Paper, *,
    order: Mapping[str, Any] | None = None,
) -> Chart:  # fmt: skip
    """`names`: code of the agency -> its name. `order`: by what rows stand, where that is not the
    name: an agency has one number in every language.
    """
    by = order or {code: in_alphabet(name) for code, name in names.items()}
    places = sorted(found.places, key=lambda p: (list(_sizes(w)).index(p.group), by[p.agency]))
    outside = sum(not place.inside for place in places)
    n = w.number(len(places))
    finding = (
        w._("Outside what chance shows: %(k)s of %(n)s agencies (F21)", k=w.number(outside), n=n)
        if outside
        else w._("Agencies within what chance shows: all %(n)s (F21)", n=n)
    )
    measure = w._(
        "Share answered in time of the matters that fell due, adjusted for the mix of topics, by"
        " their number; a hollow dot has fewer than 20"
    )
    rows = [_row(w, number, place, names) for number, place in enumerate(places, 1)]
    columns = (w._("Agency"), w._("Size"), w._("In time"), w._("Adjusted"), w._("Limits"),
               w._("Reading"))  # fmt: skip
    drawing = _drawing(w, finding, found, places, paper)
    caption = w._("Agencies: answered in time, with the same matters")
    return Chart(finding, measure, drawing, Table(caption, columns, rows))


def _sizes(w: Words) -> dict[str, str]:
    return {
        "large": w._("1,000 matters or more"),
        "middle": w._("100 to 999 matters"),
        "small": w._("fewer than 100 matters"),
    }


def _row(w: Words, number: int, place: Place, names: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"{number}. {names[place.agency]}",
        _sizes(w)[place.group],
        w._("%(k)s of %(n)s", k=w.number(place.observed), n=w.number(place.cases)),
        w.percent(place.value) if place.cases >= SHOWN_FROM else NOTHING,
        f"{w.percent(place.low)} – {w.percent(place.high)}",
        _reading(w, place),
    )


def _reading(w: Words, place: Place) -> str:
    """An agency alone with its topics stands beside the whole city, which is no fair mirror."""
    told_ = w._("within the limits") if place.inside else w._("outside the limits")
    return told_ if place.is_adjusted else w._("%(reading)s, not adjusted", reading=told_)


class _Frame:
    """Where a number of matters and a share stand on the paper."""

    def __init__(self, found: Funnel, paper: Paper) -> None:
        counts = [place.cases for place in found.places]
        self.least, self.most = max(1, min(counts) * 0.8), max(counts) * 1.25
        edge = fairness.limits(found, max(1, min(counts)), WIDE)[0]
        lowest = min([edge, *(place.value for place in found.places)])
        self.bottom = max(0.0, (lowest // TENTH) * TENTH)
        self.left, self.right = paper.letter * 4.5, paper.width - paper.letter * 6
        self.top, self.floor = paper.line, HEIGHT - paper.line * 2.6

    def x(self, cases: float) -> float:
        part = log(cases / self.least) / log(self.most / self.least)
        return self.left + part * (self.right - self.left)

    def y(self, share: float) -> float:
        part = (share - self.bottom) / (1 - self.bottom or 1)
        return self.floor - part * (self.floor - self.top)

    def steps(self) -> list[float]:
        grown = (self.most / self.least) ** (1 / POINTS)
        return [self.least * grown**step for step in range(POINTS + 1)]

    def tenths(self) -> list[float]:
        every = 1 if self.bottom > 0.45 else 2
        return [tenth / 10 for tenth in range(10, int(self.bottom * 10 + 0.5) - 1, -every)]


def _drawing(
    w: Words, finding: str, found: Funnel, places: Sequence[Place], paper: Paper
) -> Markup:
    frame = _Frame(found, paper)
    body = [*_axes(w, frame, paper), *_limits(w, found, frame, paper)]
    body += _dots(places, frame, paper)
    return charts.drawing(finding, body, paper.width, HEIGHT)


def _axes(w: Words, frame: _Frame, paper: Paper) -> Iterator[Markup]:
    for tenth in frame.tenths():
        shown = w.percent(tenth, places=0)
        yield charts.text(frame.left - 6, frame.y(tenth) + 4, shown, paper, "end")
    yield charts.rule(frame.left, frame.floor, frame.right, frame.floor)
    for tick in TICKS:
        if frame.least <= tick <= frame.most:
            under = frame.floor + paper.line
            yield charts.text(frame.x(tick), under, w.number(tick), paper, "middle")
    middle = (frame.left + frame.right) / 2
    yield charts.text(middle, frame.floor + paper.line * 2.2, w._("matters that fell due"), paper,
                      "middle")  # fmt: skip


def _limits(w: Words, found: Funnel, frame: _Frame, paper: Paper) -> Iterator[Markup]:
    """The city's share, and on both sides the limits of 95 and of 99.8 in 100."""
    steps = frame.steps()
    ends = [(found.target, w._("city"))]
    yield _curve([(frame.x(n), frame.y(found.target)) for n in (steps[0], steps[-1])])
    for level, dash in ((NARROW, "5 4"), (WIDE, "")):
        pairs = [(n, *fairness.limits(found, max(1, round(n)), level)) for n in steps]
        for side in (1, 2):
            inside = [(frame.x(p[0]), frame.y(p[side])) for p in pairs if p[side] >= frame.bottom]
            yield _curve(inside, dash)
        ends.append((pairs[-1][1], w.percent(level, places=int(level == WIDE))))
    heights = charts.spread([frame.y(share) for share, _ in ends], paper.line)
    for height, (_, name) in zip(heights, ends, strict=True):
        yield charts.text(frame.right + 6, height + 4, name, paper)


def _curve(points: Sequence[tuple[float, float]], dash: str = "") -> Markup:
    told_ = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup(
        '<polyline class="axis" points="{}" fill="none" stroke="{}" stroke-width="1.2"{}/>'
    ).format(told_, MUTED, dashes)


def _dots(places: Sequence[Place], frame: _Frame, paper: Paper) -> Iterator[Markup]:
    """Those outside the limits are named first, where names would lie on each other."""
    spots = [(frame.x(p.cases), frame.y(max(p.value, frame.bottom))) for p in places]
    for place, (x, y) in zip(places, spots, strict=True):
        sort, fill = ("dot", DARK) if place.cases >= SHOWN_FROM else ("dot-few", "#FFFFFF")
        yield Markup(
            '<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}" stroke="{}"'
            ' stroke-width="1.2"/>'
        ).format(sort, x, y, RADIUS, fill, BLACK)
    taken: list[Box] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in spots]
    for at in sorted(range(len(places)), key=lambda i: (places[i].inside, i)):
        yield from _number(at + 1, spots[at], taken, paper)


def _number(
    number: int, spot: tuple[float, float], taken: list[Box], paper: Paper
) -> Iterator[Markup]:
    """Beside its dot, on the side that is free; left out where none is: the table has it."""
    (x, y), shown = spot, str(number)
    wide, tall = len(shown) * paper.letter * charts.LETTER, paper.letter
    beside, apart = RADIUS + 2, RADIUS + 3
    for left, low in (
        (x + beside, y + tall * 0.35), (x - beside - wide, y + tall * 0.35),
        (x - wide / 2, y - apart), (x - wide / 2, y + apart + tall * 0.8),
    ):  # fmt: skip
        box = (left, low - tall * 0.8, left + wide, low)
        if not any(_cross(box, other) for other in taken):
            taken.append(box)
            yield charts.text(left, low, shown, paper)
            return


def _cross(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
