"""A person chooses the competent agency, and another one sends the claim on with the reason."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agencies import announcements, choices, drafting, events, giving_rules, journal
from agencies.appeals import Claim, ClaimStatus, is_closed_to
from agencies.appeals.moves import move, must_be, settle
from agencies.directory import Agency, Origin
from agencies.errors import Invalid, NotAllowed, NotCompetent, WrongStatus
from agencies.staff import Officer, Role
from agencies.terms import Law, term_of

ARBITERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
GUARDIANS = ("police", "emergency", "prosecutor")
"""Who is told at once of a prepared or committed offence or of a threat."""
MOST_REDIRECTIONS = 2
"""After so many, or back to an agency that had the claim, a supervisor decides."""


def agencies_to_choose(session: Session) -> list[Agency]:
    """Every body a claim may be sent to, those of the hall first."""
    query = select(Agency).where(Agency.origin == Origin.HALL)
    query = query.order_by(Agency.in_hall.desc(), Agency.code).options(joinedload(Agency.names))
    return list(session.scalars(query).unique())


def route(session: Session, claim: Claim, *, to: Agency, by: Officer, now: datetime) -> None:
    """A person's first choice of the competent agency; the term of the law does not move."""
    must_be(claim, ClaimStatus.REGISTERED)
    _must_be_the_halls(to)
    _must_not_be_closed(session, claim, to)
    move(
        claim, ClaimStatus.ROUTED, "routed", by=by, now=now,
        agency=to.code, suggested=claim.suggestions,
    )  # fmt: skip
    claim.agency = to
    choices.chosen(session, claim, to=to, by=by, now=now)
    giving_rules.give(session, claim, now=now)
    _tell(session, claim, "claim_routed", by=by, now=now)


def pass_at_once(
    session: Session, claim: Claim, *, to: Agency, reason: str, by: Officer, now: datetime
) -> None:
    """News of an offence or of a threat, also from nobody known: it waits for no routing.

    The one thing that the law lets an anonymous letter do (Code art. 64).
    """
    must_be(claim, ClaimStatus.REGISTERED)
    if to.code not in GUARDIANS:
        raise Invalid({"agency": "Choose who guards against offences and threats."})
    if not reason.strip():
        raise Invalid({"reason": "Say which offence or threat is told of."})
    _must_not_be_closed(session, claim, to)
    move(
        claim, ClaimStatus.ROUTED, "passed_at_once", by=by, now=now, agency=to.code,
        reason=reason.strip(), suggested=claim.suggestions,
    )  # fmt: skip
    claim.agency = to
    choices.chosen(session, claim, to=to, by=by, now=now)
    giving_rules.give(session, claim, now=now)
    _tell(session, claim, "claim_passed_at_once", by=by, now=now)


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
    """To another agency with the reason; a new clock starts at the receiver (Code art. 65).

    The applicant is told in the same step. Raises NotAllowed where a supervisor has to decide.
    """
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if not reason.strip():
        raise Invalid({"reason": "Say why this agency is not competent; the applicant reads it."})
    _must_be_the_halls(to)
    if claim.agency_id == to.id:
        raise NotCompetent("The claim already lies with this agency.")
    _must_not_be_closed(session, claim, to)
    if by.role not in ARBITERS and goes_round(claim, to):
        raise NotAllowed(
            "This claim has been sent on too often, or has been there before. Ask the supervisor "
            "to decide who is competent."
        )
    _send_on(session, claim, to=to, reason=reason, law=law, by=by, now=now)


def goes_round(claim: Claim, to: Agency | None = None) -> bool:
    """Whether one more redirection would only pass the applicant around."""
    had = [e.payload for e in claim.appeal.journal if e.payload.get("claim") == claim.ordinal]
    before = {payload.get("agency") for payload in had} | {p.get("before") for p in had}
    return claim.redirections >= MOST_REDIRECTIONS or (to is not None and to.code in before)


