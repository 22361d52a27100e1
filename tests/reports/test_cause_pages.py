"""The pages on which two people code the causes behind a proposal."""

from typing import Any

from flask.testing import FlaskClient

from agencies.staff import Officer, Role
from reports import causes
from tests.make import make_officer, sign_in
from tests.reports.proposing import drafted

NAME = "Сынақова Әсел"


def coded(client: FlaskClient, officer: Officer, path: str, codes: list[str]) -> str:
    sign_in(client, officer)
    for n, one in enumerate(codes, start=1):
        assert client.post(f"{path}/{n}", data={"cause": one}).status_code == 302
    return client.get(path).text


def test_two_people_code_apart_see_how_far_they_agree_and_settle_the_rest(
    client: FlaskClient, session: Any
) -> None:
    analyst = make_officer(session, Role.ANALYST)
    supervisor = make_officer(session, Role.SUPERVISOR)
    proposal = drafted(session, persons=6, by=analyst)
    session.commit()
    path = f"/proposals/{proposal.number}/causes"
    sign_in(client, analyst)
    assert client.post(f"{path}/draw").status_code == 302
    codes = ["N3", "N3", "P2", "P2", "I1", "N3"]
    alone = coded(client, analyst, path, codes)
    assert "Cohen" not in alone
    assert "Коэн" not in alone
    both = coded(client, supervisor, path, [*codes[:5], "P2"])
    assert "0,74" in both
    assert "N3 / P2" in both
    assert client.post(f"{path}/6", data={"cause": "N3"}).status_code == 302
    settled = client.get(path).text
    assert "N3 / P2" not in settled
    assert "<tbody" in settled


def test_no_cause_chosen_is_said_at_the_case(client: FlaskClient, session: Any) -> None:
    analyst = make_officer(session, Role.ANALYST)
    proposal = drafted(session, persons=6, by=analyst)
    session.commit()
    path = f"/proposals/{proposal.number}/causes"
    sign_in(client, analyst)
    client.post(f"{path}/draw")
    answer = client.post(f"{path}/1", data={})
    assert answer.status_code == 422
    assert "Себептердің бірін таңдаңыз." in answer.text
    assert all(f'value="{code}"' in answer.text for code in causes.catalogue())


def test_who_freezes_is_warned_of_uncoded_cases_and_the_proposal_says_it_afterwards(
    client: FlaskClient, session: Any
) -> None:
    analyst = make_officer(session, Role.ANALYST)
    supervisor = make_officer(session, Role.SUPERVISOR)
    proposal = drafted(session, persons=6, by=analyst)
    session.commit()
    path = f"/proposals/{proposal.number}"
    sign_in(client, analyst)
    assert "No sample of cases was drawn." in client.get(f"{path}?lang=en").text
    client.post(f"{path}/causes/draw")
    warned = client.get(f"{path}?lang=en").text
    assert "Cases without the codes of both people: 6 of 6." in warned
    assert client.post(f"{path}/steps/freeze").status_code == 302
    assert "how many of them lie in the law is not known." in client.get(f"{path}?lang=en").text
    sign_in(client, supervisor)
    assert 'href="/proposals"' in client.get("/dashboards").text


def test_a_coder_sees_which_proposals_wait_for_codes(client: FlaskClient, session: Any) -> None:
    supervisor = make_officer(session, Role.SUPERVISOR)
    proposal = drafted(session, persons=6)
    session.commit()
    sign_in(client, supervisor)
    client.post(f"/proposals/{proposal.number}/causes/draw")
    assert f'href="/proposals/{proposal.number}/causes"' in client.get("/proposals").text
