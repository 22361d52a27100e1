"""Quality control: apart from approval, with reasons, and never past the last day of the term."""

from datetime import datetime, time

import pytest

from agencies import quality, resolution
from agencies.calendar import ALMATY
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.reference import labels
from agencies.staff import Role
from tests.make import make_appeal, make_officer


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD)


@pytest.fixture
def controller(session):
    return make_officer(session, Role.SUPERVISOR)


@pytest.fixture
def claim(session):
    return make_appeal(session, status="in_approval").claims[0]


def test_an_answer_under_control_waits_and_then_leaves(session, claim, head, controller, now):
    quality.take(claim, by=controller, now=now)
    with pytest.raises(WrongStatus, match="Quality control"):
        resolution.approve(session, claim, by=head, now=now)

    quality.find_good(claim, by=controller, now=now)
    resolution.approve(session, claim, by=head, now=now)

    assert claim.status == "answered"
    kinds = [entry.kind for entry in claim.appeal.journal]
    assert kinds[-3:] == ["control_begun", "control_passed", "answered"]


def test_control_makes_no_answer_late(session, claim, head, controller, now):
    quality.take(claim, by=controller, now=now)
    last_day = datetime.combine(claim.due_on, time(12), ALMATY)

    resolution.approve(session, claim, by=head, now=last_day)

    assert (claim.status, claim.control_by_id, claim.control_since) == ("answered", None, None)


def test_an_answer_goes_back_with_reasons(claim, controller, now):
    quality.take(claim, by=controller, now=now)
    known = labels("quality_reason")

    with pytest.raises(Invalid) as missing:
        quality.send_back(claim, reasons=["x"], known=known, words=" ", by=controller, now=now)
    quality.send_back(
        claim, reasons=["no_law", "x"], known=known, words="Бапты көрсетіңіз.", by=controller,
        now=now,
    )  # fmt: skip

    assert set(missing.value.fields) == {"reasons", "words"}
    assert claim.status == "in_work"
    assert claim.appeal.journal[-1].payload["wanting"] == ["no_law"]
    assert claim.control_by is None


def test_only_who_took_it_judges_and_never_the_agency(session, claim, head, controller, now):
    with pytest.raises(NotAllowed):
        quality.take(claim, by=head, now=now)
    quality.take(claim, by=controller, now=now)
    other = make_officer(session, Role.SUPERVISOR)

    for verb in (quality.take, quality.find_good):
        with pytest.raises(WrongStatus):
            verb(claim, by=other, now=now)


def test_a_return_by_the_head_ends_the_control(session, claim, head, controller, now):
    quality.take(claim, by=controller, now=now)

    resolution.return_draft(session, claim, reason="Қайта жазыңыз", by=head, now=now)

    assert claim.control_since is None
