"""The applicant takes a claim back; what was joined to it goes on by itself.

A joined appeal has no answer of its own: it waited for that of the main one. Only what was taken
back ends, since the law lets an appeal be withdrawn by a request about that appeal (Code art.
64(8)). So each claim that was joined to it is open again, at its agency, on its own old clock.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import (
    announcements,
    appeals,
    events,
    grounds,
    joint_work,
    journal,
    quality,
    reminders,
)
from agencies.appeals import Claim, ClaimStatus
from agencies.appeals.moves import move, settle
from agencies.calendar import business_date, workdays
from agencies.errors import Invalid
from agencies.staff import Officer

BY_LINK = "Withdrawn by the applicant through the secret link."
"""The request of whoever took it back without a paper, kept as it is and told in any language."""


def withdraw(
    session: Session, claim: Claim, *, reason: str, by: Officer | None, now: datetime
) -> None:
    """At the applicant's written request, before the answer (Code art. 64(8))."""
    if not reason.strip():
        raise Invalid({"reason": "Name the applicant's written request: its date and number."})
    move(claim, ClaimStatus.WITHDRAWN, "withdrawn", by=by, now=now, reason=reason)
    quality.let_go(claim)
    claim.outcome, claim.closed_at = "withdrawn", now
    claim.ground = grounds.WITHDRAWAL
    settle(claim.appeal)
    alive = _revive_joined(session, claim, by=by, now=now)
    joint_work.hand_over(session, claim, to=alive[0] if alive else None, by=by, now=now)


def _revive_joined(
    session: Session, claim: Claim, *, by: Officer | None, now: datetime
) -> list[Claim]:
    """The claims that this one would have answered, open again."""
    query = select(Claim).where(Claim.joined_to_id == claim.id, Claim.status == ClaimStatus.MERGED)
    found = list(session.scalars(query.order_by(Claim.id)))
    main = claim.appeal.number
    for appeal in sorted({one.appeal for one in found}, key=appeals.place_of):
        appeals.lock(session, appeal)
        for one in (one for one in found if one.appeal is appeal):
            _revive(session, one, after=claim, by=by, now=now)
        if all(one.status is not ClaimStatus.MERGED for one in appeal.claims):
            appeal.merged_into = None
        settle(appeal)
        journal.append(claim.appeal, "joined_goes_on", by=by, now=now, number=appeal.number)
        due_on = max(one.due_on for one in appeal.open_claims)
        kind = "appeal_goes_on_late" if due_on < business_date(now) else "appeal_goes_on"
        announcements.tell(session, appeal, kind, now=now, into=main, due_on=due_on.isoformat())
    return found


def _revive(
    session: Session, claim: Claim, *, after: Claim, by: Officer | None, now: datetime
) -> None:
    """At its agency, whose head gives it away anew `after` that of the main appeal has ended."""
    had = [one for one in (claim.officer, after.officer) if one is not None]
    status = ClaimStatus.ROUTED if claim.agency_id else ClaimStatus.REGISTERED
    move(claim, status, "revived", by=by, now=now, number=after.appeal.number)
    claim.joined_to = claim.officer = claim.closed_at = None
    claim.outcome = claim.ground = ""
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", "claim_routed", now=now,
            officer_id=by.id if by else None, appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
    reminders.tell_revived(session, claim, had=had, workdays=workdays(session), now=now)
