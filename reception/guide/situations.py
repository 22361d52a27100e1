"""Life situations and their versions: who may change what, and which version holds on a day.

    draft -> in_review -> published -> retired
      ^ return |

A version is published by a person who did not write it. A published version never changes; the next
one ends it on the day before its own first day.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.db import Base
from agencies.errors import NotFound
from agencies.staff import Officer
from reception.guide.procedure import Procedure

ONE_DAY = timedelta(days=1)
CATEGORIES = (
    "family-children", "family-civil-status", "documents", "education", "health",
    "social-support", "work-employment", "housing", "construction-land",
    "environment-utilities", "transport", "migration", "business", "law-and-order",
    "participation", "defence",
)  # fmt: skip


class VersionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Situation(Base):
    """What people look for. `origin` tells where an imported one was read; `digest` is that of the
    line it came from, so that the same line twice changes nothing.
    """

    __tablename__ = "situation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    category: Mapped[str] = mapped_column(String(32), index=True)
    audience: Mapped[str] = mapped_column(String(16))
    origin: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    digest: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    """Raised with every change that visitors may see: the search index is built anew after it."""

    versions: Mapped[list["SituationVersion"]] = relationship(
        back_populates="situation", order_by="SituationVersion.no"
    )


class SituationVersion(Base):
    """One edition. An imported one is published unconfirmed, and says so to its reader."""

    __tablename__ = "situation_version"
    __table_args__ = (
        UniqueConstraint("situation_id", "no"),
        CheckConstraint("approved_by_id <> drafted_by_id", name="two_persons"),
        CheckConstraint("NOT confirmed OR approved_by_id IS NOT NULL", name="confirmed"),
        CheckConstraint("valid_to >= valid_from", name="in_order"),
        Index(
            "uq_situation_version_open", "situation_id", unique=True,
            postgresql_where=sql("state = 'published' AND valid_to IS NULL"),
        ),
        Index(
            "uq_situation_version_draft", "situation_id", unique=True,
            postgresql_where=sql("state IN ('draft', 'in_review')"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    situation_id: Mapped[int] = mapped_column(ForeignKey("situation.id"))
    no: Mapped[int]
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    valid_from: Mapped[date | None]
    """None: since before anybody wrote it down."""
    valid_to: Mapped[date | None]
    review_due: Mapped[date | None]
    change_note: Mapped[str] = mapped_column(default="")
    review_note: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[bool] = mapped_column(default=False)
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    """Counts the savings of a draft: an editor who saved on an older one is told."""

    situation: Mapped[Situation] = relationship(back_populates="versions", lazy="joined")
    drafted_by: Mapped[Officer | None] = relationship(foreign_keys=[drafted_by_id])
    approved_by: Mapped[Officer | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def procedure(self) -> Procedure:
        return Procedure.model_validate(self.content)


def valid_on(day: date) -> Any:
    """The published version of the day, for a WHERE."""
    return (
        (SituationVersion.state == VersionState.PUBLISHED)
        & or_(SituationVersion.valid_from.is_(None), SituationVersion.valid_from <= day)
        & or_(SituationVersion.valid_to.is_(None), SituationVersion.valid_to >= day)
    )


def by_slug(session: Session, slug: str) -> Situation:
    found = session.scalar(select(Situation).where(Situation.slug == slug))
    if found is None:
        raise NotFound("There is no life situation at this address.")
    return found


def version_on(session: Session, slug: str, day: date) -> SituationVersion:
    """What holds on the day. Raises NotFound where nothing does."""
    query = select(SituationVersion).join(Situation).where(Situation.slug == slug, valid_on(day))
    found = session.scalar(query.options(joinedload(SituationVersion.situation)))
    if found is None:
        raise NotFound("There is no life situation at this address.")
    return found


def all_on(
    session: Session, day: date, *, category: str = "", after: str = "", most: int | None = None
) -> list[SituationVersion]:
    """Versions that hold on the day, in the order of their slugs."""
    query = select(SituationVersion).join(SituationVersion.situation).where(valid_on(day))
    if category:
        query = query.where(Situation.category == category)
    if after:
        query = query.where(Situation.slug > after)
    return list(session.scalars(query.order_by(Situation.slug).limit(most)))


def open_drafts(session: Session) -> list[SituationVersion]:
    """Drafts and versions in review."""
    states = (VersionState.DRAFT, VersionState.IN_REVIEW)
    return list(session.scalars(select(SituationVersion).where(SituationVersion.state.in_(states))))


def counts(session: Session, day: date) -> dict[str, int]:
    """How many situations each category has on the day."""
    query = select(Situation.category).join(SituationVersion).where(valid_on(day))
    found: dict[str, int] = {}
    for category in session.scalars(query):
        found[category] = found.get(category, 0) + 1
    return found
