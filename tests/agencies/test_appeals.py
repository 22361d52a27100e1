"""The appeal and its claims: the table of moves, what the whole tells of its parts, who sees it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from agencies import appeals, proof
from agencies.appeals import FINISHED, Appeal, Channel, Claim, ClaimStatus, moves
from agencies.appeals.moves import MOVES, ORDER
from agencies.errors import NotFound, WrongStatus
from agencies.staff import Role
from agencies.terms import AppealKind
from tests.make import make_appeal, make_officer

S = ClaimStatus
statuses = st.sampled_from(list(ClaimStatus))
TWO_MATTERS = ["Шам жанбайды.", "Лифт тоқтап тұр."]


def allowed_by_the_database(session, table, constraint):
    """The values that a CHECK of the table names."""
    source = session.scalar(
        text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = CAST(:table AS regclass) AND conname = :name"
        ),
        {"table": table, "name": constraint},
    )
    return set(source.split("'")[1::2])


def test_every_status_has_its_moves_and_only_a_withdrawal_is_the_end():
    assert set(MOVES) == set(ClaimStatus)
    assert [status for status, to in MOVES.items() if not to] == [S.WITHDRAWN]


def test_what_was_joined_begins_anew_and_is_neither_answered_nor_withdrawn_from_there():
    assert MOVES[S.MERGED] == {S.REGISTERED, S.ROUTED}


def test_the_applicant_may_withdraw_until_the_answer():
    assert {status for status, to in MOVES.items() if S.WITHDRAWN in to} == set(ORDER[:4])


def test_nothing_is_answered_that_nobody_approved():
    assert [status for status, to in MOVES.items() if S.ANSWERED in to] == [S.IN_APPROVAL]


@pytest.mark.parametrize(
    ("table", "constraint", "kinds"),
    [
        ("claim", "ck_claim_claimstatus", ClaimStatus),
        ("appeal", "ck_appeal_claimstatus", ClaimStatus),
        ("appeal", "ck_appeal_channel", Channel),
        ("appeal", "ck_appeal_appealkind", AppealKind),
    ],
)
def test_the_database_knows_the_same_words(session, table, constraint, kinds):
    assert allowed_by_the_database(session, table, constraint) == {kind.value for kind in kinds}


def test_the_database_refuses_a_status_that_does_not_exist(session):
    make_appeal(session)

    with pytest.raises(IntegrityError, match="ck_claim_claimstatus"):
        session.execute(text("UPDATE claim SET status = 'lost'"))

    session.rollback()


def test_a_claim_moves_by_the_table_and_by_nothing_else(session, now):
    """Whatever is tried in whatever order, rows, journal and table say the same."""
    clerk = make_officer(session)

    class Walk(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.appeal = make_appeal(session, by=clerk, claims=TWO_MATTERS, now=now)
            self.expected = [S.REGISTERED, S.REGISTERED]
            self.rows = 1

        @rule(place=st.integers(0, 1), to=statuses)
        def move(self, place, to):
            claim, before = self.appeal.claims[place], self.expected[place]
            if to in MOVES[before]:
                moves.move(claim, to, "noted", by=clerk, now=now)
                self.expected[place], self.rows = to, self.rows + 1
            else:
                with pytest.raises(WrongStatus):
                    moves.move(claim, to, "noted", by=clerk, now=now)
            session.flush()

        @invariant()
        def rows_agree(self):
            query = select(Claim.status).where(Claim.appeal_id == self.appeal.id)
            kept = session.scalars(query.order_by(Claim.ordinal)).all()
            whole = session.execute(
                select(Appeal.status, Appeal.journal_length).where(Appeal.id == self.appeal.id)
            ).one()
            assert kept == self.expected
            assert whole == (moves.status_of(self.appeal.claims), self.rows)

        def teardown(self):
            assert proof.verify(session).damages == []
            session.rollback()

    run_state_machine_as_test(
        Walk, settings=settings(max_examples=25, stateful_step_count=15, deadline=None)
    )


@given(st.lists(statuses, min_size=1, max_size=5))
def test_an_appeal_has_come_as_far_as_its_slowest_claim(drawn):
    whole = moves.status_of([Claim(status=status) for status in drawn])

    going = [status for status in drawn if status is not S.WITHDRAWN]
    assert whole in drawn
    assert all(ORDER.index(whole) <= ORDER.index(status) for status in going)
    assert (whole is S.WITHDRAWN) == (not going)


@given(st.lists(statuses, min_size=1, max_size=5), st.randoms())
def test_the_order_of_the_claims_does_not_matter(drawn, chance):
    shuffled = list(drawn)
    chance.shuffle(shuffled)

    assert moves.status_of([Claim(status=s) for s in drawn]) == moves.status_of(
        [Claim(status=s) for s in shuffled]
    )


def settled(now, *claims):
    appeal = Appeal(claims=[Claim(**claim) for claim in claims], due_on=date(2026, 1, 1))
    moves.settle(appeal)
    return appeal


def test_the_first_answer_counts_from_the_earliest_and_the_last_from_the_latest(now):
    later = now + timedelta(days=3)
    one = {"first_answer_at": now, "answered_at": now, "due_on": date(2026, 12, 14)}
    two = {"first_answer_at": later, "answered_at": later, "due_on": date(2026, 12, 22)}

    appeal = settled(now, one | {"status": S.ANSWERED}, two | {"status": S.ANSWERED})

    assert (appeal.first_answer_at, appeal.answered_at) == (now, later)
    assert appeal.due_on == date(2026, 12, 22), "the appeal is due with its last claim"
    assert appeal.closed_at is None


def test_an_appeal_is_not_answered_while_one_claim_is_open(now):
    answered = {"status": S.ANSWERED, "answered_at": now, "first_answer_at": now}
    open_one = {"status": S.IN_WORK, "due_on": date(2026, 12, 22)}

    appeal = settled(now, answered | {"due_on": date(2026, 12, 14)}, open_one)

    assert (appeal.first_answer_at, appeal.answered_at) == (now, None)


def test_a_withdrawn_claim_holds_nothing_up_and_makes_nothing_due(now):
    due = {"due_on": date(2026, 12, 22)}
    withdrawn = {"status": S.WITHDRAWN, "closed_at": now} | due
    answered = {"status": S.ANSWERED, "answered_at": now, "due_on": date(2026, 12, 14)}

    appeal = settled(now, withdrawn, answered)

    assert appeal.answered_at == now
    assert appeal.due_on == date(2026, 12, 14)
    assert appeal.closed_at is None


def test_an_appeal_withdrawn_whole_is_closed_and_was_never_answered(now):
    withdrawn = {"status": S.WITHDRAWN, "closed_at": now, "due_on": date(2026, 12, 22)}

    appeal = settled(now, withdrawn, withdrawn)

    assert (appeal.answered_at, appeal.closed_at) == (None, now)


@pytest.mark.parametrize("status", list(ClaimStatus))
def test_only_an_open_claim_can_be_overdue(status):
    claim = Claim(status=status, due_on=date(2026, 12, 14))

    assert not claim.is_overdue_on(date(2026, 12, 14)), "the last day is still in time"
    assert claim.is_overdue_on(date(2026, 12, 15)) == (status not in FINISHED)


@pytest.mark.parametrize(
    ("role", "agency", "sees"),
    [
        (Role.CLERK, None, True),
        (Role.SUPERVISOR, None, True),
        (Role.ADMIN, None, True),
        (Role.OFFICER, "housing", True),
        (Role.HEAD, "housing", True),
        (Role.OFFICER, "police", False),
        (Role.HEAD, "police", False),
        (Role.COUNCIL, None, False),
        (Role.ANALYST, None, False),
        (Role.KIOSK, None, False),
        (Role.BOARD, None, False),
    ],
)
def test_who_finds_an_appeal_to_read_and_to_change(session, role, agency, sees):
    appeal = make_appeal(session, status="routed", agency="housing")
    officer = make_officer(session, role, agency=agency)

    for find in (appeals.by_number, appeals.hold):
        if sees:
            assert find(session, appeal.number, officer=officer) == appeal
        else:
            with pytest.raises(NotFound):
                find(session, appeal.number, officer=officer)
    session.rollback()


def test_before_it_is_routed_no_agency_sees_it(session):
    appeal = make_appeal(session)

    with pytest.raises(NotFound):
        appeals.by_number(
            session, appeal.number, officer=make_officer(session, "officer", agency="housing")
        )


def test_a_foreign_number_and_one_that_does_not_exist_are_told_alike(session):
    appeal = make_appeal(session, status="routed")
    stranger = make_officer(session, "officer", agency="police")

    refusals = []
    for number in (appeal.number, "OA-2026-999999"):
        with pytest.raises(NotFound) as refusal:
            appeals.by_number(session, number, officer=stranger)
        refusals.append(refusal.value)

    assert refusals[0].message == refusals[1].message
    assert refusals[0].values == {"number": appeal.number}


def test_an_agency_finds_its_own_claim_of_an_appeal_and_not_the_others(session, now):
    appeal = make_appeal(session, claims=TWO_MATTERS, status="routed", agency="housing")
    officer = make_officer(session, "officer", agency="housing")
    police = make_officer(session, "officer", agency="police")
    mine = appeal.claims[0]

    assert appeals.claim_of(appeal, mine.id, officer=officer) == mine
    for stranger, claim_id in ((police, mine.id), (officer, 10**9)):
        with pytest.raises(NotFound):
            appeals.claim_of(appeal, claim_id, officer=stranger)


def test_an_imported_id_enters_the_register_once(session):
    one, two = make_appeal(session), make_appeal(session)
    one.source, one.source_id = "imported", "c1"
    two.source, two.source_id = "imported", "c1"

    with pytest.raises(IntegrityError, match="uq_appeal_source"):
        session.flush()

    session.rollback()
