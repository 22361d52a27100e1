"""Observations enter: what is refused and why, that twice is once, and that history stays."""

import pytest
from sqlalchemy import func, select

from reception.launcher import Refused
from reports.center import commands, explorer, press
from reports.center.explorer import Asked
from reports.center.records import Batch, Indicator, Observation, RejectedRow, SourceSystem
from tests.reports.center.conftest import SAMPLE

given_sample = pytest.mark.skipif(not SAMPLE.exists(), reason="the sample file is missing")
POP = "POP_TOTAL,ALMATY,2023-01-01,A,{},{},person,A,Bureau of National Statistics"


def counts(summary):
    return summary.read, summary.accepted, summary.already_present, len(summary.rejects)


def reasons(summary):
    return [(each["line"], each["reason"]) for each in summary.rejects]


def values(session, code="POP_TOTAL", **asked):
    indicator = explorer.indicator(session, code, open_only=False)
    found = explorer.observations(session, Asked(indicator=indicator, **asked), most=100)
    return [(one.series.dims_key, one.period, float(one.value), one.revision) for one in found]


@given_sample
def test_the_sample_enters_but_for_the_row_without_a_year(center):
    summary = commands.load(center, SAMPLE)

    assert counts(summary) == (23, 22, 0, 1)
    assert reasons(summary) == [(20, "time_period: missing")]
    assert summary.rejects[0]["text"].startswith("SAF_CRIMES,")
    assert center.scalar(select(func.count()).where(Observation.status == "B")) == 2
    assert center.scalars(select(RejectedRow.reason)).all() == ["time_period: missing"]


@given_sample
def test_the_sample_sent_again_changes_nothing(center):
    commands.load(center, SAMPLE)
    before = center.execute(select(Observation.__table__)).all()

    again = commands.load(center, SAMPLE)

    assert counts(again) == (23, 0, 22, 1), "the refused row is tried again and refused again"
    assert center.execute(select(Observation.__table__)).all() == before


@given_sample
def test_each_row_of_the_sample_keeps_its_source_in_the_words_of_the_file(center):
    commands.load(center, SAMPLE)

    batch = center.scalars(select(Batch).where(Batch.source_code == "gender-stat-gov-kz")).one()
    assert batch.manifest["said"].endswith("city-hospitals-and-clinics@30b45400")
    assert batch.manifest["licence"].startswith("PDDL")
    assert not center.scalars(select(SourceSystem).where(SourceSystem.origin == "imported")).all()


def test_bad_rows_are_refused_each_for_its_own_reason(load):
    summary = load(
        "POP_TOTAL,ALMATY,2023-01-01,A,total,5,person,A,Bureau of National Statistics",
        "NO_SUCH,ALMATY,2023,A,all,5,person,A,X",
        ",ALMATY,2023,A,all,5,person,A,X",
        "POP_TOTAL,ATLANTIS,2023,A,all,5,person,A,X",
        "POP_TOTAL,,2023,A,all,5,person,A,X",
        "POP_TOTAL,ALMATY,2023-13,A,all,5,person,A,X",
        "POP_TOTAL,ALMATY,2031,A,all,5,person,A,X",
        "POP_TOTAL,ALMATY,2023,Z,all,5,person,A,X",
        "POP_TOTAL,ALMATY,2023,A,purple,5,person,A,X",
        'POP_TOTAL,ALMATY,2023,A,all,"390 962",person,A,X',
        "POP_TOTAL,ALMATY,2023,A,all,NaN,person,A,X",
        "POP_TOTAL,ALMATY,2023,A,all,,person,A,X",
        "POP_TOTAL,ALMATY,2023,A,all,0,person,M,X",
        "POP_TOTAL,ALMATY,2023,A,all,5,tonne,A,X",
        "POP_TOTAL,ALMATY,2023,A,all,5,person,Q,X",
        "POP_TOTAL,ALMATY,2023,A,all,5,person,A,",
        "POP_TOTAL,ALMATY,2023",
    )

    assert counts(summary) == (17, 1, 0, 16)
    assert [reason for _, reason in reasons(summary)] == [
        "indicator_code: `NO_SUCH` is not registered",
        "indicator_code: missing",
        "ref_area: `ATLANTIS` is on no list",
        "ref_area: missing",
        "time_period: `2023-13` is no period",
        "time_period: `2031` lies in the future",
        "freq: `Z` is none of A S Q M W D H _",
        "dimension: `purple` is on no list",
        "value: `390 962` is no number",
        "value: `NaN` is no number",
        "value: missing",
        "value: `0` though the status says that it is missing",
        "unit: `tonne` where the indicator is counted in `person`",
        "obs_status: `Q` is none of A E P B M",
        "source_system: missing",
        "3 columns where the first line names 9",
    ]


