"""Figures of a period as they stood at one instant, kept so that every copy says the same."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.calendar import after, business_date
from agencies.db import Base
from reports import figures, gathering, particulars, periods
from reports.figures import FigurePack
from reports.periods import Period, PeriodKind


class FigureSet(Base):
    """`pack` is the figure pack of the contract; `particulars` what the printed report adds."""

    __tablename__ = "figure_set"
    __table_args__ = (Index("ix_figure_set_period", "kind", "first", "as_of"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[PeriodKind]
    first: Mapped[date]
    last: Mapped[date]
    agency: Mapped[str | None] = mapped_column(String(64))
    as_of: Mapped[datetime]
    pack: Mapped[dict[str, Any]] = mapped_column(JSONB)
    particulars: Mapped[dict[str, Any]] = mapped_column(JSONB)
    query_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    @property
    def period(self) -> Period:
        return periods.containing(self.first, self.kind)

    @property
    def is_unfinished(self) -> bool:
        """Taken before the last day of the period was over."""
        return self.as_of < after(self.last)


def take(session: Session, period: Period, *, now: datetime) -> FigureSet:
    """The figures as they stand now; the caller may keep the row or use it and let it go."""
    pack = figures.compute(session, first=period.first, last=period.last, as_of=now)
    return FigureSet(
        kind=period.kind,
        first=period.first,
        last=period.last,
        as_of=now,
        pack=pack.as_json(),
        particulars=_particulars(session, period, pack, now),
        query_hash=figures.query_hash(),
        created_at=now,
    )


def _particulars(
    session: Session, period: Period, pack: FigurePack, now: datetime
) -> dict[str, Any]:
    """The monthly report has parts of its own beside those that every edition has."""
    edition = {"edition": gathering.of(session, period, as_of=now)}
    if period.kind is PeriodKind.MONTHLY:
        return particulars.of_month(session, period, pack, as_of=now) | edition
    return {"hall": edition["edition"]["hall"]} | edition


def of_today(session: Session, period: Period, *, now: datetime) -> FigureSet:
    """The set taken earlier today, or a new one: two languages of one day print one number."""
    found = newest(session, period)
    if found is not None and _is_current(found, now):
        return found
    fresh = take(session, period, now=now)
    session.add(fresh)
    session.flush()
    return fresh


def _is_current(found: FigureSet, now: datetime) -> bool:
    """Taken today and counted as this release counts."""
    same_day = business_date(found.as_of) == business_date(now)
    return same_day and found.query_hash == figures.query_hash()


def newest(session: Session, period: Period) -> FigureSet | None:
    query = select(FigureSet).where(
        FigureSet.kind == period.kind,
        FigureSet.first == period.first,
        FigureSet.agency.is_(None),
    )
    return session.scalars(query.order_by(FigureSet.as_of.desc()).limit(1)).first()


def exists_since(session: Session, period: Period, moment: datetime) -> bool:
    """Whether the period's figures were taken at or after the moment."""
    found = newest(session, period)
    return found is not None and found.as_of >= moment
