"""The rules of an agency: an arriving claim is given by the first that fits, on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from agencies import giving_rules, giving_trial, recusing, routing, terms
from agencies.calendar import business_date
from agencies.directory import Subject, agency_by_code, district_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.giving_rules import GivingRule, Wanted
from agencies.staff import Role
from tests.make import make_appeal, make_officer


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ерлан Төлегенов")


@pytest.fixture
def rule(session, head, now):
    """A rule of housing, in force at once."""

    def _rule(to, *, district=None, topic=None, kind=None, on=True):
        made = giving_rules.add(
            session,
            Wanted(
                to,
                session.scalar(select(Subject).where(Subject.code == topic)) if topic else None,
                district_by_code(session, district) if district else None,
                kind,
            ),
            by=head, now=now,
        )  # fmt: skip
        giving_rules.switch(session, is_on=on, by=head, now=now)
        session.commit()
        return made

    return _rule


def test_an_arriving_claim_is_given_by_the_first_rule_that_fits(session, rule, aya, bek):
    rule(bek, district="auezov")
    taking = rule(aya, district="medeu")
    rule(bek)

    appeal = make_appeal(session, status="routed", district="medeu")

    [claim] = appeal.claims
    assert (claim.officer, claim.status) == (aya, "routed")
    row = appeal.journal[-1]
    assert (row.kind, row.by_id) == ("given_by_rule", None)
    assert row.payload == {"claim": 1, "officer": aya.name, "rule": taking.id}


def test_a_topic_of_a_rule_stands_for_those_beneath_it(session, rule, aya, bek):
    rule(bek, topic="02")
    rule(aya, topic="01")

    claims = [{"text": "Шам жанбайды.", "subject": "01.01"}]
    appeal = make_appeal(session, status="routed", claims=claims)

    assert appeal.claims[0].officer == aya


def test_rules_give_only_what_they_fit_and_only_while_they_are_on(session, rule, aya, head, now):
    rule(aya, district="medeu", on=False)
    assert make_appeal(session, status="routed", district="medeu").claims[0].officer is None

    giving_rules.switch(session, is_on=True, by=head, now=now)
    session.commit()
    elsewhere = make_appeal(session, status="routed", district="auezov")
    stranger = make_appeal(session, status="routed", agency="social", district="medeu")

    assert elsewhere.claims[0].officer is None
    assert stranger.claims[0].officer is None
    assert make_appeal(session, status="routed", district="medeu").claims[0].officer == aya


def test_a_claim_sent_on_is_given_by_the_rules_of_its_new_agency(session, rule, aya, now):
    rule(aya)
    appeal = make_appeal(session, status="in_work", agency="social", now=now)

    routing.redirect(
        session, appeal.claims[0], to=agency_by_code(session, "housing"), reason="Үй ісі.",
        law=terms.law(session), by=make_officer(session, Role.SUPERVISOR), now=now,
    )  # fmt: skip

    assert appeal.claims[0].officer == aya


@pytest.mark.parametrize("cause", ["left", "moved", "complained of", "head complained of"])
def test_who_may_not_have_the_claim_is_passed_over(session, rule, aya, bek, head, now, cause):
    rule(aya)
    if cause == "left":
        aya.active = False
    if cause == "moved":
        aya.agency = agency_by_code(session, "social")
    if cause != "head complained of":
        rule(bek)
    session.commit()
    named = {"complained of": [aya.login], "head complained of": [head.login]}.get(cause, [])
    supervisor = make_officer(session, Role.SUPERVISOR)
    if cause == "head complained of":
        make_officer(session, Role.HEAD)

    appeal = make_appeal(session, status="routed", by=supervisor, complained_of=named)

    assert appeal.claims[0].officer == (None if cause == "head complained of" else bek)


def test_special_personal_data_wait_for_the_head(session, rule, aya):
    rule(aya)

    assert make_appeal(session, status="routed", special="health").claims[0].officer is None


def test_the_order_is_kept_without_a_gap(session, rule, aya, bek, head, now):
    first, second, third = rule(aya, district="medeu"), rule(bek, district="auezov"), rule(bek)

    giving_rules.move(session, third, step=-1, by=head, now=now)
    giving_rules.retire(session, first, by=head, now=now)
    session.commit()
    assert [one.id for one in giving_rules.of_agency(session, head.agency_id)] == [
        third.id, second.id,
    ]  # fmt: skip
    giving_rules.restore(session, first, by=head, now=now)
    session.commit()
    found = giving_rules.of_agency(session, head.agency_id)
    assert [(one.id, one.position) for one in found] == [
        (third.id, 1), (second.id, 2), (first.id, 3),
    ]  # fmt: skip


def test_a_rule_is_refused_that_could_never_decide(session, rule, aya, head, now):
    first = rule(aya, district="medeu")

    with pytest.raises(Invalid):
        rule(aya, district="medeu")
    with pytest.raises(Invalid):
        rule(make_officer(session, Role.OFFICER, agency="social"))
    session.add(GivingRule(agency_id=head.agency_id, position=9, district_id=first.district_id,
                           to_id=aya.id, changed_at=now, changed_by_id=head.id))  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_nobody_but_a_head_changes_them_and_none_are_not_switched_on(session, aya, head, now):
    for verb in (
        lambda: giving_rules.add(session, Wanted(aya), by=aya, now=now),
        lambda: giving_rules.switch(session, is_on=True, by=aya, now=now),
    ):
        with pytest.raises(NotAllowed):
            verb()
    with pytest.raises(WrongStatus):
        giving_rules.switch(session, is_on=True, by=head, now=now)


def test_the_trial_tells_beside_whom_claims_really_were(session, rule, aya, bek, head, now):
    taking = rule(aya, district="medeu", on=False)
    clerk = make_officer(session)
    made = {"by": clerk, "now": now}
    make_appeal(session, status="in_work", officer=aya, district="medeu", **made)
    make_appeal(session, status="in_work", officer=bek, district="medeu", **made)
    make_appeal(session, status="routed", district="medeu", **made)
    left = make_appeal(session, status="routed", district="auezov", **made)
    make_appeal(session, status="routed", district="medeu", special="health", **made)
    kept = make_appeal(session, status="routed", district="medeu", **made)
    recusing.name_official(
        session, kept, aya.id, by=make_officer(session, Role.SUPERVISOR), now=now
    )
    make_appeal(session, status="routed", district="medeu", by=clerk, now=now - timedelta(days=60))
    session.commit()

    found = giving_trial.of_last_weeks(
        session, [taking], head.agency_id, weeks=4, by=head, today=business_date(now)
    )

    assert found.trial.by_rule[taking.id].really == {aya.id: 1, bek.id: 1, None: 1}
    assert found.trial.left.taken == 2
    assert found.trial.special.taken == 1
    assert {number for number, _ in found.unfitting} == {left.number, kept.number}
