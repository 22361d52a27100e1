"""The table of a claim's moves, the one mover, and what the appeal takes over from its claims.

registered -> routed -> in_work -> in_approval -> answered -> closed
^ redirect |          | return        | reopen
withdrawn, or merged into another appeal of the same person, from any state before the answer;
merged, back to registered or routed where the other one is withdrawn
"""

from datetime import datetime
from typing import Any

from agencies import journal
from agencies.appeals import FINISHED, GONE, Appeal, Claim, ClaimStatus
from agencies.errors import WrongStatus
from agencies.staff import Officer

S = ClaimStatus
MOVES: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    S.REGISTERED: frozenset({S.ROUTED}) | GONE,
    S.ROUTED: frozenset({S.ROUTED, S.IN_WORK}) | GONE,
    S.IN_WORK: frozenset({S.IN_APPROVAL, S.ROUTED}) | GONE,
    S.IN_APPROVAL: frozenset({S.ANSWERED, S.IN_WORK}) | GONE,
    S.ANSWERED: frozenset({S.CLOSED, S.IN_WORK}),
    S.CLOSED: frozenset({S.IN_WORK}),
    S.WITHDRAWN: frozenset(),
    S.MERGED: frozenset({S.REGISTERED, S.ROUTED}),
}
ORDER = list(ClaimStatus)


def must_be(claim: Claim, *statuses: ClaimStatus) -> None:
    """For a verb that is narrower than the table: the same move may have another meaning."""
    if claim.status not in statuses:
        raise _moved_on()


def _moved_on() -> WrongStatus:
    return WrongStatus(
        "This step is not possible now: the claim has moved on. Look at its newest state."
    )


def move(
    claim: Claim, to: ClaimStatus, entry: str, *, by: Officer | None, now: datetime, **payload: Any
) -> None:
    """The only writer of a claim's status: checks the table, sets, and writes the journal.

    The caller holds the appeal (`hold`). Raises WrongStatus where the table has no such move.
    """
    if to not in MOVES[claim.status]:
        raise _moved_on()
    claim.status = to
    appeal = claim.appeal
    appeal.status = status_of(appeal.claims)
    journal.append(appeal, entry, by=by, now=now, claim_ordinal=claim.ordinal, **payload)


def status_of(claims: list[Claim]) -> ClaimStatus:
    """That of the claim which has come least far; withdrawn or merged only when none goes on."""
    going = [claim.status for claim in claims if claim.status not in GONE]
    if going:
        return min(going, key=ORDER.index)
    return S.MERGED if any(claim.status is S.MERGED for claim in claims) else S.WITHDRAWN


def is_answered(appeal: Appeal) -> bool:
    """Every claim that goes on here has its answer, so that one joint letter can be made."""
    going = [claim for claim in appeal.claims if claim.status not in GONE]
    return bool(going) and all(
        claim.answered_at is not None and claim.status in FINISHED for claim in going
    )


def settle(appeal: Appeal) -> None:
    """Bring the facts of the appeal up to its claims: first answer, last answer, closing."""
    firsts = [c.first_answer_at for c in appeal.claims if c.first_answer_at]
    appeal.first_answer_at = min(firsts) if firsts else None
    going = [c for c in appeal.claims if c.status not in GONE]
    answered = [c.answered_at for c in going]
    appeal.answered_at = max(filter(None, answered)) if going and all(answered) else None
    closed = [c.closed_at for c in appeal.claims]
    appeal.closed_at = max(filter(None, closed)) if closed and all(closed) else None
    if going:
        appeal.due_on = max(c.due_on for c in going)
