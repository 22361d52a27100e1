"""The trial hall's council has work of every kind before it, made by the verbs of real work."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reception import demonstration as hall
from reports import demonstration, evidence
from reports.alerts import Alert
from reports.meetings import Meeting, MeetingStatus
from reports.proposals import Proposal, ProposalStatus


@pytest.fixture
def furnish(app: Flask, session: Session) -> Callable[[], None]:
    def _furnish() -> None:
        with app.app_context():
            hall.furnish(session)
            demonstration.furnish(session)
            session.commit()

    return _furnish


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_member_can_vote_at_once_and_sees_what_was_asked(
    session: Session, furnish: Callable[[], None]
) -> None:
    furnish()
    furnish()

    found = {p.status: p for p in session.scalars(select(Proposal))}
    assert set(found) == {ProposalStatus.SENT, ProposalStatus.ON_AGENDA}
    assert count(session, Proposal) == 2
    assert set(session.scalars(select(Meeting.status))) == {
        MeetingStatus.CLOSED, MeetingStatus.OPEN,
    }  # fmt: skip
    assert all(evidence.is_whole(p, evidence.must_be_frozen(session, p)) for p in found.values())


def test_a_topic_that_grew_last_week_stands_out(
    session: Session, furnish: Callable[[], None]
) -> None:
    furnish()
    furnish()

    series = list(session.scalars(select(Alert.series)))
    assert "category:05 district:turksib" in series
    assert len(series) == len(set(series)) < 10
