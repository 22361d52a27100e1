"""Reading the Center: the catalogue, series, values as they stand or stood, and their history.

Values are read by series; a series has one current value a period. `as_of` reads what had been
entered by that instant. Nothing here decides who may read: `open_only` is asked for by pages that
are open to all.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, joinedload

from agencies.errors import NotFound
from agencies.texts import fold
from reports.center import deliveries, moments, suppression
from reports.center.known import dims_key
from reports.center.records import Area, Batch, Indicator, Observation, Series


@dataclass(frozen=True)
class Value:
    """One observation with the series that it belongs to."""

    series: Series
    starts: datetime
    value: Decimal | None
    status: str
    conf: str
    revision: int
    batch_id: int
    superseded_by: int | None
    note: str | None
    hidden: bool = False
    """Too small to be told, or it would tell another that is; then there is no value."""

    @property
    def period(self) -> str:
        return moments.spoken(self.starts, self.series.precision)

    @property
    def flag(self) -> str:
        return "c" if self.hidden else ""

    @property
    def place(self) -> tuple[int, datetime, int]:
        """Where a reader who has come so far goes on."""
        return self.series.id, self.starts, self.revision


@dataclass(frozen=True)
class Asked:
    """Which observations. `dims` None asks for every breakdown, {} for the whole only."""

    indicator: Indicator | None = None
    area: str | None = None
    dims: dict[str, str] | None = None
    freq: str | None = None
    first: datetime | None = None
    before: datetime | None = None
    """The first instant that is no longer asked for."""
    as_of: datetime | None = None
    revisions: bool = False
    """Superseded values too, as a history."""
    open_only: bool = False


def indicators(session: Session, *, open_only: bool, theme: str = "") -> list[Indicator]:
    """In the order of their codes."""
    query = select(Indicator).options(joinedload(Indicator.source)).order_by(Indicator.code)
    if open_only:
        query = query.where(Indicator.open)
    if theme:
        query = query.where(Indicator.theme == theme)
    return list(session.scalars(query))


def find(session: Session, asked: str, *, open_only: bool, theme: str = "") -> list[Indicator]:
    """Indicators in whose code or names every asked word begins a word, in any of the languages."""
    wanted = fold(asked).split()
    found = indicators(session, open_only=open_only, theme=theme)
    return [one for one in found if _named(one, wanted)]


def _named(one: Indicator, wanted: list[str]) -> bool:
    if not wanted:
        return True
    names = f"{one.name_kk} {one.name_ru} {one.name_en} {one.code.replace('_', ' ')}"
    text = " " + fold(names)
    return all(f" {word}" in text for word in wanted)


def indicator(session: Session, code: str, *, open_only: bool) -> Indicator:
    found = session.scalar(select(Indicator).where(Indicator.code == code))
    if found is None or (open_only and not found.open):
        raise NotFound("No indicator has this code. Look for it in the list of indicators.")
    return found


def areas(session: Session) -> dict[str, Area]:
    return {area.code: area for area in session.scalars(select(Area).order_by(Area.position))}


def series_of(session: Session, asked: Asked) -> list[Series]:
    """The whole before its breakdowns, areas by their codes."""
    query = select(Series).join(Series.indicator).options(joinedload(Series.indicator))
    query = _narrowed(query, asked).order_by(Series.dims_key, Series.area_code, Series.id)
    return list(session.scalars(query))


def _narrowed(query: Select[Series], asked: Asked) -> Select[Series]:
    if asked.indicator is not None:
        query = query.where(Series.indicator_id == asked.indicator.id)
    if asked.area is not None:
        query = query.where(Series.area_code == asked.area)
    if asked.freq is not None:
        query = query.where(Series.freq == asked.freq)
    if asked.dims is not None:
        exact = asked.dims == {}
        query = query.where(
            Series.dims_key == dims_key(asked.dims) if exact else Series.dims.contains(asked.dims)
        )
    if asked.open_only:
        query = query.where(Indicator.open)
    return query


def observations(
    session: Session, asked: Asked, *, after: tuple[int, datetime, int] | None = None, most: int
) -> list[Value]:
    """By series and period; `after` is the place of the last value that the reader has."""
    found = {one.id: one for one in series_of(session, asked)}
    if not found:
        return []
    query = standing(session, asked).where(Observation.series_id.in_(found))
    key = (Observation.series_id, Observation.starts, Observation.revision)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    rows = session.execute(query.order_by(*key).limit(most))
    return told(session, [Value(found[row[0]], *row[1:]) for row in rows], asked)


def told(session: Session, values: list[Value], asked: Asked) -> list[Value]:
    """The same values, but where all may read, small cells have none."""
    counted: dict[int, list[Value]] = defaultdict(list)
    for one in values:
        if asked.open_only and one.series.indicator.min_cell:
            counted[one.series.indicator_id].append(one)
    if not counted:
        return values
    last = deliveries.standing_at(session, asked.as_of) if asked.as_of else None
    gone: set[tuple[int, datetime]] = set()
    for number, own in counted.items():
        least = own[0].series.indicator.min_cell
        starts = [one.starts for one in own]
        gone |= suppression.of_indicator(session, number, starts, least=least, last=last)
    return [
        replace(one, value=None, hidden=True) if one.place[:2] in gone else one for one in values
    ]


COLUMNS = (
    Observation.series_id, Observation.starts, Observation.value, Observation.status,
    Observation.conf, Observation.revision, Observation.batch_id, Observation.superseded_by,
    Observation.note,
)  # fmt: skip


Columns = Select[int, datetime, Decimal | None, str, str, int, int, int | None, str | None]


def standing(session: Session, asked: Asked) -> Columns:
    """Values as they stand, or stood at `as_of`, of any series; in no order. What had come by then
    began before it, which spares the reader all that follows.
    """
    query = select(*COLUMNS)
    if asked.open_only:
        query = query.where(Observation.conf == "F")
    if asked.first is not None:
        query = query.where(Observation.starts >= asked.first)
    if asked.before is not None:
        query = query.where(Observation.starts < asked.before)
    if asked.as_of is not None:
        last = deliveries.standing_at(session, asked.as_of)
        query = query.where(Observation.batch_id <= last, Observation.starts <= asked.as_of)
        if not asked.revisions:
            later = Observation.superseded_by > last
            query = query.where(or_(Observation.superseded_by.is_(None), later))
    elif not asked.revisions:
        query = query.where(Observation.superseded_by.is_(None))
    return query


def newest(
    session: Session, series: Iterable[Series], *, as_of: datetime | None = None,
    open_only: bool = False,
) -> dict[int, Value]:  # fmt: skip
    """Series number -> its last value; one index descent a series, however long its history."""
    wanted = {one.id: one for one in series if one.last is not None}
    if not wanted:
        return {}
    numbers = select(Series.id.label("number")).where(Series.id.in_(wanted)).subquery()
    asked = Asked(as_of=as_of, open_only=open_only)
    one = standing(session, asked)
    one = one.where(Observation.series_id == numbers.c.number)
    last = one.order_by(Observation.starts.desc(), Observation.revision.desc()).limit(1).lateral()
    rows = session.execute(select(last).select_from(numbers).join(last, true()))
    values = [Value(wanted[number], *rest) for number, *rest in rows]
    return {one.series.id: one for one in told(session, values, asked)}


def history(
    session: Session, series: Series, starts: datetime, *, open_only: bool
) -> list[tuple[Value, Batch]]:
    """Every revision of one value, oldest first, with the batch that brought it."""
    query = select(Batch, *COLUMNS).join(Batch, Batch.id == Observation.batch_id)
    query = query.where(Observation.series_id == series.id, Observation.starts == starts)
    rows = session.execute(query.order_by(Observation.revision))
    found = [(Value(series, *rest), batch) for batch, _, *rest in rows]
    shown = told(session, [one for one, _ in found], Asked(open_only=open_only))
    pairs = zip(shown, (batch for _, batch in found), strict=True)
    return [(one, batch) for one, batch in pairs if one.conf == "F" or not open_only]


def batches(session: Session, numbers: Sequence[int]) -> dict[int, Batch]:
    query = select(Batch).where(Batch.id.in_(set(numbers))).options(joinedload(Batch.source))
    return {batch.id: batch for batch in session.scalars(query)}


def counts(session: Session, *, open_only: bool) -> dict[int, int]:
    """Indicator number -> its series."""
    query = select(Series.indicator_id, func.count()).join(Series.indicator)
    query = query.where(Indicator.open) if open_only else query
    return dict(session.execute(query.group_by(Series.indicator_id)).all())
