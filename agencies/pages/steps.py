"""Which steps of a claim this person may take, as the claim stands."""

from agencies import complaints, journal, minutes, quality
from agencies.appeals import Claim
from agencies.calendar import clock
from agencies.pages.words import OF_HEADS, STEPS, Step
from agencies.recusing import Colleague
from agencies.redress import Review
from agencies.staff import Officer, Role
from agencies.terms import AppealKind

OF_NOBODY: frozenset[str] = frozenset()


def left_to_the_supervisor(claim: Claim, staff: list[Colleague]) -> frozenset[str]:
    """Steps of the head whom the claim complains of; of one who is not among the `staff`."""
    heads = [one.kept for one in staff if one.person.role is Role.HEAD]
    if any(heads):
        return OF_HEADS
    return frozenset({"assign"} if claim.agency_id is not None and not heads else ())


def steps_for(
    claim: Claim,
    officer: Officer,
    review: Review | None = None,
    *,
    more: frozenset[str] = OF_NOBODY,
) -> dict[str, Step]:
    """What this person may do with the claim as it stands; `more` in the place of its head."""
    found = {
        verb: step
        for verb, step in STEPS.items()
        if claim.status in step.states and (officer.role in step.roles or verb in more)
    }
    unfit = {
        "extend": claim.extendable_to is None,
        "heard": claim.hearing_on is None or minutes.is_held(claim, claim.appeal.journal),
        "brought": claim.documents_by is None,
        "ask": claim.arbitration_since is not None or not claim.redirections,
        "arbitrate": claim.arbitration_since is None,
        "higher": claim.appeal.kind != AppealKind.COMPLAINT or complaints.is_passed_higher(claim),
        "control": claim.control_since is not None,
        "approve": quality.is_under_way(claim, clock()),
        "good": claim.control_by_id != officer.id,
        "rework": claim.control_by_id != officer.id,
        "reopen": officer.id in (claim.officer_id, claim.approved_by_id)
        or journal.is_erased(claim.appeal),
        "uphold": review is None or officer.id in (claim.officer_id, claim.approved_by_id),
    }
    for verb in (name for name, is_unfit in unfit.items() if is_unfit):
        found.pop(verb, None)
    if officer.role is Role.HEAD and claim.officer_id == officer.id:
        found.pop("approve", None)
        found.pop("return", None)
    return found
