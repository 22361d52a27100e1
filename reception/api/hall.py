"""Calls of the hall: services, desks, tickets and their way through it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from agencies.access import HALL_STAFF, STAFF, current_base, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Agency, Desk, Service, desk_by_code, service_by_code
from agencies.errors import Invalid, NotFound
from agencies.staff import Role
from reception import bookings, outlook, tickets, visits
from reception.api import showing
from reception.api.bodies import Finish, Hold, Nothing, Transfer, body
from reception.api.description import described
from reception.api.shapes import DesksShape, IssuedShape, ServicesShape, TicketShape
from reception.drafts import TicketDraft
from reception.idempotency import once
from reception.keyring import keys
from reception.queue import calling, issuing, order
from reception.queue.issuing import Issued
from reception.tickets import moves
from reception.visitors import Visitor

pages = Blueprint("hall", __name__)
TICKET = "/tickets/<int(max=9223372036854775807):ticket_id>"
ISSUERS = (*HALL_STAFF, Role.KIOSK)
DEVICES = (Role.KIOSK, Role.BOARD)
Answer = tuple[Any, int]


@pages.get("/services")
@described("Services of the hall that visitors may choose.", answers={200: ServicesShape})
@requires(*STAFF)
def list_services() -> ServicesShape:
    query = select(Service).where(Service.open).order_by(Service.position)
    found = db.session.scalars(query.options(lazyload(Service.agency, Agency.names)))
    return {"items": [showing.service(service) for service in found]}


@pages.get("/desks")
@described("Desks of the hall.", answers={200: DesksShape})
@requires(*STAFF)
def list_desks() -> DesksShape:
    query = select(Desk).order_by(Desk.number).options(lazyload(Desk.agency, Agency.names))
    return {"items": [showing.desk(desk) for desk in db.session.scalars(query)]}


@pages.post("/tickets")
@described("Take a ticket.", body=TicketDraft, answers={201: IssuedShape})
@requires(*ISSUERS)
@once
def issue_ticket() -> Answer:
    draft, session = body(TicketDraft), db.session()
    _must_be_known(session, draft)
    issued = _use_booking(session, draft) if draft.booking else issuing.issue(
        session, draft.service, language=draft.language,
        secret=keys().secret, by=current_officer(), now=clock(), priority=draft.priority,
        visitor_id=draft.visitor,
    )  # fmt: skip
    answer: IssuedShape = {
        "id": issued.id, "number": issued.label, "state": tickets.TicketState.WAITING,
        "ahead": issued.ahead, "track_url": f"{current_base()}/t/{issued.key}",
    }  # fmt: skip
    if issued.wait_s:
        answer["wait"] = showing.wait(*issued.wait_s)
    return answer, 201


def _use_booking(session: Session, draft: TicketDraft) -> Issued:
    """The ticket of the booked time; late, an ordinary one. Raises Invalid, WrongStatus."""
    try:
        booking = bookings.by_code(session, draft.booking or "")
    except NotFound:
        raise Invalid({"booking": "There is no booking with this code."}) from None
    if booking.service.code != draft.service:
        raise Invalid({"booking": "This booking is for another service."})
    return bookings.arrive(
        session, booking, secret=keys().secret, by=current_officer(), now=clock(),
        language=draft.language, priority=draft.priority, visitor_id=draft.visitor,
    )  # fmt: skip


def _must_be_known(session: Session, draft: TicketDraft) -> None:
    if draft.visitor is not None and session.get(Visitor, draft.visitor) is None:
        raise Invalid({"visitor": "There is no such visitor on file."})


def service_of(session: Session, code: str) -> Service:
    try:
        return service_by_code(session, code)
    except NotFound:
        raise Invalid({"service": "There is no service with this code."}) from None


@pages.get(TICKET)
@described("A ticket: its state, its place in the line, its desk.", answers={200: TicketShape})
@requires(*ISSUERS, Role.BOARD)
def show_ticket(ticket_id: int) -> TicketShape:
    ticket = tickets.by_id(db.session(), ticket_id)
    if current_officer().role not in DEVICES:
        tickets.must_handle(ticket, current_officer())
    now = clock()
    return showing.ticket(
        ticket, ahead=order.ahead_of(db.session(), ticket, now=now),
        wait_s=outlook.wait_of(db.session(), ticket, now=now),
    )  # fmt: skip


@pages.post("/desks/<code>/call-next")
@described(
    "Call the next visitor to the desk; 204 when nobody waits.",
    body=Nothing,
    answers={200: TicketShape, 204: None},
)
@requires(*HALL_STAFF)
@once
def call_next(code: str) -> Answer:
    body(Nothing)
    called = calling.call_next(db.session(), code, by=current_officer(), now=clock())
    return (showing.called(called), 200) if called else (None, 204)


def act(ticket_id: int, verb: Callable[..., None], **words: Any) -> Answer:
    ticket = tickets.by_id(db.session(), ticket_id)
    tickets.must_handle(ticket, current_officer())
    verb(db.session(), ticket, by=current_officer(), now=clock(), **words)
    db.session.flush()
    return showing.ticket(ticket, ahead=order.ahead_of(db.session(), ticket, now=clock())), 200


@pages.post(f"{TICKET}/recall")
@described("Call the visitor once more.", body=Nothing, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def recall_ticket(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, moves.recall)


@pages.post(f"{TICKET}/start")
@described("The visitor has come to the desk.", body=Nothing, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def start_ticket(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, moves.start)


@pages.post(f"{TICKET}/hold")
@described("The visitor steps aside for a while.", body=Hold, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def hold_ticket(ticket_id: int) -> Answer:
    asked = body(Hold)
    return act(ticket_id, moves.hold, reason=asked.reason, minutes=asked.minutes)


@pages.post(f"{TICKET}/resume")
@described("The visitor on hold comes back to the desk.", body=Nothing, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def resume_ticket(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, moves.resume)


@pages.post(f"{TICKET}/finish")
@described("The contact ends; `outcome` says what came of it.", body=Finish,
           answers={200: TicketShape})  # fmt: skip
@requires(*HALL_STAFF)
@once
def finish_ticket(ticket_id: int) -> Answer:
    return act(ticket_id, visits.finish, outcome=body(Finish).outcome)


@pages.post(f"{TICKET}/no-show")
@described("The visitor was called and did not come.", body=Nothing, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def miss_ticket(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, moves.no_show)


@pages.post(f"{TICKET}/transfer")
@described("To the line of another service, with the time of arrival kept.", body=Transfer,
           answers={200: TicketShape})  # fmt: skip
@requires(*HALL_STAFF)
@once
def transfer_ticket(ticket_id: int) -> Answer:
    asked, session = body(Transfer), db.session()
    desk = desk_by_code(session, asked.desk) if asked.desk else None
    return act(
        ticket_id, visits.transfer, to=service_of(session, asked.service), note=asked.note,
        desk=desk, come_back=asked.come_back,
    )  # fmt: skip


@pages.post(f"{TICKET}/cancel")
@described("The visitor gives the ticket back.", body=Nothing, answers={200: TicketShape})
@requires(*HALL_STAFF)
@once
def cancel_ticket(ticket_id: int) -> Answer:
    body(Nothing)
    return act(ticket_id, moves.cancel)
