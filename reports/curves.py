"""How long an answer takes and what becomes of matters, drawn as curves with their tables.

The line falls as answers are given; the band around it is what chance allows for. In the stack
every matter stands in one place at each day, so that the parts make up the whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from markupsafe import Markup

from reports import charts
from reports.charts import BLACK, DARK, MUTED, Paper
from reports.endings import ENDS
from reports.measured import Edition, statements
from reports.parts import Chart, Section, Table
from reports.wording import NOTHING, Words

HEIGHT, ROOM = 185.0, 0.30
"""Share of the width that the names at the ends may take."""
TERM_WD = 15
DAYS = (1, 3, 5, 10, 15, 20, 30, 45, 60)
SHORTEST = 20
"""The axis has at least so many working days."""
BAND, PALE = "#E4E9ED", "#F2F2F2"
FILLS = ("#C5D3DF", "#5B6770", "#000000", PALE)
"""Of the stack from below: no two are one grey, and neighbours differ by at least 3 : 1."""
Curve = Sequence[Sequence[float]]


def told(e: Edition) -> Section | None:
    """None where the edition's figures know no curves, or nothing was received."""
    kept = e.kept.get("endings")
    if kept is None:
        return None
    w, title = e.words, e.words._("How long it takes, and how it ends")
    if not kept["answer"] and not kept["ends"]:
        none = w._(
            "No curve is drawn: fewer than 20 appeals were received in the period, or none of them"
            " has ended."
        )
        return Section("curves", title, [none], None, [])
    drawn = [one for one in (_answers(e, kept["answer"], kept["a_year_ago"]),
                             _endings(e, kept["ends"])) if one]  # fmt: skip
    note = w._(
        "Working days from registration. Those still without an answer are counted in for as long"
        " as they were seen. A matter that was sent on, withdrawn, or passed its term without an"
        " answer (a deemed refusal) is told by what came first; a late answer may have followed."
    )
    return Section("curves", title, statements(e, ("handling_median", "handling_p90")), drawn[0],
                   [], note, further=drawn[1:])  # fmt: skip


class _Frame:
    def __init__(self, most: float, paper: Paper, *, named: float) -> None:
        self.most = max(SHORTEST, most)
        self.left, self.right = paper.letter * 4.2, paper.width * (1 - named)
        self.top, self.floor = paper.line, HEIGHT - paper.line * 2.6

    def x(self, span: float) -> float:
        return self.left + (self.right - self.left) * min(span, self.most) / self.most

    def y(self, share: float) -> float:
        return self.floor - (self.floor - self.top) * share


def at(curve: Curve, span: float, place: int = 1, *, start: float = 1.0) -> float:
    """The value from that day on."""
    return next((row[place] for row in reversed(curve) if row[0] <= span), start)


def _answers(e: Edition, now: Curve, before: Curve) -> Chart | None:
    if not now:
        return None
    w, paper = e.words, e.paper
    finding = w._(
        "Without a final answer after %(days)s working days: %(share)s (curve of F26)",
        days=TERM_WD,
        share=w.percent(at(now, TERM_WD), places=0),
    )  # fmt: skip
    measure = w._(
        "Share of the appeals received in the period that have no final answer yet, by working days"
        " since registration; the band has 95 of 100 chances"
    )
    frame = _Frame(now[-1][0], paper, named=ROOM)
    body = [_band(frame, now), *_axes(w, frame, paper), *_term(w, frame, paper)]
    ends = [(at(now, frame.most), w._("this period"), "", 2.2)]
    body.append(_line(frame, [(row[0], row[1]) for row in now], "", 2.2))
    if before:
        body.append(_line(frame, [(row[0], row[1]) for row in before], "5 4", 1.4))
        ends.append((at(before, frame.most), w._("a year ago"), "5 4", 1.4))
    heights = charts.spread([frame.y(one[0]) for one in ends], paper.line, lowest=frame.floor)
    for height, (_, name, _dash, _wide) in zip(heights, ends, strict=True):
        body.append(charts.text(frame.right + 6, height + 4, name, paper))
    drawing = charts.drawing(finding, body, paper.width, HEIGHT)
    return Chart(finding, measure, drawing, _answer_table(w, now, before, frame.most))


def _answer_table(w: Words, now: Curve, before: Curve, most: float) -> Table:
    def share(curve: Curve, day: int, place: int = 1) -> str:
        return w.percent(at(curve, day, place)) if curve else NOTHING

    days = [day for day in DAYS if day <= most]
    rows = [
        (w.number(day), share(now, day), f"{share(now, day, 2)} – {share(now, day, 3)}",
         share(before, day))
        for day in days
    ]  # fmt: skip
    columns = (w._("Working days"), w._("Without an answer"), w._("95 % interval"),
               w._("A year ago"))  # fmt: skip
    return Table(w._("Without a final answer after so many working days (F26)"), columns, rows)


