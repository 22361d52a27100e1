"""The parts of the monthly report that order names by their size: topics and districts."""

from collections.abc import Callable, Mapping

from reports import charts
from reports.charts import Mark
from reports.intervals import counts_differ
from reports.parts import Chart, Section, Source, Table
from reports.wording import NOTHING, Words

TOPICS_DRAWN, LISTED, LISTED_AT_MOST = 10, 15, 20


def topics(source: Source) -> Section:
    w = source.words
    counts = _sizes(source.pack["by_category"])
    before = source.more["before"]["by_category"]
    year_ago = source.more["a_year_ago"]["by_category"]
    grown = _most_grown(counts, before)
    said = (
        w._(
            "Grew most against the month before: %(name)s, from %(before)s to %(now)s appeals"
            " (F01).",
            name=source.name("categories", grown), before=w.number(before[grown]),
            now=w.number(counts[grown]),
        )
        if grown else w._("No topic grew clearly against the month before (F01).")
    )  # fmt: skip
    chart = _ranked(
        source, "categories", counts, w._("Largest topic: %(name)s, %(n)s of %(total)s (F01)"),
        w._("Appeals received in the month, by topic"),
        (w._("Topic"), w._("Received"), w._("Share"), w._("Month before"), w._("Year before")),
        lambda key: (_or_nothing(w, before.get(key)), _or_nothing(w, year_ago.get(key))),
    )  # fmt: skip
    return Section("topics", w._("Topics"), [said] if counts else source.nothing_came, chart, [])


def districts(source: Source) -> Section:
    w = source.words
    before = source.more["before"]["by_district"]
    chart = _ranked(
        source, "districts", _sizes(source.pack["by_district"]),
        w._("Most appeals: %(name)s, %(n)s of %(total)s (F01)"),
        w._("Appeals received in the month, by district"),
        (w._("District"), w._("Received"), w._("Share"), w._("Month before"), w._("Difference")),
        lambda key: (
            _or_nothing(w, before.get(key)),
            w.change(source.pack["by_district"][key]["received"], before.get(key, 0)),
        ),
    )  # fmt: skip
    note = w._(
        "Districts differ in the number of residents; counts alone do not show where life is"
        " harder."
    )
    return Section(
        "districts", w._("Districts"), [note] if chart else source.nothing_came, chart, []
    )


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
    listed = len(order) if len(order) <= LISTED_AT_MOST else LISTED
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
        if before.get(name) and count > before[name] and counts_differ(count, before[name])
    ]  # fmt: skip
    return max(grown, key=lambda name: counts[name] - before[name], default=None)


def _or_nothing(w: Words, count: int | None) -> str:
    return NOTHING if count is None else w.number(count)
