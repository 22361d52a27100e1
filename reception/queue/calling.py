"""Who is called to a desk: whoever stands first by the rule, or somebody out of turn."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.db import first_row
from agencies.directory import Desk
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.staff import Officer
from reception import tickets, visits
from reception.queue.issuing import issue
from reception.queue.order import ahead_of
from reception.queue.statements import CALL_NEXT, FREE_DESK
from reception.tickets import OUTCOME_NOT_RECORDED, Ticket, TicketState, moves

OUT_OF_TURN = ("came_back", "short_question", "frail", "mistake", "supervisor", "direct")
UNCALLED = json.dumps({"state": "waiting", "desk_id": None, "officer_id": None, "called_at": None,
                       "calls": 0})  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A desk as the queue needs it."""

    id: int
    code: str
    number: int
    floor: int
    hall_id: int
    agency_id: int
    hall: str
    agency: str


@dataclass(frozen=True)
class Called:
    """The visitor who has just been called: what the desk needs to know at once."""

    id: int
    label: str
    service: str
    language: str
    issued_at: datetime
    called_at: datetime
    desk: Place


def call_next(session: Session, desk: Desk | str, *, by: Officer, now: datetime) -> Called | None:
    """Call to the desk whoever stands first by the rule; None when nobody waits.

    Who is still at the desk goes first: called but not come is a no-show, served is finished with
    its outcome still to be recorded, or goes on to the next step of the visit.
    """
    code = desk if isinstance(desk, str) else desk.code
    row = first_row(session, CALL_NEXT, {**_told(code, by, now), "undo": UNCALLED})
    place = _place(session, row, code, by=by, now=now)
    if row is None or row.ticket_id is None:
        return None
    return Called(row.ticket_id, row.label, row.service, row.language, row.issued_at, now, place)


def call_this(
    session: Session, ticket: Ticket, desk: Desk, *, reason: str, by: Officer, now: datetime
) -> None:
    """Out of turn, with a reason and the number of visitors passed over in the event."""
    if reason not in OUT_OF_TURN:
        raise Invalid({"reason": "Choose why this visitor goes first."})
    if ticket.agency_id != desk.agency_id:
        raise Invalid({"desk": "This desk does not give the service."})
    if ticket.state is not TicketState.WAITING:
        raise moves.moved_on(ticket)
    passed = ahead_of(session, ticket, now=now)
    _free(session, desk.code, by=by, now=now)
    values = {"desk_id": desk.id, "officer_id": by.id, "called_at": now, "calls": 1}
    moves.move(
        session, ticket, TicketState.CALLED, by=by, now=now, values=values, kind="ticket_called",
        reason=reason, passed=passed,
    )  # fmt: skip


def serve_directly(
    session: Session, desk: Desk, service_code: str, *, language: str, secret: str, by: Officer,
    now: datetime,
) -> Ticket:  # fmt: skip
    """Somebody steps up to a desk without a ticket: counted, and served at once."""
    issued = issue(session, service_code, language=language, secret=secret, by=by, now=now)
    ticket = tickets.by_id(session, issued.id)
    call_this(session, ticket, desk, reason="direct", by=by, now=now)
    moves.start(session, ticket, by=by, now=now)
    return ticket


def _told(code: str, by: Officer, now: datetime) -> dict[str, object]:
    return {
        "desk": code, "by": by.id, "now": now, "day": business_date(now),
        "not_recorded": OUTCOME_NOT_RECORDED,
        "own": tickets.only_agency(by),
    }  # fmt: skip


def _free(session: Session, code: str, *, by: Officer, now: datetime) -> Place:
    """The desk, with nobody at it any more. Where it raises, the caller rolls back."""
    row = session.execute(FREE_DESK, _told(code, by, now)).one_or_none()
    return _place(session, row, code, by=by, now=now)


def _place(session: Session, row: Any, code: str, *, by: Officer, now: datetime) -> Place:
    if row is None:
        raise NotFound("There is no desk with the code “%(code)s”.", code=code)
    tickets.must_staff(row.agency_id, by)
    if row.pause is not None:
        raise WrongStatus("This desk is closed for a break. Open it first.")
    if row.going_on is not None:
        leaving = tickets.by_id(session, row.going_on)
        session.refresh(leaving)
        visits.go_on(session, leaving, outcome=OUTCOME_NOT_RECORDED, by=by, now=now)
    return Place(row.id, row.code, row.number, row.floor, row.hall_id, row.agency_id, row.hall,
                 row.agency)  # fmt: skip
