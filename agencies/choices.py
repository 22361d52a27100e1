"""What was suggested for a claim, what a person chose, and what a redirection corrected.

The last word of a person is the label that the next model learns from. A claim that was sent on
counts as an error of the suggestion that it followed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Claim
from agencies.db import Base
from agencies.directory import Agency
from agencies.staff import Officer
from agencies.suggesting import Suggestions


class RoutingChoice(Base):
    """Agencies stand by their kind, so that the akimats of districts count as one.

    `offered` are the kinds in the order of the suggestion, `scores` the probability of each kind.
    """

    __tablename__ = "routing_choice"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), unique=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("routing_model.id"))
    language: Mapped[str] = mapped_column(String(2))
    offered: Mapped[list[str]] = mapped_column(JSONB)
    scores: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sure: Mapped[bool]
    suggested_at: Mapped[datetime] = mapped_column(index=True)
    chosen: Mapped[str | None] = mapped_column(String(32))
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    chosen_at: Mapped[datetime | None]
    corrected: Mapped[str | None] = mapped_column(String(32))
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    corrected_at: Mapped[datetime | None]

    claim: Mapped[Claim] = relationship()

    @property
    def right(self) -> str | None:
        """The last word of a person."""
        return self.corrected or self.chosen


def remember(session: Session, claim: Claim, found: Suggestions, *, now: datetime) -> None:
    """What the machine said of a claim at registration."""
    session.add(
        RoutingChoice(
            claim=claim, model_id=found.model, language=found.written, sure=found.sure,
            offered=[_kind(one.agency) for one in found.offered], suggested_at=now,
            scores={kind: round(share, 4) for kind, share in found.shares.items() if share > 0.001},
        )
    )  # fmt: skip


def _kind(agency: str) -> str:
    return agency.partition("-")[0]


def chosen(session: Session, claim: Claim, *, to: Agency, by: Officer, now: datetime) -> None:
    if row := _of(session, claim):
        row.chosen, row.chosen_by_id, row.chosen_at = to.kind, by.id, now


def corrected(session: Session, claim: Claim, *, to: Agency, by: Officer, now: datetime) -> None:
    row = _of(session, claim)
    if row and (row.corrected or to.kind != row.chosen):
        row.corrected, row.corrected_by_id, row.corrected_at = to.kind, by.id, now


def _of(session: Session, claim: Claim) -> RoutingChoice | None:
    return session.scalar(select(RoutingChoice).where(RoutingChoice.claim_id == claim.id))
