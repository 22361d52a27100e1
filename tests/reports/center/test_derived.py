"""The headline findings follow from what the systems count; nobody types them in."""

from datetime import date
from functools import cache

import pytest

from reports.center import derived, explorer, loading, registry, simulated, simulator
from reports.center.explorer import Asked
from reports.center.loading import Delivery

TODAY = date(2026, 11, 23)


@cache
def components():
    """As the simulator serves them, for October and the running November."""
    since = date(2026, 10, 1)
    schools = simulated.school_rows(simulated.months(since, TODAY))
    served = {
        "school-register": [simulator._cells(row) for row in schools],
        simulator.SURVEY: simulator.rows_of(simulator.SURVEY, since, TODAY),
    }
    for code in ("traffic-cameras", "pedestrian-counters"):
        rows = simulator.rows_of(code, since, TODAY)
        served[code] = [row for row in rows if "CARS_IN" in row[0] or "COUNTED" in row[0]]
    return served


@pytest.fixture
def fed(center, now):
    wanted = [one for one in registry.systems() if one["code"] in components()]
    registry.seed_systems(center, wanted)
    for code, rows in components().items():
        lines = enumerate(([str(cell) for cell in row] for row in rows), start=1)
        delivery = Delivery(code, code, code)
        loading.load(center, delivery, list(simulator.COLUMNS), lines, now=now)
    for rule in derived.rules():
        derived.derive(center, rule, now=now)
    center.commit()
    return center


def found(session, code, area="ALMATY", period="2026-10", **dims):
    indicator = explorer.indicator(session, code, open_only=True)
    asked = Asked(indicator=indicator, area=area, dims=dims)
    values = {one.period: one for one in explorer.observations(session, asked, most=500)}
    return float(values[period].value)


def test_the_findings_that_the_center_told_the_city_follow_from_the_components(fed):
    assert found(fed, "EDU_SCHOOL_OVERCROWDED_SHARE") == 67
    assert found(fed, "EDU_SCHOOL_PLACE_DEFICIT") == 45_000
    assert found(fed, "EDU_SCHOOL_UNDERUSED_SHARE") == 17
    assert found(fed, "EDU_SCHOOL_FREE_PLACES") == 10_000
    assert found(fed, "TRA_SUBURB_WORK_STUDY_SHARE") == 48
    weekday = found(fed, "TRA_CARS_ENTERING_DAY", day_type="weekday")
    weekend = found(fed, "TRA_CARS_ENTERING_DAY", day_type="weekend")
    assert 200_000 < weekend < 240_000 < weekday < 270_000
    assert found(fed, "TRA_CARS_ENTERING_DAY", period="2026-10-14") > 240_000
    assert 120_000 < found(fed, "PED_FLOW_PANFILOV", "PANFILOV", day_type="weekday") < 130_000
    assert 70_000 < found(fed, "PED_FLOW_PANFILOV", "PANFILOV", day_type="weekend") < 76_000
    assert found(fed, "PED_FLOW_ATAKENT", "ATAKENT") == pytest.approx(22_000, rel=0.05)
    shares = [found(fed, "EDU_SCHOOL_OVERCROWDED_SHARE", area) for area in simulated.DISTRICTS]
    assert min(shares) < 67 < max(shares), "the city's share is no mean of its districts'"
    deficit = sum(found(fed, "EDU_SCHOOL_PLACE_DEFICIT", area) for area in simulated.DISTRICTS)
    assert deficit == 45_000


def test_a_derived_value_names_its_inputs_and_a_running_month_is_provisional(fed):
    indicator = explorer.indicator(fed, "PED_FLOW_ATAKENT", open_only=True)
    values = explorer.observations(fed, Asked(indicator=indicator, dims={}), most=10)

    assert [(one.period, one.status) for one in values] == [("2026-10", "A"), ("2026-11", "P")]

    indicator = explorer.indicator(fed, "EDU_SCHOOL_PLACE_DEFICIT", open_only=True)
    value = explorer.observations(fed, Asked(indicator=indicator), most=1)[0]

    told = explorer.batches(fed, [value.batch_id])[value.batch_id].manifest
    assert told["inputs"] == ["EDU_PUPILS_OVERFULL", "EDU_PLACES_OVERFULL"]
    assert told["transform"] == "EDU_PUPILS_OVERFULL - EDU_PLACES_OVERFULL"
    assert told["code_version"] == 1


def test_derived_again_nothing_changes_and_a_corrected_part_gives_a_revision(fed, load, now):
    rule = derived.rules()[1]
    again = derived.derive(fed, rule, now=now)
    assert (again.accepted, again.unchanged) == (0, again.read)

    load("EDU_PUPILS_OVERFULL,medeu,2026-10,M,all,19999,place,A,", source="school-register")
    changed = derived.derive(fed, rule, now=now)

    assert (changed.accepted, changed.revised) == (1, 1)


def test_a_sum_that_lacks_a_part_is_not_computed(center, load, now):
    load("EDU_PUPILS_OVERFULL,medeu,2026-10,M,all,9999,place,A,", source="school-register")

    assert derived.derive(center, derived.rules()[1], now=now).read == 0
