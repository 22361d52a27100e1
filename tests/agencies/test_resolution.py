"""An agency decides: step by step, with four eyes, inside the term, and never twice."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from agencies import hearings, proof, resolution, routing, terms, withdrawing
from agencies.appeals import Claim, ClaimStatus
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Role
from tests.make import make_appeal, make_officer

S = ClaimStatus
BEFORE_THE_ANSWER = {S.REGISTERED, S.ROUTED, S.IN_WORK, S.IN_APPROVAL}
VERBS = {
    "route": ({S.REGISTERED}, S.ROUTED),
    "redirect": ({S.ROUTED, S.IN_WORK}, S.ROUTED),
    "take": ({S.ROUTED}, S.IN_WORK),
    "draft": ({S.IN_WORK}, S.IN_APPROVAL),
    "return": ({S.IN_APPROVAL}, S.IN_WORK),
    "approve": ({S.IN_APPROVAL}, S.ANSWERED),
    "close": ({S.ANSWERED}, S.CLOSED),
    "withdraw": (BEFORE_THE_ANSWER, S.WITHDRAWN),
}
"""From which states each step leads where: the law, written a second time."""


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ләззат Өмірзақова")


@pytest.fixture
def officer(session):
    return make_officer(session, Role.OFFICER)


def claim_at(session, status, officer=None, **more):
    return make_appeal(session, status=status, officer=officer, **more).claims[0]


def refused(verb, *args, **kwargs):
    with pytest.raises(Invalid) as refusal:
        verb(*args, **kwargs)
    return set(refusal.value.fields)


def test_the_steps_of_a_claim_are_those_of_the_law_in_any_order(session, officer, head, now):
    clerk, law = make_officer(session), terms.law(session)
    supervisor = make_officer(session, Role.SUPERVISOR)
    agencies = [agency_by_code(session, code) for code in ("housing", "social")]

    def elsewhere(claim):
        return next(agency for agency in agencies if agency.id != claim.agency_id)

    def take_step(verb, claim):
        after = {"by": clerk, "now": now}
        {
            "route": lambda: routing.route(session, claim, to=elsewhere(claim), **after),
            "redirect": lambda: routing.redirect(
                session,
                claim,
                to=elsewhere(claim),
                reason="Құзыреті.",
                law=law,
                by=supervisor,
                now=now,
            ),
            "take": lambda: resolution.take(claim, by=officer, now=now),
            "draft": lambda: resolution.draft_answer(
                session, claim, text="Ауыстырылды.", outcome="satisfied", by=officer, now=now
            ),
            "return": lambda: resolution.return_draft(
                session, claim, reason="Бап жоқ.", by=head, now=now
            ),
            "approve": lambda: resolution.approve(session, claim, by=head, now=now),
            "close": lambda: resolution.close(claim, **after),
            "withdraw": lambda: withdrawing.withdraw(session, claim, reason="Шештім.", **after),
        }[verb]()
        session.flush()

    class Work(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.claim = make_appeal(session, by=clerk, now=now).claims[0]
            self.expected = S.REGISTERED

        @rule(verb=st.sampled_from(sorted(VERBS)))
        def step(self, verb):
            sources, to = VERBS[verb]
            length = self.claim.appeal.journal_length
            if self.expected in sources:
                take_step(verb, self.claim)
                self.expected = to
                assert self.claim.appeal.journal_length > length
            else:
                with pytest.raises(WrongStatus):
                    take_step(verb, self.claim)
                assert self.claim.appeal.journal_length == length

        @invariant()
        def rows_agree(self):
            query = select(Claim).where(Claim.id == self.claim.id)
            kept = session.scalars(query.execution_options(populate_existing=True)).one()
            assert kept.status is self.expected
            assert (kept.answered_at is not None) == (self.expected in {S.ANSWERED, S.CLOSED})
            assert (kept.closed_at is not None) == (self.expected in {S.CLOSED, S.WITHDRAWN})
            assert bool(kept.answer) == bool(kept.answered_at)

        def teardown(self):
            assert proof.verify(session).damages == []
            session.rollback()

    run_state_machine_as_test(
        Work, settings=settings(max_examples=25, stateful_step_count=12, deadline=None)
    )


def test_taking_makes_an_officer_responsible_by_name(session, officer, now):
    claim = claim_at(session, "routed")

    resolution.take(claim, by=officer, now=now)

    assert (claim.status, claim.officer) == (S.IN_WORK, officer)
    assert claim.appeal.journal[-1].payload["officer"] == officer.name


def test_a_draft_leaves_nothing_before_the_approval(session, officer, now):
    claim = claim_at(session, "in_work")

    resolution.draft_answer(
        session, claim, text="Ауыстырылды.", outcome="explained", by=officer, now=now
    )

    assert (claim.draft, claim.draft_outcome) == ("Ауыстырылды.", "explained")
    assert (claim.answer, claim.outcome, claim.answered_at) == ("", "", None)


@pytest.mark.parametrize(
    ("text", "outcome", "fields"),
    [
        (" ", "satisfied", {"text"}),
        ("Жауап.", "victory", {"outcome"}),
        ("Жауап.", "withdrawn", {"outcome"}),
        ("Жауап.", "redirected", {"outcome"}),
        ("", "", {"text", "outcome"}),
    ],
)
def test_a_draft_needs_words_and_an_outcome_of_the_law(
    session, officer, now, text, outcome, fields
):
    claim = claim_at(session, "in_work")

    assert fields == refused(
        resolution.draft_answer, session, claim, text=text, outcome=outcome, by=officer, now=now
    )


def test_the_head_lets_the_answer_leave(session, head, now):
    claim = claim_at(session, "in_approval")

    resolution.approve(session, claim, by=head, now=now + timedelta(hours=1))

    assert (claim.answer, claim.outcome) == (claim.draft, claim.draft_outcome)
    assert claim.approved_by == head
    assert claim.first_answer_at == claim.answered_at == now + timedelta(hours=1)
    assert claim.appeal.answered_at == claim.answered_at


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CLERK, Role.SUPERVISOR, Role.ADMIN])
def test_nobody_but_a_head_judges_an_answer(session, now, role):
    claim, other = claim_at(session, "in_approval"), make_officer(session, role)

    with pytest.raises(NotAllowed):
        resolution.approve(session, claim, by=other, now=now)
    with pytest.raises(NotAllowed):
        resolution.return_draft(session, claim, reason="Бап жоқ.", by=other, now=now)


def test_a_head_does_not_approve_what_the_head_wrote(session, head, now):
    claim = claim_at(session, "in_approval", officer=head)

    with pytest.raises(NotAllowed, match="Another person"):
        resolution.approve(session, claim, by=head, now=now)

    assert claim.status is S.IN_APPROVAL


def test_a_draft_goes_back_with_what_is_to_be_mended(session, head, now):
    claim = claim_at(session, "in_approval")

    assert refused(resolution.return_draft, session, claim, reason=" ", by=head, now=now) == {
        "reason"
    }
    resolution.return_draft(session, claim, reason="Заң бабы жоқ.", by=head, now=now)

    assert claim.status is S.IN_WORK
    assert claim.appeal.journal[-1].payload["reason"] == "Заң бабы жоқ."


def test_the_head_extends_a_term_with_a_reason_up_to_the_limit_of_the_law(session, head, now):
    claim = claim_at(session, "in_work", now=now)
    before = claim.due_on

    resolution.extend(
        session, claim, until=claim.extendable_to, reason="Сараптама.", by=head, now=now
    )

    assert claim.due_on == claim.appeal.due_on == claim.extendable_to > before
    assert claim.first_due_on == before
    told = claim.appeal.journal[-1].payload
    assert (told["before"], told["due_on"]) == (before.isoformat(), claim.due_on.isoformat())


@pytest.mark.parametrize("step", [-1, 0])
def test_a_term_is_never_shortened_by_an_extension(session, head, now, step):
    claim = claim_at(session, "in_work", now=now)
    until = claim.due_on + timedelta(days=step)

    assert refused(
        resolution.extend, session, claim, until=until, reason="x", by=head, now=now
    ) == {"until"}


def test_a_term_is_not_extended_beyond_the_law_nor_without_a_reason(session, head, now):
    claim = claim_at(session, "in_work", now=now)
    beyond = claim.extendable_to + timedelta(days=1)

    after = {"by": head, "now": now}
    assert refused(resolution.extend, session, claim, until=beyond, reason="", **after) == {
        "until", "reason",
    }  # fmt: skip


def test_the_term_of_a_complaint_is_not_extended(session, head, now):
    claim = claim_at(session, "in_work", kind="complaint", now=now)
    until = claim.due_on + timedelta(days=1)

    assert refused(
        resolution.extend, session, claim, until=until, reason="x", by=head, now=now
    ) == {"until"}


def test_an_officer_extends_nothing(session, officer, now):
    claim = claim_at(session, "in_work", now=now)

    with pytest.raises(NotAllowed):
        resolution.extend(
            session, claim, until=claim.extendable_to, reason="x", by=officer, now=now
        )


@pytest.mark.parametrize("status", ["registered", "answered", "closed", "withdrawn"])
def test_what_is_not_with_an_agency_is_neither_extended_nor_heard(session, head, now, status):
    claim, law = claim_at(session, status, now=now), terms.law(session)

    with pytest.raises(WrongStatus):
        resolution.extend(session, claim, until=claim.due_on, reason="x", by=head, now=now)
    with pytest.raises(WrongStatus):
        hearings.hear(session, claim, on=claim.due_on, decision="x", law=law, by=head, now=now)


def test_a_hearing_lies_within_the_term_and_names_the_preliminary_decision(session, head, now):
    claim, after = claim_at(session, "in_work", now=now), {"by": head, "now": now}
    after["law"] = terms.law(session)
    late = claim.due_on + timedelta(days=1)

    assert refused(hearings.hear, session, claim, on=late, decision=" ", **after) == {
        "on", "decision",
    }  # fmt: skip
    hearings.hear(session, claim, on=claim.due_on, decision="Бас тартылады.", **after)

    assert claim.hearing_on == claim.due_on
    assert claim.status is S.IN_WORK
    assert claim.appeal.journal[-1].payload["decision"] == "Бас тартылады."


def test_neither_a_last_day_nor_a_hearing_falls_when_the_house_is_closed(session, head, now):
    claim, after = claim_at(session, "in_work", now=now), {"by": head, "now": now}
    hearing = {"decision": "Бас тартылады.", "law": terms.law(session), "place": "214", **after}
    saturday, sunday, monday = date(2026, 12, 26), date(2026, 12, 6), date(2026, 12, 7)

    off = refused(resolution.extend, session, claim, until=saturday, reason="Сараптама.", **after)
    rest = refused(hearings.hear, session, claim, on=sunday, hour="10:00", **hearing)
    night = refused(hearings.hear, session, claim, on=monday, hour="03:00", **hearing)

    assert (off, rest, night) == ({"until"}, {"on"}, {"hour"})


def test_a_withdrawn_appeal_is_closed_and_keeps_its_term(session, now):
    claim = claim_at(session, "in_work", now=now)

    withdrawing.withdraw(session, claim, reason="Өзім шештім.", by=None, now=now)

    assert (claim.outcome, claim.closed_at) == ("withdrawn", now)
    assert claim.appeal.status is S.WITHDRAWN
    assert claim.appeal.due_on == date(2026, 12, 14)


def test_an_appeal_is_closed_with_its_last_claim(session, now):
    appeal = make_appeal(session, status="answered", claims=["Шам.", "Лифт."], now=now)
    one, two = appeal.claims

    resolution.close(one, by=None, now=now + timedelta(days=1))
    assert appeal.closed_at is None
    resolution.close(two, by=None, now=now + timedelta(days=2))

    assert appeal.closed_at == now + timedelta(days=2)
    assert appeal.status is S.CLOSED
