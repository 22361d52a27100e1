"""Checks as data: known bad figures are each refused or flagged for the right reason."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from reports.center import quality
from reports.center.records import Indicator, QualityCheck, QualityFinding

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CARS = "TRA_CARS_REGISTERED,{},2022,A,all,{},car,A,X"


@pytest.fixture
def found(center, now):
    """What the checks find in everything that was loaded: rule, area, value, what was expected."""

    def _found():
        quality.run(center, now=now, since=LONG_AGO)
        center.commit()
        return [
            (told.rule.value, told.series.area_code, float(told.finding.value or 0),
             float(told.finding.expected or 0))
            for told in quality.open_findings(center)
        ]  # fmt: skip

    return _found


def test_a_share_above_a_hundred_and_a_count_below_zero_are_refused_at_the_door(load):
    summary = load(
        "LAB_UNEMPLOYMENT_RATE,ALMATY,2022,A,all,104,percent,A,X",
        "POP_TOTAL,ALMATY,2022,A,all,-3,person,A,X",
        "LAB_UNEMPLOYMENT_RATE,ALMATY,2021,A,all,0,percent,A,X",
    )

    assert (summary.accepted, [each["reason"] for each in summary.rejects]) == (
        1, ["value: `104` lies outside 0 to 100", "value: `-3` lies outside 0 to any"],
    )  # fmt: skip


def test_a_nation_with_fewer_cars_than_its_city_is_flagged(load, found):
    """The separators of the thousands were lost in the national figure."""
    load(CARS.format("KZ", 390962), CARS.format("ALMATY", 484041))

    assert ("districts", "KZ", 390962, 484041) in found()


def test_districts_that_do_not_add_up_to_the_city_are_flagged_once_all_are_there(load, found):
    names = ["alatau", "almaly", "auezov", "bostandyk", "zhetysu", "medeu", "nauryzbay"]
    load(CARS.format("ALMATY", 900), *(CARS.format(name, 100) for name in names), name="a.csv")
    assert found() == [], "one district may still bring the rest"

    load(CARS.format("turksib", 100), name="b.csv")

    assert found() == [("districts", "ALMATY", 900, 800)]


def test_men_and_women_add_up_to_the_population_of_the_sample(load, found, center):
    line = "POP_TOTAL,ALMATY,2023-01-01,A,{},{},person,A,X"
    load(line.format("all", 2161695), line.format("male", 1003872), line.format("female", 1157823))
    assert found() == []

    load(line.format("female", 1157800), name="b.csv")

    assert found() == [("parts", "ALMATY", 2161695, 2161672)]


def test_emissions_that_rise_threefold_in_a_year_are_flagged(load, found):
    line = "ENV_AIR_EMISSIONS,ALMATY,{},A,all,{},thousand_tonne,A,X"
    load(line.format(2012, 12.1), line.format(2013, 12.4), line.format(2014, 43.5))

    assert found() == [("jump", "ALMATY", 43.5, 12.4)]


def test_a_value_ten_times_the_one_before_is_taken_for_a_changed_unit(load, found):
    line = "EDU_SCHOOLS,ALMATY,{},A,all,{},school,A,X"
    load(line.format(2021, 330), line.format(2022, 3310))

    assert found() == [("unit", "ALMATY", 3310, 330)]


def test_a_day_far_from_the_days_before_is_flagged_and_an_ordinary_one_is_not(load, found):
    line = "TRA_CARS_ENTERING_DAY,ALMATY,2026-11-{:02},D,all,{},car,A,X"
    values = [240000 + 1000 * (n % 5) for n in range(18)]
    load(*(line.format(n + 1, value) for n, value in enumerate([*values, 520000, 241000])))

    assert found() == [("jump", "ALMATY", 520000, 242000)]


def test_what_may_only_grow_and_shrinks_is_flagged(load, found, center):
    indicator = center.scalars(select(Indicator).where(Indicator.code == "EDU_SCHOOLS")).one()
    center.add(QualityCheck(indicator_id=indicator.id, rule="monotone", severity="flag", params={}))
    line = "EDU_SCHOOLS,ALMATY,{},A,all,{},school,A,X"
    load(line.format(2020, 320), line.format(2021, 333), line.format(2022, 331))

    assert found() == [("monotone", "ALMATY", 331, 333)]


def test_a_daily_series_that_ended_a_week_ago_is_stale_until_it_goes_on(load, found, center):
    line = "TRA_CARS_ENTERING_DAY,ALMATY,{},D,all,240000,car,A,X"
    load(line.format("2026-11-15"), name="a.csv")
    assert [rule for rule, *_ in found()] == ["freshness"]
    assert [rule for rule, *_ in found()] == ["freshness"], "told once, however often it is found"

    load(line.format("2026-11-22"), name="b.csv")

    assert found() == []
    closed = center.scalars(select(QualityFinding.resolved_at)).all()
    assert len(closed) == 1
    assert None not in closed
