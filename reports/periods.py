"""Periods as people write them: `2026-11-22`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from agencies.errors import Invalid

MONTHS_A_QUARTER = 3
TO_DATE = "--"
"""Stands between the two days in the name of a cumulative period: `2026-01-01--2026-11-24`."""


class PeriodKind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"


FORMS = {
    PeriodKind.DAILY: re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<part>\d\d)"),
    PeriodKind.WEEKLY: re.compile(r"(?P<year>\d{4})-W(?P<part>\d\d)"),
    PeriodKind.MONTHLY: re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)"),
    PeriodKind.QUARTERLY: re.compile(r"(?P<year>\d{4})-Q(?P<part>[1-4])"),
    PeriodKind.ANNUAL: re.compile(r"(?P<year>\d{4})"),
}


@dataclass(frozen=True, order=True)
class Period:
    """From `first` to `last`, both days included."""

    first: date
    last: date
    kind: PeriodKind
    name: str

    @property
    def is_cumulative(self) -> bool:
        """From 1 January to a day of the same year."""
        return TO_DATE in self.name

    @property
    def before(self) -> "Period":
        """The period of the same kind that ended the day before this one began.

        A cumulative one has only the year before to be compared with.
        """
        if self.is_cumulative:
            return self.a_year_ago
        return containing(self.first - timedelta(days=1), self.kind)

    @property
    def a_year_ago(self) -> "Period":
        """The same days, week, month, quarter or year of the year before.

        A day is compared with the same weekday 52 weeks earlier, a 53rd week with a 52nd.
        """
        if self.is_cumulative:
            return to_date(_same_day(self.last, self.last.year - 1))
        if self.kind in (PeriodKind.DAILY, PeriodKind.WEEKLY):
            return containing(self.first - timedelta(weeks=52), self.kind)
        return containing(self.first.replace(year=self.first.year - 1, day=1), self.kind)


def parse(text: str) -> Period:
    """Raises Invalid with the five forms where the text is none of them or no such day exists."""
    if TO_DATE in text:
        return _cumulative(text.strip())
    for kind, form in FORMS.items():
        found = form.fullmatch(text.strip())
        if found:
            parts = {name: int(value) for name, value in found.groupdict().items()}
            try:
                return _period(kind, **parts)
            except ValueError:
                break
    raise _unreadable()


def _cumulative(text: str) -> Period:
    try:
        found = to_date(date.fromisoformat(text.partition(TO_DATE)[2]))
    except ValueError:
        raise _unreadable() from None
    if found.name != text:
        raise _unreadable()
    return found


def _unreadable() -> Invalid:
    return Invalid(
        {"period": "Write the period as 2026-11-22, 2026-W47, 2026-11, 2026-Q4 or 2026."}
    )


def to_date(day: date) -> Period:
    """The year so far, as reports of the city count: from 1 January to the day."""
    first = date(day.year, 1, 1)
    return Period(first, day, PeriodKind.ANNUAL, f"{first}{TO_DATE}{day}")


def _same_day(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def month(year: int, number: int) -> Period:
    first = date(year, number, 1)
    return Period(first, _month_end(first), PeriodKind.MONTHLY, f"{year:04}-{number:02}")


def containing(day: date, kind: PeriodKind) -> Period:
    iso = day.isocalendar()
    part = {
        PeriodKind.DAILY: day.day,
        PeriodKind.WEEKLY: iso.week,
        PeriodKind.QUARTERLY: (day.month - 1) // MONTHS_A_QUARTER + 1,
    }.get(kind, 0)
    year = iso.year if kind is PeriodKind.WEEKLY else day.year
    return _period(kind, year, day.month, part)


def _period(kind: PeriodKind, year: int, month: int = 0, part: int = 0) -> Period:
    if kind is PeriodKind.DAILY:
        day = date(year, month, part)
        return Period(day, day, kind, day.isoformat())
    if kind is PeriodKind.WEEKLY:
        monday = date.fromisocalendar(year, part, 1)
        return Period(monday, monday + timedelta(days=6), kind, f"{year:04}-W{part:02}")
    if kind is PeriodKind.MONTHLY:
        first = date(year, month, 1)
        return Period(first, _month_end(first), kind, f"{year:04}-{month:02}")
    if kind is PeriodKind.QUARTERLY:
        first = date(year, MONTHS_A_QUARTER * (part - 1) + 1, 1)
        last = _month_end(date(year, MONTHS_A_QUARTER * part, 1))
        return Period(first, last, kind, f"{year:04}-Q{part}")
    return Period(date(year, 1, 1), date(year, 12, 31), kind, f"{year:04}")


def _month_end(first: date) -> date:
    following = first.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)
