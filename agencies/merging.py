"""One matter of one person that was registered twice: the later appeal ends in the earlier one.

Its clock ends with it; the answer to the earlier appeal, which is due no later, answers both. So
nothing may be lost by it: each agency of the later appeal works on the earlier one already, and
nobody waits longer. Open tasks and questions go with it. Where the earlier appeal is withdrawn, the
later one goes on by itself (`agencies.withdrawing`).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload

from agencies import announcements, joint_work, journal, quality, repeating
from agencies.appeals import Appeal, Claim, ClaimStatus, has_in_hand, visible
from agencies.appeals.moves import move, settle
from agencies.attachments import Attachment
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer

NOT_POSSIBLE = {
    "later": "The later appeal ends in the earlier one, not the other way round.",
    "another": "Choose an earlier appeal of the same person.",
    "finished": "That appeal is finished already: this one is a repeat of it, with an answer of "
    "its own.",
    "lost": "This appeal lies with an agency that has nothing of the other one: it would be lost.",
    "longer": "The other appeal is due later than this one: the person would wait longer.",
}
"""Why an appeal cannot end in another one."""


def fits(appeal: Appeal, into: Appeal) -> str:
    """Why the one cannot end in the other; empty where it can."""
    return next(_obstacles(appeal, into), "")


def _obstacles(appeal: Appeal, into: Appeal) -> Iterator[str]:
    ours, going = appeal.open_claims, into.open_claims
    there = {claim.agency_id for claim in going}
    if not repeating.is_earlier(into, appeal):
        yield NOT_POSSIBLE["later"]
    if not repeating.is_same_person(appeal.applicant, into.applicant):
        yield NOT_POSSIBLE["another"]
    if not going:
        yield NOT_POSSIBLE["finished"]
    if {claim.agency_id for claim in ours if claim.agency_id} - there:
        yield NOT_POSSIBLE["lost"]
    if any(claim.due_on > appeal.due_on for claim in going):
        yield NOT_POSSIBLE["longer"]


def merge(session: Session, appeal: Appeal, *, into: Appeal, by: Officer, now: datetime) -> None:
    """The caller holds both. Raises Invalid (`appeal`) where something would be lost."""
    if not has_in_hand(appeal, by):
        raise NotAllowed("Appeals are joined by the reception, the supervisor or their own head.")
    if appeal.merged_into_id is not None:
        raise WrongStatus("This appeal is joined to another one already.")
    obstacle = fits(appeal, into)
    if obstacle:
        raise Invalid({"appeal": obstacle})
    for claim in appeal.open_claims:
        move(claim, ClaimStatus.MERGED, "merged", by=by, now=now, into=into.number)
        quality.let_go(claim)
        claim.outcome, claim.closed_at = "merged", now
        claim.joined_to = _answering(claim, into)
        joint_work.hand_over(session, claim, to=claim.joined_to, by=by, now=now)
    appeal.merged_into = into
    settle(appeal)
    journal.append(into, "merged_here", by=by, now=now, number=appeal.number)
    announcements.tell(session, appeal, "appeal_merged", now=now, into=into.number)


def _answering(claim: Claim, into: Appeal) -> Claim:
    """The claim at the same agency; for one that nobody has yet, the first that is open."""
    going = into.open_claims
    return next((one for one in going if one.agency_id == claim.agency_id), going[0])


def joined_with_files(
    session: Session, appeal: Appeal, *, officer: Officer
) -> tuple[list[Appeal], list[Attachment]]:
    """What ended in this one, as far as the officer may see it, and the files of all; one statement
    for both.
    """
    both: Any = select(Appeal, Attachment)
    query = visible(both, officer)
    query = query.outerjoin(Attachment, Attachment.appeal_id == Appeal.id)
    query = query.where(or_(Appeal.id == appeal.id, Appeal.merged_into_id == appeal.id))
    rows = session.execute(
        query.order_by(Appeal.received_at, Appeal.id, Attachment.id).options(lazyload("*"))
    ).all()
    joined = {row.Appeal.id: row.Appeal for row in rows if row.Appeal.id != appeal.id}
    return list(joined.values()), [row.Attachment for row in rows if row.Attachment]
