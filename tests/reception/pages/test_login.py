"""Signing in: one answer for every wrong pair, a lock after five, and a way back to the place."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from agencies.staff import ATTEMPTS_ALLOWED, Role
from tests.make import PASSWORD, make_officer, sign_in

WRONG = "The login or the password is not right."


def enter(client: FlaskClient, login: str, password: str, back: str = "") -> object:
    form = {"login": login, "password": password, "next": back}
    return client.post("/sign-in?lang=en", data=form)


def test_the_first_screen_is_that_of_the_persons_work(client, session):
    make_officer(session, Role.CLERK, login="saule", password=PASSWORD)

    answer = enter(client, "saule", PASSWORD)

    assert answer.status_code == 302
    assert client.get(answer.location).status_code in (200, 302)


@pytest.mark.parametrize("login", ["saule", "nobody"])
def test_an_unknown_login_and_a_wrong_password_are_told_alike(client, session, login):
    make_officer(session, Role.CLERK, login="saule", password=PASSWORD)

    answer = enter(client, login, "not the password")

    assert answer.status_code == 403
    assert WRONG in answer.text
    assert f'value="{login}"' in answer.text
    assert "not the password" not in answer.text


def test_five_wrong_attempts_lock_the_account_and_name_the_time(client, session, clock):
    make_officer(session, Role.CLERK, login="saule", password=PASSWORD)
    for _ in range(ATTEMPTS_ALLOWED):
        enter(client, "saule", "wrong password")

    locked = enter(client, "saule", PASSWORD)
    clock.advance(minutes=16)
    opened = enter(client, "saule", PASSWORD)

    assert locked.status_code == 403
    assert "Sign-in opens again at 10:15" in locked.text
    assert opened.status_code == 302


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/workspace?mine=1", "/workspace?mine=1"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("/work\nspace", None),
    ],
)
def test_the_way_back_stays_in_the_house(client, session, asked, leads):
    make_officer(session, Role.CLERK, login="saule", password=PASSWORD)

    answer = enter(client, "saule", PASSWORD, back=asked)

    assert "elsewhere" not in answer.location
    if leads:
        assert answer.location == leads


def test_empty_fields_are_named_each(client):
    answer = enter(client, "", "")

    assert answer.status_code == 422
    assert "Type your login." in answer.text
    assert "Type your password." in answer.text


def test_a_session_planted_before_is_worth_nothing(client, session):
    make_officer(session, Role.CLERK, login="saule", password=PASSWORD)
    with client.session_transaction() as cookie:
        cookie["planted"] = "yes"
        cookie["language"] = "ru"

    enter(client, "saule", PASSWORD)

    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["language"] == "en"


def test_an_idle_session_ends_and_says_so(client, session: Session, clock):
    sign_in(client, make_officer(session, Role.CLERK))
    clock.advance(minutes=31)

    answer = client.get("/workspace?lang=en", follow_redirects=True)

    assert "The session ended" in answer.text
    assert 'name="next"' in answer.text


def test_whoever_works_on_signs_in_anew_after_twelve_hours(client, session: Session, clock):
    sign_in(client, make_officer(session, Role.CLERK))
    for _ in range(25):
        assert client.get("/workspace").status_code == 200
        clock.advance(minutes=30)

    answer = client.get("/workspace?lang=en", follow_redirects=True)

    assert "Twelve hours have passed since you signed in" in answer.text


def test_signing_out_ends_the_session(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    client.post("/sign-out")

    assert client.get("/workspace").status_code == 302
