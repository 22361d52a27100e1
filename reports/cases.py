"""The parts of the monthly report about the flow of appeals and their terms."""

from collections.abc import Mapping
from typing import Any

from reports import charts, handling
from reports.charts import Mark
from reports.intervals import wilson
from reports.movement import LATE
from reports.parts import Chart, Section, Source, Table
from reports.wording import NOTHING, SHOWN_FROM, Words

YEAR = 12


def flow(source: Source) -> Section:
    w, balance = source.words, source.more["flow"]
    lead = w._(
        "Carried in %(carried_in)s (F12) + received %(received)s (F01) − finished %(finished)s"
        " (F13) = carried out %(carried_out)s (F14).",
        **{name: w.number(count) for name, count in balance.items()},
    )  # fmt: skip
    years = source.more["year_to_date"]
    since = w._(
        "Received since 1 January: %(years)s (F01).",
        years="; ".join(
            f"{year}: {w.number(count)}"
            for year, count in sorted(years.items(), reverse=True)
            if count or year == max(years)
        ),
    )
    table = Table(
        w._("Balance of the month"),
        (w._("What is counted"), w._("Count"), w._("Code")),
        [
            (name, w.number(balance[key]), code)
            for name, key, code in (
                (w._("Without a final answer when the month began"), "carried_in", "F12"),
                (w._("Received in the month"), "received", "F01"),
                (w._("Answered or closed in the month"), "finished", "F13"),
                (w._("Without a final answer when the month ended"), "carried_out", "F14"),
            )
        ],
    )  # fmt: skip
    return Section("flow", w._("Flow and balance"), [lead, since], _months(source), [table])


def _months(source: Source) -> Chart | None:
    w, series = source.words, _since_begun(dict(sorted(source.more["series"].items())))
    names, counts = list(series), list(series.values())
    if not any(counts):
        return None
    marks = [
        Mark(_month_mark(w, place, names), count, w.number(count), name == names[-1])
        for place, (name, count) in enumerate(series.items())
    ]
    received = w._("Received in the month: %(n)s", n=w.number(counts[-1]))
    title = f"{received}, {source.compared(counts[-1], counts[-2])} (F01)"
    begun = next(place for place, count in enumerate(counts) if count)
    table = Table(w._("Appeals received by month"), *_years(w, names, counts, begun))
    drawing = charts.columns(title, marks[begun:], source.paper)
    return Chart(title, w._("Appeals received, by month"), drawing, table)


def _month_mark(w: Words, place: int, names: list[str]) -> str:
    """Every other month where two years stand beside each other."""
    every = 1 if len(names) <= YEAR else 2
    shown = (len(names) - 1 - place) % every == 0
    return w.month_name(int(names[place][5:]), width="abbreviated") if shown else ""


def _since_begun(series: Mapping[str, int]) -> dict[str, int]:
    """The last year alone where the year before it holds nothing."""
    earlier = list(series)[:YEAR]
    begun = any(series[name] for name in earlier)
    return {name: n for name, n in series.items() if begun or name not in earlier}


def _years(
    w: Words, names: list[str], counts: list[int], begun: int
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Columns and rows: a month a row, a year a column; a dash before the first appeal."""
    shown = [w.number(n) if place >= begun else NOTHING for place, n in enumerate(counts)]
    spans = [f"{names[at]} – {names[at + YEAR - 1]}" for at in range(0, len(names), YEAR)]
    rows = [(w.month_name(int(names[at][5:])), *shown[at::YEAR]) for at in range(YEAR)]
    return (w._("Month"), *spans), rows


def timeliness(source: Source) -> Section:
    w, pack, waits = source.words, source.pack, source.more["handling"]
    table = Table(
        w._("Without an answer past the term, by working days late: all appeals (F25)"),
        (w._("Working days late"), w._("Number of appeals")),
        [(span.replace("-", "–"), w.number(source.more["ageing"][span])) for span in LATE],
    )
    said = [
        _on_time(w, pack["on_time_share"]),
        _first_answer(w, waits),
        _overdue(w, pack["overdue"]),
    ]
    return Section(
        "timeliness",
        w._("What became of the month's appeals"),
        said if pack["received"] else source.nothing_came,
        _distribution(source) if pack["with_first_answer"] else None,
        [table],
    )


def _on_time(w: Words, share: Mapping[str, Any]) -> str:
    k, n = share["numerator"], share["denominator"]
    if not n:
        return w._("No appeal of this month has reached the end of its term yet (F08).")
    counts = {"k": w.number(k), "n": w.number(n)}
    if n < SHOWN_FROM:
        return w._("Of this month's appeals whose term has passed, answered in time: %(k)s of %(n)s"
                   " (F08).", **counts)  # fmt: skip
    low, high = wilson(k, n)
    return w._(
        "Of this month's appeals whose term has passed, answered in time: %(share)s (%(k)s of"
        " %(n)s; between %(low)s and %(high)s with chance allowed for; F08).",
        share=w.share(k, n), low=w.percent(low), high=w.percent(high), **counts,
    )  # fmt: skip


def _first_answer(w: Words, waits: Mapping[str, Any]) -> str:
    """With those still waiting counted in, so that a young month is not flattered."""
    if waits["median"] is None:
        return w._("Fewer than half of the appeals have a first answer so far (F03).")
    median = w.number(waits["median"], places=1)
    if waits["p90"] is None:
        return w._(
            "Half of the appeals had a first answer within %(median)s days (F03); nine of ten have"
            " not been reached yet (F04).", median=median,
        )  # fmt: skip
    return w._(
        "Half of the appeals had a first answer within %(median)s days (F03), nine of ten within"
        " %(p90)s days (F04).", median=median, p90=w.number(waits["p90"], places=1),
    )  # fmt: skip


def _overdue(w: Words, count: int) -> str:
    if not count:
        return w._("No appeal of this month stands without an answer past its term (F07).")
    return w._("Of this month's appeals, without an answer past the term: %(n)s (F07).",
               n=w.number(count))  # fmt: skip


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
    finding = _first_answer(w, waits).rstrip(".")
    measure = w._("Appeals received in the month, by days to the first answer")
    return Chart(finding, measure, charts.columns(finding, marks, source.paper), table)
