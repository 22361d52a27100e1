"""A person chooses the competent agency, and another one sends the claim on with the reason."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agencies import choices, events, journal
from agencies.appeals import Claim, ClaimStatus, move, must_be, settle
from agencies.directory import Agency, Origin
from agencies.errors import Invalid, NotCompetent
from agencies.staff import Officer
from agencies.terms import Law, term_of


def agencies_to_choose(session: Session) -> list[Agency]:
    """Every body a claim may be sent to, those of the hall first."""
    query = select(Agency).where(Agency.origin == Origin.HALL)
    query = query.order_by(Agency.in_hall.desc(), Agency.code).options(selectinload(Agency.names))
    return list(session.scalars(query))


def route(session: Session, claim: Claim, *, to: Agency, by: Officer, now: datetime) -> None:
    """A person's first choice of the competent agency; the term of the law does not move."""
    must_be(claim, ClaimStatus.REGISTERED)
    _must_be_the_halls(to)
    move(
        claim, ClaimStatus.ROUTED, "routed", by=by, now=now,
        agency=to.code, suggested=claim.suggestions,
    )  # fmt: skip
    claim.agency = to
    choices.chosen(session, claim, to=to, by=by, now=now)
    _tell(session, claim, "claim_routed", by=by, now=now)


def redirect(
    session: Session,
    claim: Claim,
    *,
    to: Agency,
    reason: str,
    law: Law,
    by: Officer,
    now: datetime,
) -> None:
    """To another agency with the reason; a new clock starts at the receiver (Code art. 65)."""
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if not reason.strip():
        raise Invalid({"reason": "Say why this agency is not competent; the applicant reads it."})
    _must_be_the_halls(to)
    if claim.agency_id == to.id:
        raise NotCompetent("The claim already lies with this agency.")
    before, old_due = claim.agency, claim.due_on
    move(
        claim, ClaimStatus.ROUTED, "redirected", by=by, now=now, reason=reason,
        agency=to.code, before=before.code if before else "",
    )  # fmt: skip
    term = term_of(law, now, kind=claim.appeal.kind)
    claim.agency, claim.officer = to, None
    claim.redirections += 1
    claim.appeal.redirections += 1
    claim.due_on, claim.extendable_to = term.due_on, term.extendable_to
    settle(claim.appeal)
    choices.corrected(session, claim, to=to, by=by, now=now)
    journal.append(
        claim.appeal, "term_set", by=by, now=now, claim_ordinal=claim.ordinal,
        due_on=term.due_on.isoformat(), before=old_due.isoformat(), policy=term.policy.code,
    )  # fmt: skip
    _tell(session, claim, "claim_routed", by=by, now=now)


def _must_be_the_halls(agency: Agency) -> None:
    if agency.origin is not Origin.HALL:
        raise NotCompetent("This body is known only from historical cases; choose another one.")


def _tell(session: Session, claim: Claim, kind: str, *, by: Officer, now: datetime) -> None:
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", kind, now=now, officer_id=by.id,
            appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
