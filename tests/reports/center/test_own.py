"""The hall publishes its own indicators like any other source."""

from datetime import timedelta

import pytest

from reports.center import derived, explorer, own
from reports.center.explorer import Asked
from tests.make import make_ticket


def values(session, code):
    indicator = explorer.indicator(session, code, open_only=True)
    found = explorer.observations(session, Asked(indicator=indicator), most=200)
    return {(one.period, one.series.dims_key): float(one.value) for one in found}


@pytest.fixture
def busy(center, clock):
    """Three visitors between nine and ten, one of whom was called after six minutes."""
    hour_ago = clock.moment - timedelta(minutes=40)
    first, *_ = [make_ticket(center, now=hour_ago) for _ in range(3)]
    first.called_at = hour_ago + timedelta(minutes=6)
    first.state, first.outcome = "finished", "explained"
    first.started_at = first.finished_at = first.called_at
    center.commit()
    return center


def test_each_hour_of_the_hall_is_told_by_line_and_as_a_whole(busy, now):
    own.publish_hours(busy, now=now)

    hour = "2026-11-23T09:00+05:00"
    assert values(busy, "HALL_TICKETS_TAKEN")[hour, ""] == 3
    assert values(busy, "HALL_TICKETS_TAKEN")[hour, "agency=housing"] == 3
    assert values(busy, "HALL_TICKETS_SERVED")[hour, ""] == 1
    assert values(busy, "HALL_WAIT_MEDIAN")[hour, ""] == 6
    assert values(busy, "HALL_TICKETS_TAKEN")["2026-11-23T08:00+05:00", ""] == 0


def test_published_again_nothing_changes(busy, now):
    own.publish_hours(busy, now=now)

    again = own.publish_hours(busy, now=now)

    assert (again.accepted, again.unchanged) == (0, again.read)


def test_the_share_settled_at_once_is_derived_from_its_two_parts(busy, clock):
    now = clock.advance(days=1)
    own.publish_days(busy, now=now)
    rule = next(one for one in derived.rules() if one.indicator == "HALL_FIRST_CONTACT_SHARE")
    derived.derive(busy, rule, now=now)

    assert values(busy, "HALL_CONTACTS_CLOSED")["2026-11-23", ""] == 1
    assert values(busy, "HALL_FIRST_CONTACT_SHARE") == {("2026-11-23", ""): 100}
    assert values(busy, "HALL_APPEALS_RECEIVED")["2026-11-23", ""] == 0
