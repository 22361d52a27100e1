"""The months before and after a changed norm, drawn: only those within which the register was
kept, with a line where the norm came into force, and the table behind the drawing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup
from sqlalchemy.orm import Session

from reports import charts, effects, periods, recommendations
from reports.charts import DARK, DASHES, PRINT
from reports.effects import EffectResult
from reports.interruption import LEAST_MONTHS
from reports.periods import Period, PeriodKind
from reports.proposals import Proposal
from reports.states import said
from reports.wording import Words

HEIGHT = 200.0
Values = list[float | None]


@dataclass(frozen=True)
class Drawn:
    finding: str
    measure: str
    note: str
    drawing: Markup | None
    heads: list[str]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class _Course:
    """Every month from the first to the last that is drawn; None where no register was kept."""

    months: list[Period]
    series: list[tuple[str, Values]]
    turn: Period | None
    """The month in which the norm came into force."""


def told(session: Session, proposal: Proposal, w: Words) -> Drawn | None:
    results = effects.results_of(session, proposal)
    if not results:
        return None
    result, change = results[0], recommendations.change_of(session, proposal)
    course = _course(session, result, change.in_force_on if change else None, w)
    result_said = said(result.effect, w.language)
    finding = w._("Appeals a month before and after the change: %(result)s", result=result_said)
    heads = [w._("Year"), *(w.month_name(n, width="narrow") for n in range(1, 13))]
    has_any = any(value is not None for _, own in course.series for value in own)
    return Drawn(
        f"{finding} (E2)", w._("Appeals a month"), _note(w, course),
        _draw(course, finding, w, change.in_force_on if change else None) if has_any else None,
        heads, list(_rows(course, w)) if has_any else [],
    )  # fmt: skip


def _course(session: Session, result: EffectResult, turn: date | None, w: Words) -> _Course:
    found = result.found
    known = [periods.parse(name) for name in found["months"]]
    kept = effects.on_record(session, known)
    month = periods.containing(turn, PeriodKind.MONTHLY) if turn else None
    ends = [*kept, *([month] if month else [])]
    if not ends:
        return _Course([], [], month)
    months = list(_between(min(ends, key=_first), max(ends, key=_first)))
    series = [(w._("this matter"), found["counts"])]
    if found["control"]:
        series.append((w._("comparison"), found["control"]))
    names = {one.name for one in kept}
    told: list[tuple[str, Values]] = []
    for name, counts in series:
        by_month = dict(zip((one.name for one in known), counts, strict=True))
        told.append((name, [by_month.get(m.name) if m.name in names else None for m in months]))
    return _Course(months, told, month)


def _first(period: Period) -> date:
    return period.first


def _between(first: Period, last: Period) -> Iterator[Period]:
    span = [last]
    while span[-1].first > first.first:
        span.append(span[-1].before)
    yield from reversed(span)


def _note(w: Words, course: _Course) -> str:
    """How many months stand on each side, and that others are not drawn as noughts."""
    own = course.series[0][1] if course.series else []
    known = [m for m, value in zip(course.months, own, strict=True) if value is not None]
    turn = course.turn
    before = sum(turn is None or one.first < turn.first for one in known)
    return w._(
        "Months on record (E2): %(before)s before the change, %(after)s from it on; at least"
        " %(least)s are needed on each side. Months in which the register was not kept are not"
        " drawn: nothing is known of them.",
        before=w.number(before), after=w.number(len(known) - before),
        least=w.number(LEAST_MONTHS),
    )  # fmt: skip


def _rows(course: _Course, w: Words) -> Iterator[tuple[str, ...]]:
    """A year of a series in a row, its twelve months beside each other."""
    for name, values in course.series:
        pairs = zip(course.months, values, strict=True)
        for year, own in groupby(pairs, key=lambda pair: pair[0].first.year):
            by_month = {month.first.month: value for month, value in own}
            if any(value is not None for value in by_month.values()):
                cells = (by_month.get(n) for n in range(1, 13))
                yield (f"{year}, {name}", *map(w.number, cells))


def _draw(course: _Course, finding: str, w: Words, turn: date | None) -> Markup:
    paper = PRINT
    names = [name for name, _ in course.series]
    left, floor, top = paper.letter * 3, HEIGHT - paper.line * 1.6, paper.line * 1.8
    right = paper.width - max(len(n) for n in names) * paper.letter * charts.LETTER - paper.letter
    step = (right - left) / max(1, len(course.months) - 1)
    peak = max(v for _, own in course.series for v in own if v is not None) or 1

    def at(place: int, value: float) -> tuple[float, float]:
        return left + place * step, floor - (floor - top) * value / peak

    body = [charts.rule(left, floor, right, floor),
            charts.text(left - 6, top + 4, w.number(peak), paper, "end"),
            charts.text(left - 6, floor, "0", paper, "end")]  # fmt: skip
    for place, month in enumerate(course.months):
        if month.first.month == 1 or place == 0:
            x = left + place * step
            body.append(charts.text(x, floor + paper.line, _label(month), paper, "middle"))
    body += _turn(course, turn, w, left, step, floor)
    ends = charts.spread([at(0, _last(own))[1] for _, own in course.series], paper.line,
                         lowest=floor - paper.letter * 0.35)  # fmt: skip
    for (name, own), dash, end in zip(course.series, DASHES, ends, strict=False):
        for run in _runs(own):
            body += _line([at(place, value) for place, value in run], dash)
        body.append(charts.text(right + paper.letter * 0.6, end + 4, name, paper))
    return charts.drawing(finding, body, paper.width, HEIGHT)


def _label(month: Period) -> str:
    return f"{month.first:%m/%y}"


def _last(values: Sequence[float | None]) -> float:
    return next((v for v in reversed(values) if v is not None), 0.0)


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Months that follow each other; a gap is no line."""
    run: list[tuple[int, float]] = []
    for place, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((place, value))
    if run:
        yield run


def _line(points: Sequence[tuple[float, float]], dash: str) -> list[Markup]:
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    dots = [
        Markup('<circle class="focus" cx="{:.1f}" cy="{:.1f}" r="1.8" fill="{}"/>').format(
            x, y, DARK
        )
        for x, y in points
    ]
    line = Markup(
        '<polyline class="line" points="{}" fill="none" stroke="{}" stroke-width="2"{}/>'
    ).format(told, DARK, dashes)
    return [line, *dots]


def _turn(
    course: _Course, day: date | None, w: Words, left: float, step: float, floor: float
) -> list[Markup]:
    """The line stands before the first month under the new norm."""
    if course.turn is None or day is None:
        return []
    x = left + (course.months.index(course.turn) - 0.5) * step
    words = w._("in force from %(day)s", day=w.long_day(day))
    after = x < (left + step * len(course.months)) / 2
    return [
        Markup(
            '<line class="axis" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}" stroke="{3}"'
            ' stroke-width="1.4" stroke-dasharray="2 3"/>'
        ).format(x, PRINT.line * 0.4, floor, charts.BLACK),
        charts.text(x + (5 if after else -5), PRINT.line * 0.9, words, PRINT,
                    "start" if after else "end"),
    ]  # fmt: skip
