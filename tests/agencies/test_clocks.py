"""The clock of a claim by its journal: what is kept is what a replay gives; silence is noted."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from agencies import appeals, clocks, hearings, resolution, routing, terms
from agencies.calendar import ALMATY, make_workdays, next_working_moment
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.notices import Notice
from agencies.staff import Role
from tests.make import make_appeal, make_officer

REACHED = {"name": "Ерлан Тасқынбаев", "phone": "+77010000001"}


@pytest.fixture
def law(session):
    return terms.law(session)


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ләззат Өмірзақова")


@pytest.fixture
def officer(session):
    return make_officer(session, Role.OFFICER)


@pytest.fixture
def supervisor(session):
    return make_officer(session, Role.SUPERVISOR)


def told(session, kind):
    return session.scalars(select(Notice).where(Notice.kind == kind)).all()


def redirect(session, claim, to, law, by, now):
    routing.redirect(
        session, claim, to=agency_by_code(session, to), reason="Құзыреті.", law=law, by=by, now=now
    )


def test_what_is_kept_of_a_clock_is_what_its_journal_gives(session, law, head, officer, now):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    redirect(session, claim, "social", law, officer, now + timedelta(days=1))
    until = claim.due_on + timedelta(days=7)
    resolution.extend(
        session, claim, until=until, reason="Сараптама.", by=head, now=now + timedelta(days=2)
    )
    make_appeal(session, now=now)
    session.commit()

    assert clocks.compare(session, law=law) == (2, [])
    claim.due_on += timedelta(days=1)
    session.commit()
    [found] = clocks.compare(session, law=law)[1]

    assert (found.appeal, found.kept, found.replayed) == (claim.appeal.number, claim.due_on, until)


def test_the_applicant_is_told_of_a_redirect_and_an_extension_in_the_same_step(
    session, law, head, officer, now
):
    claim = make_appeal(
        session, status="in_work", officer=officer, now=now, applicant=REACHED
    ).claims[0]

    redirect(session, claim, "social", law, officer, now)
    resolution.extend(
        session, claim, until=claim.due_on + timedelta(days=7), reason="Сараптама.", by=head,
        now=now,
    )  # fmt: skip

    [moved], [longer] = told(session, "claim_redirected"), told(session, "term_extended")
    assert moved.particulars["agency"] == "social"
    assert longer.particulars["due_on"] == claim.due_on.isoformat()
    assert moved.particulars["policy"] == longer.particulars["policy"] == "C2026-A"


def test_a_term_that_is_over_is_not_extended_any_more(session, head, officer, now):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    late = now + timedelta(days=30)

    with pytest.raises(Invalid) as refusal:
        resolution.extend(
            session, claim, until=claim.extendable_to, reason="Кеш.", by=head, now=late
        )

    assert set(refusal.value.fields) == {"until"}


def test_silence_is_noted_once_as_an_event_with_its_day(session, law, officer, now):
    appeal = make_appeal(session, status="in_work", officer=officer, now=now, applicant=REACHED)
    claim, late = appeal.claims[0], now + timedelta(days=22)
    today = late.date()

    assert clocks.silent(session, today=claim.due_on) == []
    assert clocks.silent(session, today=today) == [(appeal.number, 1)]
    for _ in range(2):
        clocks.note_silence(session, appeal.number, 1, law=law, now=late)
        session.commit()

    assert clocks.silent(session, today=today) == []
    assert claim.deemed_refused_on == claim.due_on + timedelta(days=1)
    entries = [entry for entry in appeal.journal if entry.kind == "deemed_refused"]
    assert [entry.payload["on"] for entry in entries] == ["2026-12-15"]
    assert [notice.particulars["policy"] for notice in told(session, "deemed_refused")] == ["C-S"]


def test_who_is_faster_than_the_note_is_not_called_silent(session, law, officer, head, now):
    appeal = make_appeal(session, status="in_approval", officer=officer, now=now)
    resolution.approve(session, appeal.claims[0], by=head, now=now + timedelta(days=30))
    session.commit()

    assert clocks.note_silence(session, appeal.number, 1, law=law, now=now) is None


def test_a_refusal_needs_a_hearing_that_was_told_three_working_days_ahead(
    session, law, officer, head, now
):
    claim = make_appeal(
        session, status="in_work", officer=officer, now=now, applicant=REACHED
    ).claims[0]
    refusal = {"text": "Негіз жоқ, ӘРПК 76-бабы.", "outcome": "refused", "by": officer, "now": now}
    hearing = {"decision": "Бас тарту көзделген.", "law": law, "by": officer, "now": now}

    with pytest.raises(Invalid, match="another look"):
        resolution.draft_answer(session, claim, **refusal)
    with pytest.raises(Invalid):
        hearings.hear(session, claim, on=date(2026, 11, 25), **hearing)
    hearings.hear(session, claim, on=date(2026, 11, 26), **hearing)
    resolution.draft_answer(session, claim, **refusal)
    with pytest.raises(WrongStatus):
        resolution.approve(session, claim, by=head, now=now)
    hearings.record_view(session, claim, view="Келіспеймін.", by=officer, now=now)
    resolution.approve(session, claim, by=head, now=now)

    assert claim.outcome == "refused"
    assert [n.particulars["heard_on"] for n in told(session, "hearing_set")] == ["2026-11-26"]


def test_after_a_view_in_writing_the_appointed_hearing_is_waited_for_unless_given_up(
    session, law, officer, head, now
):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    hearings.hear(
        session, claim, on=date(2026, 11, 26), decision="Бас тарту көзделген.", law=law,
        by=officer, now=now, hour="15:00", place="214-бөлме",
    )  # fmt: skip
    resolution.draft_answer(
        session, claim, text="Негіз жоқ.", outcome="refused", by=officer, now=now
    )
    hearings.record_view(session, claim, view="Келіспеймін.", by=None, now=now)
    noon = datetime(2026, 11, 26, 12, tzinfo=ALMATY)

    with pytest.raises(WrongStatus, match="may still come"):
        resolution.approve(session, claim, by=head, now=noon)
    hearings.must_be_over(claim, noon + timedelta(hours=3))
    hearings.record_view(session, claim, view="Келмеймін.", by=None, now=noon, waived=True)
    resolution.approve(session, claim, by=head, now=noon)

    assert claim.outcome == "refused"


def test_a_message_is_refused_without_a_hearing(session, officer, now):
    claim = make_appeal(session, status="in_work", officer=officer, kind="message", now=now)
    claim = claim.claims[0]

    resolution.draft_answer(
        session, claim, text="Негіз жоқ.", outcome="refused", by=officer, now=now
    )

    assert claim.draft_outcome == "refused"


def test_missing_papers_are_asked_for_inside_the_term(session, law, officer, now):
    claim = make_appeal(
        session, status="in_work", officer=officer, now=now, applicant=REACHED
    ).claims[0]
    asking = {"law": law, "by": officer, "now": now}

    for until, what in ((claim.due_on + timedelta(days=1), "Анықтама"), (now.date(), "Анықтама"),
                        (claim.due_on, " ")):  # fmt: skip
        with pytest.raises(Invalid):
            hearings.ask_documents(session, claim, until=until, what=what, **asking)
    hearings.ask_documents(session, claim, until=claim.due_on, what="Анықтама", **asking)
    asked = claim.documents_by
    hearings.note_documents(session, claim, words="Анықтама әкелінді.", by=None, now=now)

    assert (asked, claim.documents_by) == (claim.due_on, None)
    assert [n.particulars["policy"] for n in told(session, "documents_asked")] == ["C-D"]


def test_nobody_is_passed_around_the_supervisor_decides(session, law, officer, supervisor, now):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    redirect(session, claim, "social", law, officer, now)

    with pytest.raises(NotAllowed, match="supervisor"):
        redirect(session, claim, "housing", law, officer, now)
    routing.ask_arbitration(session, claim, reason="Біздікі емес.", by=officer, now=now)
    with pytest.raises(WrongStatus):
        routing.ask_arbitration(session, claim, reason="Біздікі емес.", by=officer, now=now)
    due = claim.due_on
    deciding = {"reason": "Ереженің 5-тармағы.", "law": law, "now": now + timedelta(days=3)}
    social = agency_by_code(session, "social")
    with pytest.raises(NotAllowed):
        routing.arbitrate(session, claim, to=social, by=officer, **deciding)
    routing.arbitrate(session, claim, to=social, by=supervisor, **deciding)

    assert (claim.agency.code, claim.due_on, claim.arbitration_since) == ("social", due, None)


def test_a_decided_claim_goes_on_with_the_receivers_clock(session, law, officer, supervisor, now):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    routing.ask_arbitration(session, claim, reason="Біздікі емес.", by=officer, now=now)

    routing.arbitrate(
        session, claim, to=agency_by_code(session, "ecology"), reason="Ереже.", law=law,
        by=supervisor, now=now + timedelta(days=1),
    )  # fmt: skip

    assert (claim.agency.code, claim.due_on) == ("ecology", date(2026, 12, 15))
    assert claim.status is appeals.ClaimStatus.ROUTED


@pytest.mark.parametrize(
    ("moment", "told_at"),
    [
        ("2026-11-23T05:00", "2026-11-23T05:00"),
        ("2026-11-22T19:15", "2026-11-23T04:00"),
        ("2026-11-23T13:30", "2026-11-24T04:00"),
        ("2026-11-20T20:00", "2026-11-23T04:00"),
        ("2026-12-15T20:00", "2026-12-17T04:00"),
    ],
)
def test_nobody_is_written_to_at_midnight_or_on_a_day_off(law, now, moment, told_at):
    when = now.fromisoformat(f"{moment}+00:00")

    assert next_working_moment(when, law.workdays, opens=9) == now.fromisoformat(f"{told_at}+00:00")


def test_the_next_working_moment_is_one(now):
    days = make_workdays({}, 2026, 2026)
    for hours in range(24 * 9):
        found = next_working_moment(now + timedelta(hours=hours), days, opens=9)
        assert next_working_moment(found, days, opens=9) == found
        assert found >= now + timedelta(hours=hours)
