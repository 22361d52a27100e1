"""The answer while it is being written: one text of the agency, kept at each pause of typing.

Whoever keeps a text says which version it was made from. Where a colleague was faster, nothing is
overwritten; where the writer changes, the text before stays as a turn of its own. None of it is in
the journal: a draft is no step until it goes to the head.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Claim, ClaimStatus, must_be
from agencies.db import Base
from agencies.errors import Invalid, TakenByAnother
from agencies.staff import Officer

LONGEST = 60_000
SHOWN = 20


class AnswerTurn(Base):
    """What one person had written before another went on."""

    __tablename__ = "answer_turn"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    text: Mapped[str]

    by: Mapped[Officer] = relationship(lazy="joined")


def keep(
    session: Session,
    claim: Claim,
    *,
    text: str,
    outcome: str,
    seen: int,
    by: Officer,
    now: datetime,
) -> None:
    """The caller holds the appeal. `seen` is the version that `text` was made from.

    Raises TakenByAnother where a newer one stands; WrongStatus once the draft has gone to the head.
    """
    must_be(claim, ClaimStatus.IN_WORK)
    if len(text) > LONGEST:
        raise Invalid({"text": "This is too long."})
    must_be_newest(claim, seen)
    if (text, outcome) == (claim.draft, claim.draft_outcome):
        return
    write(session, claim, text=text, outcome=outcome, by=by, now=now)


def must_be_newest(claim: Claim, seen: int) -> None:
    if claim.draft_version != seen:
        raise TakenByAnother(
            "A colleague changed this draft while you were writing. Nothing was overwritten; "
            "what you typed is kept."
        )


def write(
    session: Session, claim: Claim, *, text: str, outcome: str, by: Officer, now: datetime
) -> None:
    """The next version. The text of another writer is laid aside, not lost."""
    before = claim.draft_by_id
    if before is not None and before != by.id and claim.draft.strip() and claim.draft != text:
        session.add(
            AnswerTurn(
                claim_id=claim.id, by_id=before, at=claim.draft_at or now, text=claim.draft
            )
        )  # fmt: skip
    claim.draft, claim.draft_outcome = text, outcome
    claim.draft_by, claim.draft_at = by, now
    claim.draft_version += 1


def turns(session: Session, claim: Claim) -> list[AnswerTurn]:
    """Texts laid aside, the newest first."""
    query = select(AnswerTurn).where(AnswerTurn.claim_id == claim.id)
    return list(session.scalars(query.order_by(AnswerTurn.id.desc()).limit(SHOWN)))
