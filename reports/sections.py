"""The parts of the monthly report: a finding in words, a drawing, and the table behind it.

Everything is taken from one figure set, so a part can be built years later and say the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from agencies import reference
from reception import language as languages
from reports import charts, handling
from reports.charts import Mark, Paper
from reports.figure_sets import FigureSet
from reports.figures import UNKNOWN
from reports.wording import NOTHING, SHOWN_FROM, Words, differs, wilson

TOPICS_DRAWN, TOPICS_LISTED = 10, 15
NOT_RECORDED = "not_recorded"
YEAR = 12


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    names_wide: bool = True
    """Whether the first column holds long names."""


@dataclass(frozen=True)
class Chart:
    finding: str
    measure: str
    drawing: Markup
    table: Table


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    paragraphs: list[str]
    chart: Chart | None
    tables: list[Table]
    note: str = ""


@dataclass(frozen=True)
class Source:
    """A figure set with the language and the paper it is told for."""

    figures: FigureSet
    words: Words
    paper: Paper

    @property
    def pack(self) -> dict[str, Any]:
        return self.figures.pack

    @property
    def more(self) -> dict[str, Any]:
        return self.figures.particulars

    @property
    def month(self) -> str:
        return self.words.month(self.figures.first)

    def name(self, sort: str, key: str) -> str:
        """In the reader's language; a name that was imported stays as it came."""
        if key == UNKNOWN:
            return self.words._("not known")  # noqa: SLF001
        names: Mapping[str, str] = self.more["names"][sort].get(key, {})
        return names.get(self.words.language) or key

    def label(self, sort: str, code: str) -> str:
        found = reference.labels(sort).get(code)
        return languages.named(found, self.words.language) if found else self.unrecorded

    @property
    def unrecorded(self) -> str:
        return self.words._("not recorded")  # noqa: SLF001


def flow(source: Source) -> Section:
    w, balance = source.words, source.more["flow"]
    lead = w._(
        "Carried in %(carried_in)s + received %(received)s − finished %(finished)s = carried out"
        " %(carried_out)s.", **{name: w.number(count) for name, count in balance.items()},
    )  # fmt: skip
    years = source.more["year_to_date"]
    since = w._(
        "Received since 1 January: %(years)s.",
        years="; ".join(f"{year}: {w.number(count)}" for year, count in years.items()),
    )
    table = Table(
        w._("Balance of the month"),
        (w._("What is counted"), w._("Count"), w._("Code")),
        [
            (w._("Without a final answer when the month began"), w.number(balance["carried_in"]), "F12"),
            (w._("Received in the month"), w.number(balance["received"]), "F01"),
            (w._("Answered or closed in the month"), w.number(balance["finished"]), "F13"),
            (w._("Without a final answer when the month ended"), w.number(balance["carried_out"]), "F14"),
        ],
    )  # fmt: skip
    return Section("flow", w._("Flow and balance"), [lead, since], _months(source), [table])


def _months(source: Source) -> Chart:
    w, series = source.words, _since_begun(source.more["series"])
    names, counts = list(series), list(series.values())
    marks = [
        Mark(w.month_name(int(name[5:]), width="narrow"), count, w.number(count), name == names[-1])
        for name, count in series.items()
    ]
    received = w._("Received in the month: %(n)s", n=w.number(counts[-1]))
    title = f"{received}, {w.compared(counts[-1], counts[-2])}"
    table = Table(w._("Appeals received by month"), *_years(w, names, counts))
    drawing = charts.columns(title, marks, source.paper)
    return Chart(title, w._("Appeals received, by month"), drawing, table)


def _since_begun(series: Mapping[str, int]) -> dict[str, int]:
    """The last year alone where the year before it holds nothing."""
    earlier = list(series)[:YEAR]
    begun = any(series[name] for name in earlier)
    return {name: n for name, n in series.items() if begun or name not in earlier}


