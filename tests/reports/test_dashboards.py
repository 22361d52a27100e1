"""Dashboards: what each role sees, the filters in the address, the export; the snapshot behind."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from agencies import outlines
from agencies.appeals import Applicant, ClaimOutlook
from agencies.errors import NotFound
from agencies.journal import JournalEntry
from agencies.staff import Role
from reports import charts, fairness, funnels, load, maps, periods, snapshot
from reports.fairness import Funnel, Place
from reports.wording import Words
from tests.make import make_appeal, make_officer, sign_in
from tests.reports.register import add_case, at

OCTOBER = periods.month(2026, 10)
NOW = at("2026-11-23 05:00")


def some_cases(session: Any) -> None:
    for day in range(1, 25):
        add_case(session, f"2026-10-{day:02} 04:00", agencies=("housing", "ecology"),
                 answered="2026-10-29 04:00" if day % 3 else None)  # fmt: skip
    session.commit()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_supervisor_sees_the_month_with_map_topics_and_agencies(
    client: Any, session: Any, language: str
) -> None:
    some_cases(session)
    page = sign_in(client, make_officer(session, Role.SUPERVISOR)).get(
        f"/dashboards?period=2026-10&lang={language}"
    ).text  # fmt: skip

    assert "(F21)" in page
    assert page.count("<svg") >= 2
    assert 'id="fairness"' in page
    assert "OpenStreetMap" in page
    assert page.count("<circle") == 2, "a dot for each agency"


def test_the_hall_s_total_and_that_of_the_agencies_are_both_shown(
    client: Any, session: Any
) -> None:
    """24 appeals, each for two agencies; one sent on is not counted at two."""
    some_cases(session)
    add_case(session, "2026-10-25 04:00", agencies=("police",), redirections=1)
    session.commit()
    analyst = sign_in(client, make_officer(session, Role.ANALYST))

    page = analyst.get("/dashboards?period=2026-10&lang=en").text
    one = analyst.get("/dashboards?period=2026-10&agency=ecology&lang=en").text

    assert "the hall received 25 appeals, each counted once (F01)" in page
    assert "the agencies have 49 matters of them" in page
    assert "Two totals" not in one


def test_a_figure_stands_beside_a_year_ago_and_its_target(client: Any, session: Any) -> None:
    some_cases(session)
    for day in range(1, 8):
        add_case(session, f"2025-10-{day:02} 04:00", answered="2025-10-20 04:00")
    session.commit()
    analyst = sign_in(client, make_officer(session, Role.ANALYST))

    page = analyst.get("/dashboards?period=2026-10&lang=en").text
    cumulative = analyst.get("/dashboards?period=2026-01-01--2026-10-31&lang=en").text

    assert "a year ago: 7" in page
    assert "target: 100" in page
    assert "a year ago" not in cumulative


@pytest.mark.parametrize(
    ("language", "told"),
    [("kk", "Кешігу қаупі бар"), ("ru", "Риск просрочки"), ("en", "At risk of being late")],
)
def test_what_is_at_risk_is_counted_with_the_way_to_it_for_those_who_have_a_list(
    client: Any, session: Any, statements: Any, language: str, told: str
) -> None:
    spent = []
    sign_in(client, make_officer(session, Role.HEAD, agency="ecology"))
    for n in (1, 2):
        for agency in ("ecology", "housing"):
            case = make_appeal(session, status="in_work", agency=agency)
            claim = case.claims[0]
            session.add(
                ClaimOutlook(
                    claim_id=claim.id, due_on=claim.due_on, days_left=9,
                    made_at=case.received_at, late=300, base=20, level=0,
                )
            )  # fmt: skip
        session.commit()
        with statements() as seen:
            page = client.get(f"/dashboards?lang={language}").text
        spent.append(len(seen))
        assert told_of_risk(page) == ("/workspace?risk=1", told, str(n))

    assert spent[0] == spent[1]
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    page = client.get(f"/dashboards?agency=housing&lang={language}").text
    assert told_of_risk(page) == ("/workspace?risk=1&amp;agency=housing", told, "2")
    sign_in(client, make_officer(session, Role.ANALYST))
    assert told_of_risk(client.get(f"/dashboards?lang={language}").text) is None


def told_of_risk(page: str) -> tuple[str, ...] | None:
    found = re.search(
        r'<a href="(/workspace\?risk=1[^"]*)">([^<]+)</a></p>\s*<p class="stat-value">(\d+)', page
    )
    return tuple(found.groups()) if found else None


def test_a_head_sees_the_own_agency_whatever_the_address_says(client: Any, session: Any) -> None:
    some_cases(session)
    add_case(session, "2026-10-05 04:00")
    session.commit()
    head = sign_in(client, make_officer(session, Role.HEAD, agency="ecology"))

    told = head.get("/dashboards/figures.csv?period=2026-10&agency=housing").text

    assert "agency:ecology,F01,received,24" in told
    assert "agency:housing" not in told


@pytest.mark.parametrize("role", sorted(Role))
def test_who_sees_the_figures(client: Any, session: Any, role: str) -> None:
    page = sign_in(client, make_officer(session, role))
    answer = page.get("/dashboards")

    readers = ("head", "supervisor", "analyst", "admin")
    assert answer.status_code == (200 if role in readers else 403)


@pytest.mark.parametrize(
    "asked", ["period=0001-01-01", "agency=%00", "district=' OR 1=1", "category=zz", "period=x"]
)
def test_what_nobody_offers_is_said_and_not_shown_as_zeros(
    client: Any, session: Any, asked: str
) -> None:
    page = sign_in(client, make_officer(session, Role.ANALYST))
    answer = page.get(f"/dashboards?lang=en&{asked}")

    assert answer.status_code == 404
    assert "Show the figures without a filter" in answer.text
    assert page.get(f"/dashboards/figures.csv?{asked}").status_code == 404


def test_agencies_stand_in_a_funnel_adjusted_for_their_matters(session: Any) -> None:
    some_cases(session)

    found = fairness.in_time(session, OCTOBER, as_of=NOW)

    assert found is not None
    assert [place.agency for place in found.places] == ["ecology", "housing"]
    assert all(place.inside and place.cases == 24 for place in found.places)
    assert fairness.in_time(session, periods.month(2020, 1), as_of=NOW) is None


def placed(code: str, cases: int, value: float, found: Funnel) -> Place:
    low, high = fairness.limits(found, cases, 0.998)
    return Place(code, "small", cases, round(cases * value), value, low, high, low <= value <= high)


def test_the_funnel_is_drawn_with_its_limits_and_a_dot_for_each_agency() -> None:
    """Few matters are a hollow dot without a percentage; numbers lead to the rows of the table."""
    found = Funnel(0.8, [], 0.0)
    found.places.extend([placed("a", 7, 0.4, found), placed("b", 400, 0.6, found)])

    told = funnels.told(Words("en"), found, {"a": "Water", "b": "Air"}, charts.PRINT)

    assert told.finding == "Outside what chance shows: 1 of 2 agencies (F21)"
    assert [row[0] for row in told.table.rows] == ["1. Air", "2. Water"]
    assert [row[3] for row in told.table.rows] == ["60.0%", "–"]
    assert told.drawing.count("<polyline") == 5, "the city, and two limits on both sides"
    assert told.drawing.count("stroke-dasharray") == 2, "the lines differ without colour"
    assert (told.drawing.count('class="dot"'), told.drawing.count('class="dot-few"')) == (1, 1)
    assert "nan" not in told.drawing


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_a_funnel_without_any_difference_can_be_drawn(target: float) -> None:
    found = Funnel(target, [], 0.0)
    found.places.append(placed("a", 3, target, found))

    told = funnels.told(Words("kk"), found, {"a": "Су"}, charts.SCREEN)

    assert told.drawing.count("<circle") == 1


COUNTS = {"medeu": 50, "almaly": 1}


def test_the_map_writes_counts_beside_names_and_no_number_of_a_class() -> None:
    names = {"medeu": "Медеу ауданы", "almaly": "Алмалы ауданы"}

    drawn = maps.of_counts(Words("kk"), "Аудандар", COUNTS, names, nothing="жоқ")

    assert len(outlines.of_districts()) == 8
    assert re.search(r">Медеу<tspan[^>]*>50</tspan>", drawn)
    assert re.search(r">Алмалы<tspan[^>]*>1</tspan>", drawn)
    assert drawn.count(">–</tspan>") == 6
    assert "– жоқ" in drawn
    assert not re.search(r">[2-5]</", drawn)


def test_the_legend_of_the_map_says_which_counts_each_shade_stands_for() -> None:
    assert maps.classes(COUNTS) == {"medeu": 4, "almaly": 0}
    assert maps.spans(COUNTS) == [(0, 10), (11, 21), (22, 32), (33, 43), (44, 54)]


def test_the_load_of_the_next_days_follows_the_weekday() -> None:
    today = date(2026, 11, 23)
    rows = [(today - timedelta(days=back), 10) for back in range(1, 57)]

    assert load.trend(rows, today) == 1.0
    assert load.trend([(day, 100 if (today - day).days < 28 else 10) for day, _ in rows], today) \
        == load.MOST_TREND  # fmt: skip


def test_without_tickets_nothing_is_expected(session: Any) -> None:
    assert load.expected(session, today=date(2026, 11, 23)) == []


def test_the_snapshot_says_what_the_register_says_and_follows_its_changes(
    session: Any, tmp_path: Path
) -> None:
    some_cases(session)
    with pytest.raises(NotFound):
        snapshot.pack(session, tmp_path, now=NOW)
    snapshot.refresh(session, tmp_path, now=NOW)

    before = snapshot.pack(session, tmp_path, now=NOW)
    late = add_case(session, "2026-11-02 04:00", agencies=("police",), due=date(2026, 11, 5))
    session.add(_entry(late.id))
    session.commit()
    after = snapshot.pack(session, tmp_path, now=NOW)

    assert ("housing", "01", "medeu", "2026-10", 24, 8) in before.cube
    assert ("police", "01", "medeu", "2026-11", 1, 1) in after.cube
    assert len(after.cube) == len(before.cube) + 1
    handling = {row[0]: row for row in before.handling}["housing"]
    assert handling[2:4] == (24, 16)
    assert handling[4] is not None
    assert handling[5] is None, "nine of ten have no answer yet"
    assert not list(tmp_path.glob("*.csv")), "nothing is left lying about"


def test_who_comes_again_within_ninety_days_is_counted_in_the_night_and_after(
    session: Any, tmp_path: Path
) -> None:
    one, other = (Applicant(name=name, iin_index=name.encode()) for name in ("А", "Б"))
    session.add_all([one, other])
    add_case(session, "2026-01-05 04:00", agencies=("housing", "ecology"), applicant=one)
    add_case(session, "2026-04-05 04:00", applicant=one)
    add_case(session, "2026-07-05 04:00", applicant=one)
    add_case(session, "2026-07-05 04:00", applicant=other)
    session.commit()
    snapshot.refresh(session, tmp_path, now=NOW)
    night = snapshot.pack(session, tmp_path, now=NOW).repeats

    late = add_case(session, "2026-07-25 04:00", applicant=other)
    session.add(_entry(late.id))
    session.commit()
    day = snapshot.pack(session, tmp_path, now=NOW).repeats

    assert night == [("ecology", 1, 0), ("housing", 4, 1)]
    assert day == [("ecology", 1, 0), ("housing", 5, 2)]
    snapshot.refresh(session, tmp_path, now=NOW)
    assert snapshot.pack(session, tmp_path, now=NOW).repeats == day


def _entry(appeal_id: int) -> JournalEntry:
    return JournalEntry(
        appeal_id=appeal_id, position=1, kind="registered", at=NOW, payload={}, salt=b"",
        payload_hash=b"", digest=b"",
    )  # fmt: skip
