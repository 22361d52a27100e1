"""Periods as people write them: `2026-11-22`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from agencies.errors import Invalid

MONTHS_A_QUARTER = 3


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
    def before(self) -> "Period":
        """The period of the same kind that ended the day before this one began."""
        return containing(self.first - timedelta(days=1), self.kind)

    @property
    def a_year_ago(self) -> "Period":
        """The same month, quarter or year of the year before."""
        return containing(self.first.replace(year=self.first.year - 1, day=1), self.kind)


def parse(text: str) -> Period:
    """Raises Invalid with the five forms where the text is none of them or no such day exists."""
    for kind, form in FORMS.items():
        found = form.fullmatch(text.strip())
        if found:
            parts = {name: int(value) for name, value in found.groupdict().items()}
            try:
                return _period(kind, **parts)
            except ValueError:
                break
    raise Invalid({"period": "Write the period as 2026-11-22, 2026-W47, 2026-11, 2026-Q4 or 2026."})


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
