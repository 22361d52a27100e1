"""Following by the secret link: the law's states and dates, and no person."""

import re

import pytest

from agencies import redress, terms
from agencies.sealing import link_key
from tests.make import SECRET_KEY, make_appeal, make_officer


def address(appeal, lang: str = "en") -> str:
    return f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}?lang={lang}"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("registered", "Registered"),
        ("routed", "Registered"),
        ("in_work", "In work"),
        ("in_approval", "In work"),
        ("answered", "Answered"),
        ("closed", "Answered"),
        ("withdrawn", "Withdrawn"),
    ],
)
def test_the_states_are_those_of_the_law(client, session, status, said):
    page = client.get(address(make_appeal(session, status=status))).text

    chip = re.search(r'class="status .*?</span>\s*</span>', page, re.DOTALL)[0]
    assert said in chip


def test_what_ended_without_an_answer_shows_no_steps_towards_one(client, session):
    page = client.get(address(make_appeal(session, status="withdrawn"))).text
    going = client.get(address(make_appeal(session, status="registered"))).text

    assert 'class="stages"' not in page
    assert 'class="stages"' in going
    assert "choosing the agency" in going


def test_a_draft_is_nobodys_business_and_an_answer_is_read(client, session):
    waiting = client.get(address(make_appeal(session, status="in_approval"))).text
    answered = client.get(address(make_appeal(session, status="answered"))).text

    assert "Шам ауыстырылды." not in waiting
    assert "drafted" not in waiting
    assert "Шам ауыстырылды." in answered


def test_no_name_number_or_telephone_is_shown(client, session):
    applicant = {"name": "Ерлан Тасқынбаев", "iin": "850101100012", "phone": "8 701 555 01 02"}
    appeal = make_appeal(session, status="answered", applicant=applicant)

    page = client.get(address(appeal)).text

    for hidden in ("Тасқынбаев", "850101", "555", appeal.receiver["name"]):
        assert hidden not in page


def test_numbers_in_the_letter_are_masked_and_an_earlier_answer_stays_to_be_read(
    client, session, clock
):
    appeal = make_appeal(session, status="answered", text="ЖСН 850101100012, тел. 8 701 555 01 02.")
    client_page = client.get(address(appeal)).text
    redress.reopen(
        session, appeal.claims[0], reason="Шам жанбайды.", law=terms.law(session),
        by=make_officer(session, "supervisor"), now=clock.moment,
    )  # fmt: skip
    session.commit()
    page = client.get(address(appeal)).text

    for hidden in ("850101100012", "555 01 02"):
        assert hidden not in client_page
    earlier = re.search(r"<summary>The earlier answer</summary>.*?</details>", page, re.DOTALL)[0]
    assert "Шам ауыстырылды." in earlier
    assert "The earlier answer" not in client_page


def test_a_passed_term_is_told_with_the_way_to_complain(client, session, clock):
    appeal = make_appeal(session, status="in_work")
    clock.advance(days=60)

    page = client.get(address(appeal)).text

    assert "The term is over" in page
    assert "91(2)" in page


def test_no_search_engine_and_no_cache_keeps_it(client, session):
    answer = client.get(address(make_appeal(session)))

    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("key", ["x", "A" * 26, "%00", "ә", "a" * 500, "..%2f"])
def test_a_wrong_key_gets_help(client, key):
    answer = client.get(f"/a/{key}?lang=en")

    assert answer.status_code == 404


def test_the_key_is_not_logged_where_something_breaks(client, session, caplog, monkeypatch):
    appeal = make_appeal(session)
    monkeypatch.setattr("reception.pages.track.terms.law", lambda _: 1 / 0)

    client.get(address(appeal))

    assert "incident" in caplog.text
    assert link_key(SECRET_KEY, "appeal", appeal.link_seed) not in caplog.text


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_speaks_the_readers_language(client, session, lang):
    page = client.get(address(make_appeal(session, status="answered"), lang)).text

    word = {"kk": "Жауап берілді", "ru": "Дан ответ", "en": "Answered"}[lang]
    assert word in page
    assert f'<html lang="{lang}"' in page
