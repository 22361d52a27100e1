"""The monthly report for the Public Council: one figure set told in one language."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agencies.calendar import local
from reports import bodies, cases, charts, definitions, ranked
from reports.charts import Paper
from reports.definitions import Figure
from reports.figure_sets import FigureSet
from reports.measured import Edition, named
from reports.measures import measure
from reports.parts import Section, Source
from reports.wording import Words

HASH_SHOWN = 16
SIX = ("received", "finished", "on_time", "overdue_open", "handling_median", "tickets")


@dataclass(frozen=True)
class Stat:
    """One of the six numbers of the first page, with what it is compared to."""

    code: str
    label: str
    value: str
    month_before: str
    year_before: str


@dataclass(frozen=True)
class Report:
    """`heads` stand over the three columns of the first page's figures."""

    language: str
    kind: str
    title: str
    month: str
    heads: tuple[str, str, str]
    period: str
    as_of: str
    is_unfinished: bool
    created: str
    query_hash: str
    headline: str
    findings: list[str]
    stats: list[Stat]
    sections: list[Section]
    figures: list[Figure]


def report(figure_set: FigureSet, language: str, paper: Paper = charts.PRINT) -> Report:
    source = Source(figure_set, Words(language), paper)
    parts = [
        cases.flow(source), cases.timeliness(source), ranked.topics(source),
        bodies.agencies(source), ranked.districts(source), bodies.hall(source),
    ]  # fmt: skip
    findings = [*parts[1].paragraphs, *parts[2].paragraphs] if source.pack["received"] else []
    return replace(
        cover(source), findings=findings, sections=parts, figures=definitions.book(source)
    )


def cover(source: Source) -> Report:
    """The first page alone: its headline and its six figures."""
    w, figure_set = source.words, source.figures
    return Report(
        language=w.language,
        kind="monthly",
        title=w._("Monthly report for the Public Council"),
        month=source.month,
        heads=(w._("This month"), w._("Month before"), w._("Same month a year ago")),
        period=f"{figure_set.first:%Y-%m}",
        as_of=w.day(figure_set.as_of),
        is_unfinished=figure_set.is_unfinished,
        created=local(figure_set.as_of).isoformat(timespec="seconds"),
        query_hash=figure_set.query_hash[:HASH_SHOWN],
        headline=_headline(source),
        findings=[],
        stats=_stats(source),
        sections=[],
        figures=[],
    )


def of_measures(e: Edition, codes: Sequence[str]) -> list[Stat]:
    """The same measures, by the same numbers, as everywhere in the edition."""
    return [
        Stat(measure(code).number, named(e.words, measure(code)), e.value(code),
             e.value(code, when="before"), e.value(code, when="a_year_ago"))
        for code in codes
    ]  # fmt: skip


def _headline(source: Source) -> str:
    w, received = source.words, source.pack["received"]
    if not received:
        return w._("%(month)s: no appeals were received", month=source.month)
    said = w.count("one appeal received", "%(shown)s appeals received", received)
    before = source.more["before"]["received"]
    return f"{source.month}: {said}, {source.compared(received, before)} (F01)"


def _stats(source: Source) -> list[Stat]:
    w, pack = source.words, source.pack
    before, year_ago = source.more["before"], source.more["a_year_ago"]

    def share(found: dict[str, Any]) -> str:
        return w.share(found["on_time_share"]["numerator"], found["on_time_share"]["denominator"])

    counted = (
        ("F01", w._("Received"), "received"),
        ("F02", w._("With a first answer"), "with_first_answer"),
        ("F05", w._("Closed"), "closed"),
        ("F07", w._("Overdue"), "overdue"),
        ("F09", w._("Redirected appeals"), "redirected_cases"),
    )
    stats = [
        Stat(code, label, *(w.number(found[key]) for found in (pack, before, year_ago)))
        for code, label, key in counted
    ]
    in_time = Stat("F08", w._("Answered in time"), share(pack), share(before), share(year_ago))
    return [*stats[:3], in_time, *stats[3:]]
