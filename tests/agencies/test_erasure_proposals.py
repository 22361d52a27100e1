"""An erasure by decision: one person proposes it, another one confirms, and nothing else erases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from agencies import erasure_holds, erasure_proposals, erasures, proof
from agencies.erasure_proposals import MOVES, ErasureProposal, ProposalStatus, _move
from agencies.erasures import Erasure
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from tests.make import make_appeal, make_officer

ORDER = "Сот шешімі, 2026 жылғы 3 қараша, № 17"
LOOKED = "Шешімнің көшірмесін көрдім, мерзімдері өткен"
S = ProposalStatus


@pytest.fixture
def closed(session, clock):
    """Closed in spring 2026; the days to rate and to complain are over."""
    return make_appeal(session, status="closed", now=datetime(2026, 4, 13, 5, 0, tzinfo=UTC))


@pytest.fixture
def first(session):
    return make_officer(session, "supervisor", name="Әлия Бекова")


@pytest.fixture
def second(session):
    return make_officer(session, "admin", name="Нұрлан Сәтов")


@pytest.fixture
def proposed(session, closed, first, now):
    found = erasure_proposals.propose(session, closed, reason=ORDER, by=first, now=now)
    session.commit()
    return found


def confirm(session, proposal, folder, now, by, because=LOOKED):
    done = erasure_proposals.confirm(
        session, proposal, because=because, folder=folder, by=by, now=now
    )
    session.commit()
    return done


def kinds(session, appeal):
    session.expire_all()
    return [one.kind for one in appeal.journal][-2:]


def test_the_second_person_confirms_and_the_words_are_gone(
    session, closed, proposed, first, second, tmp_path, now
):
    assert session.scalar(select(func.count(Erasure.id))) == 0, "a proposal erases nothing"

    done = confirm(session, proposed, tmp_path, now, second)

    assert (done.rule, done.reason, done.because) == ("decision", ORDER, LOOKED)
    assert (done.proposed_by_id, done.by_id) == (first.id, second.id)
    assert kinds(session, closed) == ["erasure_confirmed", "erased"]
    assert (closed.text, proposed.reason, proposed.because) == ("", "", ""), "the act keeps them"
    assert proof.verify(session).holds


def test_nobody_confirms_or_refuses_the_own_proposal(session, proposed, first, tmp_path, now):
    with pytest.raises(NotAllowed, match="Another person"):
        confirm(session, proposed, tmp_path, now, first)
    with pytest.raises(NotAllowed, match="Another person"):
        erasure_proposals.refuse(proposed, because=LOOKED, by=first, now=now)
    assert proposed.status is S.PROPOSED


@pytest.mark.parametrize("status", ["confirmed", "refused"])
def test_the_database_keeps_the_two_apart_too(session, proposed, status):
    own = text(
        "UPDATE erasure_proposal SET status = :s, decided_at = now(),"
        " decided_by_id = proposed_by_id, because = 'x'"
    )
    with pytest.raises(IntegrityError, match="two_persons"):
        session.execute(own, {"s": status})
    session.rollback()


def test_no_act_of_destruction_by_decision_names_one_person_twice(session, closed, first, now):
    for pair in ({"by": first, "proposed_by": first}, {"by": first}, {"proposed_by": first}):
        session.add(Erasure(appeal=closed, at=now, rule="decision", rows=0, files=0, **pair))
        with pytest.raises(IntegrityError, match="two_persons"):
            session.flush()
        session.rollback()


def test_what_holds_is_asked_again_at_the_confirmation(
    session, closed, proposed, first, second, tmp_path, now
):
    erasure_holds.hold(session, closed, reason="Сот ісі", by=first, now=now)

    with pytest.raises(WrongStatus, match="held"):
        confirm(session, proposed, tmp_path, now, second)
    assert proposed.status is S.PROPOSED
    erasure_holds.lift(session, closed, now=now)
    assert confirm(session, proposed, tmp_path, now, second).rule == "decision"


def test_a_refusal_ends_it_and_a_new_one_may_be_proposed(
    session, closed, proposed, first, second, tmp_path, now
):
    erasure_proposals.refuse(proposed, because="Шешім күшіне енген жоқ", by=second, now=now)
    session.commit()

    assert kinds(session, closed)[-1] == "erasure_refused"
    with pytest.raises(WrongStatus, match="decided before"):
        confirm(session, proposed, tmp_path, now, second)
    again = erasure_proposals.propose(session, closed, reason=ORDER, by=second, now=now)
    with pytest.raises(WrongStatus, match="proposed already"):
        erasure_proposals.propose(session, closed, reason=ORDER, by=first, now=now)
    with pytest.raises(NotAllowed):
        erasure_proposals.withdraw(again, by=first, now=now)
    erasure_proposals.withdraw(again, by=second, now=now)
    assert again.status is S.WITHDRAWN


@pytest.mark.parametrize("words", ["", "  ", "Ерлан Тасқынбаевтың өтініші бойынша",
                                   "ЖСН 850101100012 иесінің өтініші"])  # fmt: skip
def test_a_reason_is_given_and_names_nobody(session, closed, proposed, second, words, now):
    with pytest.raises(Invalid) as wrong:
        erasure_proposals.refuse(proposed, because=words, by=second, now=now)
    assert "reason" in wrong.value.fields
    erasure_proposals.withdraw(proposed, by=proposed.proposed_by, now=now)
    with pytest.raises(Invalid):
        erasure_proposals.propose(session, closed, reason=words, by=second, now=now)


def test_what_nobody_decides_on_lapses(session, closed, proposed, second, tmp_path, now):
    late = now + erasure_proposals.stands_for() + timedelta(days=1)

    with pytest.raises(WrongStatus, match="time to decide"):
        confirm(session, proposed, tmp_path, late, second)
    assert list(erasure_proposals.expire(session, now=late - timedelta(days=1))) == []
    assert list(erasure_proposals.expire(session, now=late)) == [proposed]
    session.commit()
    assert list(erasure_proposals.expire(session, now=late)) == []
    assert kinds(session, closed)[-1] == "erasure_expired"


def test_a_rule_that_comes_first_ends_the_proposal(session, closed, proposed, tmp_path, now):
    erasures.erase(session, closed, rule="appeal", folder=tmp_path, now=now)
    session.commit()

    assert list(erasure_proposals.expire(session, now=now)) == [proposed]
    session.commit()
    assert proof.verify(session).holds


def test_it_waits_for_everybody_with_the_right_but_who_proposed_it(
    session, closed, proposed, first, now
):
    def counted(officer):
        return session.scalar(erasure_proposals.to_decide(officer, today=now.date()))

    assert erasure_proposals.deciders(session, proposed) == []
    second = make_officer(session, "supervisor")
    assert [counted(one) for one in (first, second)] == [0, 1]
    assert counted(second) == len(erasure_proposals.waiting(session, second, today=now.date()))
    assert erasure_proposals.deciders(session, proposed) == [second]


def test_who_is_kept_from_the_appeal_decides_nothing(session, closed, proposed, second, now):
    session.execute(
        text("INSERT INTO complained_of (appeal_id, officer_id, named_at, named_by_id)"
             " VALUES (:a, :o, now(), :o)"), {"a": closed.id, "o": second.id},
    )  # fmt: skip
    session.commit()

    assert erasure_proposals.deciders(session, proposed) == []
    with pytest.raises(NotFound, match="no such proposal"):
        erasure_proposals.hold(session, proposed.id, officer=second)


@given(st.lists(st.sampled_from(list(S)), min_size=1, max_size=4))
def test_whatever_is_tried_it_is_decided_once(steps):
    """Pure: the table alone."""
    status, moves = S.PROPOSED, 0
    for to in steps:
        if to in MOVES[status]:
            status, moves = to, moves + 1
    assert moves <= 1
    assert (status is S.PROPOSED) == (moves == 0)


def test_only_the_mover_writes_the_status(session, proposed, second, now):
    with pytest.raises(WrongStatus):
        _move(proposed, S.PROPOSED, by=second, now=now)
    assert set(MOVES) == set(S)
    assert isinstance(proposed, ErasureProposal)
