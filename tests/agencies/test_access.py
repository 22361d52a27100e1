"""Who is at the screen: the cookie or the key, the role, and when either is worth nothing."""

import pytest

from agencies import staff
from agencies.access import HALL_STAFF, STAFF, SignInNeeded, public, requires
from agencies.staff import Officer, Role
from tests.make import PASSWORD, bearer, make_officer, make_token, sign_in


def page_of(client):
    return client.get("/desk/choose?lang=en")


@pytest.mark.parametrize("role", HALL_STAFF)
def test_a_role_of_the_hall_opens_the_desk(client, session, role):
    sign_in(client, make_officer(session, role))

    assert page_of(client).status_code == 200


@pytest.mark.parametrize("role", sorted(set(STAFF) - set(HALL_STAFF)))
def test_another_role_is_told_that_the_page_is_not_open(client, session, role):
    sign_in(client, make_officer(session, role))

    answer = page_of(client)

    assert answer.status_code == 403
    assert "Your role does not allow this." in answer.text


def test_a_stranger_is_led_to_the_sign_in_and_comes_back(client):
    answer = page_of(client)

    assert answer.status_code == 302
    assert "/sign-in?next=/desk/choose" in answer.location


def test_a_stranger_who_sends_a_form_is_told_to_sign_in_and_is_not_led_away(client):
    answer = client.post("/desk/next?lang=en")

    assert answer.status_code == 401
    assert "Sign in first" in answer.text


def test_a_program_without_a_key_gets_a_problem_document(client):
    answer = client.get("/api/v1/desks")

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_new_password_ends_the_session_that_is_open(client, session):
    officer = make_officer(session, Role.CLERK, login="saule", password=PASSWORD)
    client.post("/sign-in", data={"login": "saule", "password": PASSWORD})
    assert page_of(client).status_code == 200

    staff.set_password(session.get(Officer, officer.id), "another-long-password")
    session.commit()

    assert page_of(client).status_code == 302


def test_an_account_that_is_closed_ends_its_session(client, session):
    officer = make_officer(session, Role.CLERK)
    sign_in(client, officer)

    officer.active = False
    session.commit()

    assert page_of(client).status_code == 302


def test_a_locked_account_keeps_the_session_that_is_open(client, session, clock):
    """Whoever guesses passwords cannot throw an officer out."""
    officer = make_officer(session, Role.CLERK, login="saule", password=PASSWORD)
    sign_in(client, officer)
    stranger = client.application.test_client()

    for _ in range(6):
        refused = stranger.post("/sign-in?lang=en", data={"login": "saule", "password": "wrong"})

    assert "Too many wrong attempts" in refused.text
    assert page_of(client).status_code == 200


def test_a_cookie_made_up_by_somebody_opens_nothing(client, session):
    officer = make_officer(session, Role.CLERK)

    for made_up in (str(officer.id), "1", "x" * 16, ""):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = made_up
        assert page_of(client).status_code == 302


def test_a_key_counts_before_the_cookie(client, session):
    sign_in(client, make_officer(session, Role.CLERK))
    council = make_token(session, Role.COUNCIL)

    answer = client.get("/desk/choose", headers=bearer(council))

    assert answer.status_code == 403


def test_a_wrong_key_is_not_saved_by_the_cookie(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    assert client.get("/api/v1/desks", headers=bearer("wrong")).status_code == 401


@pytest.mark.parametrize("header", ["bearer {}", "Bearer  {} ", "BEARER {}"])
def test_the_word_before_the_key_is_read_generously(client, session, header):
    token = make_token(session, Role.CLERK)

    answer = client.get("/api/v1/desks", headers={"Authorization": header.format(token)})

    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["{}", "Basic {}", "Token {}"])
def test_another_way_of_signing_in_is_none(client, session, header):
    token = make_token(session, Role.CLERK)

    answer = client.get("/api/v1/desks", headers={"Authorization": header.format(token)})

    assert answer.status_code == 401


def test_a_route_carries_the_mark_of_who_may_use_it(app):
    @requires(Role.CLERK, Role.HEAD)
    def staffed():
        return "done"

    @public
    def opened():
        return "done"

    assert staffed.allowed == {Role.CLERK, Role.HEAD}
    assert opened.allowed == {"public"}
    with app.test_request_context("/"), pytest.raises(SignInNeeded):
        staffed()
