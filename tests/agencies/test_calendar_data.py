"""The working calendar as shipped, against days computed by hand from the law."""

import runpy
from datetime import date, datetime, time
from pathlib import Path

import pytest

from agencies import reference
from agencies.calendar import ALMATY, make_workdays
from agencies.terms import Law, TermPolicy, registered_on, term_of

GENERATOR = Path(__file__).parent.parent / "tools" / "make_calendar.py"
EXCEPTIONS = {row["day"]: row["is_working"] for row in reference.calendar_rows()}
WORKDAYS = make_workdays(EXCEPTIONS, 2018, 2027)
LAW = Law(tuple(TermPolicy(**row) for row in reference.policy_rows()), WORKDAYS, time(18, 30))

VECTORS = [
    ("2026-03-05", 15, "2026-04-01"),
    ("2026-04-24", 15, "2026-05-20"),
    ("2026-04-24", 20, "2026-05-28"),
    ("2024-04-15", 15, "2024-05-06"),
    ("2024-04-12", 15, "2024-05-04"),
    ("2024-04-29", 15, "2024-05-23"),
    ("2024-12-30", 3, "2025-01-06"),
    ("2024-12-26", 15, "2025-01-21"),
    ("2026-08-28", 1, "2026-08-31"),
    ("2026-11-23", 15, "2026-12-14"),
    ("2026-11-23", 20, "2026-12-22"),
    ("2026-12-14", 3, "2026-12-18"),
]
CASES = {15: ("application", "ordinary"), 20: ("complaint", "ordinary"), 3: ("message", "redirect")}


def at(day, hours="10:00"):
    return datetime.fromisoformat(f"{day} {hours}").replace(tzinfo=ALMATY)


@pytest.mark.parametrize(("registered", "count", "due"), VECTORS)
def test_a_term_counts_only_working_days(registered, count, due):
    start, last = date.fromisoformat(registered), date.fromisoformat(due)

    assert WORKDAYS.add(start, count) == last
    assert WORKDAYS.between(start, last) == count
    assert WORKDAYS.add(last, -count) <= start


@pytest.mark.parametrize(("registered", "count", "due"), [v for v in VECTORS if v[1] in CASES])
def test_the_policy_table_gives_the_same_last_day(registered, count, due):
    kind, case = CASES[count]

    term = term_of(LAW, at(registered), kind=kind, case=case)

    assert term.registered_on.isoformat() == registered
    assert term.due_on.isoformat() == due


@pytest.mark.parametrize(
    ("received", "registered"),
    [
        ("2026-02-06 19:10", "2026-02-09"),
        ("2026-02-06 18:30", "2026-02-06"),
        ("2026-02-07 11:00", "2026-02-09"),
        ("2024-05-04 11:00", "2024-05-04"),
        ("2026-12-15 18:31", "2026-12-17"),
    ],
)
def test_after_hours_and_days_off_register_on_the_next_working_day(received, registered):
    day, hours = received.split()

    found = registered_on(at(day, hours), WORKDAYS, day_ends=LAW.day_ends)

    assert found.isoformat() == registered


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2020-05-08", False),
        ("2020-05-11", True),
        ("2024-05-04", True),
        ("2024-05-08", False),
        ("2025-01-03", False),
        ("2025-01-05", True),
        ("2026-01-07", False),
        ("2026-05-27", False),
        ("2026-08-30", False),
        ("2026-08-31", True),
        ("2027-03-15", False),
    ],
)
def test_known_days(day, works):
    assert WORKDAYS.is_working(date.fromisoformat(day)) is works


def test_30_august_2026_is_a_plain_sunday():
    assert date(2026, 8, 30) not in EXCEPTIONS
    assert date(2026, 8, 31) not in EXCEPTIONS


@pytest.mark.parametrize(("year", "working_days"), [(2024, 249), (2025, 246), (2026, 247)])
def test_working_days_of_a_year(year, working_days):
    assert WORKDAYS.between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_days_that_follow_the_moon_are_marked_until_announced():
    estimated = [row["day"] for row in reference.calendar_rows() if row["estimated"]]

    assert estimated == [date(2026, 5, 27), date(2027, 5, 16)]


def test_the_file_is_what_the_generator_writes_but_for_days_entered_by_persons():
    rows = runpy.run_path(str(GENERATOR))["calendar_rows"](2018, 2027)
    generated = {str(row[0]): row[1] for row in rows}
    filed = {
        row["date"]: row["is_working"]
        for row in reference.table("calendar")
        if row["source"].startswith(reference.GENERATED)
    }

    assert filed.items() <= generated.items()