def _years(
    w: Words, names: list[str], counts: list[int]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows: a month a row, a year a column."""
    spans = [f"{names[at]} – {names[at + YEAR - 1]}" for at in range(0, len(names), YEAR)]
    rows = [
        (w.month_name(int(names[at][5:])), *(w.number(n) for n in counts[at::YEAR]))
        for at in range(YEAR)
    ]
    return (w._("Month"), *spans), rows


def timeliness(source: Source) -> Section:
    w, pack, waits = source.words, source.pack, source.more["handling"]
    late = source.more["ageing"]
    table = Table(
        w._("All appeals received so far without an answer past the term, by working days late"),
        (w._("Working days late"), w._("Number of appeals")),
        [(span.replace("-", "–"), w.number(count)) for span, count in late.items()],
    )
    return Section(
        "timeliness", w._("Timeliness"),
        [_on_time(w, pack["on_time_share"]), _first_answer(w, waits), _overdue(w, pack["overdue"])],
        _distribution(source), [table],
    )  # fmt: skip


def _on_time(w: Words, share: Mapping[str, Any]) -> str:
    k, n = share["numerator"], share["denominator"]
    if not n:
        return w._("No appeal of this month has reached the end of its term yet.")
    counts = {"k": w.number(k), "n": w.number(n)}
    if n < SHOWN_FROM:
        return w._("Answered in time: %(k)s of %(n)s appeals whose term has passed.", **counts)
    low, high = wilson(k, n)
    return w._(
        "Answered in time: %(share)s of the appeals whose term has passed (%(k)s of %(n)s;"
        " between %(low)s and %(high)s with chance allowed for).",
        share=w.share(k, n), low=w.percent(low), high=w.percent(high), **counts,
    )  # fmt: skip


def _first_answer(w: Words, waits: Mapping[str, Any]) -> str:
    """With those still waiting counted in, so that a young month is not flattered."""
    if waits["median"] is None:
        return w._("Fewer than half of the appeals have a first answer so far.")
    median = w.number(waits["median"], places=1)
    if waits["p90"] is None:
        return w._(
            "Half of the appeals had a first answer within %(median)s days; nine of ten have not"
            " been reached yet.", median=median,
        )  # fmt: skip
    return w._(
        "Half of the appeals had a first answer within %(median)s days, nine of ten within"
        " %(p90)s days.", median=median, p90=w.number(waits["p90"], places=1),
    )  # fmt: skip


def _overdue(w: Words, count: int) -> str:
    if not count:
        return w._("No appeal of this month stands without an answer past its term.")
    return w._("Without an answer past the term: %(n)s.", n=w.number(count))


def _distribution(source: Source) -> Chart:
    w, waits = source.words, source.more["handling"]
    names = [f"{low}–{high}" for low, high in zip((0, *handling.BINS), handling.BINS, strict=False)]
    names.append(f"{handling.BINS[-1]}+")
    total = sum(waits["bins"])
    marks = [
        Mark(name, count, w.number(count)) for name, count in zip(names, waits["bins"], strict=True)
    ]
    rows = [(mark.label, mark.shown, w.share(int(mark.value), total)) for mark in marks]
    rows.append((w._("no answer yet"), w.number(waits["unanswered"]), NOTHING))
    table = Table(
        w._("Days to the first answer"),
        (w._("Days"), w._("Number of appeals"), w._("Share of the answered")), rows,
    )  # fmt: skip
    soon = sum(waits["bins"][:3])
    finding = w._(
        "First answer within 5 days: %(share)s of the answered appeals, %(k)s in number",
        share=w.share(soon, total), k=w.number(soon),
    )  # fmt: skip
    measure = w._("Appeals received in the month, by days to the first answer")
    return Chart(finding, measure, charts.columns(finding, marks, source.paper), table)


def topics(source: Source) -> Section:
    w = source.words
    counts = _sizes(source.pack["by_category"])
    before = source.more["before"]["by_category"]
    year_ago = source.more["a_year_ago"]["by_category"]
    grown = _most_grown(counts, before)
    said = (
        w._(
            "Grew most against the month before: %(name)s, from %(before)s to %(now)s.",
            name=source.name("categories", grown), before=w.number(before[grown]),
            now=w.number(counts[grown]),
        )
        if grown else w._("No topic grew clearly against the month before.")
    )  # fmt: skip
    chart = _ranked(
        source, "categories", counts, w._("Largest topic: %(name)s, %(n)s of %(total)s"),
        w._("Appeals received in the month, by topic"),
        (w._("Topic"), w._("Received"), w._("Share"), w._("Month before"), w._("Year before")),
        lambda key: (_or_nothing(w, before.get(key)), _or_nothing(w, year_ago.get(key))),
    )  # fmt: skip
    return Section("topics", w._("Topics"), [said], chart, [])


def districts(source: Source) -> Section:
    w = source.words
    before = source.more["before"]["by_district"]
    chart = _ranked(
        source, "districts", _sizes(source.pack["by_district"]),
        w._("Most appeals: %(name)s, %(n)s of %(total)s"),
        w._("Appeals received in the month, by district"),
        (w._("District"), w._("Received"), w._("Share"), w._("Month before"), w._("Difference")),
        lambda key: (
            _or_nothing(w, before.get(key)),
            w.change(source.pack["by_district"][key]["received"], before.get(key, 0)),
        ),
    )  # fmt: skip
    note = w._(
        "Districts differ in the number of residents; counts alone do not show where life is harder."
    )
    return Section("districts", w._("Districts"), [note], chart, [])


def _ranked(
    source: Source,
    sort: str,
    counts: Mapping[str, int],
    finding: str,
    measure: str,
    columns: tuple[str, ...],
    more: Callable[[str], tuple[str, ...]],
) -> Chart | None:
    """The largest first, drawn and listed; what follows them is one row."""
    w, total = source.words, sum(counts.values())
    if not counts:
        return None
    order = list(counts)
    listed = len(order) if len(order) <= TOPICS_LISTED + 5 else TOPICS_LISTED
    rows = [
        (source.name(sort, key), w.number(counts[key]), w.share(counts[key], total), *more(key))
        for key in order[:listed]
    ]
    rest = sum(counts[key] for key in order[listed:])
    if rest:
        rows.append((w._("all others"), w.number(rest), w.share(rest, total), NOTHING, NOTHING))
    marks = [
        Mark(source.name(sort, key), counts[key], w.number(counts[key]), key == order[0])
        for key in order[: max(TOPICS_DRAWN, listed if sort == "districts" else 0)]
    ]
    said = finding % {
        "name": source.name(sort, order[0]), "n": w.number(counts[order[0]]),
        "total": w.number(total),
    }  # fmt: skip
    table = Table(measure, columns, rows)
    return Chart(said, measure, charts.bars(said, marks, source.paper), table)


def _sizes(received: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The largest first; equal ones by name."""
    sizes = {name: found["received"] for name, found in received.items()}
    return dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))


def _most_grown(counts: Mapping[str, int], before: Mapping[str, int]) -> str | None:
    """The topic with the largest rise that chance alone would not explain."""
    grown = [
        name for name, count in counts.items()
        if before.get(name) and count > before[name] and differs(count, before[name])
    ]  # fmt: skip
    return max(grown, key=lambda name: counts[name] - before[name], default=None)


def _or_nothing(w: Words, count: int | None) -> str:
    return NOTHING if count is None else w.number(count)
