"""Every refusal is explained in docs/errors.md under the heading that its `type` names."""

import re
from importlib import import_module
from pathlib import Path

import reception
from agencies.errors import DomainError
from reception import problems

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"


def codes(kind):
    yield kind.code
    for below in kind.__subclasses__():
        yield from codes(below)


def test_every_code_has_a_heading():
    for name in reception.PAGES:
        import_module(name)
    headings = set(re.findall(r"^## ([a-z0-9-]+)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE))

    wanted = {*codes(DomainError), *(f"http-{status}" for status in problems.OF_STATUS), "csrf"}
    assert wanted <= headings, wanted - headings


def test_the_type_of_a_refusal_can_be_opened(api, client):
    place, heading = api("clerk").get("/tickets/1").json["type"].split("#")

    assert f"\n## {heading}\n" in client.get(place).text


def test_a_refusal_names_its_heading(api):
    answer = api("clerk").get("/tickets/1")

    assert answer.json == {
        "type": "/docs/errors#not-found",
        "title": "not found",
        "status": 404,
        "detail": "There is no such ticket.",
        "instance": "/api/v1/tickets/1",
    }
