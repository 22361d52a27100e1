"""The page of reminders: what is open, until it was seen, and where the digest goes."""

from datetime import timedelta

import pytest

from agencies import hearings, reminders, resolution, terms
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in

PAGE = "/workspace/reminders?lang=en"


@pytest.fixture
def officer(client, session):
    person = make_officer(session, Role.OFFICER)
    sign_in(client, person)
    return person


def reminded(session, officer, clock):
    lodged = clock.moment - timedelta(days=14)
    appeal = make_appeal(session, status="in_work", officer=officer, now=lodged)
    days = terms.law(session).workdays
    reminders.remind(session, workdays=days, now=clock.moment)
    session.commit()
    return appeal


def test_an_officer_sees_the_claim_its_last_day_and_its_article(client, session, officer, clock):
    appeal = reminded(session, officer, clock)

    page = client.get(PAGE).text

    assert appeal.number in page
    assert "Five working days or fewer are left" in page
    assert "article" in page
    assert "reminder-fresh" in page
    client.post("/workspace/reminders/seen")
    assert "reminder-fresh" not in client.get(PAGE).text
    assert appeal.number in client.get(PAGE).text


def test_what_came_to_a_claim_is_told_and_reasons_of_a_rework_stand_at_the_form(
    client, session, officer, clock
):
    appeal = make_appeal(session, status="in_approval", officer=officer)
    claim, head = appeal.claims[0], make_officer(session, Role.HEAD)
    hearings.note_documents(session, claim, words="Акт", by=None, now=clock.moment)
    resolution.return_draft(session, claim, reason="Бап жоқ.", by=head, now=clock.moment)
    session.commit()

    page = client.get(PAGE).text
    case = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text

    assert "Documents were brought" in page
    assert "The head returned the answer" in page
    assert "Бап жоқ." in case.split("The answer came back to be mended")[1].split("<form")[0]


def test_nobody_sees_the_reminders_of_another(client, session, officer, clock):
    appeal = reminded(session, officer, clock)
    sign_in(client, make_officer(session, Role.OFFICER))

    assert appeal.number not in client.get(PAGE).text


def test_where_the_digest_goes_is_kept_and_a_wrong_address_is_explained(client, session, officer):
    wrong = client.post(
        "/workspace/reminders/reach?lang=en", data={"email": "a b", "telegram": "x"}
    )
    kept = client.post(
        "/workspace/reminders/reach",
        data={"email": "saule@example.kz", "telegram": "1002003", "language": "ru"},
    )

    assert wrong.status_code == 422
    assert 'value="a b"' in wrong.text
    assert kept.status_code == 302
    page = client.get(PAGE).text
    assert "saule@example.kz" in page
    assert "1002003" in page


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_empty_page_says_what_will_come(client, officer, lang):
    word = {"kk": "Ескертетін ештеңе жоқ", "ru": "Напоминать не о чем", "en": "Nothing to remind"}

    assert word[lang] in client.get(f"/workspace/reminders?lang={lang}").text
