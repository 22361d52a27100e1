"""Erasures that one person proposed and another decides on, each with what would be lost."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import attachments, erasure_proposals
from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.erasure_proposals import ErasureProposal, ProposalStatus
from agencies.errors import DomainError
from agencies.pages.attachments import folder
from agencies.pages.register import SUPERVISION, pages
from agencies.pages.register.retention import messages
from agencies.pages.voice import say
from agencies.staff import Officer

STATES = {
    ProposalStatus.CONFIRMED: "Confirmed and erased",
    ProposalStatus.REFUSED: "Refused",
    ProposalStatus.EXPIRED: "Nobody decided in time",
    ProposalStatus.WITHDRAWN: "Taken back",
}
DONE = {
    "confirm": "The words of the person are erased. The facts and the journal stay.",
    "refuse": "The erasure is refused; nothing was erased.",
    "withdraw": "The proposal is taken back.",
}


@dataclass(frozen=True)
class Card:
    """A proposal with what it would take; `others` may decide on it."""

    proposal: ErasureProposal
    claims: int
    files: int
    is_own: bool
    others: list[Officer]


@dataclass(frozen=True)
class Sent:
    """What came back unread, of one proposal."""

    proposal_id: int = 0
    because: str = ""
    error: str = ""

    @property
    def errors(self) -> dict[str, str]:
        return {f"because-{self.proposal_id}": self.error} if self.error else {}


@pages.get("/retention/proposals")
@requires(*SUPERVISION)
def show_proposals() -> ResponseReturnValue:
    return _shown(Sent())


def _shown(sent: Sent, status: int = 200) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    cards = list(_cards(session, officer))
    alone = any(not card.others for card in cards)
    return render_template(
        "agencies/register/proposals.html", cards=cards, sent=sent, states=STATES,
        decided=erasure_proposals.decided(session, officer),
        candidates=erasure_proposals.candidates(session) if alone else [],
    ), status  # fmt: skip


def _cards(session: Session, officer: Officer) -> Iterator[Card]:
    today = business_date(clock())
    for one in erasure_proposals.waiting(session, officer, today=today):
        yield Card(
            one, len(one.appeal.claims), len(attachments.of_appeal(session, one.appeal)),
            is_own=one.proposed_by_id == officer.id,
            others=erasure_proposals.deciders(session, one),
        )  # fmt: skip


@pages.post(
    "/retention/proposals/<int(max=9223372036854775807):proposal_id>"
    "/<any(confirm, refuse, withdraw):step>"
)
@requires(*SUPERVISION)
def decide_proposal(proposal_id: int, step: str) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    because = request.form.get(f"because-{proposal_id}", "").replace("\x00", "")
    proposal = erasure_proposals.hold(session, proposal_id, officer=officer)
    try:
        _decide(session, proposal, step, because)
    except DomainError as error:
        session.rollback()
        (why,) = messages(error, "because").values()
        return _shown(Sent(proposal_id, because, why), 422)
    session.commit()
    flash(say(DONE[step]), "good")
    return redirect(url_for(".show_proposals"))


def _decide(session: Session, proposal: ErasureProposal, step: str, because: str) -> None:
    by, now = current_officer(), clock()
    if step == "confirm":
        erasure_proposals.confirm(
            session, proposal, because=because, folder=folder(), by=by, now=now
        )
    elif step == "refuse":
        erasure_proposals.refuse(proposal, because=because, by=by, now=now)
    else:
        erasure_proposals.withdraw(proposal, by=by, now=now)
