"""Callers of the API: `api("clerk")` speaks with the key of a clerk."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from agencies.staff import Role
from tests.make import bearer, make_token

PREFIX = "/api/v1"


class Caller:
    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def get(self, path: str, *, lang: str = "en", **query: Any) -> TestResponse:
        headers = bearer(self.token, lang=lang)
        return self.client.get(PREFIX + path, headers=headers, query_string=query)

    def post(self, path: str, body: Any = None, *, lang: str = "en", key: str = "") -> TestResponse:
        headers = bearer(self.token, lang=lang) | ({"Idempotency-Key": key} if key else {})
        return self.client.post(PREFIX + path, json=body, headers=headers)


@pytest.fixture
def api(client: FlaskClient, session: Session) -> Callable[..., Caller]:
    def caller(role: Role | str, *, agency: str | None = None) -> Caller:
        return Caller(client, make_token(session, role, agency=agency))

    return caller
