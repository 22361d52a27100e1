"""The demonstration hall: genuine by its verbs, harmless by its people. Nothing here changes it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from agencies import calendar, lessons, proof, sampling, staff
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.calendar import ALMATY
from agencies.directory import Origin
from agencies.sealing import Seal
from agencies.staff import Officer
from reception import demonstration, waits
from reception.tickets import AT_DESK, Ticket, TicketState
from tests.conftest import MONDAY_AT_TEN, StandingClock, emptied
from tests.make import IIN_KEY


@pytest.fixture(scope="module")
def furnished(app: Flask) -> Iterator[Engine]:
    """The database with the demonstration of a Monday, made once for all tests of this file."""
    with emptied(app) as engine, pytest.MonkeyPatch.context() as patched:
        patched.setattr(calendar, "datetime", StandingClock(MONDAY_AT_TEN))
        with app.app_context(), Session(engine) as session:
            demonstration.furnish(session)
            session.commit()
        yield engine


@pytest.fixture
def session(furnished: Engine) -> Iterator[Session]:
    """To read with; whatever else is done in it is undone."""
    with Session(furnished) as session:
        yield session


def test_the_hall_is_alive(session, now):
    statuses = Counter(session.scalars(select(Claim.status)))
    states = Counter(session.scalars(select(Ticket.state)))
    assert set(statuses) >= set(ClaimStatus) - {ClaimStatus.CLOSED, ClaimStatus.WITHDRAWN}
    assert states[TicketState.WAITING] > 3
    assert states[TicketState.FINISHED] > 20
    assert sum(states[state] for state in AT_DESK) >= 1
    assert session.scalar(select(func.max(Appeal.received_at))) < now
    assert proof.verify(session).damages == []


def test_a_newcomer_finds_lessons_and_a_sample_half_looked_at(session, now):
    supervisor = session.scalars(select(Officer).where(Officer.login == "supervisor")).one()
    found = lessons.learned(session, supervisor, today=now.date()).claims
    assert {claim.agency.code for claim in found} >= {"housing", "transport_roads", "akimat-medeu"}
    assert all(claim.rule_cited and claim.remedy for claim in found)
    [sample] = sampling.samples(session)
    verdicts = [pick.verdict for pick in sampling.picks_of(session, sample, by=supervisor)]
    assert {"good", "wanting", ""} <= set(verdicts)


def test_one_person_wrote_twice_of_a_matter_and_another_wrote_again(session, now):
    twice = select(Appeal).where(Appeal.merged_into_id.is_not(None))
    [joined] = session.scalars(twice).unique()
    assert {claim.status for claim in joined.claims} == {ClaimStatus.MERGED}
    assert joined.merged_into.status is ClaimStatus.IN_WORK
    [repeat] = session.scalars(select(Appeal).where(Appeal.repeats_id.is_not(None))).unique()
    assert (repeat.repeat_reason, repeat.repeats.status) == ("disagrees", ClaimStatus.ANSWERED)
    assert all(entry.at <= now for one in (joined, repeat) for entry in one.journal)


def test_its_past_days_are_evidence_for_a_forecast(session, now):
    waits.forget()

    told = waits.refresh(session, now=now)
    waits.forget()

    waiting = select(func.count()).select_from(Ticket).where(Ticket.state == TicketState.WAITING)
    assert told > session.scalar(waiting) / 2
    past = session.scalars(select(Ticket).where(Ticket.business_date < now.date())).all()
    assert len(past) > 1000
    assert all(t.called_at >= t.issued_at for t in past if t.called_at)
    assert Counter(t.state for t in past).keys() == {TicketState.FINISHED, TicketState.CANCELLED}


def test_its_earlier_register_tells_of_a_year(session, now):
    brought = session.scalars(select(Appeal).where(Appeal.source == Origin.IMPORTED)).all()
    months = Counter(f"{appeal.received_at:%Y-%m}" for appeal in brought)
    ended = sorted(months)[1:-1]
    assert len(ended) == 11
    assert all(months[month] > 50 for month in ended), "figures of every month can be published"
    assert all(appeal.district_id and appeal.subject_id for appeal in brought)
    claims = [appeal.claims[0] for appeal in brought]
    late = [c for c in claims if c.answered_at and c.answered_at.date() > c.due_on]
    assert 0 < len(late) / len(claims) < 0.1
    waiting = [claim for claim in claims if claim.answered_at is None]
    assert 0 < len(waiting) < 120
    answered = [c.answered_at.astimezone(ALMATY) for c in claims if c.answered_at]
    assert {moment.weekday() for moment in answered} <= set(range(6)), "nobody answers on a Sunday"
    assert all(9 <= moment.hour < 18 for moment in answered)


def test_nobody_in_it_can_be_a_living_person(session):
    seal = Seal.of(IIN_KEY)
    named = [appeal.applicant for appeal in session.scalars(select(Appeal)) if appeal.applicant]
    numbers = [seal.open(applicant.iin_sealed) for applicant in named]
    assert len(set(numbers)) == len({applicant.name for applicant in named}) > 5
    assert {number[6] for number in numbers} <= {"1", "2"}, "born before 1900"


def test_everybody_named_at_the_start_can_sign_in(session, now):
    sign_ins = demonstration.sign_ins()
    assert {login for login, *_ in sign_ins} == set(session.scalars(select(Officer.login)))
    login, password, _ = sign_ins[-1]
    officer = staff.check_password(
        session, login=login, password=password, now=now + timedelta(minutes=1)
    )
    assert officer.login == login
