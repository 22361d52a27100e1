"""The share answered in time beside the limits of its own past, drawn with its table.

A point inside the limits is no news, however it moved: chance alone moves it so. Outside them, or
eight on one side of the middle, something has changed.
"""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from reports import charts
from reports.charts import BLACK, DARK, MUTED, Paper
from reports.measured import Edition, step_name
from reports.parts import Chart, Table
from reports.periods import PeriodKind
from reports.readings import SHOWN_FROM
from reports.statistics import pchart
from reports.statistics.pchart import Limits, Step
from reports.wording import NOTHING, Words

HEIGHT, LISTED, FROZEN = 210.0, 12, 24
"""Rows of the table beside those outside the limits; steps after which limits stay as they are."""
TENTH = 0.1


def told(e: Edition, agency: str = "") -> Chart | None:
    """None where nothing fell due, or where an agency's past is too short for limits."""
    kept = e.kept.get("punctual") or {"counts": {}}
    counts: list[Step] = [(k, n) for k, n in kept["counts"].get(agency, [])]
    if not any(n for _, n in counts):
        return None
    found = pchart.limits(counts[:-1])
    if agency and found is None:
        return None
    w = e.words
    finding = _finding(w, counts, found)
    weekly = e.period.kind is PeriodKind.WEEKLY
    measure = (
        w._("Share answered in time of what fell due, by week; a hollow dot has fewer than 20")
        if weekly else
        w._("Share answered in time of what fell due, by month; a hollow dot has fewer than 20")
    )  # fmt: skip
    begun = next(place for place, (_, n) in enumerate(counts) if n)
    steps = [(name, step_name(w, name)) for name in kept["steps"]][begun:]
    counts = counts[begun:]
    drawing = _drawing(w, finding, steps, counts, found, e.paper)
    return Chart(finding, measure, drawing, _table(w, steps, counts, found, weekly=weekly))


def note(e: Edition) -> str:
    """How the limits are drawn, and whether they are to be taken as they are."""
    w, kept = e.words, e.kept.get("punctual")
    if not kept:
        return ""
    counts = [(k, n) for k, n in kept["counts"][""]]
    found = pchart.limits(counts[:-1])
    if found is None:
        return w._(
            "Limits of the share are drawn once eight earlier steps have had anything due: so few"
            " do not say what is usual."
        )
    said = [w._("The limits are three standard deviations of the steps before the last one.")]
    if found.widened > 1:
        said.append(w._(
            "The steps differ by more than chance, so the limits are %(n)s times as wide (Laney).",
            n=w.number(found.widened, places=1),
        ))  # fmt: skip
    if sum(n > 0 for _, n in counts[:-1]) < FROZEN - 1:
        said.append(w._("They are provisional until 24 steps are known."))
    return " ".join(said)


def _finding(w: Words, counts: Sequence[Step], found: Limits | None) -> str:
    k, n = counts[-1]
    if not n:
        return w._("Nothing has fallen due in the last step yet (F21)")
    share = w.share(k, n)
    if found is None:
        return w._(
            "Answered in time in the last step: %(share)s; too few steps for limits (F21)",
            share=share,
        )
    if pchart.is_outside(found, (k, n)):
        low, high = (w.percent(end, places=0) for end in found.of(n))
        return w._("Answered in time in the last step: %(share)s, outside the limits of %(low)s to"
                   " %(high)s (F21)",
                   share=share, low=low, high=high)  # fmt: skip
    run = pchart.run_of(found, counts)
    if abs(run) >= pchart.RUN:
        sentence = (
            w._("Answered in time: %(share)s; %(n)s steps one after the other above the middle"
                " (F21)") if run > 0 else
            w._("Answered in time: %(share)s; %(n)s steps one after the other below the middle"
                " (F21)")
        )  # fmt: skip
        return sentence % {"share": share, "n": w.number(abs(run))}
    return w._("Answered in time in the last step: %(share)s, within the limits of its own past"
               " (F21)", share=share)  # fmt: skip


