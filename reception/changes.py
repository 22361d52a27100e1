"""What administration changed, by whom, from what to what: kept for ever, never written over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.db import Base
from agencies.staff import Officer


class Change(Base):
    """`subject` is the kind of record (`desk`), `code` the record (`D20`), `field` what changed."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_subject", "subject", "code", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    subject: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(32))
    before: Mapped[str]
    after: Mapped[str]

    officer: Mapped[Officer] = relationship(lazy="joined")


def change(
    session: Session,
    record: Any,
    values: Mapping[str, object],
    *,
    subject: str,
    code: str,
    by: Officer,
    now: datetime,
) -> int:
    """Set the values and write a row for each that differs; how many differed."""
    count = 0
    for field, value in values.items():
        before = getattr(record, field)
        if before != value:
            setattr(record, field, value)
            note(session, subject, code, field, before, value, by=by, now=now)
            count += 1
    return count


def note(
    session: Session,
    subject: str,
    code: str,
    field: str,
    before: object,
    after: object,
    *,
    by: Officer,
    now: datetime,
) -> None:
    told = ["" if value is None else str(value) for value in (before, after)]
    session.add(
        Change(at=now, officer_id=by.id, subject=subject, code=code, field=field,
               before=told[0], after=told[1])
    )  # fmt: skip


def history(session: Session, subject: str, code: str = "", *, most: int = 50) -> list[Change]:
    """The newest changes of a record, or of every record of the subject."""
    query = select(Change).where(Change.subject == subject).order_by(Change.id.desc())
    if code:
        query = query.where(Change.code == code)
    return list(session.scalars(query.limit(most)))
