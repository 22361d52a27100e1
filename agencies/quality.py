"""Quality control of an answer, apart from its approval: by somebody outside of the agency.

    waiting for approval -> taken for control -> good | back to the officer with reasons

While an answer is under control the head does not let it leave, but never past the last day of the
term: a target of the house does not make an answer late. The reasons are codes of
`data/quality_reasons.toml`; the journal keeps who looked, when, and what was said.
"""

from collections.abc import Collection
from datetime import datetime

from agencies import journal
from agencies.appeals import Claim, ClaimStatus
from agencies.appeals.moves import move, must_be
from agencies.calendar import business_date
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer, Role

CONTROLLERS = (Role.SUPERVISOR, Role.ADMIN)


def take(claim: Claim, *, by: Officer, now: datetime) -> None:
    """From now on the answer waits for the word of this person."""
    _must_control(by)
    must_be(claim, ClaimStatus.IN_APPROVAL)
    if claim.control_since is not None:
        raise WrongStatus("A colleague controls this answer already.")
    claim.control_by, claim.control_by_id, claim.control_since = by, by.id, now
    journal.append(claim.appeal, "control_begun", by=by, now=now, claim_ordinal=claim.ordinal)


def find_good(claim: Claim, *, by: Officer, now: datetime) -> None:
    _must_hold(claim, by)
    let_go(claim)
    journal.append(claim.appeal, "control_passed", by=by, now=now, claim_ordinal=claim.ordinal)


def send_back(
    claim: Claim, *, reasons: Collection[str], known: Collection[str], words: str, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """Back to the officer. `known` are the codes there are; at least one has to be named."""
    _must_hold(claim, by)
    named = [code for code in known if code in reasons]
    problems = {}
    if not named:
        problems["reasons"] = "Choose what is wanting."
    if not words.strip():
        problems["words"] = "Say what has to be mended in the draft."
    if problems:
        raise Invalid(problems)
    let_go(claim)
    move(
        claim, ClaimStatus.IN_WORK, "control_returned", by=by, now=now, wanting=named,
        reason=words.strip(),
    )  # fmt: skip


def let_go(claim: Claim) -> None:
    """Whatever takes an answer out of approval ends its control."""
    claim.control_by = claim.control_by_id = claim.control_since = None


def is_under_way(claim: Claim, now: datetime) -> bool:
    return claim.control_since is not None and business_date(now) < claim.due_on


def must_not_be_under_way(claim: Claim, now: datetime) -> None:
    if is_under_way(claim, now):
        raise WrongStatus(
            "Quality control is looking at this answer. It may leave after its word, or on the "
            "last day of the term."
        )


def _must_control(by: Officer) -> None:
    if by.role not in CONTROLLERS:
        raise NotAllowed("Quality control is done by the supervisor of the hall.")


def _must_hold(claim: Claim, by: Officer) -> None:
    _must_control(by)
    must_be(claim, ClaimStatus.IN_APPROVAL)
    if claim.control_by_id != by.id:
        raise WrongStatus("This answer is not under your control. Look at its newest state.")
