"""Open311 GeoReport v2: an ordinary appeal inside, and nothing of a person outside."""

import json
from xml.etree import ElementTree as Tree

import pytest
from sqlalchemy import select

from agencies.appeals import Appeal
from reception import limits
from reception.open311 import OpenRequest
from tests.make import make_appeal, make_token

ROOT = "/open311/v2"
NAMES = {"first_name": "Ерлан", "last_name": "Тасқынбаев"}
LAMP = {
    "service_code": "07.01", "description": "Абай даңғылы, 10: шам жанбайды.",
    "address_string": "Абай даңғылы, 10", "phone": "+7 701 000 00 01", **NAMES,
}  # fmt: skip
PERSONAL = ("Ерлан", "Тасқынбаев", "7010000001", "Абай", "шам")


@pytest.fixture
def lodge(client, session):
    key = make_token(session, "clerk")

    def _lodge(form="json", idempotency="", **changes):
        sent = {name: v for name, v in {"api_key": key, **LAMP, **changes}.items() if v is not None}
        headers = {"Idempotency-Key": idempotency} if idempotency else {}
        return client.post(f"{ROOT}/requests.{form}", data=sent, headers=headers)

    return _lodge


def test_a_request_is_an_ordinary_appeal_with_its_term(lodge, session):
    answer = lodge()

    [made] = answer.json
    appeal = session.scalars(select(Appeal)).one()
    assert (answer.status_code, made["service_request_id"]) == (201, appeal.number)
    assert (appeal.kind, appeal.channel, appeal.subject.code) == ("message", "portal", "07.01")
    assert (appeal.applicant.name, appeal.due_on.isoformat()) == ("Тасқынбаев Ерлан", "2026-12-14")
    assert appeal.journal[0].kind == "registered"
    assert appeal.claims[0].suggestions
    assert "14 желтоқсан" in made["service_notice"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_all_may_read_holds_nothing_of_the_person(lodge, client, form):
    number = lodge().json[0]["service_request_id"]

    for path in (f"requests/{number}", "requests"):
        answer = client.get(f"{ROOT}/{path}.{form}")
        assert number in answer.text
        assert not [word for word in PERSONAL if word in answer.text]
    one = client.get(f"{ROOT}/requests/{number}.{form}", headers={"Accept-Language": "en"})
    if form == "json":
        told = one.json[0]
    else:
        told = {part.tag: part.text for part in Tree.fromstring(one.text)[0]}
        assert Tree.fromstring(one.text).tag == "service_requests"
    assert (told["status"], told["status_notes"]) == ("open", "Registered")
    assert told["requested_datetime"] == "2026-11-23T10:00:00+05:00"
    assert told["expected_datetime"] == "2026-12-14T18:00:00+05:00"


def test_only_what_came_this_way_is_listed(lodge, client, session):
    desk = make_appeal(session)
    number = lodge().json[0]["service_request_id"]

    listed = client.get(f"{ROOT}/requests.json").json
    assert [each["service_request_id"] for each in listed] == [number]
    assert client.get(f"{ROOT}/requests/{desk.number}.json").status_code == 404


def test_the_list_is_narrowed_by_state_topic_number_and_span(lodge, client, clock):
    old = lodge().json[0]["service_request_id"]
    clock.advance(days=100)
    new = lodge(service_code="03.01").json[0]["service_request_id"]

    def numbers(**asked):
        found = client.get(f"{ROOT}/requests.json", query_string=asked).json
        return [each["service_request_id"] for each in found]

    assert numbers() == [new]
    assert numbers(end_date="2026-12-01T00:00:00+05:00") == [old]
    assert numbers(start_date="2026-11-01", end_date="2027-04-01") == [new]
    assert numbers(service_request_id=f"{old},{new}") == [new, old]
    assert numbers(service_code="07.01") == []
    assert numbers(status="open") == [new]
    assert numbers(status="closed") == []


def test_the_token_of_the_sender_tells_the_number(lodge, client, session):
    [made] = lodge().json

    found = client.get(f"{ROOT}/tokens/{made['token']}.json").json
    assert found == [{"token": made["token"], "service_request_id": made["service_request_id"]}]
    assert client.get(f"{ROOT}/tokens/{'0' * 32}.json").status_code == 404
    assert made["token"] not in client.get(f"{ROOT}/requests.json").text


def test_a_retry_finds_the_first_request(lodge, session):
    first, again = lodge(idempotency="k1"), lodge(idempotency="k1")

    assert first.json[0]["service_request_id"] == again.json[0]["service_request_id"]
    assert lodge(idempotency="k1", description="басқа").status_code == 400
    assert len(session.scalars(select(OpenRequest)).all()) == 1


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"api_key": None}, 403), ({"api_key": "false"}, 403), ({"service_code": None}, 400),
        ({"service_code": "99.99"}, 404), ({"description": ""}, 400), ({"lat": "x"}, 400),
        ({"address_string": "", "lat": "91", "long": "76.9"}, 400),
        ({"lat": "51.13", "long": "71.43"}, 400), ({"lat": "nan", "long": "76.9"}, 400),
        ({"phone": "12"}, 400),
        ({"address_string": "", "lat": "43.2", "long": "76.9"}, 201),
        ({"first_name": "", "last_name": "", "phone": ""}, 201),
        ({"jurisdiction_id": "astana.kz"}, 404), ({"description": "\0"}, 400),
    ],
)  # fmt: skip
def test_refusals_have_the_form_of_the_standard_and_nobody_is_refused_for_a_name(
    lodge, form, changes, status
):
    answer = lodge(form, **changes)

    assert answer.status_code == status, answer.text
    if status >= 400:
        if form == "json":
            assert {each["code"] for each in answer.json} == {status}
        else:
            assert Tree.fromstring(answer.text).findtext("error/code") == str(status)


