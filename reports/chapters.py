"""Chapters of an edition, told from measures: each number carries the number of its measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agencies import outlines
from reports import charts, funnels, maps, pcharts
from reports.charts import Mark
from reports.council import addressees
from reports.definitions import Figure
from reports.fairness import Funnel
from reports.measured import (
    Edition,
    measure_tables,
    named,
    scope_table,
    series_chart,
    statements,
    written,
)
from reports.measures import catalogue, measure
from reports.parts import Chart, Section, Table
from reports.readings import Change, Reading, change
from reports.states import said
from reports.wording import NOTHING, Words, in_alphabet

LARGE, MIDDLE = 100, 20
"""Size groups of agencies, by the matters they received in the period."""


def flow(e: Edition) -> Section:
    w = e.words
    carried = [e.count(code) for code in ("carried_in", "received", "finished", "carried_out")]
    said_ = w._(
        "Carried in %(a)s (F12), received %(b)s (F01), finished %(c)s (F13), carried out %(d)s"
        " (F14).",
        **dict(zip("abcd", map(w.number, carried), strict=True)),
    )  # fmt: skip
    tables = measure_tables(
        e, w._("What came in and went out"),
        ("carried_in", "received", "persons", "finished", "carried_out", "overdue_open"),
    )  # fmt: skip
    return Section("flow", w._("What came in and went out"), [said_], series_chart(e), tables)


def timeliness(e: Edition) -> Section:
    w = e.words
    codes = (
        "on_time", "on_time_original", "extended", "passed_term", "overdue_open",
        "days_lost", "handling_median", "handling_p90", "first_answer_median",
        "first_answer_p90", "open_age_median", "open_age_p90",
    )  # fmt: skip
    note = w._(
        "The share answered in time counts all whose last day came in the period, those without an"
        " answer included. Times count those who still wait; “not reached” says that too many do."
    )
    part = _counted(
        e, "terms", w._("Terms and times"), codes, note,
        said=statements(e, ("on_time", "handling_median")),
    )  # fmt: skip
    drawn = pcharts.told(e)
    if drawn is None:
        return part
    return replace(part, chart=drawn, note=f"{note} {pcharts.note(e)}")


def quality(e: Edition) -> Section:
    w = e.words
    codes = ("redirected_share", "sent_on", "sent_on_promptly", "norm_cited", "returned_share",
             "reopened_share", "repeated_share", "repeats_no_answer", "repeats_disagreeing",
             "repeats_other_defect", "refused_share", "explained_share", "upheld_share",
             "extensions", "satisfied_share", "rated_share")  # fmt: skip
    said_ = statements(e, ("redirected_share", "repeated_share"))
    return _counted(e, "quality", w._("Quality of the answers"), codes, said=said_)


def people(e: Edition) -> Section:
    w = e.words
    codes = (
        "persons",
        "per_10k",
        "kazakh_share",
        "electronic_share",
        "desk_share",
        "higher_body_share",
        "organisation_share",
        "collective_appeals",
        "collective_people",
        "repeated_share",
    )
    return _counted(e, "people", w._("Who came, and how"), codes, said=statements(e, ["persons"]))


def _counted(
    e: Edition, key: str, title: str, codes: Sequence[str], note: str = "", *, said: list[str]
) -> Section:
    """A part of sentences and one table; where nothing was counted it says so and no more."""
    tables = measure_tables(e, title, codes)
    if tables:
        return Section(key, title, said, None, tables, note)
    nothing = e.words._("There is nothing to count in this period, the one before and a year ago.")
    return Section(key, title, [nothing], None, [])


def hall_part(e: Edition) -> Section:
    w = e.words
    codes = ("tickets", "served", "no_show", "left_queue", "wait_median", "wait_p90", "long_waits",
             "service_median", "service_p90", "solved_at_desk", "first_contact",
             "appeal_after_visit")  # fmt: skip
    part = _counted(
        e, "hall", w._("The hall"), codes, said=statements(e, ("tickets", "wait_median"))
    )
    keys = [c for c in e.codes("agency") if e.count("tickets", f"agency:{c}")]
    shown = ("tickets", "served", "wait_median", "wait_p90", "long_waits")
    queue = [scope_table(e, w._("The queue, by agency"), "agency", shown, keys=keys)]
    return replace(part, tables=[*part.tables, *(queue if keys else [])])


def agencies(e: Edition) -> Section:
    """In three groups of size, by the alphabet within each."""
    w = e.words
    groups: dict[str, list[str]] = {"large": [], "middle": [], "small": []}
    for code in e.busy_agencies():
        count = e.count("received", f"agency:{code}")
        groups["large" if count >= LARGE else "middle" if count >= MIDDLE else "small"].append(code)
    captions = {
        "large": w._("Agencies with 100 matters and more"),
        "middle": w._("Agencies with 20 to 99 matters"),
        "small": w._("Agencies with fewer than 20 matters"),
    }
    shown = ("received", "on_time", "overdue_open", "handling_median", "redirected_share",
             "returned_share")  # fmt: skip
    tables = [
        scope_table(e, captions[size], "agency", shown, keys=keys)
        for size, keys in groups.items() if keys
    ]  # fmt: skip
    caution = w._(
        "Read with care: agencies work on different matters, and one event in the city can fill the"
        " desk of one of them. They stand in the order of the alphabet; this is not a ranking."
    )
    none = w._("No matter of this period was sent to an agency.")
    idle = len(e.codes("agency")) - sum(map(len, groups.values()))
    said_ = [caution if tables else none]
    if idle:
        said_.append(w._("Agencies on record without any matter in this period: %(n)s.",
                         n=w.number(idle)))  # fmt: skip
    said_.append(two_totals(w, e.reading("received"), e.reading("matters")))
    return Section("agencies", w._("Agencies"), said_, funnel(e), tables)


def two_totals(w: Words, hall: Reading | None, agencies: Reading | None) -> str:
    """Both are told by name, so that nobody adds up what was sent on or has two matters."""
    appeals, matters = (int(one.value or 0) if one else 0 for one in (hall, agencies))
    return w._(
        "Two totals: the hall received %(appeals)s appeals, each counted once (F01); the agencies"
        " have %(matters)s matters of them (F34). An appeal for two agencies stands at both; one"
        " that was sent on stands only at the agency that has it now.",
        appeals=w.number(appeals), matters=w.number(matters),
    )  # fmt: skip


def funnel(e: Edition) -> Chart | None:
    kept = e.kept.get("fairness")
    if not kept:
        return None
    found = Funnel.of(kept)
    names = {place.agency: e.name("agency", place.agency) for place in found.places}
    order = {place.agency: in_alphabet(e.kazakh("agency", place.agency)) for place in found.places}
    return funnels.told(e.words, found, names, e.paper, order=order)


def topics(e: Edition) -> Section:
    w = e.words
    return _by_size(e, "category", w._("Topics"), w._("Appeals received, by topic"), 12)


def districts(e: Edition) -> Section:
    w = e.words
    part = _by_size(e, "district", w._("Districts"), w._("Appeals received, by district"), 12)
    return with_map(e, part)


def with_map(e: Edition, part: Section) -> Section:
    """The same with a map for its bars, where the city's districts are known by name."""
    names = {code: e.name("district", code) for code in outlines.of_districts()}
    counts = {code: n for code in names if (n := e.count("received", f"district:{code}"))}
    if part.chart is None or not counts or any(code == name for code, name in names.items()):
        return part
    drawn = maps.of_counts(e.words, part.chart.finding, counts, names, nothing=e.words._("none"))
    source = e.words._("register of the reception hall; outlines © OpenStreetMap contributors")
    return replace(part, chart=replace(part.chart, drawing=drawn, source=source))


