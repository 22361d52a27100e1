"""What stands for an indicator at a glance: its whole, the value before, the way to the target."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from reports.center import explorer
from reports.center.explorer import Asked, Value
from reports.center.records import (
    Aggregation,
    Area,
    AreaKind,
    DimensionItem,
    Direction,
    Indicator,
    Observation,
    Series,
)

PLACES = {AreaKind.CITY: 0, AreaKind.COUNTRY: 1, AreaKind.PLACE: 2, AreaKind.DISTRICT: 3}
"""Which area stands for the whole, the first one that has values."""
WHOLE = ("ALMATY", "KZ")
STRETCHES = 160
"""Of time, in each of which a curve shows two points: about as many as can be told apart."""


class Standing(StrEnum):
    """Beside the target. `none`: there is no target or no better way. `unknown`: no value."""

    REACHED = "reached"
    MISSED = "missed"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Glance:
    """The newest two values of the series that stands for the whole; `before` may be none."""

    indicator: Indicator
    now: Value | None
    before: Value | None

    @property
    def standing(self) -> Standing:
        better = {Direction.UP: 1, Direction.DOWN: -1}.get(self.indicator.direction)
        if self.now is None or self.now.value is None:
            return Standing.UNKNOWN
        target = target_of(self.indicator, self.now.series)
        if target is None or better is None:
            return Standing.NONE
        return Standing.REACHED if better * (self.now.value - target) >= 0 else Standing.MISSED


def target_of(one: Indicator, series: Series) -> Decimal | None:
    """Set for the city: a part of a sum, such as one district of it, has none of its own."""
    added_up = one.aggregation is Aggregation.SUM
    part = bool(series.dims_key) or series.area_code not in WHOLE
    return None if added_up and part else one.target


def themes(session: Session) -> dict[str, int]:
    """Theme -> open indicators of it."""
    query = select(Indicator.theme, func.count()).where(Indicator.open)
    return dict(session.execute(query.group_by(Indicator.theme).order_by(Indicator.theme)).all())


def headlines(session: Session) -> list[Indicator]:
    """Those of the city board, in their order."""
    query = select(Indicator).where(Indicator.open, Indicator.headline.is_not(None))
    query = query.options(joinedload(Indicator.source)).order_by(Indicator.headline, Indicator.code)
    return list(session.scalars(query))


def glances(session: Session, indicators: Sequence[Indicator]) -> list[Glance]:
    """In the order given; three statements, however many indicators."""
    whole = wholes(session, indicators)
    found = last_two(session, whole.values())
    return [
        Glance(one, *found.get(whole[one.id].id, (None, None)))
        if one.id in whole
        else Glance(one, None, None)
        for one in indicators
    ]


def wholes(session: Session, indicators: Iterable[Indicator]) -> dict[int, Series]:
    """Indicator number -> the series without breakdown that stands for it."""
    kinds = {area.code: area for area in explorer.areas(session).values()}
    query = select(Series).where(
        Series.indicator_id.in_([one.id for one in indicators]), Series.last.is_not(None)
    )
    found: dict[int, Series] = {}
    for series in sorted(session.scalars(query), key=lambda one: rank(one, kinds)):
        found.setdefault(series.indicator_id, series)
    return found


def rank(series: Series, areas: Mapping[str, Area]) -> tuple[bool, int, float, int]:
    """The whole first, then by area, then what is known up to the latest day."""
    area = areas[series.area_code]
    last = series.last.timestamp() if series.last else 0.0
    return bool(series.dims_key), PLACES[area.kind], -last, series.id


def last_two(
    session: Session, series: Iterable[Series]
) -> dict[int, tuple[Value, Value | None]]:  # fmt: skip
    """Series number -> the newest value and the one before it."""
    wanted = {one.id: one for one in series}
    numbers = select(Series.id.label("number")).where(Series.id.in_(wanted)).subquery()
    newest = (
        select(*explorer.COLUMNS)
        .where(
            Observation.series_id == numbers.c.number,
            Observation.conf == "F",
            Observation.superseded_by.is_(None),
        )
        .order_by(Observation.starts.desc())
        .limit(2)
        .lateral()
    )
    found: dict[int, list[Value]] = {}
    rows = session.execute(select(newest).select_from(numbers).join(newest, true()))
    values = [Value(wanted[number], *rest) for number, *rest in rows]
    for one in explorer.told(session, values, explorer.Asked(open_only=True)):
        found.setdefault(one.series.id, []).append(one)
    return {number: (two[0], two[1] if len(two) > 1 else None) for number, two in found.items()}


def values(session: Session, series: Series, asked: Asked, *, most: int) -> list[Value]:
    """The last `most` values that stand, by time."""
    query = explorer.standing(session, asked).where(Observation.series_id == series.id)
    rows = session.execute(query.order_by(Observation.starts.desc()).limit(most)).all()
    return explorer.told(session, [Value(series, *row[1:]) for row in reversed(rows)], asked)


@dataclass(frozen=True)
class Drawn:
    """What a curve and a table show of a series: of `count` values those that can be seen."""

    series: Series
    values: list[Value]
    count: int
    earlier: bool = False
    """A year before, moved under the periods of now."""


def drawn(session: Session, series: Series, asked: Asked, *, most: int, newest: int) -> Drawn:
    """By time the newest ones, and of those before in each stretch the least and the largest.

    Where small cells are hidden all are read: the least of them are those that are not told.
    """
    if series.indicator.min_cell:
        found = values(session, series, asked, most=most)
        return Drawn(series, found, len(found))
    query = explorer.standing(session, asked).where(Observation.series_id == series.id)
    last = query.order_by(Observation.starts.desc()).limit(most).subquery()
    rows = session.execute(_to_be_seen(last, newest)).all()
    return Drawn(series, [Value(series, *row[1:-1]) for row in rows], rows[0][-1] if rows else 0)


def _to_be_seen(last: Subquery, newest: int) -> Select[Any]:
    """With the number of all behind the columns of a value."""
    parted = select(
        last, func.count().over().label("count"),
        func.ntile(STRETCHES).over(order_by=last.c.starts).label("part"),
        func.row_number().over(order_by=last.c.starts.desc()).label("age"),
    ).subquery()  # fmt: skip
    part, value = parted.c.part, parted.c.value
    least = func.row_number().over(partition_by=part, order_by=value.asc().nulls_last())
    largest = func.row_number().over(partition_by=part, order_by=value.desc().nulls_last())
    ranked = select(parted, least.label("least"), largest.label("largest")).subquery()
    names = [column.name for column in explorer.COLUMNS]
    seen = or_(ranked.c.least == 1, ranked.c.largest == 1, ranked.c.age <= newest)
    columns = (*(ranked.c[name] for name in names), ranked.c.count)
    return select(*columns).where(seen).order_by(ranked.c.starts)


def by_code(session: Session, codes: Sequence[str]) -> dict[str, Indicator]:
    query = select(Indicator).where(Indicator.code.in_(codes), Indicator.open)
    return {one.code: one for one in session.scalars(query)}


def item_names(session: Session, language: str) -> dict[str, str]:
    """Item of a breakdown -> its name."""
    items = session.scalars(select(DimensionItem))
    return {one.code: str(getattr(one, f"name_{language}")) for one in items}
