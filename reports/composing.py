"""Which parts an edition of each kind has, page by page, and the files that come of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles

from agencies.calendar import local
from reports import (
    about,
    ahead,
    brief,
    bulletin,
    chapters,
    charts,
    curves,
    heard,
    measured,
    monthly,
    noticed,
    pdf,
    printing,
    redirect_matrix,
    repeats,
    scorecard,
    sheets,
    ways,
    yearbook,
)
from reports.bodies import hours
from reports.charts import Paper
from reports.figure_sets import FigureSet
from reports.measured import Edition
from reports.measures import measure
from reports.monthly import HASH_SHOWN, SIX, Report
from reports.parts import Section, Source, Table
from reports.periods import PeriodKind
from reports.wording import NOTHING, Words

FOUND = ("on_time", "overdue_open", "wait_median")
FEWEST_USUAL = 4
"""Same weekdays that say what is usual."""
TEN = (*SIX, "persons", "redirected_share", "reopened_share", "wait_median")


@dataclass(frozen=True)
class Files:
    """An edition as it is kept: to be read, for the archive, and as a workbook."""

    read: bytes
    kept: bytes
    workbook: bytes


def render(
    figure_set: FigureSet, language: str, *, note: str = "", short: bool = False, base: str = ""
) -> Files:
    """Equal figures, language, note and address give equal bytes.

    `note` tells on the first page what this version puts right; `short`: the month on two pages,
    which lead to those of the hall at `base`.
    """
    told = brief.report(figure_set, language) if short else report(figure_set, language)
    printed = pdf.render_both(
        html(told, note=note, base=base), attachments=_attached(figure_set, language)
    )
    return Files(printed.read, printed.kept, sheets.workbook(figure_set, language))


def html(told: Report, *, note: str = "", base: str = "") -> str:
    name = "print/brief.html" if told.kind == brief.KIND else "print/edition.html"
    template = printing.templates(told.language).get_template(name)
    way = ways.to_month(Words(told.language), base, told.period)
    return template.render(report=told, note=note, way=way)


def report(figure_set: FigureSet, language: str, paper: Paper = charts.PRINT) -> Report:
    kept = figure_set.particulars.get("edition")
    if figure_set.kind is PeriodKind.MONTHLY:
        told = monthly.report(figure_set, language, paper)
        return _full_month(told, _edition(figure_set, language, paper)) if kept else told
    return _told(figure_set, _edition(figure_set, language, paper))


def _attached(figure_set: FigureSet, language: str) -> list[pdf.Attachment]:
    w, at = Words(language), figure_set.as_of
    return [
        pdf.Attachment("figures.csv", w._("Every figure of this report"),
                       sheets.pack_csv(figure_set), at),
        pdf.Attachment("measures.csv", w._("Every measure with its parts"),
                       sheets.measures_csv(figure_set), at),
    ]  # fmt: skip


def _edition(figure_set: FigureSet, language: str, paper: Paper) -> Edition:
    period = figure_set.period
    kept = figure_set.particulars["edition"]
    return Edition(period, kept, Words(language), paper, unfinished=figure_set.is_unfinished)


def _full_month(told: Report, e: Edition) -> Report:
    """The monthly report and what the catalogue of measures adds to it."""
    more = [
        chapters.timeliness(e), curves.told(e), chapters.people(e), heard.told(e),
        repeats.told(e), chapters.quality(e), chapters.agencies(e),
        redirect_matrix.told(e), chapters.hall_part(e), *noticed.told(e), ahead.told(e),
        chapters.register(e), chapters.effects_part(e), *about.told(e),
    ]  # fmt: skip
    named = [replace(part, key=f"more-{part.key}", title=_apart(e, part.title))
             for part in _known(more)]  # fmt: skip
    own = [chapters.with_map(e, p) if p.key == "districts" else p for p in told.sections]
    found = [*measured.statements(e, FOUND), *told.findings[-1:]] if told.findings else []
    return replace(
        told, findings=[*found, *yearbook.beginning(e)], stats=monthly.of_measures(e, SIX),
        sections=[*own, *named],
        figures=chapters.book(e),
    )  # fmt: skip


def _known(parts: Sequence[Section | None]) -> list[Section]:
    """Without those of which older figures know nothing."""
    return [part for part in parts if part is not None]


def _apart(e: Edition, title: str) -> str:
    """Two parts of one title would be one place in the table of contents."""
    twice = (e.words._("Agencies"), e.words._("The hall"))
    return e.words._("%(title)s: all measures", title=title) if title in twice else title


def _told(figure_set: FigureSet, e: Edition) -> Report:
    w = e.words
    return Report(
        language=w.language,
        kind=str(e.period.kind),
        title=_titles(w)[e.period.kind],
        month=measured.period_name(e.period, w),
        heads=(w._("This period"), w._("Period before"),
               "" if e.period.kind is PeriodKind.ANNUAL else w._("A year ago")),
        period=e.period.name,
        as_of=w.day(figure_set.as_of),
        is_unfinished=figure_set.is_unfinished,
        created=local(figure_set.as_of).isoformat(timespec="seconds"),
        query_hash=figure_set.query_hash[:HASH_SHOWN],
        headline=measured.statement(e, "received", name=w._("Appeals received")).rstrip("."),
        findings=[
            *bulletin.head(e), *measured.statements(e, FOUND), *yearbook.beginning(e),
        ],
        stats=monthly.of_measures(e, TEN if e.period.kind is PeriodKind.ANNUAL else SIX),
        sections=SECTIONS[e.period.kind](figure_set, e),
        figures=chapters.book(e),
    )  # fmt: skip


def _titles(w: Words) -> dict[PeriodKind, str]:
    return {
        PeriodKind.DAILY: w._("Bulletin of the hall"),
        PeriodKind.WEEKLY: w._("Weekly scorecard of the agencies"),
        PeriodKind.QUARTERLY: w._("Quarterly dossier of changes to the law"),
        PeriodKind.ANNUAL: w._("Annual report"),
    }


def _daily(figure_set: FigureSet, e: Edition) -> list[Section]:
    if not e.kept.get("shift"):
        return [_usual(e), _day_hours(figure_set, e), _day_agencies(e), chapters.due(e)]
    return [_usual(e), bulletin.flags(e), bulletin.hours(e), bulletin.agencies(e)]


def _usual(e: Edition) -> Section:
    """Five numbers beside what is usual for this weekday: the median of eight, and 10 to 90 %."""
    w, days = e.words, e.kept["usual"]
    names = {
        "tickets": ("tickets", w._("Tickets")), "served": ("served", w._("Served")),
        "wait_median": ("wait_median", w._("Median wait, min")),
        "long_waits": ("long_waits", w._("Waited over 15 minutes")),
        "registered": ("received", w._("Appeals registered")),
    }  # fmt: skip
    rows = []
    *past, today = days
    for key, (code, name) in names.items():
        places = 1 if key == "wait_median" else 0
        worked = [d for d in past if d["tickets"] or (key == "registered" and d[key])]
        usual = _band(w, [day[key] or 0 for day in worked], places=places)
        rows.append((f"{name} ({measure(code).number})", w.number(today[key], places=places),
                     *usual))  # fmt: skip
    title = w._("The day beside what is usual for this weekday")
    columns = (w._("Measure"), w._("Today"), w._("As usual"), w._("Usual range"))
    note = w._(
        "Usual: the median of the same weekdays of eight weeks before, and where eight of ten lie;"
        " days without any visitor or appeal are left out, and fewer than %(least)s say nothing.",
        least=FEWEST_USUAL,
    )  # fmt: skip
    return Section("usual", title, [], None, [Table(title, columns, rows)], note)


def _band(w: Words, values: list[float], *, places: int) -> tuple[str, str]:
    """The median, and the two values between which eight of ten lie."""
    if len(values) < FEWEST_USUAL:
        return NOTHING, NOTHING
    tenths = quantiles(values, n=10, method="inclusive")
    low, middle, high = (
        w.number(v, places=places) for v in (tenths[0], median(values), tenths[-1])
    )
    return middle, f"{low} – {high}"


def _day_hours(figure_set: FigureSet, e: Edition) -> Section:
    source = Source(figure_set, e.words, e.paper)
    title = e.words._("Hour by hour")
    drawn = hours(source)
    none = [] if drawn else [e.words._("No tickets were issued on this day.")]
    return Section("hours", title, none, drawn, [])


def _day_agencies(e: Edition) -> Section:
    title = e.words._("The day, by agency")
    keys = [c for c in e.codes("agency") if e.count("tickets", f"agency:{c}")]
    shown = ("tickets", "served", "no_show", "wait_median", "wait_p90", "long_waits")
    tables = [measured.scope_table(e, title, "agency", shown, keys=keys)] if keys else []
    none = [] if tables else [e.words._("No tickets were issued on this day.")]
    return Section("agencies", title, none, None, tables)


def _weekly(_: FigureSet, e: Edition) -> list[Section]:
    overview = [
        chapters.flow(e), chapters.due(e), chapters.timeliness(e), chapters.agencies(e),
        chapters.hall_part(e),
    ]  # fmt: skip
    return [*overview, *(scorecard.told(e, code) for code in e.busy_agencies())]


def _quarterly(_: FigureSet, e: Edition) -> list[Section]:
    own = [chapters.about_proposal(e, one) for one in e.kept["proposals"]]
    effects = [chapters.effects_part(e)] if own else []
    return _known([
        chapters.register(e), *effects, *own, chapters.flow(e), ahead.told(e),
        chapters.topics(e), chapters.districts(e), heard.told(e), repeats.told(e),
        *noticed.told(e),
        chapters.timeliness(e), curves.told(e), redirect_matrix.told(e), chapters.quality(e),
        *about.told(e),
    ])  # fmt: skip


def _annual(figure_set: FigureSet, e: Edition) -> list[Section]:
    own = [chapters.about_proposal(e, one) for one in e.kept["proposals"]]
    return _known([
        yearbook.foreword(e),
        chapters.flow(e), ahead.told(e), chapters.people(e), heard.told(e), repeats.told(e),
        chapters.topics(e), yearbook.topics(e), chapters.districts(e), *noticed.told(e),
        chapters.timeliness(e), curves.told(e), redirect_matrix.told(e), chapters.quality(e),
        chapters.hall_part(e), chapters.agencies(e),
        *(chapters.of_agency(e, code) for code in e.busy_agencies()),
        chapters.register(e), *own, *yearbook.asked(e), chapters.effects_part(e), *about.told(e),
        _protection(figure_set, e), *yearbook.lists(e),
    ])  # fmt: skip


def _protection(figure_set: FigureSet, e: Edition) -> Section:
    """How the report keeps people out of sight, and from what it was made."""
    w = e.words
    rows = [
        (w._("Figures as on"), w.day(figure_set.as_of)),
        (w._("Query"), figure_set.query_hash[:HASH_SHOWN] or NOTHING),
        (w._("Names, numbers, texts and addresses of people"), w._("none")),
        (w._("Counts of fewer than five below the level of the city"), w._("hidden in the files")),
    ]
    title = w._("Data protection and sources")
    return Section("protection", title, [], None,
                   [Table(title, (w._("What"), w._("On record")), rows,
                          has_words=True)])  # fmt: skip


Parts = Callable[[FigureSet, Edition], list[Section]]
SECTIONS: dict[PeriodKind, Parts] = {
    PeriodKind.DAILY: _daily,
    PeriodKind.WEEKLY: _weekly,
    PeriodKind.QUARTERLY: _quarterly,
    PeriodKind.ANNUAL: _annual,
}
