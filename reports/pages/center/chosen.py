"""What the address of an indicator's page asks for, and the reading of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agencies.calendar import start_of
from reports.center import explorer, moments, overview
from reports.center.explorer import Asked, Value
from reports.center.overview import Drawn
from reports.center.records import Area, Indicator, Series
from reports.pages.center.pictures import Held

COMPARED = ("area", "with", "and")
"""Names in the address of the areas whose curves are drawn together."""
MOST_VALUES, ROWS, MOST_CURVES = 4000, 40, 3
YEARS = {"1": 1, "3": 3, "10": 10}
A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Choice:
    """What the address asks for, as far as it makes sense; `as_of` is the end of that day."""

    areas: list[str]
    dims: str
    years: str
    as_of: datetime | None
    day: str
    before: bool
    """The first curve a year earlier, too."""


def asked(address: Any) -> Choice:
    areas = [code[:80] for name in COMPARED if (code := address.get(name, ""))]
    years = address.get("years", "")
    day = address.get("as_of", "")[:10]
    moment = _end_of(day)
    return Choice(
        areas, address.get("dims", "")[:200], years if years in YEARS else "", moment,
        day if moment else "", bool(address.get("before")),
    )  # fmt: skip


def _end_of(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return start_of(day + timedelta(days=1)) if 1990 <= day.year < 2200 else None


def read(session: Session, one: Indicator, choice: Choice) -> Held:
    series = explorer.series_of(session, Asked(indicator=one, open_only=True))
    areas = explorer.areas(session)
    newest = explorer.newest(session, series, open_only=True, as_of=choice.as_of)
    drawn = [_drawn(session, each, choice) for each in _chosen(series, areas, newest, choice)]
    if choice.before and drawn:
        drawn = [*drawn[: MOST_CURVES - 1], _year_before(session, drawn[0], choice)]
    return Held(one, areas, series, newest, drawn)


def _chosen(
    series: Sequence[Series], areas: Mapping[str, Area], newest: Mapping[int, Value], choice: Choice
) -> list[Series]:
    """The areas of the address; else the one that stands for the whole."""
    held = sorted((s for s in series if s.id in newest), key=lambda s: overview.rank(s, areas))
    same = [one for one in held if one.dims_key == choice.dims] or held[:1]
    first: dict[str, Series] = {}
    for one in same:
        first.setdefault(one.area_code, one)
    return [first[code] for code in dict.fromkeys(choice.areas) if code in first] or same[:1]


def _drawn(session: Session, series: Series, choice: Choice) -> Drawn:
    """Of the years asked for."""
    wanted = Asked(first=_first(series, choice), as_of=choice.as_of, open_only=True)
    return overview.drawn(session, series, wanted, most=MOST_VALUES, newest=ROWS)


def _first(series: Series, choice: Choice) -> datetime | None:
    if not choice.years or series.last is None:
        return None
    return series.last - A_YEAR * YEARS[choice.years]


def _year_before(session: Session, now: Drawn, choice: Choice) -> Drawn:
    """What was a year earlier, moved under the periods of the curve."""
    first, series = _first(now.series, choice), now.series
    wanted = Asked(first=first and first - A_YEAR, as_of=choice.as_of, open_only=True)
    found = overview.drawn(session, series, wanted, most=MOST_VALUES, newest=ROWS + A_YEAR.days)
    moved = [
        replace(one, starts=moments.a_year_on(one.starts, series.precision)) for one in found.values
    ]
    shown = [one.starts for one in now.values]
    inside = [one for one in moved if shown and shown[0] <= one.starts <= shown[-1]]
    return Drawn(series, inside, len(inside), earlier=True)
