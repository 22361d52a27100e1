"""Competence: what the words propose, what a person decides, and a new clock at the receiver."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from agencies import proof, routing, terms
from agencies.appeals import ClaimStatus
from agencies.directory import Agency, Origin, agency_by_code, district_by_code
from agencies.errors import Invalid, NotCompetent, WrongStatus
from agencies.events import Event
from agencies.suggesting import suggest
from tests.make import make_appeal, make_officer

DAY = date(2026, 11, 23)
WORDS = ["шам", "қоқыс", "лифт", "светофор", "яма", "пенсия", "bus", "zzz", "ЁЛКА", "!!", "100%"]


@pytest.fixture
def clerk(session):
    return make_officer(session)


def redirect(session, claim, to, *, by, now, reason="Басқа органның құзыреті."):
    routing.redirect(
        session, claim, to=agency_by_code(session, to), reason=reason,
        law=terms.law(session), by=by, now=now,
    )  # fmt: skip
    session.flush()


def test_a_suggestion_says_which_words_speak_for_it(session):
    found = suggest(session, "Лифт жұмыс істемейді, кіреберіс кір", day=DAY)

    best = found.offered[0]
    assert best.agency == "housing"
    assert "лифт" in best.reasons
    assert best.subject.startswith("01.")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(st.sampled_from(WORDS), max_size=10))
def test_suggestions_are_few_ordered_and_reasoned(session, words):
    found = suggest(session, " ".join(words), day=DAY)

    scores = [suggestion.score for suggestion in found.offered]
    assert len(scores) <= 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert sum(scores) <= 1.002, "shares, each rounded to thousandths"
    assert all(suggestion.reasons for suggestion in found.offered)
    assert not found.sure or found.offered[0].score >= 0.6


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(st.sampled_from(WORDS), max_size=6))
def test_capitals_stops_and_repetition_change_nothing(session, words):
    plain = suggest(session, " ".join(words), day=DAY).offered

    assert suggest(session, ", ".join(words).upper() + ".", day=DAY).offered == plain
    assert suggest(session, " ".join(words + words), day=DAY).offered == plain


@pytest.mark.parametrize("text", ["", "   ", "zzz qqq", "%_\\", "☎️"])
def test_without_a_known_word_nothing_is_proposed(session, text):
    found = suggest(session, text, day=DAY)

    assert (found.offered, found.sure) == ([], False)


def test_before_a_competence_began_it_proposes_nothing(session):
    assert suggest(session, "Лифт жұмыс істемейді", day=date(1990, 1, 1)).offered == []


def test_a_matter_of_the_yard_goes_to_the_akimat_of_the_district(session):
    medeu = district_by_code(session, "medeu")

    placed = suggest(session, "Аулада қоқыс жиналып қалды", day=DAY, district=medeu)
    unplaced = suggest(session, "Аулада қоқыс жиналып қалды", day=DAY)

    assert placed.offered[0].agency == "akimat-medeu"
    assert unplaced.offered[0].agency == "akimat"


@pytest.mark.parametrize(
    ("text", "agency", "told"),
    [
        ("Не согласен с решением суда", "other", "вышестоящий суд"),
        ("Сот орындаушысының әрекетіне шағым", "other", "палатасына"),
        ("There is a smell of gas in the entrance", "utilities", "104"),
    ],
)
def test_what_the_hall_does_not_decide_is_explained_in_the_language_of_the_text(
    session, text, agency, told
):
    found = suggest(session, text, day=DAY)

    best = next(one for one in found.offered if one.agency == agency)
    assert told in best.advice


def test_a_person_sends_a_claim_to_an_agency_and_the_term_stays(session, clerk, now):
    claim = make_appeal(session, by=clerk).claims[0]
    due = claim.due_on

    routing.route(session, claim, to=agency_by_code(session, "social"), by=clerk, now=now)
    session.commit()

    assert (claim.status, claim.agency.code) == (ClaimStatus.ROUTED, "social")
    assert claim.due_on == due
    told = claim.appeal.journal[-1].payload
    assert (told["agency"], told["suggested"]) == ("social", claim.suggestions)


def test_the_agency_is_told_of_a_claim_by_number_and_not_by_person(session, clerk, now):
    claim = make_appeal(session, by=clerk).claims[0]
    routing.route(session, claim, to=agency_by_code(session, "social"), by=clerk, now=now)
    session.commit()

    event = session.scalars(select(Event)).one()
    assert (event.topic, event.kind) == ("agency/social", "claim_routed")
    assert event.payload == {"appeal": claim.appeal.number, "claim": 1}


def test_a_claim_is_routed_once(session, clerk, now):
    claim = make_appeal(session, by=clerk, status="routed").claims[0]

    with pytest.raises(WrongStatus):
        routing.route(session, claim, to=agency_by_code(session, "social"), by=clerk, now=now)


def test_a_redirected_claim_gets_the_receivers_own_clock(session, clerk, now):
    appeal = make_appeal(session, by=clerk, status="in_work", now=now)
    claim = appeal.claims[0]
    later = now + timedelta(days=9)

    redirect(session, claim, "ecology", by=clerk, now=later)

    fresh = terms.term_of(terms.law(session), later, kind=appeal.kind)
    assert (claim.status, claim.agency.code, claim.officer) == (
        ClaimStatus.ROUTED, "ecology", None,
    )  # fmt: skip
    assert (claim.due_on, claim.extendable_to) == (fresh.due_on, fresh.extendable_to)
    assert claim.first_due_on < claim.due_on == appeal.due_on
    assert (claim.redirections, appeal.redirections) == (1, 1)


def test_the_journal_of_a_redirection_keeps_the_reason_and_both_terms(session, clerk, now):
    claim = make_appeal(session, by=clerk, status="routed", now=now).claims[0]
    before = claim.due_on

    redirect(session, claim, "ecology", by=clerk, now=now + timedelta(days=2), reason="Ағаш.")
    session.commit()

    moved, term = claim.appeal.journal[-2:]
    assert (moved.kind, moved.payload["before"], moved.payload["agency"]) == (
        "redirected", "housing", "ecology",
    )  # fmt: skip
    assert moved.payload["reason"] == "Ағаш."
    assert term.payload["before"] == before.isoformat()
    assert term.payload["due_on"] == claim.due_on.isoformat()
    assert proof.verify(session).damages == []


def test_a_redirection_needs_a_reason(session, clerk, now):
    claim = make_appeal(session, by=clerk, status="routed").claims[0]

    with pytest.raises(Invalid) as refusal:
        redirect(session, claim, "ecology", by=clerk, now=now, reason="  ")

    assert set(refusal.value.fields) == {"reason"}


def test_a_claim_is_not_redirected_to_where_it_lies(session, clerk, now):
    claim = make_appeal(session, by=clerk, status="routed", agency="housing").claims[0]

    with pytest.raises(NotCompetent):
        redirect(session, claim, "housing", by=clerk, now=now)


@pytest.mark.parametrize("status", ["registered", "in_approval", "answered", "closed", "withdrawn"])
def test_only_a_claim_that_an_agency_works_on_is_redirected(session, clerk, now, status):
    claim = make_appeal(session, by=clerk, status=status).claims[0]

    with pytest.raises(WrongStatus):
        redirect(session, claim, "ecology", by=clerk, now=now)


def test_nothing_is_sent_to_a_body_of_another_city(session, clerk, now):
    there = Agency(
        code="imported-x", kind="housing", icon="other", colour="0", origin=Origin.IMPORTED
    )
    registered = make_appeal(session, by=clerk).claims[0]

    with pytest.raises(NotCompetent):
        routing.route(session, registered, to=there, by=clerk, now=now)

    assert registered.status is ClaimStatus.REGISTERED
    assert all(agency.origin is Origin.HALL for agency in routing.agencies_to_choose(session))
    session.rollback()


def test_agencies_of_the_hall_are_offered_before_those_outside(session):
    offered = [agency.in_hall for agency in routing.agencies_to_choose(session)]

    assert offered == sorted(offered, reverse=True)
    assert not all(offered)