def _by_size(e: Edition, sort: str, title: str, counted: str, most: int) -> Section:
    w = e.words
    counts = {code: e.count("received", f"{sort}:{code}") for code in e.codes(sort)}
    order = sorted((c for c in counts if counts[c]), key=lambda c: (-counts[c], c))[:most]
    if not order:
        return Section(sort, title, [w._("Nothing was received in the period.")], None, [])
    finding = w._(
        "Most appeals: %(name)s, %(n)s of %(total)s (F01)", name=e.name(sort, order[0]),
        n=w.number(counts[order[0]]), total=w.number(e.count("received")),
    )  # fmt: skip
    marks = [Mark(e.name(sort, c), counts[c], w.number(counts[c]), c == order[0]) for c in order]
    shown = ("received", "persons", "on_time", "redirected_share", "repeated_share")
    table = scope_table(e, counted, sort, shown, keys=order)
    chart = Chart(finding, counted, charts.bars(finding, marks, e.paper), table)
    return Section(sort, title, grown(e, sort, order), chart, [])


def grown(e: Edition, sort: str, order: Iterable[str]) -> list[str]:
    """Up to three that rose beyond chance, the largest rise first."""
    w, known = e.words, measure("received")
    if not e.is_comparable("before"):
        return []
    risen = []
    for code in order:
        now, before = (e.reading("received", f"{sort}:{code}", when) for when in ("now", "before"))
        if now and before and change(known, now, before) is Change.ROSE:
            risen.append((int((before.value or 0) - (now.value or 0)), code, now, before))
    if not risen:
        return [w._("Nothing grew clearly against the period before (F01).")]
    return [
        w._("Grew: %(name)s, from %(before)s to %(now)s (F01).", name=e.name(sort, code),
            before=written(w, known, before), now=written(w, known, now))
        for _, code, now, before in sorted(risen, key=lambda found: found[:2])[:3]
    ]  # fmt: skip