class _Frame:
    def __init__(self, counts: Sequence[Step], found: Limits | None, paper: Paper) -> None:
        shares = [k / n for k, n in counts if n]
        lows = [found.of(n)[0] for _, n in counts if n] if found else []
        self.bottom = max(0.0, min(*shares, *lows, 0.9) // TENTH * TENTH)
        self.left, self.right = paper.letter * 4.5, paper.width - paper.letter * 6
        self.top, self.floor = paper.line, HEIGHT - paper.line * 1.8
        self.step = (self.right - self.left) / len(counts)

    def x(self, place: float) -> float:
        return self.left + (place + 0.5) * self.step

    def y(self, share: float) -> float:
        part = (share - self.bottom) / (1 - self.bottom)
        return self.floor - part * (self.floor - self.top)

    def marks(self) -> list[float]:
        every = 1 if self.bottom > 0.55 else 2
        return [tenth / 10 for tenth in range(10, round(self.bottom * 10) - 1, -every)]


def _drawing(
    w: Words, finding: str, steps: Sequence[tuple[str, str]], counts: Sequence[Step],
    found: Limits | None, paper: Paper,
) -> Markup:  # fmt: skip
    frame = _Frame(counts, found, paper)
    body = list(_axes(w, frame, steps, paper))
    if found is not None:
        body += _limits(w, frame, counts, found, paper)
    body += _points(frame, counts, found)
    return charts.drawing(finding, body, paper.width, HEIGHT)


def _axes(
    w: Words, frame: _Frame, steps: Sequence[tuple[str, str]], paper: Paper
) -> Iterator[Markup]:
    for share in frame.marks():
        shown = w.percent(share, places=0)
        yield charts.text(frame.left - 6, frame.y(share) + 4, shown, paper, "end")
    yield charts.rule(frame.left, frame.floor, frame.right, frame.floor)
    last = len(steps) - 1
    for place, (name, _) in enumerate(steps):
        if not (last - place) % 2:
            shown = name[-2:] if "W" in name else f"{name[-2:]}/{name[2:4]}"
            yield charts.text(frame.x(place), frame.floor + paper.line, shown, paper, "middle")


def _limits(
    w: Words, frame: _Frame, counts: Sequence[Step], found: Limits, paper: Paper
) -> Iterator[Markup]:
    """The middle dashed; a stair of limits, as each step has cases of its own."""
    yield _path([(frame.left, frame.y(found.centre)), (frame.right, frame.y(found.centre))], "5 4")
    for side in (0, 1):
        points: list[tuple[float, float]] = []
        cases = 0
        for place, (_, n) in enumerate(counts):
            cases = n or cases
            if cases:
                height = frame.y(max(frame.bottom, found.of(cases)[side]))
                points += [(frame.x(place - 0.5), height), (frame.x(place + 0.5), height)]
        yield _path(points, "")
    names = [(found.centre, w._("middle"))]
    names += [(end, w._("limit")) for end in found.of(next(n for _, n in reversed(counts) if n))]
    heights = charts.spread([frame.y(max(frame.bottom, share)) for share, _ in names], paper.line)
    for height, (_, name) in zip(heights, names, strict=True):
        yield charts.text(frame.right + 6, height + 4, name, paper)


def _path(points: Sequence[tuple[float, float]], dash: str) -> Markup:
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup(
        '<polyline class="axis" points="{}" fill="none" stroke="{}" stroke-width="1.1"{}/>'
    ).format(" ".join(f"{x:.1f},{y:.1f}" for x, y in points), MUTED, dashes)


def _points(frame: _Frame, counts: Sequence[Step], found: Limits | None) -> Iterator[Markup]:
    """A line from step to step; outside the limits a point is a filled triangle."""
    spots = [(frame.x(at), frame.y(k / n), (k, n)) for at, (k, n) in enumerate(counts) if n]
    yield Markup(
        '<polyline class="line" points="{}" fill="none" stroke="{}" stroke-width="1.6"/>'
    ).format(" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in spots), DARK)
    for x, y, step in spots:
        if found is not None and pchart.is_outside(found, step):
            yield Markup('<path class="alarm" d="M{:.1f},{:.1f}l6,10h-12z" fill="{}"/>').format(
                x, y - 6, BLACK
            )
            continue
        sort, fill = ("dot", DARK) if step[1] >= SHOWN_FROM else ("dot-few", "#FFFFFF")
        yield Markup(
            '<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="3" fill="{}" stroke="{}"/>'
        ).format(sort, x, y, fill, DARK)


def _table(
    w: Words, steps: Sequence[tuple[str, str]], counts: Sequence[Step], found: Limits | None, *,
    weekly: bool,
) -> Table:  # fmt: skip
    rows = [
        (name, w._("%(k)s of %(n)s", k=w.number(k), n=w.number(n)) if n else NOTHING,
         w.percent(k / n) if n >= SHOWN_FROM else NOTHING, *_beside(w, (k, n), found))
        for place, ((_, name), (k, n)) in enumerate(zip(steps, counts, strict=True))
        if place >= len(counts) - LISTED or (found and n and pchart.is_outside(found, (k, n)))
    ]  # fmt: skip
    columns = (w._("Week") if weekly else w._("Month"), w._("In time"), w._("Share"),
               w._("Limits"), w._("Reading"))  # fmt: skip
    caption = (
        w._("Answered in time in twelve weeks, and in earlier ones outside the limits (F21)")
        if weekly
        else w._("Answered in time in twelve months, and in earlier ones outside the limits (F21)")
    )
    return Table(caption, columns, rows)


def _beside(w: Words, step: Step, found: Limits | None) -> tuple[str, str]:
    if found is None or not step[1]:
        return NOTHING, NOTHING
    low, high = (w.percent(end, places=0) for end in found.of(step[1]))
    outside = pchart.is_outside(found, step)
    reading = w._("outside the limits") if outside else w._("within the limits")
    return f"{low} – {high}", reading
