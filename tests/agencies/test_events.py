"""What happened in the house: numbered once, in order, never changed, told to whom it concerns."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from agencies import events
from agencies.events import Event

HALL, HOUSING = "hall/one", "agency/housing"


def happen(session, *kinds, topic=HALL, now):
    for kind in kinds:
        events.record(session, topic, kind, now=now)
    session.commit()


def published(session):
    count = events.publish(session)
    session.commit()
    return count


def numbers(session):
    session.expire_all()
    return session.scalars(select(Event.number).order_by(Event.id)).all()


def test_an_event_has_no_number_before_it_is_published(session, now):
    happen(session, "ticket_issued", now=now)

    assert numbers(session) == [None]
    assert events.newest_number(session) == 0
    assert events.after_number(session, 0, None) == []


def test_numbers_rise_in_the_order_of_what_happened(session, now):
    happen(session, "ticket_issued", "ticket_called", now=now)
    assert published(session) == 2
    happen(session, "ticket_started", now=now)
    assert published(session) == 1

    one, two, three = numbers(session)
    assert one < two < three == events.newest_number(session)


def test_publishing_again_numbers_nothing_again(session, now):
    happen(session, "ticket_issued", now=now)

    assert published(session) == 1
    before = numbers(session)
    assert published(session) == 0
    assert numbers(session) == before


def test_what_was_rolled_back_never_happened(session, now):
    happen(session, "ticket_issued", now=now)
    events.record(session, HALL, "ticket_called", now=now)
    session.flush()
    session.rollback()
    happen(session, "ticket_finished", now=now)
    published(session)

    heard = events.after_number(session, 0, None)
    assert [event.kind for event in heard] == ["ticket_issued", "ticket_finished"]


def test_a_listener_goes_on_where_it_left_off_and_hears_its_topics_only(session, now):
    happen(session, "ticket_issued", "ticket_called", now=now)
    happen(session, "claim_routed", topic=HOUSING, now=now)
    happen(session, "ticket_finished", now=now)
    published(session)

    first = events.after_number(session, 0, None, limit=1)[0]
    later = events.after_number(session, first.number, None)
    of_the_agency = events.after_number(session, 0, [HOUSING])

    assert [event.kind for event in later] == ["ticket_called", "claim_routed", "ticket_finished"]
    assert [event.kind for event in of_the_agency] == ["claim_routed"]
    assert len(events.after_number(session, 0, None, limit=2)) == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET kind = 'other'",
        "UPDATE event SET at = at + interval '1 hour'",
        "UPDATE event SET number = 77",
        "UPDATE event SET number = NULL",
        "DELETE FROM event",
    ],
)
def test_the_database_refuses_to_change_what_was_told(session, now, change):
    happen(session, "ticket_issued", now=now)
    published(session)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))

    session.rollback()


def test_before_its_number_an_event_is_as_fixed_as_after(session, now):
    happen(session, "ticket_issued", now=now)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("UPDATE event SET kind = 'other', number = 1"))

    session.rollback()


def test_an_event_says_who_which_ticket_and_when(session, now):
    moment = now + timedelta(seconds=3)
    events.record(session, HALL, "ticket_called", now=moment, officer_id=7, ticket_id=9, desk=20)
    session.commit()

    told = session.scalars(select(Event)).one()
    assert (told.at, told.officer_id, told.ticket_id) == (moment, 7, 9)
    assert told.payload == {"desk": 20}