def due(e: Edition) -> Section:
    w, found = e.words, e.kept["due"]
    keys = sorted(found, key=lambda c: in_alphabet(e.name("agency", c)))
    rows = [
        (e.name("agency", "" if c == "unknown" else c), w.number(found[c]["overdue"]),
         w.number(found[c]["due_soon"]))
        for c in keys
    ]  # fmt: skip
    title = w._("Due in the next three working days, and overdue")
    said_ = w._(
        "Overdue: %(a)s matters; due in the next three working days: %(b)s.",
        a=w.number(sum(own["overdue"] for own in found.values())),
        b=w.number(sum(own["due_soon"] for own in found.values())),
    )  # fmt: skip
    tables = [Table(title, (w._("Agency"), w._("Overdue"), w._("Due soon")), rows)] if rows else []
    return Section("due", title, [said_], None, tables)


def register(e: Edition) -> Section:
    """What we asked and what became of it."""
    w = e.words
    title = w._("What we asked, and what became of it")
    rows = [
        (one["number"], w.of(one["title"]), said(one["status"], w.language),
         one["due_on"] or NOTHING, said(one["answer"], w.language) if one["answer"] else NOTHING,
         w.number(one["waiting_days"]))
        for one in e.kept["proposals"]
    ]  # fmt: skip
    if not rows:
        return Section(
            "asked", title, [w._("The council has not asked for a change yet.")], None, []
        )
    columns = (w._("Number"), w._("Proposal"), w._("State"), w._("Answer due"), w._("Answer"),
               w._("Days waiting"))  # fmt: skip
    waiting = sum(one["waiting_days"] is not None for one in e.kept["proposals"])
    told = w._("On record: %(n)s proposals; waiting for an answer: %(m)s.", n=w.number(len(rows)),
               m=w.number(waiting))  # fmt: skip
    tables = [Table(title, columns, rows, has_titles=True)]
    if any(any(counts.values()) for counts in e.kept["fate"].values()):
        tables.append(fate(e))
    return Section("asked", title, [told], None, tables)


