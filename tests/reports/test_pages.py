"""The council's archive as people use it, and the figures for neighbouring systems."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.calendar import clock as clock_now
from agencies.staff import Role
from reports import editions, figure_sets, periods
from reports.editions import Edition, EditionStatus
from tests.make import bearer, make_officer, make_token, sign_in
from tests.reports.register import add_case

OCTOBER = periods.parse("2026-10")
READERS = ("council", "analyst", "supervisor", "admin", "head")
FIGURES = "/api/v1/figures?from=2026-10-01&to=2026-10-31"


@pytest.fixture
def council(client: Any, session: Any) -> Any:
    return sign_in(client, make_officer(session, Role.COUNCIL))


def kept(session: Any, *, by: Any = None) -> Edition:
    edition = editions.request(session, OCTOBER, language="kk", by=by, now=clock_now())
    editions.next_to_render(session, now=clock_now())
    editions.keep(edition, b"%PDF-1.7 x", now=clock_now())
    session.commit()
    return edition


@pytest.mark.parametrize("role", sorted(Role))
def test_who_opens_the_archive(client: Any, session: Any, role: str) -> None:
    answer = sign_in(client, make_officer(session, role)).get("/reports")

    assert answer.status_code == (200 if role in READERS else 403)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_empty_archive_says_what_to_do(council: Any, language: str) -> None:
    page = council.get(f"/reports?lang={language}").text

    assert 'name="period"' in page
    assert f'lang="{language}"' in page


def test_a_report_asked_for_shows_its_state_until_it_is_there(council: Any, session: Any) -> None:
    asked = council.post("/reports", data={"period": "2026-10", "language": "kk"})
    waiting = council.get("/reports?lang=en")

    assert asked.status_code == 302
    assert "Waiting for a worker" in waiting.text
    assert waiting.headers["Refresh"]
    edition = editions.next_to_render(session, now=clock_now())
    assert edition is not None
    editions.keep(edition, b"%PDF-1.7 x", now=clock_now())
    session.commit()
    ready = council.get("/reports?lang=en")
    assert "Ready to be checked" in ready.text
    assert "Refresh" not in ready.headers
    assert council.get(f"/reports/editions/{edition.id}.pdf").data == b"%PDF-1.7 x"


def test_a_month_that_is_no_month_keeps_the_form(council: Any) -> None:
    answer = council.post("/reports", data={"period": "soon", "language": "ru"})

    assert answer.status_code == 422
    assert "2026-Q4" in answer.text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_brief_is_asked_for_like_the_others(council: Any, session: Any, language: str) -> None:
    offered = council.get(f"/reports?lang={language}").text
    asked = council.post("/reports", data={"period": "brief/2026-10", "language": language})

    assert 'value="brief/2026-10"' in offered
    assert asked.status_code == 302
    made = editions.next_to_render(session, now=clock_now())
    assert made is not None
    assert (made.kind, made.period) == ("brief", "2026-10")


def test_a_quarter_has_no_brief(council: Any) -> None:
    answer = council.post("/reports", data={"period": "brief/2026-Q3", "language": "kk"})

    assert answer.status_code == 422


def test_a_file_that_is_not_there_yet_is_not_found(council: Any, session: Any) -> None:
    edition = editions.request(session, OCTOBER, language="kk", by=None, now=clock_now())
    session.commit()

    assert council.get(f"/reports/editions/{edition.id}.pdf").status_code == 404
    assert council.get("/reports/editions/999.pdf").status_code == 404


def test_another_person_issues_the_edition(client: Any, session: Any) -> None:
    maker, checker = make_officer(session, Role.ANALYST), make_officer(session, Role.SUPERVISOR)
    edition = kept(session, by=maker)
    address = f"/reports/editions/{edition.id}/issue"

    assert sign_in(client, maker).post(address).status_code == 403
    assert sign_in(client, checker).post(address).status_code == 302
    session.refresh(edition)
    assert edition.status is EditionStatus.ISSUED
    assert sign_in(client, checker).post(address).status_code == 409


def test_the_council_reads_but_does_not_issue(council: Any, session: Any) -> None:
    edition = kept(session)

    assert council.post(f"/reports/editions/{edition.id}/issue").status_code == 403


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_figures_of_a_month_as_a_page(council: Any, session: Any, language: str) -> None:
    for n in range(25):
        add_case(session, clock_now() - timedelta(days=40, hours=n))
    figure_sets.of_today(session, OCTOBER, now=clock_now())
    session.commit()

    page = council.get(f"/reports/2026-10?lang={language}").text

    assert page.count("<svg xmlns") >= 4
    assert page.count("<h1") == 1
    assert 'id="F20"' in page
    assert "style=" not in page.split("<main")[1]


def test_a_month_without_figures_says_when_they_come(council: Any) -> None:
    assert "have not been taken yet" in council.get("/reports/2026-09?lang=en").text
    assert council.get("/reports/2026-09/figures.csv").status_code == 404
    assert council.get("/reports/2026-Q3").status_code == 404
    assert council.get("/reports/nonsense").status_code == 404


def test_the_figures_of_a_month_as_a_file(council: Any, session: Any) -> None:
    figure_sets.of_today(session, OCTOBER, now=clock_now())
    session.commit()

    assert council.get("/reports/2026-10/figures.csv").text.startswith("figure,value\n")


def test_the_pack_over_http_is_that_of_the_command(client: Any, session: Any) -> None:
    add_case(session, "2026-10-05 04:00")
    session.commit()
    key = bearer(make_token(session, Role.ANALYST))

    pack = client.get(FIGURES, headers=key).json

    assert pack["received"] == 1
    assert pack["period"] == {"from": "2026-10-01", "to": "2026-10-31"}
    assert set(pack) >= {"by_agency", "by_month", "by_district", "by_category", "on_time_share"}


def test_a_head_gets_the_figures_of_the_own_agency_only(client: Any, session: Any) -> None:
    add_case(session, "2026-10-05 04:00", agencies=("housing",))
    add_case(session, "2026-10-05 04:00", agencies=("ecology",))
    session.commit()
    key = bearer(make_token(session, Role.HEAD, agency="ecology"))

    assert client.get(FIGURES, headers=key).json["received"] == 1
    assert set(client.get(FIGURES, headers=key).json["by_agency"]) == {"ecology"}
    assert client.get(f"{FIGURES}&agency=ecology", headers=key).status_code == 200
    assert client.get(f"{FIGURES}&agency=housing", headers=key).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/figures", 422),
        ("/api/v1/figures?from=2026-10-31&to=2026-10-01", 422),
        ("/api/v1/figures?from=x&to=y", 422),
        (f"{FIGURES}&agency=nobody", 404),
        (f"{FIGURES}&colour=red", 422),
    ],
)
def test_a_question_that_cannot_be_answered(
    client: Any, session: Any, address: str, status: int
) -> None:
    answer = client.get(address, headers=bearer(make_token(session, Role.ANALYST)))

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_a_stranger_and_a_clerk_get_no_figures(client: Any, session: Any) -> None:
    assert client.get(FIGURES).status_code == 401
    assert client.get(FIGURES, headers=bearer(make_token(session, Role.CLERK))).status_code == 403


def test_the_call_is_described(client: Any) -> None:
    assert "get" in client.get("/api/v1/openapi.json").json["paths"]["/figures"]
