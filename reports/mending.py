"""Days of a recommendation that were mistyped, put right with a reason.

An answer is never changed: with another day it is registered again, and the last one counts.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.errors import Invalid
from agencies.staff import Officer
from reports import asked_days, personal, proposals, recommendations
from reports.asked_days import Days
from reports.proposals import Proposal, ProposalStatus
from reports.recommendations import Reply


def put_right(
    session: Session, proposal: Proposal, *, days: Mapping[str, date], reason: str, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """A day was mistyped. The journal keeps the old one, the new one and the reason."""
    known = recommendations.days_of(session, proposal)
    meant = known.with_(days)
    if len(reason.strip()) < 10 or len(reason) > asked_days.LONGEST_REASON:
        raise Invalid({"reason": "Say why in a sentence."})
    personal.must_be_free(reason, field="reason")
    asked_days.check(meant, now=now)
    moved = {
        name: [str(old), str(new)]
        for name, old in asdict(known).items() if old != (new := getattr(meant, name))
    }  # fmt: skip
    if not moved:
        raise Invalid({"reason": "No day is another one than before."})
    _put(session, proposal, meant)
    proposals.note(
        session, proposal, "days_corrected", by=by, now=now, days=moved, reason=reason.strip()
    )
    session.flush()
    _speak_again(session, proposal, by=by, now=now)


def _put(session: Session, proposal: Proposal, meant: Days) -> None:
    dispatch, reply = (
        recommendations.must_be_sent(session, proposal),
        recommendations.reply_of(session, proposal),
    )
    if meant.sent_on is not None and meant.sent_on != dispatch.sent_on:
        dispatch.sent_on = meant.sent_on
        dispatch.due_on = recommendations.due_on(session, meant.sent_on, dispatch.policy)
    if reply is not None and meant.received_on not in (None, reply.received_on):
        kept = [c.key for c in Reply.__mapper__.column_attrs if c.key != "id"]
        values: dict[str, Any] = {name: getattr(reply, name) for name in kept}
        values |= {"received_on": meant.received_on, "turn": reply.turn + 1}
        session.add(Reply(**values))
    change = recommendations.change_of(session, proposal)
    if change is not None and meant.adopted_on and meant.in_force_on:
        change.adopted_on, change.in_force_on = meant.adopted_on, meant.in_force_on


def _speak_again(session: Session, proposal: Proposal, *, by: Officer, now: datetime) -> None:
    """Nobody was silent whose term did not pass."""
    if proposal.status is not ProposalStatus.UNANSWERED:
        return
    if recommendations.must_be_sent(session, proposal).due_on >= business_date(now):
        proposals.move(session, proposal, ProposalStatus.SENT, "term_runs", by=by, now=now)
