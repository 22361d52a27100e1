"""Measures as an edition tells them: values, statements, tables and the chart of the steps."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from reports import charts, periods
from reports.charts import Mark, Paper
from reports.measures import Measure, measure
from reports.parts import Chart, Table
from reports.periods import Period, PeriodKind
from reports.readings import Change, Reading, change
from reports.wording import NOTHING, Words, in_alphabet

UNKNOWN = ""
STEPS_OF_AN_AGENCY = 24
STANDING = frozenset({"stock", "carried"})
"""Bases of what stands at a moment, whatever the period."""
BY_PERSON = ("persons", "per_10k")
"""Measures that know only who gave a number."""
SIGNS_OF_WORK = ("received", "carried_in", "finished", "overdue_open")


@dataclass(frozen=True)
class Edition:
    """Kept material with the language and the paper it is told for."""

    period: Period
    kept: Mapping[str, Any]
    words: Words
    paper: Paper
    unfinished: bool = False
    """Counted before the period was over: no count of it is held against a whole period."""

    def reading(self, code: str, scope: str = "hall", when: str = "now") -> Reading | None:
        """Of another period only where it may be compared."""
        found = self.kept[when].get(scope, {}).get(code)
        if when != "now" and (not self.is_comparable(when) or self.is_silent(code, scope, when)):
            return None
        return Reading(**found) if found else None

    def is_comparable(self, when: str) -> bool:
        """Whether the register was kept through the whole of that period; old sets do not know."""
        began = self.kept.get("began")
        other = self.period.before if when == "before" else self.period.a_year_ago
        return not began or date.fromisoformat(began) <= other.first

    def is_silent(self, code: str, scope: str = "hall", when: str = "now") -> bool:
        """Appeals without anybody who gave a number: how many persons wrote them is not known."""
        own = self.kept[when].get(scope, {})
        appeals, persons = (own.get(one, {}).get("value") for one in ("received", "persons"))
        return code in BY_PERSON and bool(appeals) and not persons

    def value(self, code: str, scope: str = "hall", when: str = "now") -> str:
        if when == "now" and self.is_silent(code, scope):
            return self.words._("not known")
        return written(self.words, measure(code), self.reading(code, scope, when))

    def count(self, code: str, scope: str = "hall", when: str = "now") -> int:
        found = self.reading(code, scope, when)
        return int(found.value or 0) if found else 0

    def name(self, sort: str, code: str) -> str:
        found = self.kept["names"][sort].get(code, {})
        return found.get(self.words.language) or code or self.words._("not known")

    def kazakh(self, sort: str, code: str) -> str:
        """By which rows that carry a number are ordered, the same in every language."""
        return self.kept["names"][sort].get(code, {}).get("kk") or code

    def codes(self, sort: str) -> list[str]:
        """Agencies, districts or topics that something was counted for, in the alphabet's order."""
        found = [scope.partition(":")[2] for scope in self.kept["now"] if scope.startswith(sort)]
        return sorted(
            (c for c in found if c != UNKNOWN), key=lambda c: in_alphabet(self.name(sort, c))
        )

    def busy_agencies(self) -> list[str]:
        """Those with any matter in the period: an edition has no pages of noughts."""
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
    return w.number(reading.value, places=_places(known))


def _places(known: Measure) -> int:
    """A rate is small where few appealed of very many."""
    return 2 if known.is_rate else 0 if known.quantile is None else 1


def named(w: Words, known: Measure) -> str:
    """A time beside the unit that it is counted in: calendar and working days are no one unit."""
    units = {"minutes": w._("min"), "working_days": w._("workdays"), "days": w._("days")}
    unit = units.get(known.unit) if known.quantile is not None else None
    return f"{known.name[w.language]}, {unit}" if unit else known.name[w.language]


def with_unit(w: Words, known: Measure, reading: Reading | None) -> str:
    """The value in a sentence: a time says in what it is counted."""
    value = written(w, known, reading)
    if known.quantile is None or reading is None or reading.value is None:
        return value
    if known.unit == "minutes":
        return w._("%(n)s min", n=value)
    if known.unit == "working_days":
        return w._("%(n)s working days", n=value)
    return w._("%(n)s days", n=value)


def interval(w: Words, known: Measure, reading: Reading | None) -> str:
    if reading is None or reading.low is None or reading.value is None:
        return NOTHING
    high = w._("more") if reading.high is None else _bound(w, known, reading.high)
    return f"{_bound(w, known, reading.low)} – {high}"


def _bound(w: Words, known: Measure, value: float) -> str:
    return w.percent(value) if known.is_share else w.number(value, places=max(1, _places(known)))


