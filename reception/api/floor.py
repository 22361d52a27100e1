"""Calls of the hall's floor: out of turn, without a ticket, breaks, plans, and taking back."""

from datetime import timedelta
from typing import Any

from flask import Blueprint

from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import desk_by_code
from reception import desks, visits
from reception.api import showing
from reception.api.bodies import Direct, Nothing, OutOfTurn, Pause, Plan, Ranking, body
from reception.api.description import described
from reception.api.hall import TICKET, act, service_of
from reception.api.shapes import PauseShape, TicketShape
from reception.idempotency import once
from reception.keyring import keys
from reception.queue import calling
from reception.rules import Rank
from reception.tickets import moves

pages = Blueprint("floor", __name__)
DESK = "/desks/<code>"
Answer = tuple[Any, int]


@pages.post(f"{DESK}/call")
@described("Call one visitor out of turn, with a reason.", body=OutOfTurn,
           answers={200: TicketShape})  # fmt: skip
@requires(*HALL_STAFF)
@once
def call_this(code: str) -> Answer:
    asked = body(OutOfTurn)
    desk = desk_by_code(db.session(), code)
    return act(asked.ticket, calling.call_this, desk=desk, reason=asked.reason)


@pages.post(f"{DESK}/serve")
@described("Serve somebody who has no ticket.", body=Direct, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def serve_directly(code: str) -> Answer:
    asked, session = body(Direct), db.session()
    ticket = calling.serve_directly(
        session, desk_by_code(session, code), asked.service, language=asked.language,
        secret=keys().secret, by=current_officer(), now=clock(),
    )  # fmt: skip
    return showing.ticket(ticket, ahead=0), 200


@pages.post(f"{DESK}/pause")
@described("The desk takes nobody for a while.", body=Pause, answers={200: PauseShape})
@requires(*HALL_STAFF)
@once
def pause_desk(code: str) -> Answer:
    asked, session, now = body(Pause), db.session(), clock()
    until = now + timedelta(minutes=asked.minutes) if asked.minutes else None
    made = desks.pause(
        session, desk_by_code(session, code), asked.kind, by=current_officer(), now=now,
        until=until, reason=asked.reason,
    )  # fmt: skip
    return showing.pause(made), 200


@pages.post(f"{DESK}/open")
@described("The desk takes visitors again.", body=Nothing, answers={204: None})
@requires(*HALL_STAFF)
@once
def open_desk(code: str) -> Answer:
    body(Nothing)
    desk = desk_by_code(db.session(), code)
    desks.reopen(db.session(), desk, by=current_officer(), now=clock())
    return None, 204


@pages.post(f"{TICKET}/return")
@described("Who was marked as not come has come after all.", body=Nothing,
           answers={200: TicketShape})  # fmt: skip
@requires(*HALL_STAFF)
@once
def put_back(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, moves.put_back)


@pages.post(f"{TICKET}/undo")
@described("Take back your newest step with this ticket.", body=Nothing, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def undo(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, visits.undo)


@pages.post(f"{TICKET}/rank")
@described("Change the class of a waiting ticket, with a reason.", body=Ranking,
           answers={200: TicketShape})  # fmt: skip
@requires(*HALL_STAFF)
@once
def rank_ticket(ticket_id: int) -> Answer:
    asked = body(Ranking)
    return act(ticket_id, moves.set_rank, rank=Rank[asked.rank.upper()], reason=asked.reason)


@pages.post(f"{TICKET}/plan")
@described("Further services on the same number.", body=Plan, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def plan_steps(ticket_id: int) -> Answer:
    asked, session = body(Plan), db.session()
    services = [service_of(session, code) for code in asked.then]
    return act(ticket_id, visits.plan, services=services, free=asked.free)
