"""Terms as law: which row holds, from which day, and what can never happen to a last day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import reference, terms
from agencies.calendar import ALMATY, make_workdays
from agencies.errors import NotFound
from agencies.terms import AppealKind, Law, TermPolicy, Unit, add_months, count, term_of

EXCEPTIONS = {row["day"]: row["is_working"] for row in reference.calendar_rows()}
WORKDAYS = make_workdays(EXCEPTIONS, 2018, 2027)
ROWS = tuple(TermPolicy(**row) for row in reference.policy_rows())
LAW = Law(ROWS, WORKDAYS, time(18, 30))

moments = st.datetimes(datetime(2018, 1, 1), datetime(2027, 9, 1), timezones=st.just(UTC))
under_the_code = st.datetimes(datetime(2021, 7, 2), datetime(2027, 9, 1), timezones=st.just(UTC))
kinds = st.sampled_from(list(AppealKind))
days = st.dates(date(2018, 1, 1), date(2027, 9, 1))
steps = st.timedeltas(timedelta(0), timedelta(days=40))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def policy_of(text, kind="application", case="ordinary"):
    return term_of(LAW, at(text), kind=kind, case=case).policy.code


@given(moments, kinds)
def test_every_appeal_has_a_term_that_ends_on_a_working_day(received, kind):
    term = term_of(LAW, received, kind=kind)

    assert WORKDAYS.is_working(term.registered_on)
    assert WORKDAYS.is_working(term.due_on)
    assert term.due_on > term.registered_on


@given(under_the_code, steps, kinds)
def test_who_lodges_later_is_never_registered_or_due_earlier(received, step, kind):
    """Within one law: a new law may give a shorter term."""
    earlier = term_of(LAW, received, kind=kind)
    later = term_of(LAW, received + step, kind=kind)

    assert earlier.registered_on <= later.registered_on
    assert earlier.due_on <= later.due_on or earlier.policy.anchor != later.policy.anchor


@given(moments)
def test_an_appeal_is_registered_on_the_day_or_on_the_next_working_day(received):
    day = received.astimezone(ALMATY).date()

    registered = terms.registered_on(received, WORKDAYS, day_ends=LAW.day_ends)

    assert WORKDAYS.is_working(registered)
    assert registered == day or WORKDAYS.between(day, registered) == 1


@given(st.datetimes(datetime(2026, 2, 1), datetime(2027, 9, 1), timezones=st.just(UTC)), kinds)
def test_the_code_gives_fifteen_working_days_and_twenty_for_a_complaint(received, kind):
    term = term_of(LAW, received, kind=kind)

    length = 20 if kind is AppealKind.COMPLAINT else 15
    assert WORKDAYS.between(term.registered_on, term.due_on) == length


@given(moments, kinds)
def test_an_extension_can_only_lengthen_and_ends_on_a_working_day(received, kind):
    term = term_of(LAW, received, kind=kind)

    if term.extendable_to is not None:
        assert term.extendable_to > term.due_on
        assert WORKDAYS.is_working(term.extendable_to)


def test_two_months_of_extension_are_counted_from_the_first_last_day():
    assert term_of(LAW, at("2026-11-23 10:00"), kind="application").extendable_to == date(
        2027, 2, 15
    ), "14 February is a Sunday"


def test_the_term_of_a_complaint_cannot_be_extended():
    assert term_of(LAW, at("2026-11-23 10:00"), kind="complaint").extendable_to is None


@pytest.mark.parametrize(
    ("received", "kind", "policy"),
    [
        ("2021-06-30 10:00", "application", "L2007-A"),
        ("2021-07-01 10:00", "application", "C2021-A"),
        ("2021-07-01 10:00", "complaint", "C2021-J"),
        ("2026-01-15 10:00", "application", "C2021-A"),
        ("2026-01-15 19:00", "application", "C2026-A"),
        ("2026-01-16 10:00", "complaint", "C2026-J"),
        ("2026-01-16 10:00", "request", "C2026-A"),
    ],
)
def test_the_law_of_the_day_of_registration_holds(received, kind, policy):
    assert policy_of(received, kind) == policy


@pytest.mark.parametrize(
    ("kind", "case", "policy"),
    [
        ("complaint", "public_service", "PS-5"),
        ("complaint", "service_control", "PS-15"),
        ("request", "information", "AI-15"),
        ("message", "redirect", "C-R"),
        ("complaint", "C-F", "C-F"),
    ],
)
def test_a_special_law_is_chosen_by_its_case_or_its_code(kind, case, policy):
    assert policy_of("2026-11-23 10:00", kind, case) == policy


@pytest.mark.parametrize(
    ("received", "kind", "case"),
    [
        ("1999-03-01 10:00", "application", "ordinary"),
        ("2026-11-23 10:00", "application", "public_service"),
        ("2026-11-23 10:00", "application", "no such case"),
    ],
)
def test_where_the_law_is_silent_nothing_is_made_up(received, kind, case):
    with pytest.raises(NotFound) as refusal:
        policy_of(received, kind, case)

    assert refusal.value.values == {"kind": kind, "case": case, "day": received[:10]}


def test_of_two_rows_in_force_the_younger_one_holds():
    plain = {"kind": "any", "case": "ordinary", "valid_to": None}
    rows = [
        TermPolicy(code="old", valid_from=date(2020, 1, 1), **plain),
        TermPolicy(code="new", valid_from=date(2026, 1, 1), **plain),
    ]

    chosen = [
        terms.choose_policy(rows, kind="message", case="ordinary", day=date(year, 6, 1)).code
        for year in (2025, 2026)
    ]

    assert chosen == ["old", "new"]


@given(days, st.integers(1, 60))
def test_calendar_days_roll_forward_over_days_off(day, amount):
    last = day + timedelta(days=amount)

    due = count(day, amount, Unit.CALENDAR_DAY, WORKDAYS)

    assert due == WORKDAYS.on_or_after(last)
    assert due >= last


@given(days)
def test_what_is_due_at_once_is_due_today(day):
    assert count(day, 0, Unit.IMMEDIATE, WORKDAYS) == day
    assert count(day, 0, Unit.WORKING_DAY, WORKDAYS) == day


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-14", 2, "2027-02-14"),
        ("2026-10-15", 2, "2026-12-15"),
    ],
)
def test_a_month_later_is_the_same_number_or_the_months_end(day, months, found):
    assert add_months(date.fromisoformat(day), months).isoformat() == found


@given(days, st.integers(0, 36))
def test_months_never_skip_a_month(day, months):
    found = add_months(day, months)

    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day


@given(days, st.integers(1, 30))
def test_the_days_left_count_down_and_go_below_nought(day, amount):
    due = WORKDAYS.add(day, amount)

    assert terms.working_days_left(due, day, WORKDAYS) == amount
    assert terms.working_days_left(due, due, WORKDAYS) == 0
    assert terms.working_days_left(due, WORKDAYS.add(due, 1), WORKDAYS) == -1


def test_the_law_in_the_tables_is_the_reviewed_file(session):
    law = terms.law(session)

    assert {row.code for row in law.rows} == {row.code for row in ROWS}
    assert law.day_ends == time(18, 30)
    assert term_of(law, at("2026-11-23 10:00"), kind="application").due_on == date(2026, 12, 14)
