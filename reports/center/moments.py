"""Periods of observations as SDMX writes them, and the instant in Almaty at which they begin.

year `2022`, half `2022-S1`, quarter `2022-Q4`, month `2022-11`, week `2022-W47`, day `2022-11-23`,
hour `2022-11-23T10` (or with minutes zero and an offset).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from agencies.calendar import ALMATY, local, start_of


class Freq(StrEnum):
    """How often the source counts (SDMX CL_FREQ); `_` where it does not say."""

    YEAR = "A"
    HALF = "S"
    QUARTER = "Q"
    MONTH = "M"
    WEEK = "W"
    DAY = "D"
    HOUR = "H"
    UNSAID = "_"


class UnreadablePeriod(ValueError):
    """Carries the reason in English, as rejects files do."""


@dataclass(frozen=True)
class Moment:
    """A period by its first instant; `precision` is the length that its text names."""

    starts: datetime
    precision: Freq

    def __str__(self) -> str:
        return spoken(self.starts, self.precision)


FIRST_YEAR, LAST_YEAR = 1900, 2199
YEARLY = re.compile(r"[0-9]{4}", re.ASCII)
PARTLY = re.compile(r"([0-9]{4})-([SQW])([0-9]{1,2})", re.ASCII)
MONTHLY = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
DAILY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
HOURLY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}(:00){0,2}(Z|[+-][0-9]{2}:[0-9]{2})?")


def parse(text: str) -> Moment:
    """Raises UnreadablePeriod."""
    if not text:
        raise UnreadablePeriod("missing")
    try:
        found = _read(text)
    except ValueError:
        raise UnreadablePeriod(f"`{text:.40}` is no period") from None
    if not FIRST_YEAR <= local(found.starts).year <= LAST_YEAR:
        raise UnreadablePeriod(f"`{text:.40}` lies outside {FIRST_YEAR}-{LAST_YEAR}")
    return found


def _read(text: str) -> Moment:
    if YEARLY.fullmatch(text):
        return _from_day(date(int(text), 1, 1), Freq.YEAR)
    if part := PARTLY.fullmatch(text):
        return _part(int(part[1]), Freq(part[2]), int(part[3]))
    if month := MONTHLY.fullmatch(text):
        return _from_day(date(int(month[1]), int(month[2]), 1), Freq.MONTH)
    if DAILY.fullmatch(text):
        return _from_day(date.fromisoformat(text), Freq.DAY)
    if HOURLY.fullmatch(text):
        return _hour(text)
    raise ValueError(text)


def _from_day(day: date, precision: Freq) -> Moment:
    return Moment(start_of(day), precision)


def _part(year: int, freq: Freq, number: int) -> Moment:
    if freq is Freq.WEEK:
        return _from_day(date.fromisocalendar(year, number, 1), freq)
    months = 6 if freq is Freq.HALF else 3
    return _from_day(date(year, (number - 1) * months + 1, 1), freq)


def _hour(text: str) -> Moment:
    """Without an offset it is an hour of Almaty."""
    found = datetime.fromisoformat(text)
    found = found if found.tzinfo else found.replace(tzinfo=ALMATY)
    return Moment(found.astimezone(UTC), Freq.HOUR)


SPOKEN: dict[Freq, Callable[[datetime], str]] = {
    Freq.YEAR: lambda at: f"{at:%Y}",
    Freq.HALF: lambda at: f"{at:%Y}-S{(at.month + 5) // 6}",
    Freq.QUARTER: lambda at: f"{at:%Y}-Q{(at.month + 2) // 3}",
    Freq.MONTH: lambda at: f"{at:%Y-%m}",
    Freq.WEEK: lambda at: "{}-W{:02}".format(*at.isocalendar()[:2]),
    Freq.DAY: lambda at: f"{at:%Y-%m-%d}",
    Freq.HOUR: lambda at: at.isoformat(timespec="minutes"),
}


def spoken(starts: datetime, precision: str) -> str:
    """The period as its source wrote it; an hour carries the offset of Almaty."""
    return SPOKEN[Freq(precision)](local(starts))


def a_year_on(starts: datetime, precision: str) -> datetime:
    """The beginning of the same period a year later; days and hours keep their day of the week."""
    if precision in (Freq.HOUR, Freq.DAY, Freq.WEEK):
        return starts + timedelta(weeks=52)
    day = local(starts).date()
    return start_of(day.replace(year=day.year + 1))


def containing(at: datetime, precision: Freq) -> Moment:
    """The period of that length in which the instant lies."""
    day = local(at).date()
    if precision is Freq.HOUR:
        return Moment(
            local(at).replace(minute=0, second=0, microsecond=0).astimezone(UTC), precision
        )
    if precision is Freq.WEEK:
        return _from_day(day - timedelta(days=day.weekday()), precision)
    return parse(SPOKEN[precision](local(at)))


LONGEST = {
    Freq.YEAR: 367, Freq.HALF: 186, Freq.QUARTER: 93, Freq.MONTH: 32, Freq.WEEK: 7, Freq.DAY: 1,
}  # fmt: skip
"""Days that lead from the beginning of any period into the next one."""


def after(moment: Moment) -> datetime:
    """The first instant that no longer belongs to the period."""
    if moment.precision is Freq.HOUR:
        return moment.starts + timedelta(hours=1)
    later = local(moment.starts).date() + timedelta(days=LONGEST[moment.precision])
    return containing(start_of(later), moment.precision).starts
