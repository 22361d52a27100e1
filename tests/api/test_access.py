"""Who may call what: roles, keys, and the session cookie of the hall's own pages."""

import pytest
from flask import session as session_cookie
from flask import url_for
from flask_wtf.csrf import generate_csrf

from agencies.staff import ApiToken, Role
from tests.make import bearer, make_officer, make_ticket, make_token, sign_in

HALL = {"clerk", "officer", "head", "supervisor", "admin"}
EVERYBODY = {str(role) for role in Role}
CLAIM = "/appeals/X/claims/1/"
DRAFT = {"service": "housing-general", "language": "kk"}
ALLOWED = {
    ("GET", "/services"): EVERYBODY,
    ("GET", "/desks"): EVERYBODY,
    ("POST", "/tickets"): HALL | {"kiosk"},
    ("GET", "/tickets/1"): HALL | {"kiosk", "board"},
    ("POST", "/desks/D20/call-next"): HALL,
    ("GET", "/services/housing-general/slots"): HALL | {"kiosk"},
    ("POST", "/bookings"): HALL | {"kiosk"},
    ("GET", "/bookings/X"): HALL | {"kiosk"},
    ("POST", "/bookings/X/cancel"): HALL | {"kiosk"},
    **{
        ("POST", f"/tickets/1/{verb}"): HALL
        for verb in ["recall", "start", "hold", "resume", "finish", "no-show", "transfer", "cancel"]
    },
    **{("POST", f"/tickets/1/{verb}"): HALL for verb in ["return", "undo", "rank", "plan"]},
    **{("POST", f"/desks/D20/{verb}"): HALL for verb in ["call", "serve", "pause", "open"]},
    ("POST", "/appeals"): HALL,
    ("GET", "/appeals"): HALL,
    ("GET", "/appeals/X"): HALL,
    ("POST", "/appeals/X/lead"): {"clerk", "supervisor", "admin"},
    ("POST", "/appeals/X/joint-reply"): {"officer", "head"},
    ("POST", "/appeals/X/joint-reply/send"): {"head"},
    ("POST", "/appeals/X/merge"): {"clerk", "head", "supervisor", "admin"},
    ("POST", "/appeals/X/repeat"): HALL,
    ("POST", "/appeals/X/no-repeat"): HALL,
    ("GET", "/appeals/X/attachments"): HALL,
    ("POST", "/appeals/X/attachments"): HALL,
    ("GET", "/appeals/X/attachments/1"): HALL,
    ("POST", "/routing/suggestions"): HALL,
    ("GET", "/appeals/X/similar"): HALL,
    ("POST", "/appeals/similar"): HALL,
    ("GET", "/webhooks"): {"admin"},
    ("POST", "/webhooks"): {"admin"},
    ("GET", "/webhooks/1/deliveries"): {"admin"},
    **{("POST", f"/webhooks/1/{verb}"): {"admin"} for verb in ("secret", "open", "trial")},
    ("POST", CLAIM + "route"): {"clerk", "supervisor", "admin", "head"},
    ("POST", CLAIM + "urgent"): {"clerk", "supervisor", "admin", "head"},
    ("POST", CLAIM + "heard"): {"clerk", "officer", "head"},
    ("POST", CLAIM + "brought"): {"clerk", "officer", "head", "supervisor"},
    **{("POST", CLAIM + verb): {"officer", "head"} for verb in ("documents", "ask")},
    **{
        ("POST", CLAIM + verb): {"supervisor", "admin"}
        for verb in ("arbitrate", "control", "good", "rework")
    },
    **{("POST", CLAIM + verb): {"head", "supervisor", "admin"} for verb in ("reopen", "uphold")},
    ("POST", CLAIM + "redirect"): {"officer", "head", "supervisor", "clerk"},
    ("POST", CLAIM + "set-apart"): {"officer", "head", "supervisor", "clerk"},
    **{("POST", CLAIM + verb): {"officer", "head"} for verb in ("take", "answer", "hearing")},
    **{
        ("POST", CLAIM + verb): {"head", "supervisor"}
        for verb in ("assign", "extend", "approve", "return")
    },
    **{
        ("POST", CLAIM + verb): {"clerk", "supervisor", "officer", "head"}
        for verb in ("withdraw", "close", "higher")
    },
}


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_calls_what_it_may_and_nothing_else(client, session, role):
    headers = bearer(make_token(session, role))

    for (method, path), allowed in ALLOWED.items():
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, json=None)
        refused = answer.status_code == 403 and "agency" not in answer.json["detail"]
        told = f"{method} {path} as {role}: {answer.status_code}"
        if role in allowed:
            assert answer.status_code in (200, 204, 404, 409, 422), told
        else:
            assert refused or answer.status_code == 403, told


def test_the_matrix_names_every_call_of_the_api(app):
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("hall.test")
        named = {adapter.match(f"/api/v1{path}", method=method)[0] for method, path in ALLOWED}
        assert url_for("api.openapi.show_document") == "/api/v1/openapi.json"

    api = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    unnamed = {name for name in api - named if not name.startswith("api.situations.")}
    assert unnamed == {"api.openapi.show_document"}


@pytest.mark.parametrize("token", ["", "wrong", "a" * 5000, "ключ", "Bearer"])
def test_a_stranger_is_told_to_sign_in(client, token):
    header = f"Bearer {token}".encode().decode("latin-1")
    headers = {"Authorization": header} if token else {}

    for answer in (
        client.get("/api/v1/services", headers=headers),
        client.post("/api/v1/tickets", headers=headers, json=DRAFT),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.mimetype == "application/problem+json"


def test_a_revoked_key_opens_nothing(client, session, now):
    token = make_token(session, "clerk")
    session.query(ApiToken).one().revoked_at = now
    session.commit()

    assert client.get("/api/v1/services", headers=bearer(token)).status_code == 401


def test_a_key_of_a_closed_account_opens_nothing(client, session):
    token = make_token(session, "clerk")
    session.query(ApiToken).one().officer.active = False
    session.commit()

    assert client.get("/api/v1/services", headers=bearer(token)).status_code == 401


def test_a_page_of_ours_calls_with_its_cookie_and_token(guarded_client, session):
    client = sign_in(guarded_client, make_officer(session))
    with client.application.test_request_context():
        token, kept = generate_csrf(), session_cookie["csrf_token"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = kept

    bare = client.post("/api/v1/tickets", json=DRAFT)
    sent = client.post("/api/v1/tickets", json=DRAFT, headers={"X-CSRFToken": token})

    assert (bare.status_code, bare.mimetype) == (400, "application/problem+json")
    assert bare.json["type"] == "/docs/errors#csrf"
    assert sent.status_code == 201


def test_a_false_key_does_not_open_the_way_for_a_cookie(guarded_client, session):
    client = sign_in(guarded_client, make_officer(session))

    assert client.post("/api/v1/tickets", json=DRAFT, headers=bearer("false")).status_code == 401
    basic = {"Authorization": "Basic YTpi"}
    assert client.post("/api/v1/tickets", json=DRAFT, headers=basic).status_code == 400


def test_a_key_needs_no_csrf_token(guarded_client, session):
    headers = bearer(make_token(session, "kiosk"))

    assert guarded_client.post("/api/v1/tickets", json=DRAFT, headers=headers).status_code == 201


def test_reading_with_the_cookie_needs_no_csrf_token(guarded_client, session):
    ticket = make_ticket(session)
    client = sign_in(guarded_client, make_officer(session))

    assert client.get(f"/api/v1/tickets/{ticket.id}").status_code == 200
