"""Complaints about an answer or a silence: cases of their own, with their own clock and another
decider, which may go to a higher body (Code arts 91-93, 99).
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import announcements, journal
from agencies.appeals import Appeal, Claim, ClaimStatus, is_open
from agencies.appeals.moves import must_be
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.redress import DONE
from agencies.staff import Officer
from agencies.terms import AppealKind, Law, choose_policy, count

LONGEST_BODY = 160


class Complaint(Base):
    """The appeal that complains, and the claim it is about."""

    __tablename__ = "complaint"

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    past_period: Mapped[bool] = mapped_column(default=False)
    """Lodged after three months: a good reason restores the period (Code art. 92)."""

    appeal: Mapped[Appeal] = relationship()
    claim: Mapped[Claim] = relationship()


def link(session: Session, complaint: Appeal, claim: Claim, *, law: Law, now: datetime) -> None:
    """Bind a registered complaint to the claim it is about; both journals name the other.

    The caller holds both. Raises WrongStatus where nothing can be complained of yet, or a complaint
    about this claim is still open.
    """
    if not may_complain(session, claim):
        raise WrongStatus(
            "A complaint about this claim is being decided already, or there is no decision yet."
        )
    late = _is_past_period(claim, law, now)
    session.add(Complaint(appeal_id=complaint.id, claim_id=claim.id, past_period=late))
    journal.append(
        claim.appeal, "complained", by=None, now=now, claim_ordinal=claim.ordinal,
        number=complaint.number, past_period=late,
    )  # fmt: skip
    journal.append(complaint, "complains", by=None, now=now, number=claim.appeal.number)


def may_complain(session: Session, claim: Claim) -> bool:
    """An answer or a silence can be complained of; one complaint at a time."""
    if claim.status not in DONE and claim.deemed_refused_on is None:
        return False
    going = (
        select(func.count())
        .select_from(Complaint)
        .join(Claim, Claim.appeal_id == Complaint.appeal_id)
        .where(Complaint.claim_id == claim.id, is_open())
    )
    return not session.scalar(going)


def complaints_of(session: Session, claim: Claim) -> list[Appeal]:
    """The complaints about this claim, oldest first."""
    query = select(Appeal).join(Complaint, Complaint.appeal_id == Appeal.id)
    query = query.where(Complaint.claim_id == claim.id).order_by(Appeal.id)
    return list(session.scalars(query))


def _is_past_period(claim: Claim, law: Law, now: datetime) -> bool:
    until = complain_until(claim, law)
    return until is not None and business_date(now) > until


def complain_until(claim: Claim, law: Law) -> date | None:
    """Three months from learning of the decision or of the silence (Code art. 92)."""
    learned = business_date(claim.answered_at) if claim.answered_at else claim.deemed_refused_on
    if learned is None:
        return None
    row = choose_policy(law.rows, kind="complaint", case="complaint_period", day=learned)
    return count(learned, row.term, row.unit, law.workdays)


def disputed_by(session: Session, appeal: Appeal) -> Claim | None:
    """The claim that this appeal complains about; None where it is no such complaint."""
    query = select(Claim).join(Complaint, Complaint.claim_id == Claim.id)
    found: Claim | None = session.scalar(query.where(Complaint.appeal_id == appeal.id))
    return found


def open_complaints(session: Session, appeal: Appeal) -> list[str]:
    """Numbers of the complaints about it that wait for a decision."""
    about = select(Complaint.appeal_id).join(Complaint.claim).where(Claim.appeal_id == appeal.id)
    query = select(Appeal.number).join(Claim, Claim.appeal_id == Appeal.id)
    query = query.where(Appeal.id.in_(about), is_open()).distinct().order_by(Appeal.number)
    return list(session.scalars(query))


def pass_higher(session: Session, claim: Claim, *, body: str, by: Officer, now: datetime) -> None:
    """The complaint and its case went to the reviewing body, within three working days and where it
    is not satisfied in full (Code art. 91). The term of the answer goes on; the applicant is told.

    Raises Invalid (`body`), and WrongStatus where it is no complaint or was passed on before.
    """
    must_be(claim, ClaimStatus.REGISTERED, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if claim.appeal.kind != AppealKind.COMPLAINT or is_passed_higher(claim):
        raise WrongStatus("Only a complaint goes to the higher body, and only once.")
    name = " ".join(body.split())
    if not name or len(name) > LONGEST_BODY:
        raise Invalid({"body": "Name the higher body, in 160 letters at most."})
    journal.append(
        claim.appeal, "passed_higher", by=by, now=now, claim_ordinal=claim.ordinal, body=name
    )  # fmt: skip
    announcements.tell(session, claim.appeal, "complaint_passed", now=now, body=name)


def is_passed_higher(claim: Claim) -> bool:
    passed = (one for one in claim.appeal.journal if one.kind == "passed_higher")
    return any((one.payload or {}).get("claim") == claim.ordinal for one in passed)


def judges_oneself(session: Session, claim: Claim, who: Officer) -> bool:
    """Whether it is a complaint about what this person decided."""
    disputed = disputed_by(session, claim.appeal)
    return disputed is not None and who.id in (disputed.officer_id, disputed.approved_by_id)


def must_not_judge_oneself(session: Session, claim: Claim, by: Officer) -> None:
    """Raises NotAllowed where a complaint would be decided by whom it is about."""
    if judges_oneself(session, claim, by):
        raise NotAllowed("This complaint is about your own decision: another person decides it.")
