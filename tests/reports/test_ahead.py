"""What is to be expected: a forecast that tells how far such forecasts missed, or none."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception.language import LANGUAGES
from reports import composing, figure_sets, periods, prospects, topic_months
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

MONTHS = [f"{year}-{month:02}" for year in range(2022, 2027) for month in range(1, 13)]
OCTOBER = periods.parse("2026-10")


def forecast(counts: list[int]) -> prospects.Prospect | None:
    return prospects.prospect(MONTHS[: len(counts)], counts, [20] * len(counts), 20)


def test_equal_months_are_expected_again_without_a_miss() -> None:
    found = forecast([40] * 20)

    assert found is not None
    assert (found.expected, found.low, found.high, found.miss) == (40, 40, 40, 0)


def test_a_month_of_fewer_working_days_brings_fewer() -> None:
    found = prospects.prospect(MONTHS[:20], [40] * 20, [20] * 20, 10)

    assert found is not None
    assert found.expected == 20


def test_where_a_season_returns_the_same_month_a_year_ago_is_the_better_way() -> None:
    found = forecast([100, *[10, 10, 10, 10, 10, 90, 10, 10, 10, 10, 10, 10] * 4, *[10] * 5])

    assert found is not None
    assert found.expected == pytest.approx(90)


def test_too_short_a_past_gives_no_forecast() -> None:
    assert forecast([40] * 11) is None
    assert forecast([40] * 12) is not None


@given(st.lists(st.integers(0, 500), min_size=12, max_size=60), st.integers(1, 500))
def test_a_month_is_forecast_from_what_was_known_before_it_began(
    counts: list[int], last: int
) -> None:
    """Whatever the newest month brings, what was expected of the months until it stays."""
    way = prospects.last_three
    rates = [n / 20 for n in counts]

    told = [way(rates[:at]) for at in range(len(rates))]
    changed = [way([*rates[:-1], float(last)][:at]) for at in range(len(rates))]
    assert told == changed


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
def test_the_interval_is_in_order_and_never_below_nothing(counts: list[int]) -> None:
    found = forecast(counts)

    if found is not None:
        assert 0 <= found.low <= found.high
        assert all(one.low is None or one.low <= (one.high or 0) for one in found.past)


def test_the_past_is_scored_with_the_intervals_of_then() -> None:
    found = forecast([*[40] * 30, 400])

    assert found is not None
    assert [one.held for one in found.past] == [True] * 11 + [False]


def test_a_topic_that_is_high_in_the_same_month_of_each_year_returns() -> None:
    winter = [50 if month.endswith("-01") else 10 for month in MONTHS[:36]]
    once = [50 if month == "2023-05" else 10 for month in MONTHS[:36]]

    found = prospects.returning(MONTHS[:36], {"02": winter, "03": once})

    assert [(one.month, one.topic, one.seen, one.years) for one in found] == [(1, "02", 2, 2)]
    assert found[0].times == pytest.approx(5)


def test_few_cases_and_a_single_year_are_no_calendar() -> None:
    few = [4 if month.endswith("-01") else 0 for month in MONTHS[:36]]

    assert prospects.returning(MONTHS[:36], {"02": few}) == []
    assert prospects.returning(MONTHS[:12], {"02": [10] * 11 + [90]}) == []


def test_months_are_counted_by_topic_of_the_first_level_until_the_last_that_is_over(
    session: Any,
) -> None:
    add_case(session, "2026-08-05 04:00", subject="01.05")
    add_case(session, "2026-10-05 04:00", subject="01.01")
    add_case(session, "2026-11-05 04:00", subject="01.01")
    session.flush()
    year = topic_months.of_period(session, periods.parse("2026"), as_of=NOW)

    assert year["months"] == ["2026-08", "2026-09", "2026-10"]
    assert year["topics"] == {"01": [1, 0, 1]}
    assert (year["next"], year["so_far"]) == ("2026-11", 1), "November goes on"
    assert year["days"][1] == 22


def test_a_month_that_goes_on_is_told_with_what_has_come_so_far(session: Any) -> None:
    for back in range(26):
        month = OCTOBER.first - timedelta(days=30 * back)
        for n in range(6):
            add_case(session, at(f"{month.replace(day=3)} 04:00") + timedelta(hours=n))
    for _ in range(9):
        add_case(session, "2026-11-03 04:00")
    session.flush()

    def said(name: str) -> str:
        told = composing.report(figure_sets.take(session, periods.parse(name), now=NOW), "en")
        return next(p for p in told.sections if p.key.endswith("ahead")).paragraphs[0]

    assert "November 2026 is not over" in said("2026-11")
    assert "9 have come so far" in said("2026-11")
    assert "is not over" not in said("2026-10")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["2026-10", "2026-Q4", "2026"])
def test_too_little_evidence_is_said_in_every_report(
    session: Any, language: str, name: str
) -> None:
    add_case(session, "2026-10-05 04:00")
    session.flush()
    told = composing.report(figure_sets.take(session, periods.parse(name), now=NOW), language)
    (part,) = [p for p in told.sections if p.key.endswith("ahead")]

    assert part.chart is None
    assert "(F01)" in part.paragraphs[0]
    assert not re.search(r"\d{3,}", re.sub(r"20\d\d", "", " ".join(part.paragraphs)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_two_years_there_are_an_interval_a_past_and_a_calendar(
    session: Any, language: str
) -> None:
    for back in range(26):
        month = OCTOBER.first - timedelta(days=30 * back)
        for n in range(24 if month.month == 1 else 6):
            add_case(session, at(f"{month.replace(day=3)} 04:00") + timedelta(hours=n))
    session.flush()
    told = composing.report(figure_sets.take(session, OCTOBER, now=NOW), language)
    (part,) = [p for p in told.sections if p.key.endswith("ahead")]

    assert part.chart is not None
    assert "(F01)" in part.chart.finding
    assert 9 <= len(part.chart.table.rows) <= 13
    assert [len(table.rows) for table in part.tables] == [1]


def test_figures_of_before_tell_nothing_of_the_future(session: Any) -> None:
    taken = figure_sets.take(session, OCTOBER, now=NOW)
    kept = {key: own for key, own in taken.particulars["edition"].items() if key != "months"}
    taken.particulars = {**taken.particulars, "edition": kept}

    assert not [p for p in composing.report(taken, "en").sections if "ahead" in p.key]
