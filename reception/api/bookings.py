"""Booked visits for neighbours: free times, a place for somebody, and giving it back."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint

from agencies.access import HALL_STAFF, current_base, current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import service_by_code
from agencies.errors import NotFound
from agencies.staff import Role
from reception import bookings, slots, tickets
from reception.api import showing
from reception.api.bodies import BookingBody, DayQuery, Nothing, body, query
from reception.api.description import described
from reception.api.hall import service_of
from reception.api.shapes import BookingShape, SlotsShape
from reception.bookings import Booking
from reception.idempotency import once
from reception.keyring import keys

pages = Blueprint("bookings", __name__)
BOOKERS = (*HALL_STAFF, Role.KIOSK)
Answer = tuple[Any, int]


@pages.get("/services/<code>/slots")
@described("Times of a day that can be booked, with free places.", query=DayQuery,
           answers={200: SlotsShape})  # fmt: skip
@requires(*BOOKERS)
def list_slots(code: str) -> SlotsShape:
    service, now = service_by_code(db.session(), code), clock()
    day: date = query(DayQuery).day or business_date(now)
    found = slots.of_day(db.session(), service, day, now=now)
    return {"items": [{"at": showing.instant(s.at) or "", "free": s.free} for s in found]}


@pages.post("/bookings")
@described("Book a place; the telephone number is kept as a fingerprint only, and until a reminder "
           "is sent where one is wished.", body=BookingBody,
           answers={201: BookingShape})  # fmt: skip
@requires(*BOOKERS)
@once
def book() -> Answer:
    asked, session = body(BookingBody), db.session()
    made = bookings.book(
        session, service_of(session, asked.service), asked.at, phone=asked.phone,
        language=asked.language, seal=keys().seal, now=clock(), remind=asked.remind,
    )  # fmt: skip
    return shown(made), 201


@pages.get("/bookings/<code>")
@described("A booking: its time and what became of it.", answers={200: BookingShape})
@requires(*BOOKERS)
def show_booking(code: str) -> BookingShape:
    return shown(own(code))


@pages.post("/bookings/<code>/cancel")
@described("Give the place back.", body=Nothing, answers={200: BookingShape})
@requires(*BOOKERS)
@once
def cancel(code: str) -> Answer:
    body(Nothing)
    booking = own(code)
    bookings.cancel(db.session(), booking, by=current_officer(), now=clock())
    db.session.refresh(booking)
    return shown(booking), 200


def own(code: str) -> Booking:
    """An agency's people handle the bookings of their agency; reception and kiosks all."""
    booking, officer = bookings.by_code(db.session(), code), current_officer()
    agency = None if officer.role is Role.KIOSK else tickets.only_agency(officer)
    if agency not in (None, booking.service.agency_id):
        raise NotFound("There is no booking with this code. Check it, or take a ticket.")
    return booking


def shown(booking: Booking) -> BookingShape:
    at: datetime = booking.at
    return {
        "code": booking.code, "service": booking.service.code, "at": showing.instant(at) or "",
        "state": booking.state, "url": f"{current_base()}/booking/{booking.code}",
    }  # fmt: skip
