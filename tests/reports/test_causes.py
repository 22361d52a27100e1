"""Causes behind a proposal: drawn at random, coded by two apart, told with the evidence."""

from typing import Any

import pytest
from sqlalchemy import select, update

from agencies.appeals import Appeal
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer, Role
from reports import causes, evidence, uncoded
from reports.causes import CauseSample
from reports.proposals import Proposal
from tests.make import make_officer
from tests.reports.proposing import NOW, drafted


@pytest.fixture
def coders(session: Any) -> tuple[Officer, Officer]:
    return make_officer(session, Role.ANALYST), make_officer(session, Role.SUPERVISOR)


def drawn(session: Any, proposal: Proposal, by: Officer) -> CauseSample:
    claims = evidence.drawable(session, proposal, now=NOW)
    return causes.draw(session, proposal, claims, by=by, now=NOW)


def coded(sample: CauseSample, by: Officer, codes: str) -> None:
    """`codes`: two letters for each case in turn."""
    for case, n in zip(sample.cases, range(0, len(codes), 2), strict=True):
        causes.code(sample, case.ordinal, codes[n : n + 2], by=by)


def test_a_sample_holds_every_matter_where_there_are_few(
    session: Any, coders: tuple[Officer, Officer]
) -> None:
    proposal = drafted(session, persons=7)
    sample = drawn(session, proposal, coders[0])
    assert len(sample.cases) == sample.population == 7
    assert len({case.claim_id for case in sample.cases}) == 7


def test_special_data_are_not_drawn(session: Any) -> None:
    proposal = drafted(session, persons=7)
    before = evidence.drawable(session, proposal, now=NOW)
    one = session.scalars(select(Appeal.id).limit(1)).one()
    session.execute(update(Appeal).where(Appeal.id == one).values(special="health"))
    assert len(evidence.drawable(session, proposal, now=NOW)) == len(before) - 1


def test_two_code_apart_and_settle_together_and_the_evidence_keeps_what_they_came_to(
    session: Any, coders: tuple[Officer, Officer]
) -> None:
    proposal = drafted(session, persons=6)
    sample = drawn(session, proposal, coders[0])
    coded(sample, coders[0], "N3N3P2P2I1N3")
    assert causes.agreed(sample) is None
    coded(sample, coders[1], "N3N3P2P2I1P2")
    assert causes.told(session, proposal) is None
    with pytest.raises(WrongStatus):
        causes.settle(session, sample, proposal, 1, "N3", by=coders[0], now=NOW)
    stranger = make_officer(session, Role.ANALYST)
    with pytest.raises(NotAllowed):
        causes.settle(session, sample, proposal, 6, "N3", by=stranger, now=NOW)
    causes.settle(session, sample, proposal, 6, "N3", by=coders[1], now=NOW)
    pack = evidence.freeze(session, proposal, by=coders[0], now=NOW)
    assert pack.result["causes"]["counts"] == {"I1": 1, "N3": 3, "P2": 2}
    assert pack.result["causes"]["kappa"] == pytest.approx(0.739, abs=1e-3)
    assert evidence.is_whole(proposal, pack)


def test_where_the_coders_agree_too_little_nothing_is_told_and_another_sample_may_be_drawn(
    session: Any, coders: tuple[Officer, Officer]
) -> None:
    proposal = drafted(session, persons=6)
    sample = drawn(session, proposal, coders[0])
    assert not causes.may_draw(sample, proposal)
    with pytest.raises(WrongStatus):
        drawn(session, proposal, coders[0])
    coded(sample, coders[0], "N3N3P2P2I1N3")
    coded(sample, coders[1], "P2N3N1P2P1P2")
    for case in sample.cases:
        if case.differs:
            causes.settle(session, sample, proposal, case.ordinal, "N3", by=coders[0], now=NOW)
    assert causes.told(session, proposal) is None
    assert drawn(session, proposal, coders[1]).id != sample.id


def test_a_third_person_cannot_code_and_nobody_codes_as_both(
    session: Any, coders: tuple[Officer, Officer]
) -> None:
    sample = drawn(session, drafted(session, persons=6), coders[0])
    coded(sample, coders[0], "N3" * 6)
    causes.code(sample, 1, "N1", by=coders[0])
    assert sample.second_coder_id is None
    assert not causes.is_coded(sample)
    causes.code(sample, 1, "N1", by=coders[1])
    with pytest.raises(NotAllowed):
        causes.code(sample, 2, "N1", by=make_officer(session, Role.ADMIN))
    with pytest.raises(Invalid):
        causes.code(sample, 2, "Z9", by=coders[1])


def test_a_sample_of_another_scope_is_not_told(
    session: Any, coders: tuple[Officer, Officer]
) -> None:
    proposal = drafted(session, persons=6)
    sample = drawn(session, proposal, coders[0])
    for coder in coders:
        coded(sample, coder, "N3" * 6)
    assert causes.told(session, proposal) is not None
    proposal.subjects = ["01.05", "02"]
    assert causes.told(session, proposal) is None
    assert causes.may_draw(sample, proposal)


def test_evidence_frozen_before_the_coding_is_done_says_what_was_left(
    session: Any, coders: tuple[Officer, Officer]
) -> None:
    proposal = drafted(session, persons=6)
    left = uncoded.lacking(session, proposal)
    assert left == {"why": "not_drawn", "left": 0, "cases": 0}
    sample = drawn(session, proposal, coders[0])
    assert [one.number for one in uncoded.awaiting(session, coders[1])] == [proposal.number]
    coded(sample, coders[0], "N3N3P2P2I1N3")
    assert uncoded.awaiting(session, coders[0]) == []
    causes.code(sample, 1, "N3", by=coders[1])
    left = uncoded.lacking(session, proposal)
    assert left == {"why": "uncoded", "left": 5, "cases": 6}
    for case, code in zip(sample.cases[1:], ("N3", "P2", "P2", "I1", "P2"), strict=True):
        causes.code(sample, case.ordinal, code, by=coders[1])
    assert uncoded.awaiting(session, coders[0]) == [proposal]
    pack = evidence.freeze(session, proposal, by=coders[0], now=NOW)
    assert pack.result["causes_lacking"] == {"why": "unsettled", "left": 1, "cases": 6}
    assert "causes" not in pack.result
    assert evidence.is_whole(proposal, pack)
