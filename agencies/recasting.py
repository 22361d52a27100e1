"""Another kind, or another row of law, for an appeal that stands in the register already.

The kind decides the term and the route, so whoever corrects it says why. The clock is counted anew
from the same arrival; days that agencies added stay as far as the new row lets them.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from agencies import announcements, clocks, journal
from agencies.appeals import Appeal, Claim, has_in_hand
from agencies.appeals.moves import settle
from agencies.calendar import business_date
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer
from agencies.term_course import Course
from agencies.terms import AppealKind, Law, lawful_term


def recast(
    session: Session, appeal: Appeal, *, kind: str, case: str, reason: str, law: Law, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """The caller holds the appeal. Raises Invalid (`kind`, `case`, `reason`)."""
    if not has_in_hand(appeal, by):
        raise NotAllowed("The kind of this appeal is corrected by the reception or the supervisor.")
    term = lawful_term(law, appeal.received_at, kind=kind, case=case)
    if not reason.strip():
        raise Invalid({"reason": "Say why the kind is another; the applicant reads it."})
    if (appeal.kind, appeal.policy_code) == (kind, term.policy.code):
        raise WrongStatus("The appeal is of this kind already, under this row of law.")
    _keep_rows_of_finished(appeal)
    before, appeal.kind, appeal.policy = appeal.kind, AppealKind(kind), term.policy
    journal.append(
        appeal, "recast", by=by, now=now, kind=kind, before=before, policy=term.policy.code,
        due_on=term.due_on.isoformat(), reason=reason.strip(),
    )  # fmt: skip
    for claim in appeal.open_claims:
        _follow(claim, clocks.course_of(claim, appeal.journal, law), now)
    settle(appeal)
    announcements.tell(
        session, appeal, "kind_corrected", now=now, due_on=appeal.due_on.isoformat(),
        policy=term.policy.code,
    )  # fmt: skip


def _keep_rows_of_finished(appeal: Appeal) -> None:
    """What was decided was decided under the row of its day."""
    for claim in appeal.claims:
        if not claim.is_open and claim.own_policy is None:
            claim.own_policy = appeal.policy


def _follow(claim: Claim, course: Course | None, now: datetime) -> None:
    """Bring the claim up to its clock. A silence noted under the former row is none any more
    where the new one still leaves time.
    """
    if course is None:
        return
    claim.due_on, claim.extendable_to = course.due_on, course.term.extendable_to
    if claim.own_policy is not None:
        claim.own_policy = course.term.policy
    else:
        claim.first_due_on = course.term.due_on
    if claim.due_on >= business_date(now):
        claim.deemed_refused_on = None
