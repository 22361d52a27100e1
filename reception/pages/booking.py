"""Booking a visit: choose what for, when, and leave a number; the code is used at the door."""

from datetime import date, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from agencies.access import current_base, public
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import Agency, Service, open_services, service_by_code, the_hall
from agencies.errors import DomainError, Invalid
from reception import bookings, devices, nudges, problems, slips, slots
from reception.bookings import Booking
from reception.keyring import keys
from reception.language import current, say_each
from reception.pages.devices import device_here
from reception.qr import square
from reception.slips import PrintedSlip

pages = Blueprint("booking", __name__)


@pages.get("/book")
@public
def choose() -> ResponseReturnValue:
    """Services that can be booked, under their agencies."""
    today, session = business_date(clock()), db.session()
    by_agency: dict[Agency, list[Service]] = {}
    for service in open_services(session):
        if slots.rule_of(session, service.id, today).places:
            by_agency.setdefault(service.agency, []).append(service)
    return render_template("reception/booking/services.html", by_agency=by_agency)


@pages.get("/book/<code>")
@public
def times(code: str) -> ResponseReturnValue:
    return _times(service_by_code(db.session(), code), {}, request.args.to_dict())


def _times(service: Service, errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    session, now = db.session(), clock()
    days = slots.days(session, service, now=now)
    chosen = _day(given.get("day", "")) or _day(given.get("at", "")[:10])
    open_days = [(day, slots.of_day(session, service, day, now=now)) for day in days]
    known = dict(open_days)
    first = next((day for day, found in open_days if any(slot.free for slot in found)), None)
    day = chosen if chosen in known else first
    page = render_template(
        "reception/booking/times.html", service=service, errors=errors, given=given, day=day,
        days=[(each, sum(slot.free for slot in found)) for each, found in open_days],
        slots=known.get(day, []) if day else [],
        rule=slots.rule_of(session, service.id, day or business_date(now)),
    )  # fmt: skip
    return (page, 422) if errors else page


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@pages.post("/book/<code>")
@public
def book(code: str) -> ResponseReturnValue:
    session, given = db.session(), request.form.to_dict()
    service = service_by_code(session, code)
    try:
        made = bookings.book(
            session, service, _moment(given.get("at", "")), phone=given.get("phone", ""),
            language=current(), seal=keys().seal, now=clock(), remind="remind" in given,
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _times(service, say_each(error.fields), given)
    except DomainError as error:
        session.rollback()
        return _times(service, {"at": problems.in_words(error)}, given)
    session.commit()
    nudges.wake()
    return redirect(url_for(".show", code=made.code))


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Invalid({"at": "Choose a time."})
    return at


@pages.get("/booking/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    booking = bookings.by_code(db.session(), code)
    address = current_base() + url_for(".show", code=booking.code)
    rule = slots.rule_of(db.session(), booking.service_id, booking.business_date)
    page = render_template(
        "reception/booking/booked.html", booking=booking, qr=square(address), rule=rule,
        words=bookings.STATE_WORDS, place=the_hall(db.session()),
    )  # fmt: skip
    return _kept_private(page)


@pages.post("/booking/<code>/cancel")
@public
def cancel(code: str) -> ResponseReturnValue:
    bookings.cancel(db.session(), bookings.by_code(db.session(), code), by=None, now=clock())
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show", code=code))


def _kept_private(page: str) -> Response:
    """The code is as good as the booking: no search engine may keep it."""
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@pages.get("/kiosk/booking")
@public
def enter() -> ResponseReturnValue:
    return _entry({}, {})


def _entry(errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    devices.must_serve(device_here(), the_hall(db.session()))
    page = render_template("reception/kiosk/booking.html", errors=errors, given=given)
    return (page, 422) if errors else page


@pages.post("/kiosk/booking")
@public
def use() -> ResponseReturnValue:
    """A second touch finds the booking used, and shows its ticket again."""
    session, given = db.session(), request.form.to_dict()
    devices.must_serve(device_here(), the_hall(session))
    try:
        booking = bookings.by_code(session, given.get("booking", "").rsplit("/", 1)[-1])
        key, printing = _ticket_of(booking)
    except DomainError as error:
        session.rollback()
        return _entry({"booking": problems.in_words(error)}, given)
    session.commit()
    nudges.wake()
    if printing:
        nudges.nudge("print_slips")
    return redirect(url_for("kiosk.show_ticket", key=key))


def _ticket_of(booking: Booking) -> tuple[str, PrintedSlip | None]:
    """The key of the ticket, and its slip where one is to be printed now."""
    secret: Any = current_app.config["SECRET_KEY"]
    known = bookings.ticket_key(db.session(), booking, secret=secret)
    if known is not None:
        return known, None
    now = clock()
    issued = bookings.arrive(db.session(), booking, secret=secret, by=None, now=now)
    return issued.key, slips.reserve(db.session(), issued.id, device_here(), by=None, now=now)
