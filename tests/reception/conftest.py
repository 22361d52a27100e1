"""Historical cases for tests: lines as another register writes them, and a clean end after them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

RECEIVED = ["2020-10-18T14:50:40", "received", None]


@pytest.fixture
def line() -> Callable[..., str]:
    """A line of a file of historical cases; `events` are added to its `received`."""

    def _line(*events: list[Any], **changes: Any) -> str:
        case = {
            "id": "c1", "district": "Приморский", "object": "Дом", "category": "Содержание МКД",
            "reason": "Грязно в парадной", "org": "Администрация района",
            "events": [RECEIVED, *events], "agency": "housing",
        } | changes  # fmt: skip
        return json.dumps(case, ensure_ascii=False)

    return _line


@pytest.fixture
def register(session: Session) -> Iterator[Session]:
    """A session whose imported districts, bodies and subjects are taken out again."""
    yield session
    session.rollback()
    session.execute(text("TRUNCATE appeal, claim, journal_entry, ticket, document CASCADE"))
    bodies = "SELECT id FROM agency WHERE origin = 'imported'"
    session.execute(text(f"DELETE FROM agency_name WHERE agency_id IN ({bodies})"))
    for table in ("agency", "subject", "district"):
        session.execute(text(f"DELETE FROM {table} WHERE origin = 'imported'"))
    session.commit()
