"""Learning again from decisions: what is remembered, the gate, the alarm."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import retraining, routing, terms
from agencies.appeals import Claim
from agencies.choices import RoutingChoice
from agencies.classifier import Standing, champion
from agencies.directory import agency_by_code
from agencies.retraining import Drift, drift, retrain
from tests.agencies.test_learning import SPEECH
from tests.make import make_appeal, make_officer


def choice(claim, now, **row):
    row = {"offered": ["social"], "scores": {"social": 0.9}, "sure": True, "language": "ru"} | row
    return RoutingChoice(claim=claim, suggested_at=now, **row)


@pytest.fixture
def clerk(session):
    return make_officer(session)


def test_the_choice_of_a_person_is_kept_and_a_redirection_corrects_it(session, clerk, now):
    claim = make_appeal(session, by=clerk).claims[0]
    row = session.scalars(select(RoutingChoice)).one()
    row.offered, row.scores = ["social"], {"social": 0.9}

    routing.route(session, claim, to=agency_by_code(session, "social"), by=clerk, now=now)
    session.flush()
    assert retraining.trial_of(row).hit

    routing.redirect(
        session, claim, to=agency_by_code(session, "ecology"), reason="Ағаш.",
        law=terms.law(session),
        by=clerk, now=now,
    )  # fmt: skip
    session.flush()
    assert (row.chosen, row.corrected, row.right) == ("social", "ecology", "ecology")
    assert not retraining.trial_of(row).hit


@pytest.fixture
def decided(session, clerk, now):
    """Made-up claims with the last word of a person, three hundred, an hour apart."""
    dice = random.Random(3)
    appeal = make_appeal(session, by=clerk)
    first = appeal.claims[0]
    for number in range(300):
        kind = dice.choice(sorted(SPEECH))
        text = " ".join([*dice.sample(SPEECH[kind], 3), f"слово{dice.randrange(50)}"])
        claim = Claim(
            appeal=appeal, ordinal=number + 2, text=text, registered_on=first.registered_on,
            first_due_on=first.due_on, due_on=first.due_on, suggestions=[],
        )  # fmt: skip
        at = now - timedelta(hours=300 - number)
        session.add(choice(claim, at, chosen=kind, chosen_by_id=clerk.id, chosen_at=at))
    session.commit()


def test_a_challenger_that_is_better_on_later_decisions_speaks(session, decided, now):
    model = retrain(session, now=now)
    session.commit()

    assert model.standing is Standing.CHAMPION
    assert model.measures["challenger"]["top1"] > model.measures["champion"]["top1"]
    assert model.examples == 240
    assert champion(session) is model


def test_a_challenger_that_is_no_better_is_retired_and_a_quiet_night_is_skipped(
    session, decided, now
):
    first = retrain(session, now=now - timedelta(hours=100))
    second = retrain(session, now=now)
    session.commit()

    assert (second.standing, second.file) == (Standing.RETIRED, b"")
    assert champion(session) is first
    assert retrain(session, now=now + timedelta(days=1)) is None


def test_too_few_decisions_teach_nothing(session, now):
    assert retrain(session, now=now) is None


def test_a_fall_of_the_first_try_raises_the_alarm(now):
    rows = [
        RoutingChoice(
            suggested_at=now - timedelta(days=days), offered=["social"], scores={"social": 0.9},
            sure=True, language="ru", chosen=right,
        )
        for days, right in [(40, "social")] * 60 + [(3, "social")] * 40 + [(3, "police")] * 20
    ]  # fmt: skip

    found = drift(rows, now=now)

    assert found == Drift(lately=0.6667, before=1.0)
    assert found.alarming
    assert drift(rows[:70], now=now) is None
