"""The working calendar, the hall's time zone, and the one place that reads the clock."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.directory import Named

ALMATY = ZoneInfo("Asia/Almaty")
FRIDAY = 4
ASSUMED = (
    "The working calendar of %(years)s is not published here yet: every day from Monday to Friday "
    "is counted as a working day, holidays are not taken out, so the day may change."
)
"""Of days counted in `Workdays.years_unknown`."""


class CalendarDay(Named, Base):
    """A day that differs from the plain week, with the act behind it (Labour Code art. 85)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    basis_act: Mapped[str]
    source: Mapped[str]
    estimated: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Workdays:
    """Working days of a span of years as one sorted list, so that a term is one addition.

    A day outside the loaded span counts by the plain five-day week.
    """

    exceptions: dict[date, bool]
    days: tuple[date, ...]

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() <= FRIDAY)

    def on_or_after(self, day: date) -> date:
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, count: int) -> date:
        """The count-th working day after the day; negative counts go backwards."""
        if count > 0 and self.days and self.days[0] <= day:
            place = bisect_left(self.days, day + timedelta(days=1)) + count - 1
            if place < len(self.days):
                return self.days[place]
        return self._walk(day, count)

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` lies before."""
        if last < first:
            return -self.between(last, first)
        if self.days and self.days[0] <= first and last <= self.days[-1]:
            return self._place(last) - self._place(first)
        span = range(1, (last - first).days + 1)
        return sum(self.is_working(first + timedelta(days=n)) for n in span)

    def years_unknown(self, first: date, last: date) -> list[int]:
        """Years from one day to the other that are not loaded: there plain weeks are counted, and
        no holiday is taken out.
        """
        known = {day.year for day in self.exceptions}
        return [year for year in range(first.year, last.year + 1) if year not in known]

    def _place(self, day: date) -> int:
        return bisect_left(self.days, day + timedelta(days=1))

    def _walk(self, day: date, count: int) -> date:
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day


def make_workdays(exceptions: dict[date, bool], first_year: int, last_year: int) -> Workdays:
    """The calendar from its exceptions; one year of plain weeks is added at each end."""
    start, end = date(first_year - 1, 1, 1), date(last_year + 2, 1, 1)
    span = (start + timedelta(days=n) for n in range((end - start).days))
    days = tuple(d for d in span if exceptions.get(d, d.weekday() <= FRIDAY))
    return Workdays(exceptions, days)


def workdays(session: Session) -> Workdays:
    query = select(CalendarDay.day, CalendarDay.is_working).order_by(CalendarDay.day)
    rows = session.execute(query).all()
    exceptions = {row.day: row.is_working for row in rows}
    years = [day.year for day in exceptions] or [clock().year]
    return _made(tuple(exceptions.items()), min(years), max(years))


@lru_cache(maxsize=4)
def _made(exceptions: tuple[tuple[date, bool], ...], first_year: int, last_year: int) -> Workdays:
    return make_workdays(dict(exceptions), first_year, last_year)


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    return moment.astimezone(ALMATY)


def business_date(moment: datetime) -> date:
    """The calendar day in Almaty on which the moment falls."""
    return local(moment).date()


def start_of(day: date) -> datetime:
    """The first moment of the day in Almaty, as an instant."""
    return datetime.combine(day, time.min, ALMATY).astimezone(UTC)


def next_working_moment(
    moment: datetime, workdays: Workdays, *, opens: int, closes: int = 18
) -> datetime:
    """The moment itself inside the working hours of a working day, otherwise the next opening.

    `opens` and `closes` are local hours.
    """
    here = local(moment)
    if workdays.is_working(here.date()) and opens <= here.hour < closes:
        return moment
    begins_today = here.hour < opens
    day = here.date() if begins_today else here.date() + timedelta(days=1)
    begin = datetime.combine(workdays.on_or_after(day), time(opens), ALMATY)
    return begin.astimezone(UTC)


def working_moment_before(
    moment: datetime, hours: int, workdays: Workdays, *, opens: int, closes: int = 18
) -> datetime:
    """Since when so many working hours have passed; `opens` and `closes` are local hours."""
    here, left = local(moment), timedelta(hours=hours)
    while True:
        begin = datetime.combine(here.date(), time(opens), ALMATY)
        end = min(here, datetime.combine(here.date(), time(closes), ALMATY))
        if workdays.is_working(here.date()) and end > begin:
            if end - begin >= left:
                return (end - left).astimezone(UTC)
            left -= end - begin
        here = datetime.combine(here.date(), time.min, ALMATY) - timedelta(microseconds=1)


def after(day: date) -> datetime:
    """The first moment that no longer belongs to the day."""
    return start_of(day + timedelta(days=1))
