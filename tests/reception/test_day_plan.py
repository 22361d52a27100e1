"""The plan of a day: what the same weekday brought, what is booked, and desks enough for it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from agencies.calendar import business_date
from agencies.staff import Role
from reception import day_plan
from reception.tickets import Ticket, TicketState
from tests.make import make_officer, make_ticket, sign_in, the_hall


@pytest.fixture
def past(session, now):
    """Twelve visits of half an hour between ten and eleven, on each of the last two Mondays."""
    for weeks in (1, 2):
        at = now - timedelta(weeks=weeks)
        for minute in range(12):
            make_ticket(session, now=at + timedelta(minutes=minute))
    session.execute(
        update(Ticket).values(
            state=TicketState.FINISHED, started_at=Ticket.issued_at,
            finished_at=Ticket.issued_at + timedelta(minutes=30),
        )
    )  # fmt: skip
    session.commit()


def housing(session, day):
    lines = day_plan.plan(session, the_hall(session), day).lines
    return next(line for line in lines if line.agency.code == "housing")


def test_desks_are_enough_for_the_mean_of_the_same_weekday(session, past, now):
    line = housing(session, business_date(now))

    assert line.minutes == 30
    assert line.hours == {10: day_plan.Hour(likely=12.0, booked=0, desks=8)}, "12 / 2 / 0.8"
    assert line.short is (line.desks < 8)


def test_another_weekday_is_not_told_by_a_monday(session, past, now):
    tuesday = day_plan.plan(session, the_hall(session), business_date(now) + timedelta(days=1))

    assert tuesday.weeks == 0
    assert not any(line.hours for line in tuesday.lines)


def test_supervision_sees_which_hour_lacks_desks(client, session, past, now):
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    page = client.get("/hall/plan?lang=en").text

    assert "10:00" in page
    assert "too few desks" in page
    assert client.get("/hall/plan?day=soon").status_code == 422


def test_a_clerk_plans_nothing(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    assert client.get("/hall/plan").status_code == 403