def _endings(e: Edition, stages: Curve) -> Chart | None:
    if not stages:
        return None
    w, paper = e.words, e.paper
    shares = [at(stages, TERM_WD, place, start=0.0) for place in range(1, len(ENDS) + 1)]
    shown = [w.percent(share, places=0) for share in (*shares, max(0.0, 1 - sum(shares)))]
    finding = w._(
        "After %(days)s working days: %(answered)s answered, %(sent)s sent on, %(passed)s past the"
        " term, %(withdrawn)s withdrawn, %(open)s open (of F34)",
        days=TERM_WD, **dict(zip(("answered", "sent", "passed", "withdrawn", "open"), shown,
                                 strict=True)),
    )  # fmt: skip
    measure = w._(
        "What became first of the matters received in the period, by working days since"
        " registration"
    )
    frame = _Frame(stages[-1][0], paper, named=ROOM)
    body = [*_stack(frame, stages), *_axes(w, frame, paper), *_term(w, frame, paper)]
    body += _names(w, frame, stages, paper)
    drawing = charts.drawing(finding, body, paper.width, HEIGHT)
    days = [day for day in DAYS if day <= frame.most]
    rows = [(w.number(day), *_row(w, stages, day)) for day in days]
    table = Table(measure, (w._("Working days"), *_ends(w)), rows)
    return Chart(finding, measure, drawing, table)


def _ends(w: Words) -> tuple[str, ...]:
    return (w._("answered"), w._("sent on"), w._("term passed"), w._("withdrawn"), w._("open"))


def _row(w: Words, stages: Curve, day: int) -> tuple[str, ...]:
    shares = [at(stages, day, place, start=0.0) for place in range(1, len(ENDS) + 1)]
    return tuple(w.percent(share) for share in (*shares, max(0.0, 1 - sum(shares))))


def _stack(frame: _Frame, stages: Curve) -> Iterator[Markup]:
    lower = [(row[0], 0.0) for row in stages]
    for place, fill in enumerate(FILLS, 1):
        upper = [(row[0], sum(row[1 : place + 1])) for row in stages]
        if any(row[place] for row in stages):
            there = _points(frame, upper, start=0.0)
            back = _points(frame, lower, start=0.0)[::-1]
            yield Markup(
                '<polygon class="part-{}" points="{}" fill="{}" stroke="{}" stroke-width="0.5"/>'
            ).format(place, _written([*there, *back]), fill, BLACK)
        lower = upper


def _names(w: Words, frame: _Frame, stages: Curve, paper: Paper) -> Iterator[Markup]:
    """Beside the middle of each part at the right end; what is not there has no name."""
    shares = [stages[-1][place] for place in range(1, len(ENDS) + 1)]
    shares.append(max(0.0, 1 - sum(shares)))
    named, below = [], 0.0
    for share, name in zip(shares, _ends(w), strict=True):
        if share >= 0.005:
            named.append((frame.y(below + share / 2), name))
        below += share
    heights = charts.spread([height for height, _ in named], paper.line, lowest=frame.floor)
    for height, (_, name) in zip(heights, named, strict=True):
        yield charts.text(frame.right + 6, height + 4, name, paper)


def _axes(w: Words, frame: _Frame, paper: Paper) -> Iterator[Markup]:
    for quarter in range(5):
        share = w.percent(quarter / 4, places=0)
        yield charts.text(frame.left - 6, frame.y(quarter / 4) + 4, share, paper, "end")
    yield charts.rule(frame.left, frame.floor, frame.right, frame.floor)
    yield charts.rule(frame.left, frame.top, frame.left, frame.floor)
    under = frame.floor + paper.line
    for day in range(0, int(frame.most) + 1, 5 if frame.most <= 30 else 10):
        yield charts.text(frame.x(day), under, w.number(day), paper, "middle")
    middle = (frame.left + frame.right) / 2
    yield charts.text(
        middle,
        frame.floor + paper.line * 2.2,
        w._("working days since registration"),
        paper,
        "middle",
    )


def _term(w: Words, frame: _Frame, paper: Paper) -> Iterator[Markup]:
    """The usual term: where it stands, in words above the line."""
    x = frame.x(TERM_WD)
    yield Markup(
        '<line class="axis" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}" stroke="{3}"'
        ' stroke-width="1" stroke-dasharray="2 3"/>'
    ).format(x, frame.top, frame.floor, MUTED)
    words = w._("%(n)s days, the usual term", n=TERM_WD)
    yield charts.text(x, frame.top - 3, words, paper, "middle")


def _points(
    frame: _Frame, curve: Sequence[tuple[float, float]], *, start: float = 1.0
) -> list[tuple[float, float]]:
    """A staircase from the first day to the end of the axis."""
    points = [(frame.x(0), frame.y(start))]
    for span, share in curve:
        points += [(frame.x(span), points[-1][1]), (frame.x(span), frame.y(share))]
    points.append((frame.right, points[-1][1]))
    return [points[0], *(after for before, after in pairwise(points) if after != before)]


def _written(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(frame: _Frame, curve: Sequence[tuple[float, float]], dash: str, wide: float) -> Markup:
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup(
        '<polyline class="line" points="{}" fill="none" stroke="{}" stroke-width="{}"{}/>'
    ).format(_written(_points(frame, curve)), DARK, wide, dashes)


def _band(frame: _Frame, now: Curve) -> Markup:
    low = _points(frame, [(row[0], row[2]) for row in now])
    high = _points(frame, [(row[0], row[3]) for row in now])
    return Markup('<polygon class="band" points="{}" fill="{}"/>').format(
        _written([*low, *high[::-1]]), BAND
    )


def of_quarter(e: Edition, now: Curve, before: Curve, quarter: str) -> Chart | None:
    """The same curve of an agency: its matters of the quarter so far, and of the one a year ago."""
    drawn = _answers(e, now, before)
    if drawn is None:
        return None
    measure = e.words._(
        "Share of the agency's matters of quarter %(n)s of %(year)s without a final answer, by"
        " working days since registration; a year ago: the same quarter", n=quarter[-1],
        year=quarter[:4],
    )  # fmt: skip
    return replace(drawn, measure=measure, table=replace(drawn.table, caption=measure))
