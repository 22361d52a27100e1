"""What staff may do with a proposal: the table of steps, each with its states and its roles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, object_session

from agencies.staff import Officer, Role
from reception.language import current, say
from reports import drafting_steps as drafting
from reports import editions, proposals, recommendations
from reports import sending_steps as sending
from reports.fields import Field, Sent
from reports.proposals import Proposal, ProposalStatus
from reports.recommendations import Verdict

P = ProposalStatus
WRITERS = (Role.ANALYST, Role.ADMIN)
Fields = Callable[[Session, Proposal], list[Field]]
Does = Callable[[Session, Proposal, Sent, Officer, datetime], None]


@dataclass(frozen=True)
class Step:
    """A step is offered in its states and to its roles; without fields it is one button."""

    label: str
    states: frozenset[ProposalStatus]
    does: Does
    fields: Fields | None = None
    roles: tuple[Role, ...] = WRITERS
    fits: Callable[[Session, Proposal], bool] | None = None
    """What else must hold of the proposal."""


def offered(proposal: Proposal, officer: Officer) -> dict[str, Step]:
    return {
        name: step
        for name, step in STEPS.items()
        if proposal.status in step.states and officer.role in step.roles
        and (step.fits is None or step.fits(_session(proposal), proposal))
    }  # fmt: skip


def _session(proposal: Proposal) -> Session:
    found = object_session(proposal)
    if found is None:
        raise RuntimeError("The proposal is of no session.")
    return found


def _taken_up(session: Session, proposal: Proposal) -> bool:
    """Something of it was accepted."""
    reply = recommendations.reply_of(session, proposal)
    return reply is not None and reply.overall in (Verdict.ACCEPTED, Verdict.PARTLY)


def _not_taken_up(session: Session, proposal: Proposal) -> bool:
    return not _taken_up(session, proposal)


def _dossier_fields(_: Session, __: Proposal) -> list[Field]:
    languages = (("kk", "Қазақша"), ("ru", "Русский"), ("en", "English"))
    return [Field("language", say("Language of the report"), "select", current(), languages)]


def _dossier(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    editions.request_dossier(s, proposal, language=sent["language"], by=by, now=now)


DRAFTS = proposals.CHANGEABLE
ACCEPTED = frozenset({P.ANSWERED, P.TRACKING, P.IN_FORCE})
ENDING = frozenset({P.ANSWERED, P.TRACKING, P.IN_FORCE, P.MEASURED})
UNSENT = DRAFTS | {P.FROZEN, P.HEARING, P.HEARD, P.ON_AGENDA, P.ADOPTED}
SENT = frozenset({P.SENT, P.UNANSWERED, P.ANSWERED, P.TRACKING, P.IN_FORCE, P.MEASURED})
LABELS = {
    "write": "Write the memorandum", "scope": "Choose what the evidence counts",
    "row": "Add a row to the comparative table", "case": "Tell a typical case",
    "wording": "Take a wording of the law back",
    "freeze": "Freeze the evidence", "ask": "Ask the agencies", "opinion": "Give an opinion",
    "revise": "Begin the next version", "give-up": "End without a vote",
    "send": "Register the sending", "answer": "Register the answer",
    "track": "Follow it into law", "enact": "Register the changed norm",
    "plan": "Plan how the effect is measured", "measure": "Measure the effect",
    "close": "Close with a note", "anew": "Begin anew as another proposal",
    "days": "Correct a day", "dossier": "Make the dossier",
}  # fmt: skip
STEPS: dict[str, Step] = {
    "write": Step(LABELS["write"], DRAFTS, drafting.write, drafting.write_fields),
    "scope": Step(LABELS["scope"], DRAFTS, drafting.scope, drafting.scope_fields),
    "row": Step(LABELS["row"], DRAFTS, drafting.row, drafting.row_fields),
    "wording": Step(LABELS["wording"], UNSENT, drafting.take_wording_back,
                    drafting.wording_fields),
    "case": Step(LABELS["case"], DRAFTS, drafting.case, drafting.case_fields),
    "freeze": Step(LABELS["freeze"], frozenset({P.DRAFT}), drafting.freeze),
    "ask": Step(LABELS["ask"], frozenset({P.FROZEN}), drafting.ask, drafting.ask_fields),
    "opinion": Step(LABELS["opinion"], frozenset({P.HEARING}), drafting.opinion,
                    drafting.opinion_fields, (Role.HEAD,)),
    "revise": Step(LABELS["revise"], frozenset({P.FROZEN, P.HEARING, P.HEARD}), drafting.revise),
    "send": Step(LABELS["send"], frozenset({P.ADOPTED}), sending.send, sending.send_fields),
    "answer": Step(LABELS["answer"], frozenset({P.SENT, P.UNANSWERED}), sending.answer,
                   sending.answer_fields),
    "track": Step(LABELS["track"], frozenset({P.ANSWERED}), sending.track, fits=_taken_up),
    "plan": Step(LABELS["plan"], ACCEPTED, sending.plan, sending.plan_fields, fits=_taken_up),
    "close": Step(LABELS["close"], ENDING, sending.close, sending.close_fields),
    "anew": Step(LABELS["anew"], frozenset({P.ANSWERED, P.DECLINED, P.CLOSED}), sending.anew,
                 fits=_not_taken_up),
    "enact": Step(LABELS["enact"], frozenset({P.TRACKING}), sending.enact, sending.enact_fields),
    "measure": Step(LABELS["measure"], frozenset({P.IN_FORCE, P.MEASURED}), sending.measure),
    "days": Step(LABELS["days"], SENT, sending.put_days_right, sending.days_fields),
    "give-up": Step(LABELS["give-up"], DRAFTS, drafting.give_up, drafting.give_up_fields),
    "dossier": Step(LABELS["dossier"], frozenset(ProposalStatus), _dossier, _dossier_fields,
                    (*WRITERS, Role.COUNCIL, Role.SUPERVISOR)),
}  # fmt: skip
