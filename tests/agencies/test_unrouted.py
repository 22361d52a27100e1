"""What waits to be sent to an agency is told once a working day to whoever may send it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import notices, reminders, routing, terms, unrouted
from agencies.calendar import ALMATY
from agencies.directory import agency_by_code
from agencies.notices import Notice
from agencies.staff import Role
from agencies.unrouted import RoutingReminder
from tests.make import make_appeal, make_officer, sign_in

HOURS = unrouted.patience().hours


@pytest.fixture
def workdays(session):
    return terms.law(session).workdays


@pytest.fixture
def supervisor(session):
    person = make_officer(session, Role.SUPERVISOR)
    reminders.set_reach(session, person, email="bolim@example.kz", telegram="", language="en")
    session.commit()
    return person


def run(session, workdays, moment):
    made = unrouted.remind(session, workdays=workdays, now=moment)
    session.commit()
    return made


def letters(session):
    return list(session.scalars(select(Notice).where(Notice.kind == "work_unrouted")))


def test_it_is_told_after_the_hours_of_its_row_and_once_a_working_day(
    session, workdays, supervisor, now
):
    make_officer(session, Role.HEAD)
    make_appeal(session, now=now)
    early, late = now + timedelta(hours=HOURS, minutes=-1), now + timedelta(hours=HOURS)
    tomorrow = now + timedelta(days=1)

    assert [run(session, workdays, when) for when in (early, late, late, tomorrow)] == [0, 1, 0, 1]
    told = session.scalars(select(RoutingReminder.officer_id)).all()
    assert set(told) == {supervisor.id}
    assert [one.particulars["count"] for one in letters(session)] == [1, 1]


def test_nights_and_days_off_are_no_working_hours(session, workdays, supervisor, now):
    """Lodged on Friday at five in the afternoon: an hour of that day counts, then Monday."""
    friday = now.astimezone(ALMATY).replace(hour=17) + timedelta(days=4)
    monday = friday + timedelta(days=3)
    make_appeal(session, now=friday)

    assert run(session, workdays, friday + timedelta(days=1)) == 0
    assert run(session, workdays, monday.replace(hour=9 + HOURS - 2, minute=59)) == 0
    assert run(session, workdays, monday.replace(hour=9 + HOURS - 1)) == 1


def test_what_has_an_agency_is_told_of_no_more(session, workdays, supervisor, now):
    claim = make_appeal(session, now=now).claims[0]
    routing.route(session, claim, to=agency_by_code(session, "housing"), by=supervisor, now=now)
    make_appeal(session, status="withdrawn", now=now)
    session.commit()

    assert run(session, workdays, now + timedelta(days=1)) == 0


def test_a_crash_leaves_neither_the_row_nor_the_message(
    session, workdays, supervisor, now, monkeypatch
):
    make_appeal(session, now=now)
    tomorrow = now + timedelta(days=1)

    def die(*_, **__):
        raise RuntimeError("cut off")

    with monkeypatch.context() as broken:
        broken.setattr(notices, "send", die)
        with pytest.raises(RuntimeError):
            run(session, workdays, tomorrow)
    session.rollback()

    assert (run(session, workdays, tomorrow), len(letters(session))) == (1, 1)


def test_two_beats_at_once_tell_once(session, database, workdays, supervisor, now):
    make_appeal(session, now=now)
    tomorrow = now + timedelta(days=1)

    with Session(database) as other:
        first = unrouted.remind(other, workdays=workdays, now=tomorrow)
        other.commit()
    assert first + run(session, workdays, tomorrow) == 1


def test_the_page_and_the_message_lead_to_what_waits(
    client, session, workdays, supervisor, clock, now
):
    number = make_appeal(session, now=now).number
    clock.advance(days=1)
    run(session, workdays, clock.moment)
    sign_in(client, supervisor)

    page = client.get("/workspace/reminders?lang=en").text

    assert number in page
    assert 'href="/workspace?status=registered"' in page
    assert number in client.get("/workspace?status=registered").text
