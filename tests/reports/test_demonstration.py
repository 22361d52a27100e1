"""The trial hall's council has work of every kind before it, made by the verbs of real work."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies import calendar
from reception import demonstration as hall
from reception.guide import entering
from reception.guide.situations import Situation
from reports import demonstration, evidence
from reports.alerts import Alert
from reports.meetings import Meeting, MeetingStatus
from reports.opened import releases, sets
from reports.proposals import Proposal, ProposalStatus
from workers import tasks


@pytest.fixture
def furnish(app: Flask, session: Session) -> Callable[[], None]:
    def _furnish() -> None:
        with app.app_context():
            entering.seed(session, now=calendar.clock())
            hall.furnish(session)
            demonstration.furnish(session)
            session.commit()

    return _furnish


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_member_can_vote_at_once_and_furnishing_again_adds_nothing(
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
    alerts = list(session.scalars(select(Alert.series)))
    assert len(alerts) == len(set(alerts)) < 10


def test_its_first_open_data_do_not_wait_for_the_night(
    app: Flask, session: Session, furnish: Callable[[], None]
) -> None:
    furnish()
    with app.app_context():
        tasks.figures.open_figures()
        tasks.figures.open_figures()

    known = releases.listed(session)
    assert set(sets.known()) - set(known) == {"proposal-effects"}
    assert {len(own) for own in known.values()} == {1}
    situations = releases.one(session, "situations-monthly", "latest").rows
    assert {"alteration-of-apartment", "local-social-assistance"} <= _slugs(session, situations)
    assert any(row["failed"] for row in situations)


def _slugs(session: Session, rows: list[dict[str, Any]]) -> set[str]:
    """Of the situations that are told with their count."""
    told = [row["situation"] for row in rows if row["consulted"]]
    return set(session.scalars(select(Situation.slug).where(Situation.code.in_(told))))


def test_a_topic_that_grew_last_week_stands_out(
    session: Session, furnish: Callable[[], None]
) -> None:
    furnish()

    assert "category:05 district:turksib" in set(session.scalars(select(Alert.series)))
