"""Devices: enrolled once by a code, closed when they must be, and nothing without their key."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from agencies.errors import Invalid
from agencies.events import Event
from reception import devices
from reception.devices import Device, DeviceKind
from tests.make import the_hall


@pytest.fixture
def kiosk(session, now):
    made = devices.add(
        session, code="kiosk-1", kind=DeviceKind.KIOSK, name="Кіреберіс", hall=the_hall(session),
        now=now,
    )  # fmt: skip
    session.commit()
    return made


@pytest.fixture
def enrolled(client, session, kiosk, now):
    """The client's browser is the kiosk."""
    code = devices.invite(kiosk, now=now)
    session.commit()
    assert client.post("/device", data={"code": code}).status_code == 302
    return client


def test_a_code_enrols_one_browser_once(session, kiosk, now):
    code = devices.invite(kiosk, now=now)
    session.flush()

    device, key = devices.enrol(session, code.lower(), now=now)

    assert devices.by_key(session, key) is device
    with pytest.raises(Invalid):
        devices.enrol(session, code, now=now)


def test_a_code_is_over_after_half_an_hour(session, kiosk, now):
    code = devices.invite(kiosk, now=now)
    session.flush()

    with pytest.raises(Invalid):
        devices.enrol(session, code, now=now + timedelta(minutes=30))


def test_a_new_code_shuts_the_old_machine_out(session, kiosk, now):
    code = devices.invite(kiosk, now=now)
    session.flush()
    _, key = devices.enrol(session, code, now=now)

    devices.invite(kiosk, now=now)
    session.flush()

    assert devices.by_key(session, key) is None
    assert devices.by_key(session, "") is None


@pytest.mark.parametrize("code", ["", "kiosk-1", "a b", "x" * 33])
def test_a_device_needs_a_code_of_its_own(session, kiosk, now, code):
    with pytest.raises(Invalid):
        devices.add(
            session, code=code, kind=DeviceKind.BOARD, name="Зал", hall=the_hall(session), now=now
        )


@pytest.mark.parametrize("code", ["", "AAAAAAAA", "'--", "x" * 5000])
def test_a_wrong_code_is_told_and_enrols_nothing(client, kiosk, code):
    answer = client.post("/device?lang=en", data={"code": code})

    assert answer.status_code == 422
    assert "is not known or is over" in answer.text
    assert "device=" not in answer.headers.get("Set-Cookie", "")


def test_the_key_is_no_business_of_scripts(client, session, kiosk, now):
    code = devices.invite(kiosk, now=now)
    session.commit()

    cookie = client.post("/device", data={"code": code}).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_device_says_that_it_lives_but_not_at_every_breath(enrolled, session, clock):
    clock.advance(minutes=1)
    assert enrolled.get("/device/alive").json == {"enrolled": True, "locked": False}
    first = session.scalars(select(Device.seen_at)).one()
    clock.advance(seconds=5)
    enrolled.get("/device/alive")

    session.expire_all()
    assert (
        session.scalars(select(Device.seen_at)).one()
        == first
        == clock.moment - timedelta(seconds=5)
    )


def test_a_stranger_is_no_device(client):
    assert client.get("/device/alive").json == {"enrolled": False, "locked": False}


def test_a_closed_kiosk_gives_no_ticket_and_says_so(enrolled, session, kiosk, now):
    devices.lock(session, kiosk, reason="Қағаз бітті", now=now)
    session.commit()

    assert enrolled.get("/device/alive").json["locked"]
    page = enrolled.get("/kiosk?lang=en")
    assert page.status_code == 403
    assert "This kiosk is closed" in page.text
    assert enrolled.post("/kiosk/tickets", data={"service": "housing-general"}).status_code == 403

    devices.unlock(session, kiosk, now=now)
    session.commit()
    assert enrolled.get("/kiosk").status_code == 200
    kinds = list(session.scalars(select(Event.kind).order_by(Event.id)))
    assert kinds == ["device_locked", "device_unlocked"]


def test_a_hall_may_give_tickets_at_its_kiosks_only(app, client, session, kiosk, now):
    hall = the_hall(session)
    hall.enrolled_kiosks_only = True
    session.commit()
    try:
        assert client.get("/kiosk").status_code == 403
        assert client.post("/kiosk/tickets", data={"service": "housing-general"}).status_code == 403
        code = devices.invite(kiosk, now=now)
        session.commit()
        client.post("/device", data={"code": code})
        assert client.get("/kiosk").status_code == 200
    finally:
        session.execute(text("UPDATE hall SET enrolled_kiosks_only = false"))
        session.commit()


def test_an_enrolled_device_is_told_which_one_it_is(enrolled):
    page = enrolled.get("/device?lang=ru").text

    assert re.search(r"kiosk-1", page)
