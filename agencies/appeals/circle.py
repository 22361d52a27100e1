"""From whom an appeal is kept though role and agency would let them see it.

An official complained of sees nothing of the appeal. Special data (health, religion and the like)
are for the officer who has the claim and the head of that agency; for the clerk who took the letter
in; and for the reception and the supervisor as long as nobody else could act.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from agencies.db import Base
from agencies.staff import Officer, Role


class ComplainedOf(Base):
    """An appeal complains of this person of the house."""

    __tablename__ = "complained_of"
    __table_args__ = (Index("ix_complained_of_officer", "officer_id", "appeal_id"),)

    appeal_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("appeal.id", ondelete="CASCADE"), primary_key=True
    )
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    named_at: Mapped[datetime]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    officer: Mapped[Officer] = relationship(foreign_keys=[officer_id])


def kept_from(officer: Officer) -> Select[Any]:
    """Appeals that complain of the officer."""
    return select(ComplainedOf.appeal_id).where(ComplainedOf.officer_id == officer.id)


def complains_of(appeal_id: ColumnElement[int] | Any, officer_id: Any) -> ColumnElement[bool]:
    """For a query that joins officers to appeals."""
    query = select(ComplainedOf.officer_id)
    query = query.where(ComplainedOf.appeal_id == appeal_id, ComplainedOf.officer_id == officer_id)
    return query.exists()


def is_without_head(appeal_id: Any, agency_id: Any) -> ColumnElement[bool]:
    """The head of the agency is complained of, so that the supervisor stands in."""
    head = aliased(Officer)
    query = select(ComplainedOf.officer_id).join(head, head.id == ComplainedOf.officer_id)
    query = query.where(
        ComplainedOf.appeal_id == appeal_id, head.role == Role.HEAD, head.agency_id == agency_id
    )
    return query.exists()
