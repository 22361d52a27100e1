"""Other appeals of one person on a screen: marking a repeat, joining what was registered twice."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, update

from agencies.appeals import ClaimStatus
from agencies.attachments import Attachment, Scan
from agencies.directory import agency_by_code
from agencies.readings import CardReading, Sight
from agencies.sealing import link_key
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in


@pytest.fixture
def main(session, now):
    return make_appeal(
        session, status="in_work", now=now - timedelta(days=3), text="Лифт тоқтап тұр."
    )


@pytest.fixture
def appeal(session, now):
    return make_appeal(session, status="routed", now=now)


@pytest.fixture
def clerk(client, session):
    person = make_officer(session)
    sign_in(client, person)
    return person


def place(appeal, way="same-person"):
    return f"/workspace/appeals/{appeal.number}/{way}"


def case(appeal):
    return f"/workspace/appeals/{appeal.number}?lang=en"


def track(appeal):
    return f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}?lang=en"


def join(client, appeal, main, lang="en"):
    return client.post(f"{place(appeal, 'merge')}?lang={lang}", data={"appeal": main.number})


@pytest.mark.parametrize(
    ("lang", "word"),
    [("kk", "Екі рет тіркелген"), ("ru", "Зарегистрировано дважды"), ("en", "registered twice")],
)
def test_the_page_lists_the_others_and_that_it_was_read_is_kept(
    client, session, clerk, main, appeal, lang, word
):
    page = client.get(f"{place(appeal)}?lang={lang}").text

    assert main.number in page
    assert word in page
    read = session.scalars(select(CardReading).where(CardReading.sight == Sight.PERSON)).one()
    assert (read.officer_id, read.appeal_id) == (clerk.id, appeal.id)


def test_a_repeat_is_marked_shown_and_taken_back(client, session, clerk, main, appeal):
    answer = client.post(
        place(appeal, "repeat"), data={"appeal": main.number, "reason": "no_answer", "new": "1"}
    )
    shown = client.get(case(appeal)).text
    client.post(place(appeal, "repeat"), data={"not_a_repeat": "1"})

    assert answer.status_code == 302
    assert f"Repeats appeal {main.number}" in shown
    assert "No answer came in the term" in shown
    assert "There are new arguments" in shown
    assert "It is no repeat of another appeal after all." in client.get(case(appeal)).text


def test_a_repeat_without_a_choice_or_reason_says_what_is_missing(client, clerk, main, appeal):
    nothing = client.post(f"{place(appeal, 'repeat')}?lang=en", data={"reason": "no_answer"})
    unknown = client.post(
        f"{place(appeal, 'repeat')}?lang=en", data={"appeal": main.number, "reason": "x"}
    )

    assert (nothing.status_code, unknown.status_code) == (422, 422)
    assert "Choose an earlier appeal of the same person." in nothing.text
    assert "Say why the person writes again." in unknown.text
    assert f'value="{main.number}" id="appeal" checked' in unknown.text


def test_joining_ends_the_later_and_shows_its_letter_and_papers_in_the_main_one(
    client, session, clerk, main, appeal
):
    client.post(
        f"/workspace/appeals/{appeal.number}/attachments",
        data={"files": (BytesIO("Куәлік".encode()), "paper.txt")},
    )

    session.execute(update(Attachment).values(scan=Scan.UNCHECKED))
    session.commit()

    answer = join(client, appeal, main)

    session.expire_all()
    assert (answer.status_code, appeal.status) == (302, ClaimStatus.MERGED)
    page = client.get(case(main)).text
    assert appeal.text in page
    assert "paper.txt" in page
    assert f"/workspace/appeals/{appeal.number}/attachments/" in page
    assert f"of appeal {appeal.number}" in page
    assert (
        f"The answer to appeal {main.number} answers this one too" in client.get(case(appeal)).text
    )


def test_what_cannot_be_joined_says_why(client, session, clerk, appeal, now):
    done = make_appeal(session, status="answered", now=now - timedelta(days=9))

    answer = join(client, appeal, done)

    session.expire_all()
    assert answer.status_code == 422
    assert "finished already" in answer.text
    assert appeal.status is ClaimStatus.ROUTED


def test_the_applicants_page_leads_on_and_back(client, session, clerk, main, appeal):
    join(client, appeal, main)
    client.post("/sign-out")

    ended, going = client.get(track(appeal)).text, client.get(track(main)).text

    assert "Joined to your other appeal" in ended
    assert track(main).partition("?")[0] in ended
    assert f"Your appeal {appeal.number} is answered here too." in going
    assert "overdue" not in ended


def test_an_agency_that_has_only_the_main_one_is_not_shown_the_other(
    client, session, main, appeal, clerk
):
    join(client, appeal, main)
    main.claims[0].agency = agency_by_code(session, "police")
    session.commit()
    sign_in(client, make_officer(session, "officer", agency="police"))

    page = client.get(case(main)).text

    assert appeal.text not in page


def test_another_persons_number_is_not_told_from_one_that_does_not_exist(
    client, session, appeal, now
):
    foreign = make_appeal(session, status="routed", agency="police", now=now - timedelta(days=9))
    sign_in(client, make_officer(session, "head"))

    theirs, nowhere = (
        client.post(f"{place(appeal, 'merge')}?lang=en", data={"appeal": number})
        for number in (foreign.number, "OA-2026-987654")
    )

    assert (theirs.status_code, nowhere.status_code) == (422, 422)
    assert "Choose an earlier appeal of the same person." in theirs.text
    assert "Choose an earlier appeal of the same person." in nowhere.text
