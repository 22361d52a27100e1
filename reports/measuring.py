"""Values of the measures as they were published: kept with their parts, moment and query hash.

A measuring is one taking of all measures of one period at one moment. Its values never change; a
later taking is a new measuring, and the difference between the two can be told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.appeals import Appeal
from agencies.calendar import business_date
from agencies.db import Base
from agencies.journal import JournalEntry
from reports import counting, readings, spans
from reports.measures import Measure, catalogue, measure
from reports.periods import Period, PeriodKind, containing, parse, to_date
from reports.readings import Change, Reading, Remark

MONTHS_A_NIGHT = 3
"""Of the months before the house measured: each takes as long as a measuring of today."""
WIDE = ("hall", "agencies", "agency")
"""Scopes that every period keeps; districts and topics are kept from a week on."""


class Measuring(Base):
    """`journal_position`: the last journal entry that the figures could have read."""

    __tablename__ = "measuring"
    __table_args__ = (Index("ix_measuring_period", "period", "as_of"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    period: Mapped[str] = mapped_column(String(32))
    first: Mapped[date]
    last: Mapped[date]
    as_of: Mapped[datetime]
    journal_position: Mapped[int] = mapped_column(BigInteger)


class MeasureValue(Base):
    """`scope`: `hall`, `agencies`, `agency:housing`, `district:medeu`, `category:03`."""

    __tablename__ = "measure_value"
    __table_args__ = (UniqueConstraint("measuring_id", "scope", "measure"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    measuring_id: Mapped[int] = mapped_column(ForeignKey("measuring.id"))
    scope: Mapped[str] = mapped_column(String(80))
    measure: Mapped[str] = mapped_column(String(48))
    version: Mapped[int] = mapped_column(SmallInteger)
    base: Mapped[str] = mapped_column(String(16))
    numerator: Mapped[float | None]
    denominator: Mapped[int | None]
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    remark: Mapped[Remark]
    query_hash: Mapped[str] = mapped_column(String(64))

    @property
    def reading(self) -> Reading:
        return Reading(
            self.numerator, self.denominator, self.value, self.low, self.high, self.remark
        )


@dataclass(frozen=True)
class Counted:
    """How a value was counted: over which base, by which version and text of the statement."""

    base: str
    version: int
    query_hash: str


@dataclass(frozen=True)
class Comparison:
    """A value beside the period before, the same period last year and what the norm asks."""

    before: Reading | None
    before_change: Change
    year_ago: Reading | None
    year_change: Change
    target: float | None


def take(session: Session, period: Period, *, now: datetime) -> Measuring:
    """Measure the period as it stands now and keep every value. The caller commits."""
    position = session.scalar(select(func.coalesce(func.max(JournalEntry.id), 0)))
    taken = Measuring(
        period=period.name, first=period.first, last=period.last, as_of=now,
        journal_position=position,
    )  # fmt: skip
    session.add(taken)
    session.flush()
    found = readings.take(session, period, as_of=now)
    rows = list(_rows(taken, found, wide=period.first == period.last))
    if rows:
        session.execute(insert(MeasureValue), rows)
    return taken


def _rows(taken: Measuring, found: readings.Readings, *, wide: bool) -> Iterator[dict[str, Any]]:
    ways = counted()
    for scope, own in found.items():
        if wide and scope.partition(":")[0] not in WIDE:
            continue
        for code, reading in own.items():
            yield {
                "measuring_id": taken.id, "scope": scope, "measure": code,
                **asdict(ways[code]), **asdict(reading),
            }  # fmt: skip


def counted() -> dict[str, Counted]:
    """How this release counts each measure of the catalogue."""
    return {
        each.code: Counted(each.base, each.version, query_hash(each))
        for each in catalogue().measures.values()
    }


def query_hash(known: Measure) -> str:
    """Names the statement behind a measure; another hash was counted in another way."""
    if known.over in spans.SPANS:
        return spans.query_hash(known.over)
    if known.over:
        return counting.query_hash("tickets")
    return counting.query_hash(catalogue().counts[known.numerator].of)


def newest(session: Session, period: Period) -> Measuring | None:
    query = select(Measuring).where(Measuring.period == period.name)
    return session.scalars(query.order_by(Measuring.as_of.desc(), Measuring.id.desc())).first()


def due(session: Session, *, today: date) -> list[Period]:
    """Periods that ended last, of every kind, and the year so far, where they have no values yet.

    The caller ends the transaction before it takes the first one.
    """
    yesterday = today - timedelta(days=1)
    ended = [containing(today, kind).before for kind in PeriodKind]
    wanted = [*ended, to_date(yesterday)]
    missing = [period for period in wanted if newest(session, period) is None]
    session.rollback()
    return missing


def unmeasured(session: Session, *, today: date, most: int = MONTHS_A_NIGHT) -> list[Period]:
    """Months from the first appeal on that were never measured, the newest first.

    The caller ends the transaction before it takes the first one.
    """
    first = session.scalar(select(func.min(Appeal.received_at)))
    known = set(session.scalars(select(Measuring.period).distinct()))
    session.rollback()
    found: list[Period] = []
    month = containing(today, PeriodKind.MONTHLY).before.before
    while first is not None and month.last >= business_date(first) and len(found) < most:
        if month.name not in known:
            found.append(month)
        month = month.before
    return found


def of_today(session: Session, period: Period, *, now: datetime) -> Measuring:
    """The measuring taken earlier today, or a new one: two languages print one number."""
    found = newest(session, period)
    if found is not None and business_date(found.as_of) == business_date(now):
        return found
    return take(session, period, now=now)


def values(
    session: Session, taken: Measuring, *, scopes: Iterable[str] | None = None
) -> readings.Readings:
    """Scope -> measure -> reading, as published."""
    query = select(MeasureValue).where(MeasureValue.measuring_id == taken.id)
    if scopes is not None:
        query = query.where(MeasureValue.scope.in_(list(scopes)))
    found: readings.Readings = {}
    for row in session.scalars(query.order_by(MeasureValue.scope, MeasureValue.id)):
        found.setdefault(row.scope, {})[row.measure] = row.reading
    return found


def ways(session: Session, taken: Measuring, *, scope: str) -> dict[str, Counted]:
    """How each value of the scope was counted when it was taken."""
    query = select(MeasureValue).filter_by(measuring_id=taken.id, scope=scope)
    return {
        row.measure: Counted(row.base, row.version, row.query_hash)
        for row in session.scalars(query.order_by(MeasureValue.id))
    }


def comparisons(
    session: Session, taken: Measuring, *, scope: str = counting.HALL
) -> dict[str, Comparison]:
    """For each measure of the scope: what it is beside, as far as that was ever measured."""
    period = parse(taken.period)
    own = values(session, taken, scopes=[scope]).get(scope, {})
    before, year_ago = (_earlier(session, p, scope) for p in (period.before, period.a_year_ago))
    return {
        code: compare(measure(code), reading, before.get(code), year_ago.get(code))
        for code, reading in own.items()
    }


def _earlier(session: Session, period: Period, scope: str) -> dict[str, Reading]:
    found = newest(session, period)
    return values(session, found, scopes=[scope]).get(scope, {}) if found else {}


def compare(
    known: Measure, now: Reading, before: Reading | None, year_ago: Reading | None
) -> Comparison:
    def changed(earlier: Reading | None) -> Change:
        return readings.change(known, now, earlier) if earlier else Change.INCOMPARABLE

    return Comparison(before, changed(before), year_ago, changed(year_ago), known.target)
