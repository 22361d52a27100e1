"""A booked visit: places that no race exceeds, a window at the door, and nothing to hoard."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.calendar import ALMATY, business_date
from agencies.directory import agency_by_code, service_by_code
from agencies.errors import Invalid, NotFound, TakenByAnother, WrongStatus
from agencies.events import Event
from agencies.sealing import Seal
from reception import bookings, slots, tickets
from reception.bookings import Booking, BookingState
from reception.queue import calling
from reception.rules import Rank
from reception.tickets import Ticket
from tests.make import IIN_KEY, SECRET_KEY, make_officer, make_ticket, make_token, sign_in

SEAL = Seal.of(IIN_KEY)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ALMATY)
PHONES = [f"+7 701 000 00 {n:02d}" for n in range(20)]


@pytest.fixture
def service(session):
    return service_by_code(session, "housing-general")


@pytest.fixture
def clerk(session):
    return make_officer(session)


@pytest.fixture
def admin(session):
    return make_officer(session, "admin")


@pytest.fixture
def rule(session, admin, now):
    """Sets a rule of the service from today and takes it out again."""
    before = set(session.scalars(select(slots.BookingRule.id)))

    def _rule(service, **changes):
        values = {"slot_min": 30, "places": 1, "days_ahead": 14, "early_min": 30, "late_min": 10,
                  "most_open": 2, "release_min": 10} | changes  # fmt: skip
        slots.set_rule(session, service, values=values, valid_from=business_date(now), by=admin,
                       now=now)  # fmt: skip
        session.commit()

    yield _rule
    session.rollback()
    for made in session.scalars(
        select(slots.BookingRule).where(slots.BookingRule.id.not_in(before))
    ):
        session.delete(made)
    session.commit()


def book(session, service, at=NOON, *, now, phone=PHONES[0]):
    made = bookings.book(session, service, at, phone=phone, language="kk", seal=SEAL, now=now)
    session.commit()
    return made


def arrive(session, booking, now):
    issued = bookings.arrive(session, booking, secret=SECRET_KEY, by=None, now=now)
    return tickets.by_id(session, issued.id)


def test_slots_lie_in_the_hours_of_working_days_and_not_in_the_past(session, service, now):
    today = slots.of_day(session, service, business_date(now), now=now)
    days = slots.days(session, service, now=now)

    assert today[0].at == now + slots.LEAD, "it is ten; the first one is at half past ten"
    assert all(slot.free == 1 for slot in today)
    assert date(2026, 11, 28) not in days, "a Saturday"
    assert business_date(now) in days
    assert len(slots.of_day(session, service, date(2026, 11, 24), now=now)) == 18


def test_a_holiday_and_a_closed_day_cannot_be_booked(session, service, admin, clock):
    before = clock.moment = datetime(2026, 12, 14, 5, 0, tzinfo=ALMATY)
    closed = date(2026, 12, 15)
    slots.close_day(session, closed, agency=agency_by_code(session, "housing"), reason="Ремонт",
                    by=admin, now=before)  # fmt: skip

    days = slots.days(session, service, now=before)

    assert date(2026, 12, 16) not in days, "Independence Day"
    assert closed not in days
    assert closed in slots.days(session, service_by_code(session, "police-general"), now=before)
    with pytest.raises(Invalid):
        book(session, service, datetime(2026, 12, 15, 12, 0, tzinfo=ALMATY), now=before)


def test_a_full_slot_is_told_and_the_place_given_back_is_free_after_a_while(session, service, now):
    first = book(session, service, now=now)
    with pytest.raises(TakenByAnother):
        book(session, service, now=now, phone=PHONES[1])
    session.rollback()
    bookings.cancel(session, first, by=None, now=now)
    session.commit()

    with pytest.raises(TakenByAnother):
        book(session, service, now=now + timedelta(minutes=9), phone=PHONES[1])
    session.rollback()
    assert book(session, service, now=now + timedelta(minutes=11), phone=PHONES[1]).place == 1


def test_a_number_holds_one_booking_of_a_service_and_two_in_all(session, service, now):
    book(session, service, now=now)
    with pytest.raises(Invalid) as twice:
        book(session, service, NOON + timedelta(hours=1), now=now, phone="8 (701) 000-00-00")
    session.rollback()
    book(session, service_by_code(session, "police-general"), now=now)
    with pytest.raises(Invalid) as third:
        book(session, service_by_code(session, "social-general"), now=now)

    assert "already" in twice.value.fields["phone"]
    assert "as many" in third.value.fields["phone"]


def test_of_the_number_only_a_fingerprint_is_kept_and_that_only_until_the_visit(
    session, service, now
):
    book(session, service, now=now)
    row = str(session.execute(select(Booking.__table__)).one())

    assert "701" not in row.replace(str(SEAL.index("+77010000000")), "")
    bookings.mark_missed(session, before=date(2026, 11, 24))
    session.expire_all()
    booking = session.scalars(select(Booking)).one()
    assert (booking.state, booking.contact_index) == (BookingState.MISSED, b"")


def test_who_comes_in_the_window_counts_from_the_booked_time_in_the_class_of_the_booked(
    session, service, now
):
    booking = book(session, service, now=now)

    ticket = arrive(session, booking, NOON - timedelta(minutes=20))

    assert (ticket.rank, ticket.due_at) == (Rank.BOOKED, NOON)
    assert (booking.state, booking.ticket_id) == (BookingState.ARRIVED, ticket.id)


def test_who_is_a_little_late_keeps_the_class_and_who_is_later_falls_to_the_general_order(
    session, service, now
):
    kept = book(session, service, now=now)
    lost = book(session, service_by_code(session, "police-general"), now=now, phone=PHONES[1])

    little = arrive(session, kept, NOON + timedelta(minutes=10))
    much = arrive(session, lost, NOON + timedelta(minutes=11))

    assert (little.rank, little.due_at) == (Rank.BOOKED, NOON + timedelta(minutes=10))
    assert (much.rank, much.due_at) == (Rank.WALK_IN, NOON + timedelta(minutes=11))


@pytest.mark.parametrize("moment", [NOON - timedelta(minutes=31), NOON - timedelta(days=1),
                                    NOON + timedelta(days=1)])  # fmt: skip
def test_a_booking_cannot_be_used_too_early_or_on_another_day(session, service, now, moment):
    booking = book(session, service, now=now)

    with pytest.raises(WrongStatus):
        arrive(session, booking, moment)

    assert booking.state is BookingState.BOOKED
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_a_booked_visitor_is_called_before_one_who_came_at_the_booked_time(
    session, service, clerk, now
):
    booking = book(session, service, now=now)
    walk_in = make_ticket(session, now=NOON)
    booked = arrive(session, booking, NOON + timedelta(minutes=1))

    called = calling.call_next(session, "D20", by=clerk, now=NOON + timedelta(minutes=20))

    assert called.id == booked.id != walk_in.id


@pytest.mark.parametrize("race", ["last place", "one number", "one booking"])
def test_eight_at_once_have_exactly_one_winner(session, database, service, rule, now, race):
    rule(service, most_open=1)
    made = book(session, service, now=now) if race == "one booking" else None
    others = [service_by_code(session, f"{code}-general")
              for code in ("housing", "police", "social", "ecology")]  # fmt: skip

    def attempt(n):
        with Session(database) as own:
            try:
                if race == "last place":
                    book(own, service_by_code(own, service.code), now=now, phone=PHONES[n])
                elif race == "one number":
                    own_service = service_by_code(own, others[n % 4].code)
                    book(own, own_service, NOON + timedelta(minutes=30 * n), now=now)
                else:
                    arrive(own, own.get_one(Booking, made.id), NOON)
                    own.commit()
            except (Invalid, TakenByAnother, WrongStatus):
                return 0
            return 1

    if race == "one number":
        for one in others:
            rule(one, most_open=1)
    with ThreadPoolExecutor(8) as pool:
        won = sum(pool.map(attempt, range(8)))

    assert won == 1


def test_a_code_is_found_as_people_type_it_and_tells_nothing_in_events(session, service, now):
    booking = book(session, service, now=now)
    typed = f" {booking.code[:5].lower()}-{booking.code[5:].lower()} "

    assert bookings.by_code(session, typed) is booking
    with pytest.raises(NotFound):
        bookings.by_code(session, "AAAAAAAAAA")
    assert booking.code not in str([e.payload for e in session.scalars(select(Event))])


def test_a_new_rule_holds_from_its_day_and_never_for_the_past(session, service, admin, rule, now):
    rule(service, places=3, slot_min=60)
    today = slots.of_day(session, service, business_date(now), now=now)

    assert {slot.free for slot in today} == {3}
    assert today[1].at - today[0].at == timedelta(hours=1)
    with pytest.raises(Invalid):
        slots.set_rule(session, service, values={}, valid_from=date(2026, 11, 22), by=admin,
                       now=now)  # fmt: skip


def test_a_service_without_places_is_not_offered(client, session, service, rule):
    rule(service, places=0)

    assert "/book/housing-general" not in client.get("/book?lang=en").text
    assert "Nothing can be booked now" in client.get("/book/housing-general?lang=en").text


def test_a_visitor_books_on_the_page_and_gives_the_booking_back(client, session, service, now):
    page = client.get("/book/housing-general?lang=en").text
    assert f'value="{NOON.isoformat()}"' in page

    wrong = client.post("/book/housing-general?lang=en", data={"at": NOON.isoformat(), "phone": ""})
    assert (wrong.status_code, "Fill in this field" in wrong.text) == (422, True)
    made = client.post(
        "/book/housing-general?lang=en", data={"at": NOON.isoformat(), "phone": PHONES[0]}
    )
    address = made.headers["Location"]
    shown = client.get(f"{address}?lang=en")
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    client.post(f"{address}/cancel")

    assert session.scalars(select(Booking)).one().state is BookingState.CANCELLED
    assert "Given back" in client.get(f"{address}?lang=en").text


@pytest.mark.parametrize("at", ["", "noon", "2026-11-23T12:00", "2026-11-23T12:07:00+05:00",
                                "9999-99-99T00:00:00+05:00"])  # fmt: skip
def test_a_time_that_is_none_is_refused_in_words(client, at):
    answer = client.post("/book/housing-general?lang=en", data={"at": at, "phone": PHONES[0]})

    assert answer.status_code == 422
    assert "Choose" in answer.text


def test_the_kiosk_takes_the_code_and_a_second_touch_shows_the_same_ticket(
    client, session, service, clock, now
):
    code = book(session, service, now=now).code
    clock.moment = NOON - timedelta(minutes=5)

    first = client.post("/kiosk/booking", data={"booking": code})
    second = client.post("/kiosk/booking", data={"booking": f"http://hall/booking/{code}"})
    stranger = client.post("/kiosk/booking?lang=en", data={"booking": "ZZZZZZZZZZ"})

    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).select_from(Ticket)) == 1
    assert (stranger.status_code, "no booking with this code" in stranger.text) == (422, True)


def test_the_clerk_sees_the_day_and_receives_who_has_come(client, session, service, clock, now):
    booking = book(session, service, now=now)
    clock.moment = NOON
    sign_in(client, make_officer(session))

    assert booking.code[:5] in client.get("/desk/bookings?lang=en").text
    client.post(f"/desk/bookings/{booking.id}/arrive")

    session.expire_all()
    assert booking.state is BookingState.ARRIVED
    assert "Has come" in client.get("/desk/bookings?lang=en").text
    assert "Nobody has booked" in client.get("/desk/bookings?day=2026-11-25&lang=en").text


def test_an_agency_sees_its_own_bookings_only(client, session, service, now):
    booking = book(session, service, now=now)
    sign_in(client, make_officer(session, "officer", agency="police"))

    assert booking.code[:5] not in client.get("/desk/bookings").text
    assert client.post(f"/desk/bookings/{booking.id}/cancel").status_code == 404


def test_administration_sets_the_quota_and_closes_days(client, session, admin, rule, now):
    rule(None)
    sign_in(client, admin)
    values = {"service": "police-general", "places": "4", "slot_min": "20", "days_ahead": "7",
              "early_min": "15", "late_min": "5", "most_open": "1", "release_min": "0",
              "valid_from": "2026-11-24"}  # fmt: skip

    assert client.post("/administration/bookings", data=values).status_code == 302
    wrong = client.post("/administration/bookings?lang=en", data=values | {"places": "-1"})
    client.post(
        "/administration/bookings/closures", data={"day": "2026-11-25", "reason": "Жиналыс"}
    )
    page = client.get("/administration/bookings?lang=en").text

    police = service_by_code(session, "police-general")
    assert slots.rule_of(session, police.id, date(2026, 11, 24)).places == 4
    assert slots.rule_of(session, police.id, date(2026, 11, 23)).places == 1
    assert wrong.status_code == 422
    assert "Жиналыс" in page
    assert date(2026, 11, 25) not in slots.days(session, police, now=now)
    closed = session.scalars(select(slots.BookingClosure)).one()
    client.post(f"/administration/bookings/closures/{closed.id}/open")
    assert date(2026, 11, 25) in slots.days(session, police, now=now)


def test_the_api_takes_a_booking_once(client, session, service, clock, now):
    code = book(session, service, now=now).code
    token = {"Authorization": f"Bearer {make_token(session, 'kiosk')}"}
    clock.moment = NOON
    ask = {"service": "housing-general", "language": "ru", "booking": code}

    def post(key, **changes):
        headers = token | {"Idempotency-Key": key}
        return client.post("/api/v1/tickets", json=ask | changes, headers=headers)

    assert post("a", service="police-general").status_code == 422
    assert post("b", booking="NOSUCHCODE").status_code == 422
    first, again, second = post("c"), post("c"), post("d")

    assert (first.status_code, again.get_json()) == (201, first.get_json())
    assert second.status_code == 409
    ticket = session.scalars(select(Ticket)).one()
    assert (ticket.rank, ticket.language) == (Rank.BOOKED, "ru")
