"""The booked visits of a day for who receives them, and the rule by which places are given."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.directory import (
    agency_by_code,
    hall_agencies,
    open_services,
    service_by_code,
    the_hall,
)
from agencies.errors import DomainError, Invalid, NotFound
from agencies.staff import Role
from reception import bookings, changes, editing, nudges, problems, slots, tickets
from reception.bookings import Booking
from reception.language import say, say_each
from reception.pages.slips import print_issued

pages = Blueprint("booked_visits", __name__)
ADMINISTRATION = (Role.ADMIN, Role.SUPERVISOR)
LIMITS = {
    "places": (0, 50), "slot_min": (5, 240), "days_ahead": (1, 60), "early_min": (0, 240),
    "late_min": (0, 240), "most_open": (1, 9), "release_min": (0, 240),
}  # fmt: skip
LABELS = {
    "places": "Visitors a slot",
    "slot_min": "Minutes a slot",
    "days_ahead": "Days ahead",
    "early_min": "May come earlier, minutes",
    "late_min": "May be late, minutes",
    "most_open": "Bookings a number",
    "release_min": "Taken after it was given back, minutes",
}


@pages.get("/desk/bookings")
@requires(*HALL_STAFF)
def show_day() -> ResponseReturnValue:
    session, today = db.session(), business_date(clock())
    day = _day(request.args.get("day", "")) or today
    calendar = workdays(session)
    found = bookings.of_day(session, day, agency_id=tickets.only_agency(current_officer()))
    return render_template(
        "reception/booking/day.html", day=day, today=today, bookings=found,
        words=bookings.STATE_WORDS, before=calendar.add(day, -1), after=calendar.add(day, 1),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 < found.year < 2200 else None


def _must_be_day(text: str) -> date:
    found = _day(text)
    if found is None:
        raise Invalid({"day": "Choose a day."})
    return found


@pages.post("/desk/bookings/<int:booking_id>/<action>")
@requires(*HALL_STAFF)
def act(booking_id: int, action: str) -> ResponseReturnValue:
    session, by = db.session(), current_officer()
    booking = session.get(Booking, booking_id)
    if booking is None or tickets.only_agency(by) not in (None, booking.service.agency_id):
        raise NotFound("There is no such booking.")
    day = booking.business_date
    try:
        key = _perform(action, booking)
    except DomainError as error:
        session.rollback()
        flash(problems.in_words(error), "bad")
        return redirect(url_for(".show_day", day=day))
    session.commit()
    nudges.wake()
    if key:
        nudges.nudge("print_slips")
        return redirect(url_for("kiosk.show_ticket", key=key))
    return redirect(url_for(".show_day", day=day))


def _perform(action: str, booking: Booking) -> str:
    session, by, now = db.session(), current_officer(), clock()
    if action == "arrive":
        secret: Any = current_app.config["SECRET_KEY"]
        issued = bookings.arrive(session, booking, secret=secret, by=by, now=now)
        print_issued(issued, the_hall(session), by=by, now=now)
        return issued.key
    if action == "cancel":
        bookings.cancel(session, booking, by=by, now=now)
        return ""
    raise NotFound("There is no such step.")


@pages.get("/administration/bookings")
@requires(*ADMINISTRATION)
def show_rules() -> ResponseReturnValue:
    return _rules({}, {})


def _rules(errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    session, today = db.session(), business_date(clock())
    page = render_template(
        "reception/booking/rules.html", errors=errors, given=given, labels=LABELS, limits=LIMITS,
        rules=slots.rules(session), services=open_services(session), today=today,
        agencies=hall_agencies(session), closures=slots.closures(session, since=today),
        subjects=editing.SUBJECTS, history=changes.history(session, "booking"),
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/administration/bookings")
@requires(*ADMINISTRATION)
def set_rule() -> ResponseReturnValue:
    """From its day on; the days before keep the rule they were booked by."""
    session, given = db.session(), request.form.to_dict()
    try:
        service = service_by_code(session, given["service"]) if given.get("service") else None
        slots.set_rule(
            session, service, values=_numbers(given), by=current_officer(), now=clock(),
            valid_from=_day(given.get("valid_from", "")) or business_date(clock()),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _rules(say_each(error.fields), given)
    return _done(say("The new rule is in force from its day on."))


def _numbers(given: dict[str, str]) -> dict[str, int]:
    values, wrong = {}, {}
    for name, (least, most) in LIMITS.items():
        text = given.get(name, "").strip()
        if text.isdecimal() and least <= int(text) <= most:
            values[name] = int(text)
        else:
            wrong[name] = editing.NOT_POSSIBLE
    if wrong:
        raise Invalid(wrong)
    return values


@pages.post("/administration/bookings/closures")
@requires(*ADMINISTRATION)
def close_day() -> ResponseReturnValue:
    session, given = db.session(), request.form.to_dict()
    try:
        agency = agency_by_code(session, given["agency"]) if given.get("agency") else None
        slots.close_day(
            session, _must_be_day(given.get("day", "")), agency=agency,
            reason=given.get("reason", ""), by=current_officer(), now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _rules(say_each(error.fields), given)
    return _done(say("Nothing more is booked on this day."))


@pages.post("/administration/bookings/closures/<int:closure_id>/open")
@requires(*ADMINISTRATION)
def open_day(closure_id: int) -> ResponseReturnValue:
    closure = db.session.get(slots.BookingClosure, closure_id)
    if closure is None:
        raise NotFound("This day is open already.")
    slots.open_day(db.session(), closure, by=current_officer(), now=clock())
    return _done(say("The day can be booked again."))


def _done(word: str) -> ResponseReturnValue:
    db.session.commit()
    flash(word, "good")
    return redirect(url_for(".show_rules"))
