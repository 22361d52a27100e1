"""On which days reports come out, told a year ahead: so many working days after their period."""

from dataclasses import dataclass
from datetime import date, timedelta

from agencies.calendar import Workdays
from reports import periods
from reports.norms import tree
from reports.periods import Period, PeriodKind

AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Publication:
    kind: PeriodKind
    period: Period
    day: date


def day_of(workdays: Workdays, period: Period) -> date:
    """Of a monthly, quarterly or annual report."""
    return workdays.add(period.last, _working_days()[period.kind])


def a_year_ahead(workdays: Workdays, today: date) -> list[Publication]:
    """From today on, the soonest first."""
    found = [one for kind in _working_days() for one in _of_kind(workdays, kind, today)]
    return sorted(found, key=lambda one: (one.day, one.kind))


def next_of(workdays: Workdays, kind: PeriodKind, today: date) -> Publication:
    return _of_kind(workdays, kind, today)[0]


def _of_kind(workdays: Workdays, kind: PeriodKind, today: date) -> list[Publication]:
    """At least the next one, however far it is."""
    found: list[Publication] = []
    period = periods.containing(today - AHEAD, kind)
    while not found or found[-1].day <= today + AHEAD:
        day = day_of(workdays, period)
        if day >= today:
            found.append(Publication(kind, period, day))
        period = periods.containing(period.last + timedelta(days=1), kind)
    return found[:-1] or found


def _working_days() -> dict[PeriodKind, int]:
    kept = tree("council")["publication"]
    return {PeriodKind(name): int(days) for name, days in kept.items()}
