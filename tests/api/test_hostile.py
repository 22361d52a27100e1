"""Input that nobody means well with: every answer is a problem document, never a defect."""

import json

import pytest

from tests.api.test_appeals import LETTER
from tests.make import bearer, make_appeal, make_token

HUGE = 10**30


@pytest.fixture
def send(client, session):
    token = make_token(session, "supervisor")

    def send(path, data, content_type="application/json", **headers):
        return client.post(
            f"/api/v1{path}", data=data, content_type=content_type,
            headers=bearer(token, lang="en") | headers,
        )  # fmt: skip

    return send


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b'{"service": ' + b"9" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
)
def test_a_body_that_is_not_json_cannot_be_read(send, data):
    answer = send("/tickets", data)

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("data", [b"[]", b'"text"', b"5", b"null", b"true", b"[[[]]]"])
def test_a_body_that_is_no_object_is_told_so(send, data):
    answer = send("/tickets", data)

    assert (answer.status_code, set(answer.json["errors"])) == (422, {"body"})


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(send, content_type):
    assert send("/tickets", b'{"service":"x"}', content_type).status_code == 415


def test_a_body_of_another_kind_of_json_is_read(send):
    answer = send("/tickets", json.dumps({"service": "housing-general", "language": "kk"}),
                  "application/json; charset=utf-8")  # fmt: skip

    assert answer.status_code == 201


def test_a_body_beyond_the_limit_is_too_large(send):
    assert send("/appeals", b" " * (26 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("text", ["a\0b", "\0", "\ud800", "шам\udfff"])
@pytest.mark.parametrize("field", ["text", "address"])
def test_characters_that_no_table_keeps_are_told_by_field(send, text, field):
    answer = send("/appeals", json.dumps(LETTER | {field: text}))

    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_unknown_fields_with_unwritable_names_are_told_too(send):
    answer = send("/appeals", json.dumps(LETTER | {"\ud800": 1, "a\0": 2, "x" * 1000: 3}))

    assert answer.status_code == 422


ODD = ["\u200d😀" * 50, "'; DROP TABLE appeal; --", "<script>", "%s%n"]


@pytest.mark.parametrize("text", ODD)
def test_odd_but_honest_text_is_kept_as_it_is(send, client, session, text):
    number = send("/appeals", json.dumps(LETTER | {"text": text})).json["number"]

    shown = client.get(f"/api/v1/appeals/{number}", headers=bearer(make_token(session, "clerk")))
    assert shown.json["text"] == text


def test_what_turns_the_direction_of_writing_is_taken_out(send, client, session):
    number = send("/appeals", json.dumps(LETTER | {"text": "Шам \u202eжанбайды"})).json["number"]

    shown = client.get(f"/api/v1/appeals/{number}", headers=bearer(make_token(session, "clerk")))
    assert shown.json["text"] == "Шам жанбайды"


@pytest.mark.parametrize(
    "path",
    [
        f"/tickets/{HUGE}",
        "/tickets/-1",
        "/tickets/1.5",
        "/tickets/%00",
        "/appeals/%00",
        "/appeals/%ED%A0%80",
        "/appeals/..%2f..%2fetc",
        "/appeals/" + "9" * 3000,
        "/desks",
        "/nothing",
    ],
)
def test_an_odd_address_is_not_found(client, session, path):
    answer = client.get(f"/api/v1{path}", headers=bearer(make_token(session, "clerk")))

    assert answer.status_code == (200 if path == "/desks" else 404)


@pytest.mark.parametrize("code", ["%00", "D20%00", "..", "9" * 500, "%F0%9F%98%80"])
def test_an_odd_desk_is_not_found(send, code):
    assert send(f"/desks/{code}/call-next", b"").status_code == 404


def test_a_claim_with_an_impossible_key_is_not_found(send, session):
    appeal = make_appeal(session)

    for key in (0, HUGE, "x", "-5"):
        assert send(f"/appeals/{appeal.number}/claims/{key}/close", b"{}").status_code == 404


def test_another_method_is_refused(client, session):
    headers = bearer(make_token(session, "clerk"))

    for method in ("DELETE", "PUT", "PATCH", "GET"):
        answer = client.open("/api/v1/routing/suggestions", method=method, headers=headers)
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("key", ["k" * 129, "k" * 128, "ә", "a\tb", "%00"])
def test_an_odd_idempotency_key_is_taken_or_refused(send, key):
    answer = send("/tickets", json.dumps({"service": "housing-general", "language": "kk"}),
                  **{"Idempotency-Key": key.encode().decode("latin-1")})  # fmt: skip

    assert answer.status_code == (422 if len(key) > 128 else 201)


@pytest.mark.parametrize("wrong", [True, [], {}, 5, 1.5, None])
def test_values_of_the_wrong_type_are_told_by_field(send, wrong):
    for field in ("kind", "language", "text", "applicant", "channel", "claims"):
        answer = send("/appeals", json.dumps(LETTER | {field: wrong}))
        fits = (field, wrong) in (("applicant", {}), ("claims", []))
        assert answer.status_code == (201 if fits else 422), (field, wrong, answer.json)


def test_more_claims_than_one_appeal_has_are_too_many(send):
    answer = send("/appeals", json.dumps(LETTER | {"claims": ["шам"] * 21}))

    assert answer.json["errors"] == {"claims": "This is too long."}


@pytest.mark.parametrize("day", ["0000-00-00", "9999-12-31", "2026-02-30", 10**20, "x", None, "\0"])
def test_impossible_days_are_told_by_field(client, session, day):
    appeal = make_appeal(session, status="in_work")
    headers = bearer(make_token(session, "head"))
    path = f"/api/v1/appeals/{appeal.number}/claims/{appeal.claims[0].id}"

    extend = client.post(f"{path}/extend", json={"until": day, "reason": "себеп"}, headers=headers)
    hearing = client.post(f"{path}/hearing", json={"on": day, "decision": "шешім"}, headers=headers)

    assert (extend.status_code, set(extend.json["errors"])) == (422, {"until"})
    assert (hearing.status_code, set(hearing.json["errors"])) == (422, {"on"})