def fate(e: Edition) -> Table:
    """Three counts and silence, each apart: the share alone would flatter."""
    w = e.words
    order = ("accepted", "partly", "refused", "redirected", "no_position", "silent")
    names = [said(code, w.language) for code in order[:-1]] + [w._("No answer in the term")]
    rows = [
        (year, *(w.number(counts[code]) for code in order))
        for year, counts in sorted(e.kept["fate"].items())
    ]
    return Table(w._("Rows of the comparative tables, by the year their answer fell due"),
                 (w._("Year"), *names), rows)  # fmt: skip


def effects_part(e: Edition) -> Section:
    w = e.words
    title = w._("Effects of changed norms")
    rows = []
    for one in e.kept["proposals"]:
        if one["effect"]:
            ratio = (w.number(v, places=2) for v in one["ratio"] or ())
            rows.append((one["number"], w.of(one["title"]), said(one["effect"], w.language),
                         " / ".join(ratio) or NOTHING))  # fmt: skip
    if not rows:
        return Section("effects", title, [w._("No changed norm could be measured yet.")], None, [])
    columns = (w._("Number"), w._("Proposal"), w._("Result"), w._("Ratio, low, high"))
    return Section("effects", title, [], None, [Table(title, columns, rows, has_titles=True)])


def about_proposal(e: Edition, one: Mapping[str, Any]) -> Section:
    """A proposal on its own half page."""
    w = e.words
    body = addressees().get(one["addressee"])
    rows = [
        (w._("State"), said(one["status"], w.language)),
        (w._("Addressed to"), getattr(body, f"name_{w.language}") if body else NOTHING),
        (w._("Votes for, against, abstained"), _votes(w, one)),
        (w._("Answer due"), one["due_on"] or NOTHING),
        (w._("Answer"), said(one["answer"], w.language) if one["answer"] else NOTHING),
    ]
    title = f"{one['number']}. {w.of(one['title'])}"
    return Section(one["number"], title, [w.of(one["aim"])], None,
                   [Table(title, (w._("What"), w._("On record")), rows,
                          has_words=True)])  # fmt: skip


def _votes(w: Words, one: Mapping[str, Any]) -> str:
    """Older figures keep noughts of a vote that had not been taken."""
    if any(one["votes"]) or (one["votes"] and one["status"] == "declined"):
        return " / ".join(map(str, one["votes"]))
    return w._("not voted yet")


def of_agency(e: Edition, code: str) -> Section:
    """An agency's own pages: its figures, its steps, its topics, what is due by number."""
    w, scope = e.words, f"agency:{code}"
    shown = ("received", "carried_in", "finished", "carried_out", "on_time", "on_time_original",
             "extended", "passed_term", "overdue_open", "days_lost", "handling_median",
             "handling_p90", "open_age_median", "satisfied_share", "redirected_share",
             "returned_share", "reopened_share", "repeated_share", "refused_share",
             "upheld_share")  # fmt: skip
    tables = measure_tables(e, e.name("agency", code), shown, scope)
    listed = [(number, day) for agency, number, day in e.kept["numbers"] if agency == code]
    if listed:
        tables.append(Table(w._("Due first, by number"), (w._("Appeal"), w._("Last day")), listed))
    return Section(scope, e.name("agency", code),
                   statements(e, ("received", "on_time"), scope), series_chart(e, code),
                   tables, further=[one for one in [pcharts.told(e, code)] if one])  # fmt: skip


def book(e: Edition) -> list[Figure]:
    """Every measure of the catalogue with its value for the hall, and how it is counted."""
    known = catalogue()
    return [
        Figure(one.number, named(e.words, one), e.value(one.code),
               known.definition(one, e.words.language))
        for one in known.measures.values()
    ]  # fmt: skip
