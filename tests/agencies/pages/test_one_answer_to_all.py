"""Many letters about one thing: one answer, given to each of them by itself."""

import pytest

from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def officer(session, client):
    found = make_officer(session, "officer")
    sign_in(client, found)
    return found


def send(client, like, *appeals):
    marks = [f"{appeal.claims[0].id}:{appeal.number}" for appeal in appeals]
    return client.post("/workspace/bulk/alike?lang=en", data={"claim": marks, "like": like})


def test_one_answer_goes_to_the_head_for_every_letter_about_the_same_thing(
    session, client, officer
):
    first = make_appeal(session, status="answered")
    others = [make_appeal(session, status="routed") for _ in range(3)]

    page = send(client, first.number.lower(), *others)

    assert page.status_code == 200
    for appeal in others:
        claim = appeal.claims[0]
        session.refresh(claim)
        assert claim.status == "in_approval", "each still needs the head's approval"
        assert (claim.draft, claim.draft_outcome) == ("Шам ауыстырылды.", "satisfied")
        session.refresh(appeal, ["journal"])
        assert appeal.journal[-1].payload["number"] == first.number


@pytest.mark.parametrize(
    "answer",
    [
        "Құрметті Тасқынбаев мырза, шам ауыстырылды.",
        "Құрметті Сейілхан мырза, шам ауыстырылды.",
        "Шам ауыстырылды, +7 701 987 65 43 нөміріне хабарланды.",
    ],
)
def test_an_answer_that_names_its_applicant_goes_to_nobody_else(session, client, officer, answer):
    first = make_appeal(session, status="answered")
    first.applicant.representative = "Сейілхан Мұрат"
    first.claims[0].answer = answer
    other = make_appeal(session, status="routed")
    session.commit()

    page = send(client, first.number, other)

    assert "names its applicant" in page.text
    session.refresh(other.claims[0])
    assert other.claims[0].status == "routed"


def test_an_answer_in_another_language_or_of_another_agency_is_refused_with_the_reason(
    session, client, officer
):
    first = make_appeal(session, status="answered")
    theirs = make_appeal(session, status="answered", agency="police")
    russian = make_appeal(session, status="routed", language="ru")

    assert "in another language" in send(client, first.number, russian).text
    assert send(client, theirs.number, russian).status_code == 422
    assert send(client, "OA-2026-000000", russian).status_code == 422
    session.refresh(russian.claims[0])
    assert russian.claims[0].status == "routed"
