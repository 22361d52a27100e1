"""Holds: appeals that no rule and no decision may erase for now, with the reason."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    String,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Appeal
from agencies.db import Base
from agencies.errors import Invalid
from agencies.staff import Officer


class ErasureHold(Base):
    """An appeal that must not be erased yet: a court, an inspection, a quarrel going on."""

    __tablename__ = "erasure_hold"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    lifted_at: Mapped[datetime | None]

    appeal: Mapped[Appeal] = relationship(lazy="joined")
    by: Mapped[Officer] = relationship(lazy="joined")


def hold(session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    """Raises Invalid (`reason`)."""
    if not reason.strip():
        raise Invalid({"reason": "Say why the appeal must be kept."})
    session.add(ErasureHold(appeal=appeal, reason=reason.strip()[:300], by=by, at=now))


def stands() -> ColumnElement[bool]:
    """Whether a hold stands, for a query over Appeal."""
    return exists().where(ErasureHold.appeal_id == Appeal.id, ErasureHold.lifted_at.is_(None))


def is_held(session: Session, appeal: Appeal) -> bool:
    return bool(session.scalar(select(stands()).where(Appeal.id == appeal.id)))


def lift(session: Session, appeal: Appeal, *, now: datetime) -> None:
    held = update(ErasureHold).where(
        ErasureHold.appeal_id == appeal.id, ErasureHold.lifted_at.is_(None)
    )
    session.execute(held.values(lifted_at=now))


def standing(session: Session) -> list[ErasureHold]:
    query = select(ErasureHold).where(ErasureHold.lifted_at.is_(None))
    return list(session.scalars(query.order_by(ErasureHold.at)))
