"""Working days as arithmetic: adding and counting undo each other, and nothing runs backwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import calendar
from agencies.calendar import make_workdays

PLAIN = make_workdays({}, 2026, 2026)
SWAPPED = {date(2024, 5, 4): True, date(2024, 5, 8): False}
MAY = make_workdays(SWAPPED, 2024, 2024)

around = st.dates(date(2023, 1, 1), date(2028, 12, 31))
"""Inside the loaded years and beyond both of their ends."""
inside = st.dates(date(2026, 1, 1), date(2026, 12, 31))
amounts = st.integers(1, 60)
turned = st.dictionaries(inside, st.booleans(), max_size=40)
"""Days off on weekdays and working days at week's ends, as no year has ever had them."""


@given(turned, around, amounts)
def test_a_term_ends_on_a_working_day(exceptions, day, count):
    days = make_workdays(exceptions, 2026, 2026)

    assert days.is_working(days.add(day, count))
    assert days.is_working(days.add(day, -count))


@given(turned, around, amounts)
def test_counting_gives_back_what_was_added(exceptions, day, count):
    days = make_workdays(exceptions, 2026, 2026)

    assert days.between(day, days.add(day, count)) == count


@given(turned, around, around)
def test_adding_what_was_counted_comes_to_the_last_working_day(exceptions, one, two):
    days = make_workdays(exceptions, 2026, 2026)
    first, last = sorted((one, two))
    count = days.between(first, last)

    if count:
        reached = days.add(first, count)
        assert reached <= last
        assert days.between(reached, last) == 0


@given(turned, around, amounts)
def test_going_forward_and_back_comes_home(exceptions, day, count):
    days = make_workdays(exceptions, 2026, 2026)
    working = days.on_or_after(day)

    assert days.add(days.add(working, count), -count) == working


@given(turned, around, amounts, amounts)
def test_two_terms_in_a_row_are_one_long_term(exceptions, day, one, two):
    days = make_workdays(exceptions, 2026, 2026)

    assert days.add(days.add(day, one), two) == days.add(day, one + two)


@given(turned, around, st.integers(0, 20), amounts)
def test_who_comes_later_is_never_due_earlier(exceptions, day, later, count):
    days = make_workdays(exceptions, 2026, 2026)

    assert days.add(day, count) <= days.add(day + timedelta(days=later), count)


@given(turned, around, around, around)
def test_stretches_of_days_add_up(exceptions, one, two, three):
    days = make_workdays(exceptions, 2026, 2026)

    assert days.between(one, two) + days.between(two, three) == days.between(one, three)
    assert days.between(one, two) == -days.between(two, one)


@given(turned, inside)
def test_the_next_working_day_passes_over_none(exceptions, day):
    days = make_workdays(exceptions, 2026, 2026)
    found = days.on_or_after(day)

    skipped = [day + timedelta(days=n) for n in range((found - day).days)]
    assert days.is_working(found)
    assert not any(days.is_working(each) for each in skipped)


def test_a_working_saturday_counts_and_the_day_off_for_it_does_not():
    assert MAY.add(date(2024, 5, 3), 1) == date(2024, 5, 4)
    assert MAY.add(date(2024, 5, 7), 1) == date(2024, 5, 9)
    assert MAY.between(date(2024, 5, 3), date(2024, 5, 10)) == 5


def test_no_days_added_is_the_same_day_even_on_a_sunday():
    assert PLAIN.add(date(2026, 11, 22), 0) == date(2026, 11, 22)


@pytest.mark.parametrize("year", [1999, 2035])
def test_beyond_the_loaded_years_the_plain_week_counts(year):
    first = date(year, 3, 1)
    week = first + timedelta(days=7)

    assert PLAIN.between(first, week) == 5
    assert PLAIN.add(first, 5) == week


def test_the_shipped_calendar_is_read_from_its_table(session):
    days = calendar.workdays(session)

    assert not days.is_working(date(2026, 12, 16)), "Independence Day"
    assert days.is_working(date(2026, 12, 17))
    assert days.is_working(date(2024, 5, 4)), "a working Saturday"


def test_an_unchanged_table_is_not_counted_out_again(session):
    assert calendar.workdays(session) is calendar.workdays(session)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2024, 2, 28, 17, 59, tzinfo=UTC), date(2024, 2, 28)),
        (datetime(2024, 2, 28, 18, 0, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 18, 0, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 19, 0, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 19, 0, tzinfo=UTC), date(2024, 3, 2)),
        (datetime(2026, 11, 22, 19, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_a_day_is_a_day_of_almaty_before_and_after_its_clock_was_set_back(moment, day):
    assert calendar.business_date(moment) == day


def test_the_night_in_which_almaty_set_its_clock_back_has_25_hours():
    day = date(2024, 2, 29)

    assert calendar.after(day) - calendar.start_of(day) == timedelta(hours=25)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_a_day_holds_exactly_its_own_moments(moment):
    day = calendar.business_date(moment)

    assert calendar.start_of(day) <= moment < calendar.after(day)


def test_the_clock_speaks_utc(clock, now):
    assert calendar.clock() == now
    assert calendar.clock().tzinfo is UTC


@given(turned, st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 30)), st.integers(1, 30))
def test_between_a_moment_and_so_many_working_hours_before_it_lie_that_many(
    exceptions, moment, hours
):
    days = make_workdays(exceptions | {date(2026, 1, 5): True}, 2026, 2026)
    moment = moment.replace(minute=0, second=0, microsecond=0, tzinfo=calendar.ALMATY)

    found = calendar.working_moment_before(moment, hours, days, opens=9)

    span = round((moment - found) / timedelta(hours=1))
    worked = (moment - timedelta(hours=n + 1) for n in range(span))
    assert sum(days.is_working(one.date()) and 9 <= one.hour < 18 for one in worked) == hours


def test_a_year_without_a_single_row_is_not_known():
    days = make_workdays({date(2026, 1, 1): False, date(2027, 1, 1): False}, 2026, 2027)

    assert days.years_unknown(date(2026, 12, 1), date(2027, 1, 20)) == []
    assert days.years_unknown(date(2027, 12, 20), date(2029, 1, 11)) == [2028, 2029]
