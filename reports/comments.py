"""What members of the council say about a proposal or an edition, beside the figures."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid
from agencies.staff import Officer
from reports import personal
from reports.proposals import Proposal

LONGEST = 2000


class Comment(Base):
    __tablename__ = "proposal_comment"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    words: Mapped[str]


def say(session: Session, proposal: Proposal, *, words: str, by: Officer, now: datetime) -> Comment:
    if not words.strip() or len(words) > LONGEST:
        raise Invalid({"words": "Write your comment, in at most a page."})
    personal.must_be_free(words, field="words")
    made = Comment(proposal_id=proposal.id, by_id=by.id, at=now, words=words.strip())
    session.add(made)
    session.flush()
    return made


def of(session: Session, proposal: Proposal) -> list[Comment]:
    query = select(Comment).filter_by(proposal_id=proposal.id)
    return list(session.scalars(query.order_by(Comment.id)))
