"""Numbers lent to a kiosk: given out without the hall, entered once, never twice, never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Service
from reception import closing, devices, leases
from reception.devices import DeviceKind
from reception.leases import GivenOut
from reception.tickets import Ticket, TicketState
from tests.make import SECRET_KEY, make_ticket, the_hall


@pytest.fixture
def kiosk(session, now):
    return kiosk_named(session, "kiosk-1", now)


def kiosk_named(session, code, now):
    made = devices.add(
        session, code=code, kind=DeviceKind.KIOSK, name=code, hall=the_hall(session), now=now
    )
    session.commit()
    return made


def lend(session, device, now):
    lent = leases.lend(session, device, secret=SECRET_KEY, now=now)
    session.commit()
    return [one for one in lent if one.series == "K"]


def given(number, now, age=timedelta(), **changes):
    told = {"series": "K", "number": number, "day": business_date(now), "age": age,
            "service": "housing-general", "language": "ru", "priority": ""}  # fmt: skip
    return GivenOut(**told | changes)


def enter(session, device, *told, now):
    refused = leases.enter(session, device, told, secret=SECRET_KEY, now=now)
    session.commit()
    return refused


def entered(session):
    session.expire_all()
    return session.scalars(select(Ticket).order_by(Ticket.number)).all()


def test_numbers_are_lent_once_and_leave_no_gap_in_the_ordinary_ones(session, kiosk, now):
    other = kiosk_named(session, "kiosk-2", now)

    mine, theirs = lend(session, kiosk, now), lend(session, other, now)

    assert {one.number for one in mine}.isdisjoint(one.number for one in theirs)
    assert lend(session, kiosk, now) == mine, "asking again lends no more"
    assert make_ticket(session, now=now).number == 101


def test_what_runs_low_is_refilled(session, kiosk, now):
    mine = lend(session, kiosk, now)
    enter(session, kiosk, *(given(one.number, now) for one in mine[:6]), now=now)

    left = lend(session, kiosk, now)

    assert [one.number for one in left[:4]] == [one.number for one in mine[6:]]
    assert len(left) == 4 + leases.SIZE


def test_a_number_told_eight_times_at_once_is_one_ticket(app, database, session, kiosk, now):
    number = lend(session, kiosk, now)[0].number
    device_id = kiosk.id

    def tell(_):
        with Session(database) as mine:
            device = mine.get_one(devices.Device, device_id)
            return enter(mine, device, given(number, now), now=now)

    with ThreadPoolExecutor(8) as eight:
        assert list(eight.map(tell, range(8))) == [[]] * 8
    assert [t.number for t in entered(session)] == [number]


def test_the_place_counts_from_the_glass_and_the_code_of_the_slip_opens_it(
    client, session, kiosk, now
):
    one = lend(session, kiosk, now)[0]
    before = make_ticket(session, now=now + timedelta(minutes=10))
    later = now + timedelta(minutes=20)

    enter(session, kiosk, given(one.number, now, timedelta(minutes=15), priority="war_veteran"),
          now=later)  # fmt: skip

    _, ticket = entered(session)
    assert ticket.due_at == ticket.issued_at == later - timedelta(minutes=15) < before.due_at
    assert (ticket.state, ticket.priority, ticket.rank > 0) == (
        TicketState.WAITING, "war_veteran", True,
    )  # fmt: skip
    assert ticket.label in client.get(f"/t/{one.key}").text


def test_no_clock_of_a_kiosk_puts_anybody_before_the_numbers_were_lent(session, kiosk, now):
    number = lend(session, kiosk, now)[0].number

    enter(session, kiosk, given(number, now, timedelta(days=6)), now=now + timedelta(minutes=5))

    assert entered(session)[0].due_at == now


@pytest.mark.parametrize(
    "changes",
    [{"number": 5999}, {"series": "A"}, {"service": "nowhere"}, {"service": "police-general"}],
)
def test_what_was_never_lent_is_refused_and_the_rest_is_entered(session, kiosk, now, changes):
    number, good = (one.number for one in lend(session, kiosk, now)[:2])
    wrong = given(**{"number": number, "now": now} | changes)

    assert enter(session, kiosk, wrong, given(good, now), now=now) == [wrong]

    assert [t.number for t in entered(session)] == [good]


def test_another_kiosk_cannot_tell_of_these_numbers(session, kiosk, now):
    one = given(lend(session, kiosk, now)[0].number, now)

    assert enter(session, kiosk_named(session, "kiosk-2", now), one, now=now) == [one]


def test_told_only_the_next_day_it_stands_in_its_own_day_and_is_closed_with_it(session, kiosk, now):
    number = lend(session, kiosk, now)[0].number
    tomorrow = now + timedelta(days=1)

    enter(session, kiosk, given(number, now, timedelta(hours=23)), now=tomorrow)
    closing.close_rest(session, before=business_date(tomorrow), now=tomorrow)
    session.commit()

    ticket = entered(session)[0]
    assert ticket.business_date == business_date(now)
    assert (ticket.state, ticket.outcome) == (TicketState.CANCELLED, closing.CLOSED_UNSERVED)


@pytest.mark.parametrize("way", ["numbers", "given-out"])
def test_a_stranger_is_lent_nothing_and_tells_nothing(client, session, way):
    ask = client.post if way == "given-out" else client.get

    assert ask(f"/kiosk/offline/{way}", json={"tickets": []}).status_code == 403
    assert session.scalar(select(func.count()).select_from(leases.NumberBlock)) == 0


def test_a_closed_kiosk_is_lent_nothing_but_is_still_heard(client, session, kiosk, now):
    code = devices.invite(kiosk, now=now)
    session.commit()
    client.post("/device", data={"code": code})
    one = client.get("/kiosk/offline/numbers").json["numbers"][0]
    devices.lock(session, kiosk, reason="Қағаз бітті", now=now)
    session.commit()
    service = session.scalars(select(Service.code).where(Service.series == one["series"])).first()
    told = {"series": one["series"], "number": one["number"], "day": str(business_date(now)),
            "service": service, "language": "kk", "age_s": 3}  # fmt: skip

    assert client.get("/kiosk/offline/numbers").json["numbers"] == []
    answer = client.post("/kiosk/offline/given-out", json={"tickets": [told]})

    assert answer.json == {"entered": 1, "refused": []}
