"""The first page: three ways in, and a key typed by hand."""

import pytest

from agencies.sealing import link_key
from reception.language import say
from tests.make import SECRET_KEY, make_appeal, make_ticket


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_first_page_leads_to_kiosk_board_and_sign_in(client, lang):
    page = client.get(f"/?lang={lang}").text

    assert f"<h1>{say('One window for every agency', lang)}</h1>" in page
    for way in ("/kiosk", "/board", "/sign-in"):
        assert f'href="{way}"' in page


def key_of(purpose, record):
    return link_key(SECRET_KEY, purpose, record.link_seed)


def spelled(key):
    return f" {key[:5].upper()}-{key[5:12]} {key[12:]} "


def test_the_key_of_a_slip_opens_the_ticket_however_it_was_typed(client, session):
    key = key_of("ticket", make_ticket(session))

    for typed in (key, spelled(key)):
        assert client.post("/find", data={"key": typed}).location == f"/t/{key}"


def test_the_key_of_a_talon_opens_the_appeal(client, session):
    appeal = make_appeal(session)
    key = key_of("appeal", appeal)

    page = client.post("/find?lang=en", data={"key": spelled(key)}, follow_redirects=True)

    assert appeal.number in page.text


@pytest.mark.parametrize("typed", ["", "   ", "---", "\0"])
def test_nothing_typed_leads_back_to_the_first_page(client, typed):
    assert client.post("/find", data={"key": typed}).location == "/"


@pytest.mark.parametrize("typed", ["a" * 26, "a" * 70_000, "Қ" * 70_000])
def test_an_unknown_key_gets_help(client, typed):
    answer = client.post("/find", data={"key": typed}, follow_redirects=True)

    assert answer.status_code == 404
    assert len(answer.request.url) < 1000


def test_the_key_never_stands_in_a_query(client, session):
    key = key_of("ticket", make_ticket(session))

    assert "?" not in client.post("/find", data={"key": key}).location


def test_every_page_leads_to_the_statement_of_accessibility_with_its_limits(client):
    assert 'href="/accessibility"' in client.get("/sign-in").text

    page = client.get("/accessibility?lang=en").text

    assert "WCAG 2.2, level AA" in page
    assert "not good yet" in page
    assert "1308" in page
