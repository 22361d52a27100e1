"""The month on two pages, for a member of the council who has ten minutes.

The same figure set and the same codes as the full report: the brief adds no number of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from reports import ahead, chapters, charts, monthly
from reports.charts import DARK, Paper
from reports.definitions import Figure
from reports.figure_sets import FigureSet
from reports.measured import Edition, statements
from reports.measures import catalogue, measure
from reports.monthly import Report
from reports.parts import Section, Source, Table
from reports.states import said
from reports.wording import NOTHING, Words

KIND = "brief"
TOPICS, MONTHS, GREW, ASKED, OUTSIDE = 12, 24, 3, 5, 3
WIDE, TALL = 132.0, 22.0
"""Of the line of a topic, in the units of its view box."""
TO_DECIDE = "on_agenda"


def report(figure_set: FigureSet, language: str, paper: Paper = charts.PRINT) -> Report:
    w = Words(language)
    e = Edition(figure_set.period, figure_set.particulars["edition"], w, paper,
                unfinished=figure_set.is_unfinished)  # fmt: skip
    cover = monthly.cover(Source(figure_set, w, paper))
    full = replace(cover, stats=monthly.of_measures(e, monthly.SIX))
    told = [_topics(e), _grew(e), _asked(e), _decisions(e), _agencies(e), _rest(e)]
    return replace(
        full, kind=KIND, title=w._("The month on two pages"),
        findings=[], sections=told, figures=_named(w, _codes(full, told)),
    )  # fmt: skip


def _topics(e: Edition) -> Section:
    """The largest topics of the month, each with its own line of two years."""
    w, title = e.words, e.words._("Topics, the last two years month by month")
    kept = e.kept.get("months") or {"topics": {}}
    counts = {code: e.count("received", f"category:{code}") for code in e.codes("category")}
    order = sorted((c for c in counts if counts[c]), key=lambda c: (-counts[c], c))[:TOPICS]
    if not order:
        return Section("topics", title, [w._("Nothing was received in the period.")], None, [])
    rows = [
        (e.name("category", code), _line(w, e.name("category", code),
                                         kept["topics"].get(code, [])[-MONTHS:]),
         *(e.value("received", f"category:{code}", when) for when in ("now", "before",
                                                                       "a_year_ago")))
        for code in order
    ]  # fmt: skip
    columns = (w._("Topic"), w._("Each on its own scale"), w._("This month (F01)"),
               w._("Month before"), w._("A year ago"))  # fmt: skip
    return Section("topics", title, [], None, [Table(title, columns, rows)])


def _line(w: Words, name: str, counts: Sequence[int]) -> str:
    """From nothing to the largest count; a dot at the last month."""
    if not any(counts):
        return NOTHING
    step, most = WIDE / max(1, MONTHS - 1), max(counts)
    first = MONTHS - len(counts)
    spots = [
        (2 + (first + at) * step, TALL - 3 - (TALL - 6) * n / most) for at, n in enumerate(counts)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    title = w._(
        "%(name)s: from %(low)s to %(high)s a month, %(last)s in the last", name=name,
        low=w.number(min(counts)), high=w.number(most), last=w.number(counts[-1]),
    )  # fmt: skip
    body = [
        Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="1.4"/>').format(
            points, DARK
        ),
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.2" fill="{}"/>').format(*spots[-1], DARK),
    ]
    return charts.drawing(title, body, WIDE + 5, TALL)


def _grew(e: Edition) -> Section:
    return Section("grew", e.words._("What grew, and where"), grew(e), None, [])


def grew(e: Edition) -> list[str]:
    """Up to three topics and one district; where nothing did it is said once."""
    topics = chapters.grown(e, "category", e.codes("category"))[:GREW]
    places = chapters.grown(e, "district", e.codes("district"))[:1]
    return list(dict.fromkeys([*topics, *places]))


def _asked(e: Edition) -> Section:
    """The newest first: what is long answered stands in the full report."""
    w, title = e.words, e.words._("What we asked, and what became of it")
    known = e.kept["proposals"]
    if not known:
        return Section("asked", title, [w._("The council has not asked for a change yet.")], None,
                       [])  # fmt: skip
    rows = [
        (one["number"], w.of(one["title"]), said(one["status"], w.language),
         one["due_on"] or NOTHING, w.number(one["waiting_days"]))
        for one in known[::-1][:ASKED]
    ]  # fmt: skip
    columns = (w._("Number"), w._("Proposal"), w._("State"), w._("Answer due"),
               w._("Days waiting"))  # fmt: skip
    more = len(known) - len(rows)
    note = w._("%(n)s more stand in the full report.", n=w.number(more)) if more else ""
    return Section("asked", title, [], None, [Table(title, columns, rows, has_titles=True)], note)


def _decisions(e: Edition) -> Section:
    """What lies before the council, with boxes to tick; the vote itself is cast in the meeting."""
    w, title = e.words, e.words._("What the council is asked to decide")
    open_ = [one for one in e.kept["proposals"] if one["status"] == TO_DECIDE][:OUTSIDE]
    if not open_:
        return Section("decide", title, [w._("Nothing is on the agenda just now.")], None, [])
    rows = [(one["number"], w.of(one["title"]), "", "", "") for one in open_]
    columns = (w._("Number"), w._("Proposal"), w._("For"), w._("Against"), w._("Abstained"))
    return Section("decide", title, [], None, [Table(title, columns, rows, has_titles=True)])


def _agencies(e: Edition) -> Section:
    w = e.words
    drawn = chapters.funnel(e)
    outside = [row[0] for row in drawn.table.rows
               if row[-1] == w._("outside the limits")] if drawn else []  # fmt: skip
    told = [w._("Too few matters fell due to compare agencies (F21).")] if not drawn else []
    if outside:
        named = "; ".join(outside[:OUTSIDE])
        told = [w._("Outside the limits, to be asked why: %(names)s (F21).", names=named)]
    return Section("agencies", w._("Agencies"), told, drawn, [])


def _rest(e: Edition) -> Section:
    """Terms, redirects, the hall and the month to come, a sentence each."""
    w = e.words
    codes = ("handling_median", "sent_on", "wait_median", "returned_share", "satisfied_share")
    coming = [ahead.sentence(e)] if e.kept.get("months") else []
    return Section("rest", w._("In short"), [*coming, *statements(e, codes)[:4]], None, [])


def _codes(full: Report, told: Sequence[Section]) -> list[str]:
    """Those of the numbers that the two pages show, in their order."""
    shown = {stat.code for stat in full.stats} | set(_numbers(told))
    return [one.number for one in catalogue().measures.values() if one.number in shown]


def _numbers(told: Sequence[Section]) -> Iterator[str]:
    for part in told:
        drawn = [part.chart.finding] if part.chart else []
        heads = [head for table in part.tables for head in table.columns]
        for words in (*part.paragraphs, *drawn, *heads):
            yield from re.findall(r"F\d\d", words)


def _named(w: Words, numbers: Sequence[str]) -> list[Figure]:
    return [Figure(number, measure(number).name[w.language], "", "") for number in numbers]
