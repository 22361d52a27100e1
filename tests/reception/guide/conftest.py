"""Situations for tests: those that come with the house, or lines of a test's own."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from reception.guide import entering, lines, situations

LINE = {
    "slug": "lost-keys", "category": "documents",
    "title": {"en": "Lost keys", "ru": "Потеря ключей"},
    "audience": "resident", "steps": ["Look for the keys", "Apply for new ones", "Pay the duty"],
    "documents": ["identity card"], "fee": "2 MCI", "fee_mci": 2, "term": "3 working days",
    "term_value": 3, "term_unit": "working_day", "result": "new keys", "legal_basis": "Order 1",
    "agency": "Public service centre", "channels": ["front-desk"], "source_language": "en",
}  # fmt: skip


def text_of(**changes: Any) -> str:
    return json.dumps(LINE | changes, ensure_ascii=False)


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
