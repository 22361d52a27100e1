"""An agency's pages of the weekly edition: how it stands, what grew, and what it is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from agencies import reference
from reception import language as languages
from reports import chapters, charts, curves, pcharts
from reports.charts import Mark
from reports.intervals import counts_differ
from reports.measured import Edition, measure_tables, series_chart, statements, with_unit
from reports.measures import measure
from reports.parts import Chart, Section, Table
from reports.standing import AGES, BY_CONTROL, BY_HEAD, USUAL_WEEKS
from reports.wording import NOTHING

FLOW = ("carried_in", "received", "finished", "sent_on", "carried_out")
MEASURES = (
    "on_time", "on_time_original", "extended", "overdue_open", "days_lost", "handling_median",
    "handling_p90", "open_age_median", "satisfied_share", "redirected_share", "returned_share",
    "reopened_share", "repeated_share", "refused_share", "upheld_share",
)  # fmt: skip
OFTEN, WORST = 3, 5
"""Redirects that are asked about, and questions that an agency gets at most."""


def told(e: Edition, code: str) -> Section:
    """As before where the edition was kept without the standing of agencies."""
    plain = chapters.of_agency(e, code)
    kept = e.kept.get("standing")
    if not kept:
        return plain
    scope, own = f"agency:{code}", kept["agencies"].get(code, {})
    drawn = [_curve(e, own, kept["quarter"]), pcharts.told(e, code)]
    further = [one for one in drawn if one] or [one for one in [series_chart(e, code)] if one]
    listed = plain.tables[-1:] if any(row[0] == code for row in e.kept["numbers"]) else []
    tables = [
        *measure_tables(e, plain.title, MEASURES, scope), *_topics(e, own),
        *_returned(e, own), *_ways(e, own), *_steps(e, own), *listed,
        *_asked(e, code, own, kept["reply_by"]),
    ]  # fmt: skip
    return replace(
        plain, paragraphs=[*statements(e, ("received", "on_time"), scope), *_said(e, own)],
        chart=_flow(e, code), further=further, tables=tables,
    )  # fmt: skip


def _said(e: Edition, own: Mapping[str, Any]) -> list[str]:
    """What one sentence can say needs no table."""
    return [*_ages(e, own), *_returns(e, own)]


def _flow(e: Edition, code: str) -> Chart | None:
    w, scope = e.words, f"agency:{code}"
    counts = {one: e.count(one, scope) for one in FLOW}
    if not any(counts.values()):
        return None
    finding = w._(
        "Carried in %(a)s, received %(b)s, finished %(c)s, carried out %(d)s (F12, F01, F13, F14)",
        a=w.number(counts["carried_in"]), b=w.number(counts["received"]),
        c=w.number(counts["finished"]), d=w.number(counts["carried_out"]),
    )  # fmt: skip
    names = {one: f"{measure(one).name[w.language]} ({measure(one).number})" for one in FLOW}
    dark = ("received", "finished")
    marks = [Mark(names[one], n, w.number(n), one in dark) for one, n in counts.items()]
    caption = w._(
        "Matters of the agency in the week; what was sent on stands at its receiver in the other"
        " counts"
    )
    rows = [
        (label, *(w.number(e.count(one, scope, when)) for one in FLOW))
        for label, when in ((w._("This period"), "now"), (w._("Period before"), "before"))
    ]
    table = Table(caption, (w._("Period"), *(measure(one).head(w.language) for one in FLOW)), rows)
    return Chart(finding, caption, charts.bars(finding, marks, e.paper), table)


def _curve(e: Edition, own: Mapping[str, Any], quarter: str) -> Chart | None:
    return curves.of_quarter(e, own.get("curve", []), own.get("curve_before", []), quarter)


def _ages(e: Edition, own: Mapping[str, Any]) -> list[str]:
    w, ages = e.words, own.get("ages")
    if not ages:
        return []
    ends = [f"0–{AGES[0]}", *(f"{a + 1}–{b}" for a, b in pairwise(AGES)), f">{AGES[-1]}"]
    groups = "; ".join(f"{end}: {w.number(n)}" for end, n in zip(ends, ages, strict=True) if n)
    return [w._("Open matters by working days since registration: %(groups)s (F53).",
                groups=groups)]  # fmt: skip


def _returns(e: Edition, own: Mapping[str, Any]) -> list[str]:
    w, found = e.words, own.get("returns")
    if not found:
        return []
    return [w._("Answers returned for rework: by the head %(a)s, by quality control %(b)s (F40).",
                a=w.number(found[BY_HEAD]), b=w.number(found[BY_CONTROL]))]  # fmt: skip


def _returned(e: Edition, own: Mapping[str, Any]) -> Iterator[Table]:
    w, found = e.words, own.get("returns") or {}
    known = reference.labels("quality_reason")
    reasons = sorted(found.get("reasons", {}).items(), key=lambda row: (-row[1], row[0]))
    rows = [
        (languages.named(known[code], w.language) if code in known else code, w.number(times))
        for code, times in reasons
    ]
    if rows:
        caption = w._("Why quality control returned answers")
        yield Table(caption, (w._("What was wanting"), w._("Times")), rows)


def _topics(e: Edition, own: Mapping[str, Any]) -> Iterator[Table]:
    w = e.words
    rows = [
        (e.name("category", topic), w.number(now), w.number(before / USUAL_WEEKS, places=1),
         w._("yes") if _is_clear(now, before) else w._("no"))
        for topic, now, before in own.get("topics", [])
    ]  # fmt: skip
    if rows:
        yield Table(
            w._("Topics with more matters than in an average week of the eight before (F34)"),
            (w._("Topic"), w._("In the week"), w._("A week before, on average"),
             w._("More than chance explains")), rows,
        )  # fmt: skip


def _is_clear(now: int, before: int) -> bool:
    """Beside eight weeks: the week stands alone against the average."""
    return counts_differ(now, round(before / USUAL_WEEKS))


def _ways(e: Edition, own: Mapping[str, Any]) -> Iterator[Table]:
    """Its row and its column of the matrix, each agency it had to do with once."""
    w, found = e.words, own.get("ways") or {"in": [], "out": []}
    sums: dict[str, list[int]] = {}
    for place, way in enumerate(("in", "out")):
        for other, times, back in found[way]:
            own_ = sums.setdefault(other, [0, 0, 0])
            own_[place] += times
            own_[2] += back
    order = sorted(sums, key=lambda code: (-sum(sums[code][:2]), code))
    rows = [(e.name("agency", code), *(w.number(n) if n else NOTHING for n in sums[code]))
            for code in order]  # fmt: skip
    if rows:
        yield Table(
            w._("Sent here from another agency and sent on from here (F39, F56)"),
            (w._("Agency"), w._("Came from it"), w._("Sent on to it"), w._("Of these, back")), rows,
        )  # fmt: skip


def _steps(e: Edition, own: Mapping[str, Any]) -> Iterator[Table]:
    w = e.words
    rows = [
        (f"{w.of(one['situation'])}: {w.of(one['step'])}", w.number(one["failed"]),
         w.number(one["contacts"]))
        for one in own.get("steps", [])[:WORST]
    ]  # fmt: skip
    if rows:
        columns = (w._("Situation and step"), w._("Failed"), w._("Of consultations"))
        yield Table(w._("Steps at the agency that failed people"), columns, rows)


def _asked(e: Edition, code: str, own: Mapping[str, Any], reply_by: str) -> Iterator[Table]:
    w = e.words
    asked = list(_questions(e, code, own))[:WORST]
    if asked:
        day = w.long_day(date.fromisoformat(reply_by))
        yield Table(
            w._("Questions to the agency; reply by %(day)s", day=day),
            (w._("Question"), w._("Reply of the agency")), [(one, "") for one in asked],
            has_words=True,
        )  # fmt: skip


def _questions(e: Edition, code: str, own: Mapping[str, Any]) -> Iterator[str]:
    w, scope = e.words, f"agency:{code}"
    if late := e.count("overdue_open", scope):
        yield w._(
            "Past their last day without an answer: %(n)s (F25). By when will they be answered, and"
            " what stands in the way?", n=w.number(late),
        )  # fmt: skip
    if (old := own.get("ages", [0])[-1]) and old:
        yield w._("Open longer than %(days)s working days: %(n)s (F53). What are they waiting for?",
                  days=AGES[-1], n=w.number(old))  # fmt: skip
    yield from _of_terms(e, scope)
    yield from _of_ways(e, own)
    for topic, now, before in own.get("topics", []):
        if _is_clear(now, before):
            yield w._("“%(topic)s” grew to %(n)s in the week (F34). What is behind it?",
                      topic=e.name("category", topic), n=w.number(now))  # fmt: skip


def _of_terms(e: Edition, scope: str) -> Iterator[str]:
    """Asked only where at least two answers of those due did not come in time."""
    now = e.reading("on_time", scope)
    if now is None or (now.denominator or 0) - (now.numerator or 0) <= 1:
        return
    yield e.words._("Answered in time: %(share)s (F21). What delayed the others?",
                    share=with_unit(e.words, measure("on_time"), now))  # fmt: skip


def _of_ways(e: Edition, own: Mapping[str, Any]) -> Iterator[str]:
    w, found = e.words, own.get("ways") or {"in": [], "out": []}
    sent = _sum(found["out"])
    if sent >= OFTEN:
        yield w._("Sent on from here: %(n)s (F39). Which of them should not have come at all, and"
                  " how would one have known?", n=w.number(sent))  # fmt: skip
    if back := sum(row[2] for row in found["out"] + found["in"]):
        yield w._("Sent back and forth: %(n)s (F56). Who is competent, by which act?",
                  n=w.number(back))  # fmt: skip


def _sum(ways: Sequence[Sequence[Any]]) -> int:
    return sum(int(row[1]) for row in ways)
