"""What the house does about an answer that an applicant is not content with: rating and review.

    answered -> rated (within 14 days) -- poor or disagrees --> review -> stands | opened again

A review is a habit of the house with a target of its own; a complaint (`agencies.complaints`) is a
matter of law.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    and_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies import announcements, events, journal
from agencies.appeals import Appeal, Claim, ClaimStatus, is_open_to, sees_all
from agencies.appeals.moves import move, must_be, settle
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer, Role
from agencies.terms import Law, term_of

RATED_WITHIN = timedelta(days=14)
POOR = 2
"""A rating up to this opens a review."""
REVIEW_WORKING_DAYS = 5
REASONS = ("late", "not_solved", "no_law", "not_clear", "rude")
"""What a person may name as the reason of a rating."""
DONE = (ClaimStatus.ANSWERED, ClaimStatus.CLOSED)


class Decision(StrEnum):
    STANDS = "stands"
    REOPENED = "reopened"


class Rating(Base):
    """One a claim: from 1 to 5, with reasons out of `REASONS`."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    score: Mapped[int]
    agrees: Mapped[bool]
    reasons: Mapped[list[str]] = mapped_column(JSONB, default=list)
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Review(Base):
    """Another person looks at an answer again. `target_on` is a target of the house, not a term."""

    __tablename__ = "review"
    __table_args__ = (
        Index(
            "uq_review_open", "claim_id", unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    words: Mapped[str]
    opened_at: Mapped[datetime]
    target_on: Mapped[date]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    decision: Mapped[Decision | None]
    explanation: Mapped[str] = mapped_column(default="")

    claim: Mapped[Claim] = relationship()


Judged = tuple[Review | None, Rating | None]


def rate(
    session: Session,
    claim: Claim,
    *,
    score: int,
    agrees: bool,
    reasons: Collection[str],
    words: str,
    law: Law,
    now: datetime,
) -> Review | None:
    """The applicant's judgement, once, within 14 days of the answer; a poor one opens a review."""
    must_be(claim, *DONE)
    if not may_rate(session, claim, now=now):
        raise WrongStatus("This answer was rated already, or more than 14 days have passed.")
    if not 1 <= score <= 5:
        raise Invalid({"score": "Choose from one to five."})
    session.add(
        Rating(
            claim_id=claim.id, score=score, agrees=agrees, words=words, at=now,
            reasons=[reason for reason in REASONS if reason in reasons],
        )
    )  # fmt: skip
    journal.append(
        claim.appeal, "rated", by=None, now=now, claim_ordinal=claim.ordinal, score=score,
        agrees=agrees, words=words,
    )  # fmt: skip
    if score <= POOR or not agrees:
        return open_review(session, claim, words=words, law=law, now=now)
    return None


def may_rate(session: Session, claim: Claim, *, now: datetime) -> bool:
    if claim.status not in DONE or claim.answered_at is None:
        return False
    rated = session.get(Rating, claim.id)
    return rated is None and now <= claim.answered_at + RATED_WITHIN


def open_review(session: Session, claim: Claim, *, words: str, law: Law, now: datetime) -> Review:
    review = Review(
        claim=claim, words=words, opened_at=now,
        target_on=law.workdays.add(business_date(now), REVIEW_WORKING_DAYS),
    )  # fmt: skip
    session.add(review)
    journal.append(
        claim.appeal, "review_opened", by=None, now=now, claim_ordinal=claim.ordinal, words=words
    )  # fmt: skip
    _tell(session, claim, "review_opened", now=now)
    return review


def review_of(session: Session, claim: Claim) -> Review | None:
    """The one that waits for a decision."""
    query = select(Review).where(Review.claim_id == claim.id, Review.decided_at.is_(None))
    found: Review | None = session.scalar(query)
    return found


def judged(session: Session, appeal: Appeal) -> dict[int, Judged]:
    """Open review and rating of each finished claim, by claim."""
    done = [claim.id for claim in appeal.claims if claim.status in DONE]
    if not done:
        return {}
    query = (
        select(Claim.id, Review, Rating)
        .outerjoin(Review, and_(Review.claim_id == Claim.id, Review.decided_at.is_(None)))
        .outerjoin(Rating, Rating.claim_id == Claim.id)
        .where(Claim.id.in_(done))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def uphold(session: Session, claim: Claim, *, explanation: str, by: Officer, now: datetime) -> None:
    """The answer stands, and the applicant reads why."""
    _must_be_another(claim, by)
    review = review_of(session, claim)
    if review is None:
        raise WrongStatus("No review waits for a decision.")
    if not explanation.strip():
        raise Invalid({"explanation": "Explain to the applicant why the answer stands."})
    _decide(review, Decision.STANDS, explanation, by, now)
    journal.append(
        claim.appeal, "review_decided", by=by, now=now, claim_ordinal=claim.ordinal,
        explanation=explanation,
    )  # fmt: skip
    announcements.tell(session, claim.appeal, "review_decided", now=now)


def reopen(
    session: Session, claim: Claim, *, reason: str, law: Law, by: Officer, now: datetime
) -> None:
    """The agency works on the claim again, with a clock of its own; the trace stays."""
    _must_be_another(claim, by)
    must_be(claim, *DONE)
    journal.must_not_be_erased(claim.appeal)
    if not reason.strip():
        raise Invalid({"reason": "Say what was wrong with the answer; the applicant reads it."})
    review = review_of(session, claim)
    if review is not None:
        _decide(review, Decision.REOPENED, reason, by, now)
    term = term_of(law, now, kind=claim.appeal.kind, case=claim.policy.case)
    move(
        claim, ClaimStatus.IN_WORK, "reopened", by=by, now=now, reason=reason,
        due_on=term.due_on.isoformat(), policy=term.policy.code,
    )  # fmt: skip
    claim.due_on, claim.extendable_to, claim.own_policy = (
        term.due_on, term.extendable_to, term.policy,
    )  # fmt: skip
    claim.answer, claim.outcome, claim.officer, claim.approved_by = "", "", None, None
    claim.answered_at = claim.closed_at = claim.deemed_refused_on = claim.hearing_on = None
    claim.reopenings += 1
    claim.appeal.reopenings += 1
    settle(claim.appeal)
    announcements.tell(
        session, claim.appeal, "claim_reopened", now=now, due_on=term.due_on.isoformat(),
        policy=term.policy.code,
    )  # fmt: skip
    _tell(session, claim, "claim_reopened", now=now, by=by)


def _decide(review: Review, decision: Decision, words: str, by: Officer, now: datetime) -> None:
    review.decided_at, review.decided_by_id = now, by.id
    review.decision, review.explanation = decision, words


def _must_be_another(claim: Claim, by: Officer) -> None:
    if by.role not in (Role.HEAD, Role.SUPERVISOR, Role.ADMIN):
        raise NotAllowed("Only a head or the supervisor decides a review.")
    if by.id in (claim.officer_id, claim.approved_by_id):
        raise NotAllowed("Who decided the claim does not review it: another person has to.")


def waiting(session: Session, officer: Officer) -> list[Review]:
    """Reviews this person may decide, the oldest target first."""
    query = select(Review).join(Review.claim).where(Review.decided_at.is_(None))
    if not sees_all(officer):
        query = query.where(Claim.agency_id == officer.agency_id)
    query = query.where(is_open_to(officer))
    query = query.options(joinedload(Review.claim).joinedload(Claim.appeal))
    return list(session.scalars(query.order_by(Review.target_on, Review.id).limit(200)))


def _tell(
    session: Session, claim: Claim, kind: str, *, now: datetime, by: Officer | None = None
) -> None:
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", kind, now=now,
            officer_id=by.id if by else None, appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
