"""How many people live in the city and in its districts, as the Center had it for a period."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import after
from reports.center import explorer
from reports.center.explorer import Asked, Value
from reports.center.records import AreaKind, Indicator
from reports.periods import Period

INDICATOR = "POP_TOTAL"
CITY = ""
MOST = 10_000
TOLD_FOR = frozenset({AreaKind.CITY, AreaKind.DISTRICT})


@dataclass(frozen=True)
class Residents:
    """`since`: the day or period of the number, as its source writes it."""

    count: int
    since: str


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Residents]:
    """District, or CITY -> its last number that begins by the end of the period and was known at
    `as_of`; an area without a number that all may read is left out.
    """
    indicator = session.scalar(select(Indicator).where(Indicator.code == INDICATOR))
    if indicator is None:
        return {}
    asked = Asked(
        indicator=indicator, dims={}, before=after(period.last), as_of=as_of, open_only=True
    )
    areas, found = explorer.areas(session), dict[str, Residents]()
    values = explorer.observations(session, asked, most=MOST)
    for one in sorted(values, key=lambda value: value.starts):
        area = areas[one.series.area_code]
        if area.kind in TOLD_FOR and one.value:
            found[CITY if area.kind is AreaKind.CITY else area.code] = _told(one)
    return found


def _told(one: Value) -> Residents:
    return Residents(int(one.value or 0) * 10**one.series.indicator.unit_mult, one.period)
