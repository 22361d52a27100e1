"""The parts of the monthly report about the agencies and about the hall's queue."""

from collections.abc import Iterable, Mapping
from typing import Any

from reports import charts
from reports.charts import Series, Stack
from reports.hall import LONG_WAIT_MIN
from reports.parts import Chart, Section, Source, Table
from reports.periods import PeriodKind
from reports.wording import Words, in_alphabet

POINTS_OF_A_LINE, HOURS_BESIDE = 2, 12
NOT_RECORDED = "not_recorded"


def agencies(source: Source) -> Section:
    w, found = source.words, source.pack["by_agency"]
    named = _by_name(source, found)
    rows = [(name, *_agency_row(w, found[code])) for name, code in named]
    caution = w._(
        "Read with care: agencies work on different matters, and one event in the city can fill the"
        " desk of one of them. They stand in the order of the alphabet; this is not a ranking."
    )
    none = w._("No matter of this month was sent to an agency.")
    once = w._("An appeal with matters for two agencies is counted at each of them.")
    return Section(
        "agencies", w._("Agencies"), [caution, once] if found else [none],
        _states(source, [(name, found[code]) for name, code in named], rows), [],
    )  # fmt: skip


def _by_name(source: Source, codes: Iterable[str]) -> list[tuple[str, str]]:
    named = [(source.name("agencies", code), code) for code in codes]
    return sorted(named, key=lambda pair: in_alphabet(pair[0]))


def _agency_row(w: Words, own: Mapping[str, Any]) -> tuple[str, ...]:
    share = own["on_time_share"]
    return (
        w.number(own["received"]), w.number(own["closed"]), w.number(own["open"]),
        w.number(own["overdue"]), w.share(share["numerator"], share["denominator"]),
        w.number(own["redirected_cases"]),
    )  # fmt: skip


def _states(
    source: Source, found: list[tuple[str, Mapping[str, Any]]], rows: list[tuple[str, ...]]
) -> Chart | None:
    if not found:
        return None
    w, total = source.words, sum(own["received"] for _, own in found)
    late = sum(own["overdue"] for _, own in found)
    finding = w._(
        "Of the month's own matters, past the term without an answer: %(late)s of %(total)s"
        " (F07)",
        late=w.number(late),
        total=w.number(total),
    )  # fmt: skip
    stacks = [
        Stack(name, (own["closed"], own["open"] - own["overdue"], own["overdue"]),
              w.number(own["received"]))
        for name, own in found
    ]  # fmt: skip
    legend = (w._("closed"), w._("open, in term or answered"), w._("past the term, no answer"))
    table = Table(
        w._("Matters received in the month, by agency (F01, F05–F09)"),
        (w._("Agency"), w._("Received"), w._("Closed"), w._("Not closed"), w._("Overdue"),
         w._("In time"), w._("Redirected")),
        rows,
    )  # fmt: skip
    drawing = charts.stacks(finding, legend, stacks, source.paper)
    measure = w._("Matters received in the month, by agency and state")
    return Chart(finding, measure, drawing, table)


def hall(source: Source) -> Section:
    w, queue = source.words, source.more["hall"]
    total = queue["total"]
    tables = [_queue_table(source)] if total["issued"] else []
    return Section(
        "hall", w._("The hall"), _hall_words(w, total), hours(source),
        [*tables, *_counts(source)],
    )  # fmt: skip


def _hall_words(w: Words, total: Mapping[str, Any]) -> list[str]:
    if not total["issued"]:
        return [w._("No tickets were issued in the hall in this month.")]
    said = [
        w._(
            "Tickets issued: %(issued)s (F15); visitors served: %(served)s (F16); called but not"
            " come: %(no_show)s (F17).",
            **{n: w.number(total[n]) for n in ("issued", "served", "no_show")},
        )
    ]  # fmt: skip
    if total["called"]:
        said.append(
            w._(
                "Half of the visitors were called within %(median)s minutes (F18), nine of ten"
                " within %(p90)s (F19); longer than %(limit)s minutes waited %(share)s (F20).",
                median=w.number(total["wait_median"], places=1),
                p90=w.number(total["wait_p90"], places=1), limit=LONG_WAIT_MIN,
                share=w.share(total["long_waits"], total["called"]),
            )
        )  # fmt: skip
    return said


