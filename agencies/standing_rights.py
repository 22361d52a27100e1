"""How long an applicant may still use a right for which the words of the appeal are needed."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import complaints, redress
from agencies.appeals import Appeal, Claim, is_open
from agencies.calendar import business_date
from agencies.complaints import Complaint
from agencies.redress import Review
from agencies.terms import Law


def last_day(appeal: Appeal, law: Law) -> date | None:
    """To rate an answer or to complain (Code art. 92); None where nothing was decided."""
    return max((day for claim in appeal.claims for day in _days(claim, law)), default=None)


def _days(claim: Claim, law: Law) -> Iterator[date]:
    if claim.answered_at:
        yield business_date(claim.answered_at + redress.RATED_WITHIN)
    until = complaints.complain_until(claim, law)
    if until:
        yield until


def is_disputed(session: Session, appeal: Appeal) -> bool:
    """A review of it or a complaint about it waits for a decision."""
    own = select(Claim.id).where(Claim.appeal_id == appeal.id)
    review = select(Review.id).where(Review.claim_id.in_(own), Review.decided_at.is_(None))
    complaint = select(Complaint.appeal_id).join(Claim, Claim.appeal_id == Complaint.appeal_id)
    complaint = complaint.where(Complaint.claim_id.in_(own), is_open())
    return bool(session.scalar(review.limit(1)) or session.scalar(complaint.limit(1)))
