"""What the coding of a proposal's causes still lacks, and who could go on with it."""

from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.staff import Officer
from reports import causes, proposals
from reports.proposals import Proposal


class Lack(StrEnum):
    """Why nothing can be told of the causes."""

    NOT_DRAWN = "not_drawn"
    UNCODED = "uncoded"
    UNSETTLED = "unsettled"
    UNRELIABLE = "unreliable"


def lacking(session: Session, proposal: Proposal) -> dict[str, Any] | None:
    """What is left to be coded, for whoever freezes the evidence and for the evidence itself:
    `why`, and the cases `left` of `cases`. None where the causes are told.
    """
    sample = causes.of(session, proposal)
    if sample is None or not causes.fits(sample, proposal):
        return {"why": str(Lack.NOT_DRAWN), "left": 0, "cases": 0}
    uncoded = sum(not (case.first and case.second) for case in sample.cases)
    unsettled = sum(not case.agreed for case in sample.cases)
    found = causes.agreed(sample)
    if uncoded:
        why, left = Lack.UNCODED, uncoded
    elif found is not None and not causes.is_reliable(found):
        why, left = Lack.UNRELIABLE, len(sample.cases)
    elif unsettled:
        why, left = Lack.UNSETTLED, unsettled
    else:
        return None
    return {"why": str(why), "left": left, "cases": len(sample.cases)}


def awaiting(session: Session, officer: Officer) -> list[Proposal]:
    """Drafts whose sample this coder has still cases of, or a place in."""
    if officer.role not in causes.CODERS:
        return []
    drafts = select(Proposal).where(Proposal.status.in_(proposals.CHANGEABLE))
    found = session.scalars(drafts.order_by(Proposal.number)).all()
    return [one for one in found if _waits_for(session, one, officer)]


def _waits_for(session: Session, proposal: Proposal, officer: Officer) -> bool:
    sample = causes.of(session, proposal)
    if sample is None or not causes.fits(sample, proposal):
        return False
    if causes.is_coded(sample):
        found = causes.agreed(sample)
        reliable = found is None or causes.is_reliable(found)
        return reliable and not causes.is_settled(sample) and officer.id in sample.coders
    return causes.next_case(sample, officer) is not None