def hours(source: Source) -> Chart | None:
    w, queue = source.words, source.more["hall"]
    hours = queue["by_hour"]
    if len(hours) < POINTS_OF_A_LINE:
        return None
    span = [str(hour) for hour in range(min(map(int, hours)), max(map(int, hours)) + 1)]
    empty = {"issued": 0, "served": 0, "long_waits": 0, "wait_median": None}
    own = [hours.get(hour, empty) for hour in span]
    busiest = max(span, key=lambda hour: hours.get(hour, empty)["issued"])
    finding = w._(
        "Busiest hour: %(hour)s:00, %(n)s tickets of %(total)s (F15)", hour=busiest,
        n=w.number(hours[busiest]["issued"]), total=w.number(queue["total"]["issued"]),
    )  # fmt: skip
    series = [
        Series(w._("tickets"), tuple(each["issued"] for each in own)),
        Series(w._("served"), tuple(each["served"] for each in own)),
        Series(w._("waited over %(n)s min", n=LONG_WAIT_MIN), tuple(e["long_waits"] for e in own)),
    ]
    daily = source.figures.kind is PeriodKind.DAILY
    measure = (
        w._("Tickets of the day, by the hour of issue") if daily
        else w._("Tickets of the month, by the hour of issue")
    )  # fmt: skip
    told = {f"{hour}:00": each for hour, each in zip(span, own, strict=True)}
    table = _hours_table(w, measure, told)
    highest = w.number(max(max(each.values) for each in series))
    drawing = charts.lines(finding, span, series, source.paper, highest=highest)
    return Chart(finding, measure, drawing, table)


def _hours_table(w: Words, caption: str, hours: Mapping[str, Mapping[str, Any]]) -> Table:
    """An hour a column where they have room beside each other, else an hour a row."""
    rows = [
        (w._("Hour"), *hours),
        (w._("Tickets"), *(w.number(each["issued"]) for each in hours.values())),
        (w._("Served"), *(w.number(each["served"]) for each in hours.values())),
        (w._("Waited over %(n)s min", n=LONG_WAIT_MIN),
         *(w.number(each["long_waits"]) for each in hours.values())),
        (w._("Median wait, min"),
         *(w.number(each["wait_median"], places=1) for each in hours.values())),
    ]  # fmt: skip
    if len(hours) > HOURS_BESIDE:
        rows = list(zip(*rows, strict=True))
    return Table(caption, rows[0], rows[1:])


def _queue_table(source: Source) -> Table:
    w, found = source.words, source.more["hall"]["by_agency"]
    named = _by_name(source, found)
    return Table(
        w._("The queue, by agency"),
        (w._("Agency"), w._("Tickets"), w._("Served"), w._("Not come"), w._("Median wait, min"),
         w._("Nine of ten within, min"), w._("Over %(n)s min", n=LONG_WAIT_MIN)),
        [(name, *_queue_row(w, found[code])) for name, code in named],
    )  # fmt: skip


def _queue_row(w: Words, own: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        w.number(own["issued"]), w.number(own["served"]), w.number(own["no_show"]),
        w.number(own["wait_median"], places=1), w.number(own["wait_p90"], places=1),
        w.share(own["long_waits"], own["called"]),
    )  # fmt: skip


def _counts(source: Source) -> list[Table]:
    """Small tables of words and counts; one with nothing in it is left out."""
    w, more = source.words, source.more
    kept = [
        (w._("What came of the contacts"), "contact_outcome", more["hall"]["outcomes"]),
        (w._("How matters ended in the month"), "outcome", more["outcomes"]),
        (w._("How appeals came"), "channel", more["ways"]["channel"]),
        (w._("Kinds of appeal"), "kind", more["ways"]["kind"]),
        (w._("Languages of the appeals"), "language", more["ways"]["language"]),
    ]
    return [_count_table(source, *each) for each in kept if each[2]]


def _count_table(source: Source, caption: str, sort: str, counts: Mapping[str, int]) -> Table:
    w, total = source.words, sum(counts.values())
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(_label(source, sort, code), w.number(n), w.share(n, total)) for code, n in order]
    return Table(caption, (w._("What is counted"), w._("Count"), w._("Share")), rows)


def _label(source: Source, sort: str, code: str) -> str:
    if sort == "language":
        w = source.words
        return {"kk": w._("Kazakh"), "ru": w._("Russian"), "en": w._("English")}[code]
    return source.unrecorded if code in ("", NOT_RECORDED) else source.label(sort, code)
