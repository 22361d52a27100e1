"""News of an offence or a threat goes out in the same minute, also from nobody known."""

import pytest

from agencies import routing
from agencies.directory import agency_by_code
from agencies.errors import Invalid, WrongStatus
from tests.make import make_appeal, make_officer, sign_in

NEWS = "Көршіміз үйді жарамын деп қорқытады."


def test_an_anonymous_threat_is_passed_at_once_and_the_journal_says_when_and_why(
    session, client, now
):
    appeal = make_appeal(session, applicant={}, text=NEWS)
    claim = appeal.claims[0]
    sign_in(client, make_officer(session, "clerk"))
    registered = client.get(f"/appeals/{appeal.number}/registered?lang=en").text
    assert "An anonymous letter is not considered" in registered
    assert f"#urgent-{claim.id}" in registered

    step = f"urgent-{claim.id}"
    answer = client.post(
        f"/workspace/appeals/{appeal.number}/claims/{claim.id}/urgent",
        data={f"{step}-agency": "police", f"{step}-reason": "Жару қаупі"},
    )

    assert answer.status_code == 302
    session.refresh(claim)
    session.refresh(appeal, ["journal"])
    assert (claim.agency.code, claim.status) == ("police", "routed")
    entry = appeal.journal[-1]
    assert (entry.kind, entry.payload["reason"]) == ("passed_at_once", "Жару қаупі")


def test_only_who_guards_against_it_is_told_at_once_and_only_with_the_news(session, now):
    appeal, clerk = make_appeal(session, text=NEWS), make_officer(session)

    for code, reason, field in (("housing", "Қауіп", "agency"), ("police", "  ", "reason")):
        with pytest.raises(Invalid) as told:
            routing.pass_at_once(
                session, appeal.claims[0], to=agency_by_code(session, code), reason=reason,
                by=clerk, now=now,
            )  # fmt: skip
        assert set(told.value.fields) == {field}


def test_what_was_sent_already_is_not_passed_again(session, now):
    appeal, police = make_appeal(session, status="routed"), agency_by_code(session, "police")

    with pytest.raises(WrongStatus):
        routing.pass_at_once(
            session, appeal.claims[0], to=police, reason="Қауіп", by=make_officer(session), now=now
        )
