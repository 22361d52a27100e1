"""The interface's description of itself: whole, true, and in three languages."""

import json
import re

import pytest
from pydantic import TypeAdapter

from reception.api import openapi
from reception.api.shapes import (
    AppealShape,
    AppealsShape,
    ClaimShape,
    DesksShape,
    IssuedShape,
    RegisteredShape,
    ServicesShape,
    TicketShape,
)
from tests.api.test_appeals import LETTER, path_of
from tests.make import make_appeal

STEPS = ("recall", "start", "hold", "resume", "finish", "no-show", "transfer", "cancel")
WAYS = (
    *("route", "redirect", "set-apart", "take", "extend", "hearing"),
    *("answer", "approve", "return", "withdraw", "close"),
)
PROMISED = {
    "get": [
        "/services",
        "/desks",
        "/tickets/{}",
        "/appeals",
        "/figures",
        "/measures",
        "/measures/values",
        "/events",
    ],
    "post": [
        *("/tickets", "/desks/{}/call-next", "/appeals", "/routing/suggestions"),
        *(f"/tickets/{{}}/{step}" for step in STEPS),
        *(f"/appeals/{{}}/claims/{{}}/{way}" for way in WAYS),
    ],
}


@pytest.fixture
def document(client):
    answer = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.json


def test_every_call_that_exists_is_described(app):
    described = {(rule.rule, method) for rule, method, _ in openapi.calls(app)}
    told = {path for path, _ in openapi._told_by_modules(app)}

    missing = [
        f"{method} {rule.rule}"
        for rule, method in openapi.rules(app)
        if (rule.rule, method) not in described
        and openapi.PLACE.sub(r"{\g<name>}", rule.rule.removeprefix(openapi.PREFIX))
        not in {path.removeprefix(openapi.PREFIX) for path in told}
    ]
    assert missing == []


def test_every_promised_call_is_in_the_document(document):
    paths = {
        (method, re.sub(r"{\w+}", "{}", path))
        for path, operations in document["paths"].items()
        for method in operations
    }

    promised = {(method, path) for method, paths in PROMISED.items() for path in paths}
    assert promised <= paths, promised - paths


def test_every_reference_leads_somewhere(document):
    for name in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        place = document
        for step in name.split("/"):
            place = place[step]


def test_operations_have_names_of_their_own_and_say_who_may_call(document):
    operations = [each for path in document["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]

    assert len(set(names)) == len(names)
    for each in operations:
        assert each["summary"]
        assert each["security"] == [] or each["x-roles"]
        assert "default" in each["responses"]


def test_the_document_speaks_three_languages(client):
    told = {}
    for lang in ("kk", "ru", "en"):
        paths = client.get("/api/v1/openapi.json", query_string={"lang": lang}).json["paths"]
        told[lang] = {
            each["operationId"]: each["summary"]
            for path in paths.values()
            for each in path.values()
        }

    for name, sentence in told["en"].items():
        assert len({sentence, told["kk"][name], told["ru"][name]}) == 3, name


def test_answers_have_the_described_form(api, session):
    supervisor = api("supervisor")
    ticket = supervisor.post("/tickets", {"service": "housing-general", "language": "ru"})
    appeal = make_appeal(session, status="answered")
    routed = make_appeal(session)
    route = {"agency": "housing"}

    for answer, shape in (
        (ticket, IssuedShape),
        (supervisor.get(f"/tickets/{ticket.json['id']}"), TicketShape),
        (supervisor.get("/services"), ServicesShape),
        (supervisor.get("/desks"), DesksShape),
        (supervisor.post("/appeals", LETTER), RegisteredShape),
        (supervisor.get("/appeals"), AppealsShape),
        (supervisor.get(f"/appeals/{appeal.number}"), AppealShape),
        (supervisor.post(path_of(routed, "route"), route), ClaimShape),
    ):
        exact = TypeAdapter(shape).validate_python(answer.json)
        assert set(exact) == set(answer.json)
