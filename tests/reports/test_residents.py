"""Persons who appealed of those who live in the city and in its districts."""

from typing import Any

import pytest
from scipy.stats import chi2

from agencies.appeals import Applicant
from reports import composing, figure_sets, periods, readings
from reports.center import commands, registry
from reports.parts import Section
from tests.reports.center.conftest import HEADER
from tests.reports.register import add_case, at

OCTOBER = periods.month(2026, 10)
NOW = at("2026-11-23 05:00")
PERSONS, APPEALS = 25, 30
CITY = "POP_TOTAL,ALMATY,{},A,{},{},person,A,Bureau of National Statistics"
MEDEU = "POP_TOTAL,medeu,2026-01-01,A,total,250000,person,A,Bureau of National Statistics"


@pytest.fixture
def register(session: Any, clock: Any) -> Any:
    """25 persons with 30 appeals, all of one district."""
    registry.seed_own(session)
    for n in range(APPEALS):
        who = Applicant(name="Сынақ Адам", iin_index=bytes([n % PERSONS]))
        add_case(session, "2026-10-05 04:00", district="medeu", applicant=who)
    session.commit()
    return session


@pytest.fixture
def told(register: Any, tmp_path: Any) -> Any:
    """The chapter after the Center took in these lines."""

    def _told(*lines: str, language: str = "en") -> Section:
        if lines:
            path = tmp_path / "residents.csv"
            path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
            commands.load(register, path)
        found = composing.report(figure_sets.take(register, OCTOBER, now=NOW), language)
        return next(one for one in found.sections if one.key == "more-heard")

    return _told


def rows(section: Section) -> dict[str, tuple[str, ...]]:
    [table] = [one for one in section.tables if "of those who live" in one.caption]
    return {row[0]: tuple(row[1:]) for row in table.rows}


def test_each_person_counts_once_and_the_interval_is_that_of_a_count(told: Any) -> None:
    found = rows(told(CITY.format("2026-01-01", "total", 2_000_000), MEDEU))

    low, high = chi2.ppf(0.025, 2 * PERSONS) / 2, chi2.ppf(0.975, 2 * (PERSONS + 1)) / 2
    assert found["The city"] == (
        "2,000,000", "2026-01-01", "25", "0.12", f"{low / 200:.2f} – {high / 200:.2f}",
    )  # fmt: skip
    assert found["Medeu"][2:] == ("25", "1.00", f"{low / 25:.2f} – {high / 25:.2f}")


def test_a_number_of_residents_of_after_the_period_and_one_of_a_part_are_not_taken(
    told: Any,
) -> None:
    found = rows(told(
        CITY.format("2025-01-01", "total", 1_000_000), CITY.format("2026-11-01", "total", 5),
        CITY.format("2026-01-01", "female", 7),
    ))  # fmt: skip

    assert found["The city"][:2] == ("1,000,000", "2025-01-01")


def test_without_a_number_by_district_the_chapter_says_so(told: Any) -> None:
    nobody = told()
    assert "no number of residents by district" in nobody.note
    assert not any("of those who live" in one.caption for one in nobody.tables)
    assert "no number of residents by district" not in told(MEDEU).note


def test_what_became_known_later_changes_nothing_of_an_earlier_moment(
    told: Any, register: Any
) -> None:
    told(CITY.format("2026-01-01", "total", 2_000_000))

    before = readings.take(register, OCTOBER, as_of=at("2026-11-01 05:00"))["hall"]["per_10k"]

    assert (before.numerator, before.denominator, before.value) == (25, None, None)


def test_bodies_that_sent_appeals_on_are_told_with_the_share_of_all(
    session: Any, told: Any
) -> None:
    for n in range(10):
        add_case(session, "2026-10-06 04:00", higher_body="president" if n < 6 else "ombudsman")

    [table] = [one for one in told().tables if "higher body" in one.caption]

    assert [row[:3] for row in table.rows] == [
        ("Administration of the President", "6", "15.0%"),
        ("Commissioner for Human Rights", "4", "10.0%"),
    ]  # fmt: skip
