"""Bookings by neighbours: a free time, a place, a reminder that is forgotten with it."""

import pytest
from sqlalchemy import delete, select

from agencies.calendar import business_date
from agencies.directory import service_by_code
from agencies.notices import Notice, NoticeStatus
from agencies.sealing import Seal
from reception import deliveries, slots
from reception.bookings import Booking
from tests.make import IIN_KEY, SECRET_KEY, bearer, make_officer, make_token

PHONE = "+7 701 000 00 01"
SERVICE = "housing-general"


@pytest.fixture
def key(session, now):
    """A kiosk's key where two places every half hour can be booked."""
    service = service_by_code(session, SERVICE)
    values = {"slot_min": 30, "places": 2, "days_ahead": 14, "early_min": 30, "late_min": 10,
              "most_open": 2, "release_min": 10}  # fmt: skip
    before = set(session.scalars(select(slots.BookingRule.id)))
    slots.set_rule(session, service, values=values, valid_from=business_date(now),
                   by=make_officer(session, "admin"), now=now)  # fmt: skip
    session.commit()
    yield make_token(session, "kiosk")
    session.rollback()
    session.execute(delete(slots.BookingRule).where(slots.BookingRule.id.not_in(before)))
    session.commit()


@pytest.fixture
def book(client, key):
    def _book(**changes):
        times = client.get(f"/api/v1/services/{SERVICE}/slots?day=2026-11-25", headers=bearer(key))
        body = {"service": SERVICE, "at": times.json["items"][0]["at"], "phone": PHONE,
                "language": "ru"} | changes  # fmt: skip
        return client.post("/api/v1/bookings", json=body, headers=bearer(key, key="one"))

    return _book


def test_a_neighbour_books_reads_and_gives_back(client, key, book):
    made = book()
    again = book()

    assert made.status_code == 201
    assert again.json == made.json, "the same key is the same booking"
    address = f"/api/v1/bookings/{made.json['code']}"
    assert client.get(address, headers=bearer(key)).json == made.json
    given_back = client.post(f"{address}/cancel", headers=bearer(key, key="two"))
    assert given_back.json["state"] == "cancelled"


def test_a_booking_of_another_agency_is_not_there(client, session, book):
    code = book().json["code"]
    police = bearer(make_token(session, "officer", agency="police"))

    assert client.get(f"/api/v1/bookings/{code}", headers=police).status_code == 404
    assert client.post(f"/api/v1/bookings/{code}/cancel", headers=police).status_code == 404


def test_a_wished_reminder_goes_out_a_day_before_and_is_worded_in_the_visitor_s_language(
    session, book, now
):
    code = book(remind=True).json["code"]

    notice = session.scalars(select(Notice)).one()
    booking = session.scalars(select(Booking)).one()
    assert (booking.at - notice.next_at).days == 1
    links = deliveries.Links(SECRET_KEY, "http://hall.test", Seal.of(IIN_KEY))
    text = deliveries.worded(session, notice, links=links).text
    assert text.startswith("Вы записаны на ср, 25 ноября 2026 в ")
    assert text.endswith(f"http://hall.test/booking/{code}")


def test_who_gives_the_place_back_is_reminded_of_nothing(client, session, key, book):
    code = book(remind=True).json["code"]
    client.post(f"/api/v1/bookings/{code}/cancel", headers=bearer(key, key="two"))

    notice = session.scalars(select(Notice)).one()
    assert (notice.status, notice.address, notice.masked) == (NoticeStatus.EXPIRED, "", "")


def test_without_a_wish_no_row_holds_the_number(session, book):
    assert book().status_code == 201

    assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    "wrong", [{"at": "2026-11-25T03:17:00+05:00"}, {"at": "2026-11-25T10:00:00"}, {"phone": "12"}]
)
def test_what_cannot_be_booked_is_refused(book, wrong):
    assert book(**wrong).status_code == 422
