"""Historical cases and life situations for tests, and a clean end after them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from reception.guide import entering, lines, situations
from tests.reception.situations import text_of

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


@pytest.fixture
def enter(session: Session, now: datetime) -> Callable[..., situations.SituationVersion]:
    """Enters one line with changes and gives the version that holds afterwards."""

    def _enter(**changes: Any) -> situations.SituationVersion:
        line = lines.read_line(text_of(**changes))
        entering.enter(session, line, known=entering.present(session), now=now)
        session.commit()
        return situations.version_on(session, line.slug, now.date())

    return _enter


@pytest.fixture
def given(session: Session, now: datetime) -> Session:
    """The situations that come with the house."""
    entering.seed(session, now=now)
    session.commit()
    return session