def statement(e: Edition, code: str, scope: str = "hall", *, name: str = "") -> str:
    """Name, value, what the period before said, and the number of the measure."""
    w, known = e.words, measure(code)
    now, before = e.reading(code, scope), e.reading(code, scope, "before")
    told: dict[str, str] = {
        "name": name or known.name[w.language], "value": with_unit(w, known, now),
        "before": with_unit(w, known, before), "code": known.number,
    }  # fmt: skip
    if e.is_silent(code, scope):
        return w._("%(name)s: %(value)s (%(code)s).", **told | {"value": e.value(code, scope)})
    if now is None or before is None or told["before"] == NOTHING:
        return w._("%(name)s: %(value)s (%(code)s).", **told)
    sentence = {
        Change.ROSE: w._("%(name)s: %(value)s, up from %(before)s (%(code)s)."),
        Change.FELL: w._("%(name)s: %(value)s, down from %(before)s (%(code)s)."),
        Change.UNCLEAR: w._("%(name)s: %(value)s, no clear change from %(before)s (%(code)s)."),
        Change.INCOMPARABLE: w._("%(name)s: %(value)s; period before: %(before)s (%(code)s)."),
    }[_changed(e, known, now, before)]  # fmt: skip
    return sentence % told


def _changed(e: Edition, known: Measure, now: Reading, before: Reading) -> Change:
    is_count = not known.is_share and known.quantile is None
    if e.unfinished and is_count and known.base not in STANDING:
        return Change.INCOMPARABLE
    return change(known, now, before)


def statements(e: Edition, codes: Iterable[str], scope: str = "hall") -> list[str]:
    """Of measures that have a value: a dash says nothing in a sentence."""
    return [statement(e, code, scope) for code in codes if e.value(code, scope) != NOTHING]


def measure_tables(
    e: Edition, caption: str, codes: Sequence[str], scope: str = "hall"
) -> list[Table]:
    """One with the measures that have a value in any of the three periods, or none at all."""
    w = e.words
    earlier = ("before",) if e.period.kind is PeriodKind.ANNUAL else ("before", "a_year_ago")
    rows = []
    for code in codes:
        known, now = measure(code), e.reading(code, scope)
        values = [e.value(code, scope, when) for when in ("now", *earlier)]
        if set(values) != {NOTHING}:
            name = f"{named(w, known)} ({known.number})"
            range_ = NOTHING if e.is_silent(code, scope) else interval(w, known, now)
            rows.append((name, values[0], range_, *values[1:]))
    heads = (w._("Period before"), w._("A year ago"))[: len(earlier)]
    columns = (w._("Measure"), w._("This period"), w._("95 % interval"), *heads)
    has_any = any(set(row[1:]) - {NOTHING, w.number(0)} for row in rows)
    return [Table(caption, columns, rows)] if has_any else []


def scope_table(
    e: Edition, caption: str, sort: str, codes: Sequence[str], *, keys: Sequence[str] | None = None
) -> Table:
    """One row for each agency, district or topic, in the order of the alphabet: no ranking."""
    w = e.words
    heads = {"agency": w._("Agency"), "district": w._("District"), "category": w._("Topic")}
    columns = [measure(code).head(w.language) for code in codes]
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
    told = {"n": w.number(counts[-1]), "most": w.number(max(counts)), "times": w.number(len(steps))}
    finding, measure_, head = _step_words(w, steps[-1], told)
    table = Table(
        measure_, (head, *(step_name(w, step["name"]) for step in steps[-12:])),
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


def _step_words(w: Words, step: Mapping[str, Any], told: Mapping[str, str]) -> tuple[str, str, str]:
    """The finding of the series, what it shows, and what stands over its table's first column."""
    return {
        PeriodKind.DAILY: (
            w._("Received on the day: %(n)s; the most in %(times)s days: %(most)s (F01)", **told),
            w._("Appeals received, by day"), w._("Day"),
        ),
        PeriodKind.WEEKLY: (
            w._("Received in the week: %(n)s; the most in %(times)s weeks: %(most)s (F01)", **told),
            w._("Appeals received, by week"), w._("Week"),
        ),
        PeriodKind.MONTHLY: (
            w._("Received in the last month: %(n)s; the most in %(times)s months: %(most)s (F01)",
                **told),
            w._("Appeals received, by month"), w._("Month"),
        ),
        PeriodKind.QUARTERLY: (
            w._("Received in the quarter: %(n)s; the most in %(times)s quarters: %(most)s (F01)",
                **told),
            w._("Appeals received, by quarter"), w._("Quarter"),
        ),
    }[periods.parse(step["name"]).kind]  # fmt: skip


def step_name(w: Words, name: str) -> str:
    """Narrow: a dozen stand beside each other."""
    kind, first = (step := periods.parse(name)).kind, step.first
    number = int(re.findall(r"\d+", name)[-1])
    if kind is PeriodKind.WEEKLY:
        return w._("week %(n)s", n=number)
    if kind is PeriodKind.QUARTERLY:
        return w._("Q%(n)s %(year)s", n=number, year=first.year)
    form = "d MMM" if kind is PeriodKind.DAILY else "MMM y"
    return str(format_date(first, form, locale=w.language))


def period_name(period: Period, w: Words) -> str:
    if period.kind is PeriodKind.MONTHLY:
        return w.month(period.first)
    if period.kind is PeriodKind.DAILY:
        return w.weekday(period.first)
    if period.kind is PeriodKind.ANNUAL:
        return w._("%(year)s, the year", year=period.first.year)
    number = period.name[-1] if period.kind is PeriodKind.QUARTERLY else period.name[-2:]
    if period.kind is PeriodKind.QUARTERLY:
        return w._("Quarter %(number)s of %(year)s", number=number, year=period.first.year)
    return w._("Week %(number)s of %(year)s", number=int(number), year=period.name[:4])
