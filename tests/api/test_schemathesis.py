"""The API held to its own OpenAPI document: honest and hostile requests, drawn from it.

Schemathesis draws them, the same at every run, and judges each answer: no defect, a status and a
form that the document names, and nothing taken that it forbids.
"""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks
from sqlalchemy.orm import Session

from tests.make import bearer, make_appeal, make_ticket, make_token

EXAMPLES = 5
JUDGES = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
ROLES = ("supervisor", "head", "admin")
OF_HEADS = ("extend", "approve", "return", "assign")
"""The supervisor does these only where a head is complained of, or there is none."""
STATUS_BEFORE = {
    "route": "registered", "redirect": "routed", "set-apart": "in_work",
    "take": "routed", "extend": "in_work", "hearing": "in_work", "answer": "in_work",
    "approve": "in_approval", "return": "in_approval", "close": "answered",
    "urgent": "registered", "ask": "routed", "arbitrate": "routed", "control": "in_approval",
    "reopen": "answered", "uphold": "answered",
}  # fmt: skip
KNOWN = {
    "service": "housing-general", "agency": "utilities", "district": "medeu", "language": "kk",
    "desk": "D20", "subject": None, "outcome": "explained", "ground": None, "until": "2026-12-28",
    "on": "2026-11-30", "ticket": None, "visitor": None, "booking": None,
}  # fmt: skip
"""What only the register knows to be right; elsewhere chance would hardly find it."""


@pytest.fixture
def operations(app, client):
    config = schemathesis.Config()
    config.projects.default.generation.update(with_security_parameters=False)
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    return [found.ok() for found in document.get_all_operations()]


@pytest.fixture
def headers(session):
    """A key of the most powerful role that may send the call."""
    keys = {role: make_token(session, role) for role in ROLES}

    def _headers(operation: APIOperation) -> dict[str, str]:
        allowed = operation.definition.raw["x-roles"]
        of_heads = operation.path.endswith(OF_HEADS) and "head" in allowed
        role = "head" if of_heads else next((role for role in ROLES if role in allowed), None)
        return {"Accept-Encoding": "identity"} | (bearer(keys[role]) if role else {})

    return _headers


def draw(operation: APIOperation, mode: GenerationMode, send: Callable[[Case], Any]) -> None:
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(mode))
    def sent(case: Case) -> None:
        send(case)

    sent()


def records(session: Session, operation: APIOperation) -> dict[str, Any]:
    """Records for the places of the address, in the state that the call is for."""
    names, verb = {place.name for place in operation.path_parameters}, operation.path.split("/")[-1]
    found: dict[str, Any] = {"code": "D20"} if "/desks/" in operation.path else {}
    if "ticket_id" in names:
        found["ticket_id"] = make_ticket(session).id
    if "number" in names:
        kind = "complaint" if verb == "higher" else "application"
        appeal = make_appeal(session, status=STATUS_BEFORE.get(verb, "in_work"), kind=kind)
        found |= {"number": appeal.number, "claim_id": appeal.claims[0].id}
    return {name: value for name, value in found.items() if name in names}


def judge(case: Case, headers: dict[str, str]) -> int:
    answer = case.call(headers=headers)
    case.validate_response(answer, checks=JUDGES)
    return int(answer.status_code)


def test_honest_requests_are_answered_as_described(operations, headers, session):
    taken = set()
    for operation in operations:
        places, key = records(session, operation), headers(operation)

        def send(case: Case, label=operation.label, places=places, key=key) -> None:
            case.path_parameters.update(places)
            if isinstance(case.body, dict):
                case.body |= {name: KNOWN[name] for name in case.body if name in KNOWN}
            status = judge(case, key)
            taken.update([label] if status < 300 else [])

        draw(operation, GenerationMode.POSITIVE, send)

    steps = {"POST": 18, "GET": 12}
    for method, least in steps.items():
        assert sum(label.startswith(method) for label in taken) >= least, sorted(taken)


def test_hostile_requests_are_refused_as_described(operations, headers):
    for operation in operations:
        if can_be_broken(operation):
            key = headers(operation)
            draw(operation, GenerationMode.NEGATIVE, lambda case, key=key: judge(case, key))


def can_be_broken(operation: APIOperation) -> bool:
    """Every text is an address; what takes nothing else has no wrong form."""
    kinds = {place.definition["schema"]["type"] for place in operation.path_parameters}
    return bool(operation.query or operation.body or operation.headers or kinds - {"string"})


def test_wrong_credentials_open_nothing(client, operations):
    for operation in operations:
        if not operation.definition.raw["security"]:
            continue
        words = {
            place.name: place.definition["schema"].get("enum", ["1"])[0]
            for place in operation.path_parameters
        }
        address = "/api/v1" + operation.path.format_map(words)
        for key in ({}, bearer("false"), {"Authorization": "Basic YTpi"}):
            answer = client.open(address, method=operation.method, headers=key, json={})
            assert answer.status_code == 401, operation.label
