"""The text of a topic on the screens: kept there, read beside the case and at the intake."""

import pytest

from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in

WORDS = {"kk": "Үйдің нөмірін сұраңыз.", "ru": "Спросите номер дома.", "en": "Ask for the house."}
ASK = {f"ask_{code}": text for code, text in WORDS.items()}
CLAIM = {"text": "Көпқабатты үйде лифт жұмыс істемейді, басқарушы жауап бермейді.",
         "subject": "01.01"}  # fmt: skip


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD)


def test_what_the_head_writes_stands_beside_the_case_in_the_readers_language(client, session, head):
    officer = make_officer(session, Role.OFFICER)
    sign_in(client, head).post("/workspace/subjects/01.01", data=ASK)
    appeal = make_appeal(session, status="in_work", officer=officer, claims=[CLAIM])
    elsewhere = make_appeal(session, status="routed", agency="social", claims=[CLAIM])

    sign_in(client, officer)
    for code, text in WORDS.items():
        assert text in client.get(f"/workspace/appeals/{appeal.number}?lang={code}").text
    sign_in(client, make_officer(session, Role.HEAD, agency="social"))
    page = client.get(f"/workspace/appeals/{elsewhere.number}?lang=en").text
    assert WORDS["en"] not in page


def test_the_clerk_reads_it_while_the_letter_is_typed_and_after(client, session):
    appeal = make_appeal(session, text=CLAIM["text"])
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    client.post(f"/workspace/subjects/{appeal.claims[0].subject.code}", data=ASK)
    sign_in(client, make_officer(session))

    typed = client.post("/intake/suggestions?lang=en", data={"text": CLAIM["text"]}).text

    assert WORDS["en"] in typed
    assert WORDS["en"] in client.get(f"/appeals/{appeal.number}/registered?lang=en").text


def test_a_text_in_two_languages_comes_back_with_what_was_typed(client, session, head):
    sign_in(client, head)

    answer = client.post("/workspace/subjects/01.01?lang=en", data=ASK | {"ask_en": ""})

    assert answer.status_code == 422
    assert WORDS["kk"] in answer.text
    assert "Write it in this language too." in answer.text


def test_everybody_of_the_hall_reads_the_list_and_few_write(client, session, head):
    sign_in(client, make_officer(session, Role.OFFICER))
    assert "01.01" in client.get("/workspace/subjects").text
    assert client.get("/workspace/subjects/01.01").status_code == 200
    assert client.get("/workspace/subjects/nothing").status_code == 404
    assert client.post("/workspace/subjects/01.01", data=ASK).status_code == 403


def test_the_administration_stops_offering_a_topic(client, session, head):
    sign_in(client, make_officer(session, Role.ADMIN))
    assert client.post("/administration/topic/01.01", data={}).status_code == 302

    sign_in(client, head)
    assert 'value="01.01"' not in client.get("/workspace/replies/new").text
    assert 'value="01.02"' in client.get("/workspace/replies/new").text
    assert "Offered no more" in client.get("/workspace/subjects?lang=en").text

    sign_in(client, make_officer(session, Role.ADMIN))
    client.post("/administration/topic/01.01", data={"active": "on"})
    assert 'value="01.01"' in sign_in(client, head).get("/workspace/replies/new").text
