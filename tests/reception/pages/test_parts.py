"""The page of parts stands in every language and look, and belongs to no search engine."""

import re

import pytest
from flask.testing import FlaskClient

PLACES = ("/_parts", "/_parts/desk", "/_parts/kiosk", "/_parts/board", "/_parts/problem/404")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("place", PLACES)
def test_it_speaks_the_language_asked_for(client: FlaskClient, place: str, language: str) -> None:
    answer = client.get(place, query_string={"lang": language})

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert len(re.findall(r"<h1\b", answer.text)) == 1
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_look_can_be_fixed_by_the_address(client: FlaskClient) -> None:
    page = client.get("/_parts?theme=dark&text=large&density=staff").text

    assert 'data-theme="dark"' in page
    assert 'data-text="large"' in page
    assert 'data-density="staff"' in page


def test_a_look_that_nobody_knows_is_left_out(client: FlaskClient) -> None:
    assert "data-theme" not in client.get("/_parts?theme=pink").text.partition(">")[2][:200]


def test_the_language_switch_keeps_the_place(client: FlaskClient) -> None:
    page = client.get("/_parts?theme=dark&lang=ru").text

    assert 'href="/_parts?theme=dark&amp;lang=kk"' in page


def test_hints_and_errors_are_tied_to_their_field(client: FlaskClient) -> None:
    page = client.get("/_parts?lang=en").text

    assert 'aria-describedby="phone-error"' in page
    assert 'id="phone-error"' in page
    assert 'href="#phone"' in page
