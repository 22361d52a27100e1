"""Another kind, or another law, for an appeal that is registered already."""

from datetime import datetime

import pytest
from sqlalchemy import select

from agencies import clocks, recasting, routing, terms
from agencies.calendar import ALMATY
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.notices import Notice
from tests.make import make_appeal, make_officer

CAME = datetime(2026, 11, 23, 10, 0, tzinfo=ALMATY)
LATER = datetime(2026, 11, 25, 10, 0, tzinfo=ALMATY)


@pytest.fixture
def clerk(session):
    return make_officer(session, "clerk")


def correct(session, appeal, by, *, kind="complaint", case="ordinary", now=LATER, reason="Шағым."):
    recasting.recast(
        session, appeal, kind=kind, case=case, reason=reason, law=terms.law(session), by=by, now=now
    )


def test_a_complaint_taken_for_an_application_gets_its_twenty_days_from_the_same_arrival(
    session, clerk
):
    appeal = make_appeal(session, status="in_work", now=CAME, applicant={"phone": "87010000000"})
    assert appeal.claims[0].due_on.isoformat() == "2026-12-14"

    correct(session, appeal, clerk)

    assert appeal.claims[0].due_on.isoformat() == "2026-12-22"
    assert (appeal.kind, appeal.policy.code) == ("complaint", "C2026-J")
    entry = appeal.journal[-1]
    assert (entry.kind, entry.payload["before"], entry.payload["reason"]) == (
        "recast", "application", "Шағым.",
    )  # fmt: skip
    assert clocks.compare(session, law=terms.law(session))[1] == []
    session.flush()
    told = session.scalars(select(Notice).where(Notice.kind == "kind_corrected")).one()
    assert told.particulars["policy"] == "C2026-J"


def test_the_law_on_public_services_goes_before_the_code(session, clerk):
    appeal = make_appeal(session, status="routed", now=CAME, kind="complaint")

    correct(session, appeal, clerk, case="public_service")

    claim = appeal.claims[0]
    assert claim.due_on.isoformat() == "2026-11-30"
    assert claim.policy.code == "PS-5"
    routing.redirect(
        session, claim, to=agency_by_code(session, "police"), reason="Олардікі.",
        law=terms.law(session), by=clerk, now=LATER,
    )  # fmt: skip
    assert claim.policy.code == "PS-5", "and stays through a redirect"


def test_an_answered_claim_keeps_the_row_of_its_day(session, clerk):
    appeal = make_appeal(session, status="in_work", now=CAME, claims=["Шам.", "Лифт."])
    done, going = appeal.claims
    done.status = "answered"

    correct(session, appeal, clerk)

    assert (done.policy.code, done.due_on.isoformat()) == ("C2026-A", "2026-12-14")
    assert (going.policy.code, going.due_on.isoformat()) == ("C2026-J", "2026-12-22")


def test_a_silence_noted_under_the_wrong_row_is_none_any_more(session, clerk):
    appeal = make_appeal(
        session, status="in_work", now=CAME, kind="complaint", case="public_service"
    )
    claim = appeal.claims[0]
    late = datetime(2026, 12, 2, 10, 0, tzinfo=ALMATY)
    clocks.note_silence(session, appeal.number, 1, law=terms.law(session), now=late)
    assert claim.deemed_refused_on is not None

    correct(session, appeal, clerk, now=late)

    assert claim.deemed_refused_on is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "application", "case": "public_service"}, "case"),
        ({"case": "silence"}, "case"),
        ({"kind": "petition"}, "kind"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_what_no_law_knows_is_told_beside_its_field(session, clerk, wrong, field):
    appeal = make_appeal(session, status="in_work", now=CAME)

    with pytest.raises(Invalid) as told:
        correct(session, appeal, clerk, **wrong)

    assert set(told.value.fields) == {field}


def test_an_officer_corrects_no_kind_and_a_head_only_where_nobody_else_works_on_it(session):
    appeal = make_appeal(session, status="in_work", now=CAME, claims=["Шам.", "Лифт."])
    head = make_officer(session, "head")
    with pytest.raises(NotAllowed):
        correct(session, appeal, make_officer(session, "officer"))

    correct(session, appeal, head)

    appeal.claims[1].agency = agency_by_code(session, "police")
    with pytest.raises(NotAllowed):
        correct(session, appeal, head, kind="application")


def test_the_same_kind_again_or_a_finished_appeal_is_not_corrected(session, clerk):
    appeal = make_appeal(session, status="in_work", now=CAME)
    with pytest.raises(WrongStatus):
        correct(session, appeal, clerk, kind="application")
    with pytest.raises(NotAllowed):
        correct(session, make_appeal(session, status="closed", now=CAME), clerk)