def test_a_place_outside_of_the_city_is_told_with_its_bounds(lodge):
    refused = lodge(lat="51.13", long="76.9")

    [told] = refused.json
    assert told["description"].startswith("lat: ")
    assert "43.03284" in told["description"]
    assert "43.40368" in told["description"]


def test_a_kiosk_or_a_board_lodges_nothing_and_a_key_in_the_address_is_no_key(
    lodge, client, session
):
    assert lodge(api_key=make_token(session, "board")).status_code == 403
    key = make_token(session, "clerk")
    answer = client.post(f"{ROOT}/requests.json?api_key={key}", data=LAMP)
    assert answer.status_code == 403


def test_topics_and_discovery_speak_both_forms(client, app):
    services = client.get(f"{ROOT}/services.json", headers={"Accept-Language": "en"}).json
    [lamp] = [each for each in services if each["service_code"] == "07.01"]
    assert (lamp["group"], lamp["metadata"]) == ("Lighting", False)
    assert json.loads(client.get(f"{ROOT}/services/07.01.json").text)["attributes"] == []
    tree = Tree.fromstring(client.get(f"{ROOT}/services.xml").text)
    assert (tree.tag, tree[0].tag, tree[0].findtext("metadata")) == ("services", "service", "false")
    found = Tree.fromstring(client.get(f"{ROOT}/discovery.xml").text)
    assert found.findtext("endpoints/endpoint/url") == "http://hall.test/open311/v2"
    assert client.get(f"{ROOT}/services/07.01.html").status_code == 404
    assert client.get(f"{ROOT}/services/%00.json").status_code == 404


@pytest.mark.parametrize(
    "asked",
    ["start_date=x", "end_date=9999-01-01", "status=lost", "service_request_id=%00",
     "start_date=2026-11-01%00", "service_code=' OR 1=1"],
)  # fmt: skip
def test_odd_questions_are_answered_or_refused(client, asked):
    assert client.get(f"{ROOT}/requests.xml?{asked}").status_code in (200, 400)


def test_who_asks_too_often_without_a_key_is_told_when_to_come_back(
    lodge, client, monkeypatch, clock
):
    monkeypatch.setattr(limits, "A_MINUTE", 2)
    clock.advance(days=200, seconds=20)

    asked = [client.get(f"{ROOT}/requests.json") for _ in range(3)]
    wrong_key = lodge(api_key="not-a-key")
    lodged = [lodge() for _ in range(4)]

    assert [one.status_code for one in asked] == [200, 200, 429]
    assert asked[0].headers["RateLimit-Remaining"] == "1"
    assert asked[2].headers["Retry-After"] == "40"
    assert asked[2].json[0]["code"] == 429
    assert wrong_key.status_code == 429
    assert [one.status_code for one in lodged] == [201] * 4, "nobody's appeal is turned away"
    clock.advance(minutes=1)
    assert client.get(f"{ROOT}/requests.xml").status_code == 200
