"""Open calls: without a key, page by page, as they stand and as they stood."""

import csv
import io

import pytest

from reports.center import commands

LINES = [
    *(f"POP_TOTAL,{area},{year},A,all,{n + year},person,A,Bureau of National Statistics"
      for n, area in enumerate(["ALMATY", "medeu", "auezov"]) for year in (2021, 2022, 2023)),
    "POP_TOTAL,ALMATY,2023,A,sex=female,7,person,A,Bureau of National Statistics",
    "LAB_UNEMPLOYMENT_RATE,ALMATY,2022,A,all,4.5,percent,A,Bureau of National Statistics",
]  # fmt: skip


@pytest.fixture
def api(load, client):
    load(*LINES)

    def _ask(path, **more):
        return client.get(f"/api/v1{path}", **more)

    return _ask


def test_indicators_are_listed_by_code_and_found_by_words_of_any_language(api):
    items = api("/indicators").json["items"]

    codes = [item["code"] for item in items]
    assert codes == sorted(codes)
    assert {"POP_TOTAL", "EDU_SCHOOLS"} <= set(codes)
    for asked in ("halyk sany", "численность насел", "population", "pop total"):
        found = [item["code"] for item in api(f"/indicators?q={asked}").json["items"]]
        assert "POP_TOTAL" in found or asked == "halyk sany"


def test_one_indicator_tells_its_definition_and_the_newest_value_of_each_series(api):
    told = api("/indicators/POP_TOTAL").json

    assert set(told["definition"]) == {"kk", "ru", "en"}
    newest = {
        (each["area"], each["last"]): each["value"] for each in told["observed"] if not each["dims"]
    }
    assert newest == {("ALMATY", "2023"): 2023, ("medeu", "2023"): 2024, ("auezov", "2023"): 2025}


def test_observations_are_narrowed_by_area_period_and_breakdown(api):
    def ask(words):
        items = api(f"/observations?indicator=POP_TOTAL&{words}").json["items"]
        return [(one["area"], one["period"], one["value"]) for one in items]

    assert ask("area=medeu&from=2022&to=2022") == [("medeu", "2022", 2023)]
    assert ask("dim.sex=female") == [("ALMATY", "2023", 7)]
    assert ask("area=ALMATY&dim.sex=total") == [("ALMATY", str(y), y) for y in (2021, 2022, 2023)]
    assert len(ask("freq=A")) == 10
    assert ask("freq=D") == []


def test_pages_join_without_gap_or_overlap(api):
    seen, cursor = [], ""
    while cursor is not None:
        page = api(f"/observations?indicator=POP_TOTAL&limit=3&cursor={cursor}").json
        seen += [(one["area"], one["period"], str(one["dims"])) for one in page["items"]]
        cursor = page["next"]

    assert len(seen) == len(set(seen)) == 10


def test_the_csv_can_be_taken_in_again(api, center, file):
    answer = api("/observations?indicator=POP_TOTAL&format=csv&limit=4")

    assert answer.mimetype == "text/csv"
    assert 'rel="next"' in answer.headers["Link"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 4
    path = file(name="given.csv")
    path.write_text(answer.text, encoding="utf-8")
    again = commands.load(center, path)
    assert (again.read, again.already_present) == (4, 4)


def test_values_are_told_as_they_stood(api, load, clock):
    was = clock.moment.isoformat().replace("+00:00", "Z")
    clock.advance(days=2)
    load("LAB_UNEMPLOYMENT_RATE,ALMATY,2022,A,all,5.1,percent,A,X", name="b.csv")

    def ask(words=""):
        return api(f"/observations?indicator=LAB_UNEMPLOYMENT_RATE{words}").json["items"]

    assert [(one["value"], one["revision"]) for one in ask()] == [(5.1, 2)]
    assert [one["value"] for one in ask(f"&as_of={was}")] == [4.5]
    assert [one["value"] for one in ask("&as_of=2026-11-23")] == [4.5]
    both = [(one["value"], one["superseded"]) for one in ask("&revisions=true")]
    assert both == [(4.5, True), (5.1, False)]


@pytest.mark.parametrize(
    "words",
    ["", "indicator=", "indicator=POP_TOTAL&from=yesterday", "indicator=POP_TOTAL&cursor=zz",
     "indicator=POP_TOTAL&limit=0", "indicator=POP_TOTAL&as_of=noon",
     "indicator=POP_TOTAL&colour=1",
     "indicator=POP_TOTAL&format=xml"],
)  # fmt: skip
def test_clumsy_questions_are_explained(api, words):
    answer = api(f"/observations?{words}")

    assert answer.status_code == 422
    assert answer.json["errors"]


def test_an_unknown_or_closed_indicator_is_not_found(api, load):
    header = "indicator_code,indicator_name,ref_area,time_period,value,unit,source_system"
    load("ENV_TREES,Trees planted,ALMATY,2023,7,tree,Green belt", name="t.csv", header=header)

    for path in ("/indicators/NO", "/indicators/ENV_TREES", "/observations?indicator=ENV_TREES"):
        assert api(path).status_code == 404
    assert "ENV_TREES" not in [item["code"] for item in api("/indicators").json["items"]]


def test_values_that_are_not_for_publication_are_not_told(api, load):
    header = "indicator_code,ref_area,time_period,value,unit,conf_status,source_system"
    load("POP_TOTAL,turksib,2023,3,person,N,X", name="n.csv", header=header)

    assert api("/observations?indicator=POP_TOTAL&area=turksib").json["items"] == []
    observed = api("/indicators/POP_TOTAL").json["observed"]
    assert [each["value"] for each in observed if each["area"] == "turksib"] == [None]


def test_an_unchanged_answer_is_not_sent_again_and_any_page_may_read_it(api):
    first = api("/observations?indicator=POP_TOTAL")

    again = api(
        "/observations?indicator=POP_TOTAL", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (first.status_code, again.status_code) == (200, 304)
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_a_page_of_observations_takes_few_statements(api, statements):
    with statements() as seen:
        api("/observations?indicator=POP_TOTAL")

    assert len([one for one in seen if "SELECT" in one]) <= 6
