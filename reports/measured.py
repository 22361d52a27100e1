"""Measures as an edition tells them: values, statements, tables and the chart of the steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from reports import charts
from reports.charts import Mark, Paper
from reports.measures import Measure, measure
from reports.parts import Chart, Table
from reports.periods import Period
from reports.readings import Change, Reading, change
from reports.wording import NOTHING, Words, in_alphabet

UNKNOWN = ""
STEPS_OF_AN_AGENCY = 24
SIGNS_OF_WORK = ("received", "carried_in", "finished", "overdue_open", "tickets")


@dataclass(frozen=True)
class Edition:
    """Kept material with the language and the paper it is told for."""

    period: Period
    kept: Mapping[str, Any]
    words: Words
    paper: Paper

    def reading(self, code: str, scope: str = "hall", when: str = "now") -> Reading | None:
        found = self.kept[when].get(scope, {}).get(code)
        return Reading(**found) if found else None

    def value(self, code: str, scope: str = "hall", when: str = "now") -> str:
        return written(self.words, measure(code), self.reading(code, scope, when))

    def count(self, code: str, scope: str = "hall", when: str = "now") -> int:
        found = self.reading(code, scope, when)
        return int(found.value or 0) if found else 0

    def name(self, sort: str, code: str) -> str:
        found = self.kept["names"][sort].get(code, {})
        return found.get(self.words.language) or code or self.words._("not known")

    def codes(self, sort: str) -> list[str]:
        """Agencies, districts or topics that something was counted for, in the alphabet's order."""
        found = [scope.partition(":")[2] for scope in self.kept["now"] if scope.startswith(sort)]
        return sorted(
            (c for c in found if c != UNKNOWN), key=lambda c: in_alphabet(self.name(sort, c))
        )

    def busy_agencies(self) -> list[str]:
        """Those with any work in the period: an edition has no pages of noughts."""
        return [
            code for code in self.codes("agency")
            if any(self.count(sign, f"agency:{code}") for sign in SIGNS_OF_WORK)
        ]  # fmt: skip


def written(w: Words, known: Measure, reading: Reading | None) -> str:
    """The value as a reader meets it: "7 of 19" where a share would say too much."""
    if reading is None:
        return NOTHING
    if known.is_share:
        return w.share(int(reading.numerator or 0), int(reading.denominator or 0))
    if reading.value is None:
        return w._("not reached") if reading.denominator else NOTHING
    return w.number(reading.value, places=0 if known.quantile is None else 1)


def interval(w: Words, known: Measure, reading: Reading | None) -> str:
    if reading is None or reading.low is None or reading.value is None:
        return NOTHING
    high = w._("more") if reading.high is None else _bound(w, known, reading.high)
    return f"{_bound(w, known, reading.low)} – {high}"


def _bound(w: Words, known: Measure, value: float) -> str:
    return w.percent(value) if known.is_share else w.number(value, places=1)


def statement(e: Edition, code: str, scope: str = "hall") -> str:
    """Name, value, what the period before said, and the number of the measure."""
    w, known = e.words, measure(code)
    now, before = e.reading(code, scope), e.reading(code, scope, "before")
    told = {
        "name": known.name[w.language], "value": written(w, known, now),
        "before": written(w, known, before), "code": known.number,
    }  # fmt: skip
    if now is None or before is None:
        return w._("%(name)s: %(value)s (%(code)s).", **told)
    sentence = {
        Change.ROSE: w._("%(name)s: %(value)s, up from %(before)s (%(code)s)."),
        Change.FELL: w._("%(name)s: %(value)s, down from %(before)s (%(code)s)."),
        Change.UNCLEAR: w._("%(name)s: %(value)s, no clear change from %(before)s (%(code)s)."),
        Change.INCOMPARABLE: w._("%(name)s: %(value)s; period before: %(before)s (%(code)s)."),
    }[change(known, now, before)]  # fmt: skip
    return sentence % told


def measure_table(e: Edition, caption: str, codes: Sequence[str], scope: str = "hall") -> Table:
    w = e.words
    rows = []
    for code in codes:
        known, now = measure(code), e.reading(code, scope)
        rows.append(
            (f"{known.name[w.language]} ({known.number})", written(w, known, now),
             interval(w, known, now), e.value(code, scope, "before"),
             e.value(code, scope, "a_year_ago"))
        )  # fmt: skip
    columns = (
        w._("Measure"), w._("This period"), w._("95 % interval"), w._("Period before"),
        w._("A year ago"),
    )  # fmt: skip
    return Table(caption, columns, rows)


def scope_table(
    e: Edition, caption: str, sort: str, codes: Sequence[str], *, keys: Sequence[str] | None = None
) -> Table:
    """One row for each agency, district or topic, in the order of the alphabet: no ranking."""
    w = e.words
    heads = {"agency": w._("Agency"), "district": w._("District"), "category": w._("Topic")}
    columns = [f"{measure(c).name[w.language]} ({measure(c).number})" for c in codes]
    rows = [
        (e.name(sort, key), *(e.value(code, f"{sort}:{key}") for code in codes))
        for key in (e.codes(sort) if keys is None else keys)
    ]
    return Table(caption, (heads[sort], *columns), rows)


def series_chart(e: Edition, agency: str = "") -> Chart | None:
    """Received in each step, of an agency in the newest two dozen; the period itself is dark."""
    w, steps = e.words, e.kept["series"][-STEPS_OF_AN_AGENCY if agency else 0 :]
    counts = [step["received"].get(agency, 0) for step in steps]
    if not any(counts):
        return None
    focus = e.period.first.isoformat()
    marks = [
        Mark(_step_mark(step, place, len(steps)), count, w.number(count), step["first"] >= focus)
        for place, (step, count) in enumerate(zip(steps, counts, strict=True))
    ]
    finding = w._(
        "Received in the last step: %(n)s; the most was %(most)s (F01)", n=w.number(counts[-1]),
        most=w.number(max(counts)),
    )  # fmt: skip
    measure_ = w._("Appeals received, step by step to the end of the period")
    table = Table(
        measure_, (w._("Step"), *(_step_name(e, step) for step in steps[-12:])),
        [(w._("Received (F01)"), *map(w.number, counts[-12:]))],
    )  # fmt: skip
    return Chart(finding, measure_, charts.columns(finding, marks, e.paper), table)


def _step_mark(step: Mapping[str, Any], place: int, wide: int) -> str:
    """Short enough to stand under a column; every column has one where there is room."""
    name = str(step["name"])
    every = 1 if wide <= 12 else 2 if wide <= 24 else 3
    if (wide - 1 - place) % every:
        return ""
    if "W" in name:
        return name[-2:]
    if "Q" in name:
        return f"{name[-1]}/{name[2:4]}"
    return name[-2:] if name.count("-") == 2 else f"{name[-2:]}/{name[2:4]}"


def _step_name(e: Edition, step: Mapping[str, Any]) -> str:
    first, name = date.fromisoformat(step["first"]), str(step["name"])
    if "W" in name or "Q" in name:
        return name
    if name.count("-") == 2:
        return str(format_date(first, "d MMM y", locale=e.words.language))
    return e.words.month(first)