def ask_arbitration(
    session: Session, claim: Claim, *, reason: str, by: Officer, now: datetime
) -> None:
    """The agency holds itself not competent; a supervisor decides. The clock goes on."""
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if not reason.strip():
        raise Invalid({"reason": "Say why this agency is not competent; the applicant reads it."})
    if claim.arbitration_since is not None:
        raise WrongStatus("The supervisor has been asked already.")
    claim.arbitration_since = now
    journal.append(
        claim.appeal, "arbitration_asked", by=by, now=now, claim_ordinal=claim.ordinal,
        reason=reason,
    )  # fmt: skip
    _tell(session, claim, "arbitration_asked", by=by, now=now)


def arbitrate(
    session: Session,
    claim: Claim,
    *,
    to: Agency,
    reason: str,
    law: Law,
    by: Officer,
    now: datetime,
) -> None:
    """The supervisor's last word: the claim stays, on its old clock, or goes on with a new one."""
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if by.role not in ARBITERS:
        raise NotAllowed("Only the supervisor decides who is competent.")
    if not reason.strip():
        raise Invalid({"reason": "Say by which rule this agency is competent."})
    _must_be_the_halls(to)
    _must_not_be_closed(session, claim, to)
    journal.append(
        claim.appeal, "arbitrated", by=by, now=now, claim_ordinal=claim.ordinal,
        agency=to.code, reason=reason,
    )  # fmt: skip
    claim.arbitration_since = None
    if claim.agency_id == to.id:
        _tell(session, claim, "claim_routed", by=by, now=now)
    else:
        _send_on(session, claim, to=to, reason=reason, law=law, by=by, now=now)


def _send_on(
    session: Session,
    claim: Claim,
    *,
    to: Agency,
    reason: str,
    law: Law,
    by: Officer,
    now: datetime,
) -> None:
    before, old_due = claim.agency, claim.due_on
    drafting.leave(session, claim)
    move(
        claim, ClaimStatus.ROUTED, "redirected", by=by, now=now, reason=reason,
        agency=to.code, before=before.code if before else "",
    )  # fmt: skip
    term = term_of(law, now, kind=claim.appeal.kind, case=claim.policy.case)
    claim.agency, claim.officer, claim.own_policy = to, None, term.policy
    claim.deemed_refused_on = claim.arbitration_since = claim.hearing_on = None
    claim.documents_by = None
    claim.redirections += 1
    claim.appeal.redirections += 1
    claim.due_on, claim.extendable_to = term.due_on, term.extendable_to
    settle(claim.appeal)
    choices.corrected(session, claim, to=to, by=by, now=now)
    journal.append(
        claim.appeal, "term_set", by=by, now=now, claim_ordinal=claim.ordinal,
        due_on=term.due_on.isoformat(), before=old_due.isoformat(), policy=term.policy.code,
    )  # fmt: skip
    announcements.tell(
        session, claim.appeal, "claim_redirected", now=now, agency=to.code,
        due_on=term.due_on.isoformat(), policy=term.policy.code,
    )  # fmt: skip
    giving_rules.give(session, claim, now=now)
    _tell(session, claim, "claim_routed", by=by, now=now)


def _must_be_the_halls(agency: Agency) -> None:
    if agency.origin is not Origin.HALL:
        raise NotCompetent("This body is known only from historical cases; choose another one.")


def _must_not_be_closed(session: Session, claim: Claim, to: Agency) -> None:
    """A complaint is not given to the official or to those under them: nobody could open it."""
    if is_closed_to(session, claim.appeal, to.id):
        raise Invalid(
            {
                "agency": "The appeal complains of the head of this agency, and everybody there "
                "answers to them. Choose a body above it."
            }
        )


def _tell(session: Session, claim: Claim, kind: str, *, by: Officer, now: datetime) -> None:
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", kind, now=now, officer_id=by.id,
            appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