def test_faults_among_thousands_of_rows_are_found_and_the_others_enter(load, center):
    line = "POP_TOTAL,ALMATY,{}-{:02}-01,M,all,{},person,{},X"
    rows = [line.format(1900 + n // 12, n % 12 + 1, n, "A") for n in range(1200)]
    rows[7] = line.format(1900, 8, "", "M")
    rows[300] = line.format(1925, 1, '"1\n2"', "A")
    rows[301] = line.format(1925, 2, " 301 ", "A")
    rows[900] = rows[900].replace("person", "tonne")
    rows[1199] = rows[1199].replace("ALMATY", "ATLANTIS")

    summary = load(*rows)

    assert counts(summary) == (1200, 1197, 0, 3)
    assert [(line, reason.partition(":")[0]) for line, reason in reasons(summary)] == [
        (302, "value"), (902, "unit"), (1201, "ref_area"),
    ]  # fmt: skip
    sums = select(func.count(Observation.value), func.sum(Observation.value))
    assert center.execute(sums).one() == (1196, sum(range(1200)) - 7 - 300 - 900 - 1199)


def test_figures_told_to_the_press_are_a_source_that_names_its_pages(center):
    summary = commands.load_figures(center, press.FILE)

    assert counts(summary) == (31, 24, 0, 7)
    assert reasons(summary)[0] == (16, "time_period: `2017-09-11/2020-09-30` is no period")
    assert values(center, "OA_APPEALS_RECEIVED") == [
        ("", "2025-Q1", 49981, 1), ("", "2025-Q2", 73220, 1), ("", "2025-Q3", 50317, 1),
    ]  # fmt: skip
    assert ("appeal_topic=road-repair", "2025", 8321, 1) in values(center, "OA_APPEALS_YEAR")
    first = explorer.series_of(center, Asked(dims={"appeal_topic": "road-repair"}))[0]
    told = explorer.newest(center, [first])[first.id]
    assert (told.status, told.note) == ("P", "13 percent; 2025-01-01 to 2025-09-30")
    page = center.get(Batch, told.batch_id).manifest["url"]
    assert page.startswith("https://kaz.inform.kz/")
    assert counts(commands.load_figures(center, press.FILE))[1] == 0


def test_zero_and_missing_differ(load, center):
    load(
        "POP_TOTAL,ALMATY,2021,A,all,0,person,A,X",
        "POP_TOTAL,ALMATY,2022,A,all,,person,M,X",
    )

    query = select(Observation.value, Observation.status).order_by(Observation.starts)
    assert center.execute(query).all() == [(0, "A"), (None, "M")]


def test_a_corrected_value_leaves_the_former_one_readable(load, center, clock):
    load(POP.format("male", 100), POP.format("female", 120), name="first.csv")
    center.commit()
    before = clock.moment
    clock.advance(days=1)

    summary = load(POP.format("male", 100), POP.format("female", 125), name="second.csv")

    assert counts(summary) == (2, 1, 1, 0)
    day = "2023-01-01"
    assert values(center) == [("sex=male", day, 100, 1), ("sex=female", day, 125, 2)]
    assert values(center, as_of=before) == [("sex=male", day, 100, 1), ("sex=female", day, 120, 1)]
    assert len(values(center, revisions=True)) == 3
    female = explorer.series_of(center, Asked(dims={"sex": "female"}))[0]
    last = explorer.newest(center, [female])[female.id]
    told = explorer.history(center, female, last.starts, open_only=False)
    assert [(float(v.value), b.name) for v, b in told] == [(120, "first.csv"), (125, "second.csv")]


def test_an_old_file_sent_again_does_not_undo_the_correction(load, center):
    load(POP.format("all", 100), name="old.csv")
    load(POP.format("all", 101), name="new.csv")

    summary = load(POP.format("all", 100), name="old.csv")

    assert counts(summary) == (1, 0, 1, 0)
    assert values(center) == [("", "2023-01-01", 101, 2)]


def test_what_was_refused_enters_once_it_is_known(load, center):
    line = "NEW_THING,ALMATY,2023,A,all,5,person,A,X"
    assert counts(load(line, POP.format("all", 1))) == (2, 1, 0, 1)
    former = center.scalars(select(Indicator).where(Indicator.code == "EDU_SCHOOLS")).one()
    former.code, former.unit = "NEW_THING", "person"
    center.commit()

    assert counts(load(line, POP.format("all", 1))) == (2, 1, 1, 0)
    assert counts(load(line, POP.format("all", 1))) == (2, 0, 2, 0)


def test_a_period_that_comes_twice_in_one_file_is_taken_once_and_a_conflict_is_told(load, center):
    vehicles = "TRA_PUBLIC_VEHICLES,ALMATY,2022,A,all,{},vehicle,B,X"

    summary = load(vehicles.format(6826), vehicles.format(6826), vehicles.format(11792))

    assert counts(summary) == (3, 1, 1, 1)
    assert reasons(summary) == [(4, "the same period stands in line 2 with `6826`")]
    assert values(center, "TRA_PUBLIC_VEHICLES") == [("", "2022", 6826, 1)]


def test_an_unregistered_indicator_that_the_file_describes_is_kept_but_not_published(load, center):
    summary = load(
        "ENV_TREES,Trees planted,ALMATY,2023,7,tree,Green belt",
        header="indicator_code,indicator_name,ref_area,time_period,value,unit,source_system",
    )

    assert counts(summary) == (1, 1, 0, 0)
    made = center.scalars(select(Indicator).where(Indicator.code == "ENV_TREES")).one()
    assert (made.origin, made.open, made.unit) == ("imported", False, "tree")


def test_a_value_that_stands_behind_the_last_one_is_no_revision(load, center):
    load("POP_TOTAL,ALMATY,2023,A,all,3,person,A,X", name="a.csv")

    load("POP_TOTAL,ALMATY,2021,A,all,1,person,A,X", name="b.csv")

    assert values(center) == [("", "2021", 1, 1), ("", "2023", 3, 1)]


def test_a_batch_knows_what_it_brought(load, center):
    load(POP.format("all", 1), name="a.csv")
    load(POP.format("all", 2), POP.format("male", 1), POP.format("x", 1), name="b.csv")

    batch = center.scalars(select(Batch).order_by(Batch.id)).all()[-1]
    assert (batch.rows, batch.accepted, batch.revised, batch.unchanged, batch.rejected) == (
        3, 2, 1, 0, 1,
    )  # fmt: skip


def test_the_source_given_by_hand_stands_for_rows_that_name_none(load, center):
    summary = load("POP_TOTAL,ALMATY,2023,A,all,3,person,A,", source="situation-center")

    assert counts(summary) == (1, 1, 0, 0)
    with pytest.raises(Refused, match="no source system has the code `nobody`"):
        load(POP.format("all", 1), source="nobody")


def test_a_file_without_the_needed_columns_is_refused_whole(load):
    with pytest.raises(Refused, match="does not name the column time_period, value"):
        load("a,b", header="indicator_code,ref_area")
