"""The demonstration hall made again: on the same day, on the next, just after midnight."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from agencies.appeals import Appeal
from agencies.staff import Officer
from reception import demonstration
from reception.tickets import Ticket

DAYS = select(Ticket.business_date)


@pytest.fixture
def furnish(app, session, clock):
    def _furnish():
        with app.app_context():
            demonstration.furnish(session)
            session.commit()

    return _furnish


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_made_again_on_the_same_day_nothing_is_added(session, furnish, clock):
    furnish()
    before = [count(session, model) for model in (Officer, Appeal, Ticket)]
    clock.advance(hours=2)

    furnish()

    assert [count(session, model) for model in (Officer, Appeal, Ticket)] == before


def test_the_next_day_has_its_own_queue_and_the_same_people(session, furnish, clock):
    furnish()
    officers, tickets = count(session, Officer), Counter(session.scalars(DAYS))
    clock.moment = datetime(2026, 11, 23, 19, 0, 30, tzinfo=UTC)

    furnish()

    assert count(session, Officer) == officers
    days = Counter(session.scalars(DAYS))
    today, before = date(2026, 11, 24), date(2026, 11, 23)
    new = days[today] + days[before] - tickets[before]
    assert new == tickets[before], "half a minute after midnight in Almaty some came yesterday"
    assert {day: n for day, n in days.items() if day < before} == {
        day: n for day, n in tickets.items() if day < before
    }, "the past is invented once"


def test_a_hall_opened_just_after_midnight_has_its_queue_of_the_new_day(session, furnish, clock):
    midnight = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    clock.moment = midnight + timedelta(minutes=2)
    furnish()

    of_today = select(Ticket.issued_at).where(Ticket.business_date == date(2026, 11, 24))
    issued = session.scalars(of_today).all()
    assert len(issued) > 48
    assert min(issued) >= midnight
    assert max(issued) <= clock.moment
