"""Small drawings for paper and screen: SVG with a sentence for a title and labels at the marks.

Colour never speaks alone: series differ in grey tone, outline or dash, and each value is written.
Marks carry a class for the screen's themes and plain attributes for paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from textwrap import wrap

from markupsafe import Markup, escape

FONT = "Inter, 'DejaVu Sans', sans-serif"
DARK, GREY, BLACK, MUTED, LIGHT = "#12436D", "#BFBFBF", "#3D3D3D", "#4B5B69", "#E6ECF2"
FILLS = (("focus", DARK), ("rest", GREY), ("late", BLACK))
STATES = (("done", "#FFFFFF"), ("going", "#8C8C8C"), ("late", BLACK))
"""Of bars in parts: apart from each other in grey, each beside each."""
DASHES = ("", "7 4", "2 4")
LETTER = 0.6
"""Mean width of a letter of the font, as a share of its size."""


@dataclass(frozen=True)
class Paper:
    """Width of the drawing and size of its letters, in the units of its view box."""

    width: float
    letter: float

    @property
    def line(self) -> float:
        return self.letter * 1.3


PRINT = Paper(width=660, letter=11.5)
SCREEN = Paper(width=760, letter=14)


@dataclass(frozen=True)
class Mark:
    """One bar or column: its name, its value, and the value as written."""

    label: str
    value: float
    shown: str
    focus: bool = True


@dataclass(frozen=True)
class Stack:
    """One bar in parts, in the order of the legend."""

    label: str
    parts: tuple[float, ...]
    shown: str


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[float, ...]


def bars(title: str, marks: Sequence[Mark], paper: Paper) -> Markup:
    """Horizontal bars from zero, for long names."""
    stacks = [Stack(mark.label, (mark.value,), mark.shown) for mark in marks]
    fills = [FILLS[0] if mark.focus else FILLS[1] for mark in marks]
    return _horizontal(title, stacks, [[fill] for fill in fills], paper, top=0)


def stacks(title: str, legend: Sequence[str], rows: Sequence[Stack], paper: Paper) -> Markup:
    """Horizontal bars in up to three parts; neighbours differ by at least 3 : 1 in grey."""
    top = paper.line * 2
    body, x = [], 0.0
    for name, fill in zip(legend, STATES, strict=True):
        side = paper.letter
        body.append(_rect(x, paper.line * 0.25, side, side, fill))
        body.append(text(x + side * 1.5, paper.line, name, paper))
        x += side * 3 + len(name) * paper.letter * LETTER
    return _horizontal(title, rows, [list(STATES)] * len(rows), paper, top=top, extra=body)


def columns(
    title: str, marks: Sequence[Mark], paper: Paper, *, height: float = 190,
    bands: Sequence[tuple[float, float] | None] = (),
) -> Markup:  # fmt: skip
    """Upright columns for steps of time; values stand above where there is room. `bands`: between
    what each was to lie, light behind it with dashed ends.
    """
    floor, top = height - paper.line * 1.6, paper.line * 1.4
    step = paper.width / max(1, len(marks))
    highs = [band[1] for band in bands if band]
    peak = max((*(mark.value for mark in marks), *highs), default=0) or 1
    body = [rule(0, floor, paper.width, floor)]
    ends = {
        place: [floor - (floor - top) * end / peak for end in band]
        for place, band in enumerate(bands) if band
    }  # fmt: skip
    body += [_band(place * step, high, step, low - high) for place, (low, high) in ends.items()]
    told = _told_apart(marks, step, paper)
    for place, mark in enumerate(marks):
        x, tall = place * step + step * 0.12, (floor - top) * mark.value / peak
        fill = FILLS[0] if mark.focus else FILLS[1]
        body.append(_rect(x, floor - tall, step * 0.76, tall, fill))
        above = min(floor - tall, *ends.get(place, [floor])) - 4
        middle = place * step + step / 2
        wide = _width(mark.shown, paper)
        if wide < step * 1.05:
            body.append(text(middle, above, mark.shown, paper, anchor="middle"))
        elif place in told:
            body.append(text(x + step * 0.76, above, mark.shown, paper, anchor="end"))
        if mark.label:
            under = min(middle, paper.width - _width(mark.label, paper) / 2)
            body.append(text(under, floor + paper.line, mark.label, paper, anchor="middle"))
    body += [_dashed(place * step, y, (place + 1) * step) for place, own in ends.items()
             for y in own]  # fmt: skip
    return drawing(title, body, paper.width, height)


def _band(x: float, y: float, wide: float, tall: float) -> Markup:
    return Markup(
        '<rect class="band" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>'
    ).format(x, y, wide, tall, LIGHT)


def _dashed(x1: float, y: float, x2: float) -> Markup:
    """Dark on white, so that it is seen on a dark column too."""
    line = Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" {}/>')
    under = line.format(x1, y, x2, y, "#FFFFFF", Markup('stroke-width="2.6"'))
    over = Markup('class="axis" stroke-width="1.1" stroke-dasharray="4 2.5"')
    return under + line.format(x1, y, x2, y, BLACK, over)


def _told_apart(marks: Sequence[Mark], step: float, paper: Paper) -> set[int]:
    """Too narrow for their values: of the columns in focus, the highest that have room beside."""
    told: dict[int, tuple[float, float]] = {}
    for place in sorted(range(len(marks)), key=lambda i: -marks[i].value):
        right = (place + 0.88) * step
        left = right - _width(marks[place].shown, paper)
        if marks[place].focus and all(right < a or b < left for a, b in told.values()):
            told[place] = (left, right)
    return set(told)


def lines(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    paper: Paper,
    *,
    highest: str,
    height: float = 190,
) -> Markup:
    """Lines told apart by dash, named at their ends; `highest` is the largest value as written."""
    floor, top, left = height - paper.line * 1.6, paper.line, paper.letter * 3
    right = paper.width - max(_width(each.name, paper) for each in series) - paper.letter
    peak = max((value for each in series for value in each.values), default=0) or 1
    step = (right - left) / max(1, len(labels) - 1)
    body = [rule(left, floor, right, floor), text(left - 6, top + 4, highest, paper, "end")]
    body.append(text(left - 6, floor, "0", paper, "end"))
    for place, label in enumerate(labels):
        body.append(text(left + place * step, floor + paper.line, label, paper, "middle"))
    ends = spread(
        [floor - (floor - top) * each.values[-1] / peak for each in series], paper.line,
        lowest=floor - paper.letter * 0.35,
    )  # fmt: skip
    for each, dash, end in zip(series, DASHES, ends, strict=False):
        points = " ".join(
            f"{left + place * step:.1f},{floor - (floor - top) * value / peak:.1f}"
            for place, value in enumerate(each.values)
        )
        dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
        body.append(
            Markup(
                '<polyline class="line" points="{}" fill="none" stroke="{}" stroke-width="2"{}/>'
            ).format(points, DARK, dashes)
        )
        body.append(text(right + paper.letter * 0.6, end + paper.letter * 0.35, each.name, paper))
    return drawing(title, body, paper.width, height)


def _horizontal(
    title: str,
    rows: Sequence[Stack],
    fills: Sequence[Sequence[tuple[str, str]]],
    paper: Paper,
    *,
    top: float,
    extra: Iterable[Markup] = (),
) -> Markup:
    room = paper.width * 0.38
    letters = int(room / (paper.letter * LETTER))
    number = max((_width(row.shown, paper) for row in rows), default=0) + 8
    scale = (paper.width - room - 10 - number) / (max((sum(r.parts) for r in rows), default=0) or 1)
    body, y = list(extra), top
    for row, own in zip(rows, fills, strict=True):
        label = wrap(row.label, letters) or [""]
        tall = paper.line * len(label)
        middle = y + tall / 2
        first = middle - paper.line * (len(label) - 1) / 2 + paper.letter * 0.35
        for place, line in enumerate(label):
            body.append(text(room, first + place * paper.line, line, paper, anchor="end"))
        x = room + 10
        for part, fill in zip(row.parts, own, strict=True):
            body.append(_rect(x, middle - paper.line * 0.46, part * scale, paper.line * 0.92, fill))
            x += part * scale
        body.append(text(x + 6, middle + paper.letter * 0.35, row.shown, paper))
        y += tall + paper.line * 0.35
    return drawing(title, body, paper.width, y)


def drawing(title: str, body: Iterable[Markup], width: float, height: float) -> Markup:
    """The font stands on the drawing itself: text in it does not take that of the page."""
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {:.0f} {:.0f}"'
        ' font-family="{}"><title>{}</title>'
    ).format(width, height, FONT, title)
    return head + Markup("").join(body) + Markup("</svg>")


def _rect(x: float, y: float, wide: float, tall: float, fill: tuple[str, str]) -> Markup:
    name, colour = fill
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"'
        ' stroke="{}" stroke-width="0.5"/>'
    ).format(name, x, y, wide, tall, colour, BLACK)


def rule(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup(
        '<line class="axis" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"'
        ' stroke-width="1"/>'
    ).format(x1, y1, x2, y2, MUTED)


def text(x: float, y: float, words: str, paper: Paper, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" font-size="{}" text-anchor="{}">{}</text>').format(
        x, y, paper.letter, anchor, escape(words)
    )


def _width(text: str, paper: Paper) -> float:
    return len(text) * paper.letter * LETTER


def spread(places: Sequence[float], least: float, *, lowest: float = inf) -> list[float]:
    """Names at the ends of lines, moved apart where they would lie on each other, up from below."""
    moved = [min(place, lowest) for place in places]
    order = sorted(range(len(places)), key=lambda index: places[index])
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    bottom = lowest
    for index in reversed(order):
        moved[index] = min(moved[index], bottom)
        bottom = moved[index] - least
    return moved
