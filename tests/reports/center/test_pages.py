"""The Center's pages: found by own words, drawn with a table behind, never more statements."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from agencies.staff import Role
from reports.alerts import Alert
from reports.center import beside, curves, explorer, overview, quality, silence
from reports.center.explorer import Asked
from reports.center.records import SourceSystem
from tests.make import make_officer, sign_in
from tests.reports.register import add_case

YEARS = [f"EDU_SCHOOLS,ALMATY,{year},A,,{200 + year - 2010},school,A,situation-center"
         for year in range(2010, 2024)]  # fmt: skip
DISTRICTS = [
    f"EDU_SCHOOLS,{code},2023,A,,{n},school,A,situation-center"
    for code, n in (("medeu", 20), ("auezov", 40), ("almaly", 30))
]


@pytest.mark.parametrize(("lang", "asked"), [("kk", "мектеп"), ("ru", "школ"), ("en", "school")])
def test_an_indicator_is_found_by_own_words(client, load, lang, asked):
    load(*YEARS)

    page = client.get("/center", query_string={"q": asked, "lang": lang}).text

    assert "/center/indicators/EDU_SCHOOLS" in page
    assert "213" in page


def test_an_indicator_is_drawn_with_its_table_and_map(client, load):
    load(*YEARS, *DISTRICTS)

    page = client.get("/center/indicators/EDU_SCHOOLS?lang=en").text

    assert page.count("<polyline") == 1
    assert "2010" in page
    assert page.count("<svg xmlns") == 2
    assert "OpenStreetMap" in page


def test_districts_are_drawn_beside_each_other(client, load):
    load(*YEARS, *DISTRICTS, *(line.replace("2023", "2022") for line in DISTRICTS))

    page = client.get("/center/indicators/EDU_SCHOOLS?lang=en&area=medeu&with=auezov").text

    assert page.count("<polyline") == 2


@pytest.mark.parametrize("bad", ["as_of=0001-01-01", "as_of=x", "area=%00", "dims='", "years=9e9"])
def test_an_address_that_makes_no_sense_shows_the_whole(client, load, bad):
    load(*YEARS)

    answer = client.get(f"/center/indicators/EDU_SCHOOLS?{bad}&lang=en")

    assert answer.status_code == 200
    assert "<polyline" in answer.text


def test_a_page_shows_what_stood_on_a_day(client, load):
    load(*YEARS)

    page = client.get("/center/indicators/EDU_SCHOOLS?lang=en&as_of=2001-01-01").text

    assert "No value has come yet" in page


def test_a_finding_names_its_period(client, load, center, now):
    load("TRA_CARS_REGISTERED,KZ,2022,A,all,390962,car,A,X",
         "TRA_CARS_REGISTERED,ALMATY,2022,A,all,484041,car,A,X")  # fmt: skip
    quality.run(center, now=now, since=datetime(2000, 1, 1, tzinfo=UTC))
    center.commit()

    page = client.get("/center/indicators/TRA_CARS_REGISTERED?lang=en&area=ALMATY").text

    assert "2022: the districts do not add up to the city" in page


def test_an_unknown_indicator_is_not_found(client, center):
    assert client.get("/center/indicators/NO_SUCH").status_code == 404


def test_the_board_tells_the_target(client, load):
    load("EDU_SCHOOL_PLACE_DEFICIT,ALMATY,2023,A,,100,place,A,situation-center")

    page = client.get("/center/board?lang=en").text

    assert "target not reached" in page
    assert "Target: 0 places" in page


def test_a_district_is_not_held_to_the_target_of_the_city(client, load):
    load("EDU_SCHOOL_PLACE_DEFICIT,ALMATY,2023,A,,100,place,A,situation-center",
         "EDU_SCHOOL_PLACE_DEFICIT,medeu,2023,A,,10,place,A,situation-center")  # fmt: skip
    address = "/center/indicators/EDU_SCHOOL_PLACE_DEFICIT?lang=en"

    assert "Target: 0 places" in client.get(address).text
    assert "Target:" not in client.get(address + "&area=medeu").text


def test_of_a_long_curve_the_ends_of_stretches_and_the_newest_days_are_read(client, load, center):
    start = date(2022, 1, 1)
    line = "EDU_SCHOOLS,ALMATY,{},D,,{},school,A,situation-center"
    days = [start + timedelta(days=n) for n in range(1500)]
    values = [200 + n % 7 for n in range(1500)]
    values[700], values[710] = 999, 3
    load(*(line.format(*pair) for pair in zip(days, values, strict=True)))
    one = explorer.indicator(center, "EDU_SCHOOLS", open_only=True)
    series = explorer.series_of(center, Asked(indicator=one))[0]

    seen = overview.drawn(center, series, Asked(open_only=True), most=1400, newest=40)

    assert seen.count == 1400
    assert len(seen.values) < 400
    assert {999, 3} <= {int(each.value) for each in seen.values}
    assert [each.period for each in seen.values[-40:]] == [str(day) for day in days[-40:]]
    page = client.get("/center/indicators/EDU_SCHOOLS?lang=en").text
    assert re.search(r"Further periods in the download: 1\W?460", page)


def test_a_curve_stands_beside_that_of_the_year_before_weekday_under_weekday(client, load):
    line = "EDU_SCHOOLS,ALMATY,{},D,,{},school,A,situation-center"
    start = date(2025, 1, 1)
    load(*(line.format(start + timedelta(days=n), 5000 + n) for n in range(600)))

    page = client.get("/center/indicators/EDU_SCHOOLS?lang=en&years=1&before=1").text

    assert page.count("<polyline") == 2
    assert "Almaty a year before" in page
    newest = re.search(r"<tbody>.*?</tr>", page, re.DOTALL)
    assert re.findall(r"5\W?(\d{3})<", newest[0]) == ["599", "235"], "364 days lie between"


def test_sources_tell_how_they_stand(client, load):
    load(*YEARS)

    page = client.get("/center/sources?lang=en").text

    assert "sends files" in page


def test_a_quiet_feed_is_an_alert_that_a_person_takes_up(client, center, now):
    source = center.get(SourceSystem, "reception-hall")
    source.address, source.heard_at, source.cadence_min = "http://localhost/", now, 60
    silence.mark_quiet(center, now=now + timedelta(hours=4))
    center.commit()
    told = client.get("/center/sources?lang=en").text
    assert "Nobody has looked yet" in told
    assert "/alerts" not in told

    analyst = sign_in(client, make_officer(center, Role.ANALYST, name="A. Watchful"))
    alert = center.scalars(select(Alert)).one()
    assert "Nothing new from: Public reception hall" in analyst.get("/alerts?lang=en").text
    analyst.post(f"/alerts/{alert.id}/take")

    told = analyst.get("/center/sources?lang=en").text
    assert "Somebody is looking into it</a> (A. Watchful)" in told


def test_the_board_needs_a_fixed_number_of_statements(client, load, statements):
    load(*YEARS)
    client.get("/center/board?lang=en")
    with statements() as few:
        client.get("/center/board?lang=en")
    load("SAF_CRIMES,ALMATY,2023,A,,9,crime,A,situation-center",
         "POP_TOTAL,ALMATY,2023,A,,2000000,person,A,situation-center")  # fmt: skip
    with statements() as more:
        client.get("/center/board?lang=en")

    assert len(more) == len(few)


@pytest.mark.parametrize("role", sorted(Role))
def test_who_reads_indicators_beside_appeals(client, center, role):
    answer = sign_in(client, make_officer(center, role)).get("/center/council")

    readers = ("council", "analyst", "supervisor", "head", "admin")
    assert answer.status_code == (200 if role in readers else 403)


def test_few_appeals_of_a_district_are_not_told(center):
    session = center
    for _ in range(4):
        add_case(session, "2026-10-05 04:00", subject="13.02")
    for _ in range(6):
        add_case(session, "2026-10-05 04:00", subject="13.02", district="auezov")
    session.commit()

    counts = beside.appeals(session, "13", today=date(2026, 11, 1))

    assert counts == {"medeu": 4, "auezov": 6}
    assert beside.told(4) is None
    assert beside.told(6) == 6
    assert beside.told(0) == 0


def test_a_long_curve_keeps_its_peaks():
    start = datetime(2016, 1, 1, tzinfo=UTC)
    points = [(start + timedelta(days=n), float(n == 1234)) for n in range(3650)]

    thin = curves.thinned(points)

    assert len(thin) <= curves.MOST_POINTS + 2
    assert max(value for _, value in thin) == 1.0
    assert thin == sorted(thin)
