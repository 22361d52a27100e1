"""What people have asked of case systems elsewhere for years, each as a test of its own.

The house keeps a promise for every one of them; the details stand in the tests of each subject.
"""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, text

from agencies import (
    clocks,
    joint_work,
    proof,
    redress,
    reminders,
    resolution,
    routing,
    similar,
    term_course,
    terms,
)
from agencies.calendar import ALMATY, next_working_moment
from agencies.directory import agency_by_code
from agencies.errors import NotAllowed
from agencies.notices import Notice
from agencies.reminders import Reminder
from agencies.similar import Asked
from agencies.term_course import Happening, Step
from agencies.terms import Anchor, Law, TermPolicy, Unit
from tests.make import make_appeal, make_officer, sign_in

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ALMATY)
SATURDAY_NIGHT = datetime(2026, 11, 28, 23, 59, tzinfo=ALMATY)


@pytest.fixture
def law(session):
    return terms.law(session)


def row(code, since, days, *, pauses):
    return TermPolicy(
        code=code, valid_from=since, valid_to=None, kind="any", case="ordinary", term=days,
        unit=Unit.WORKING_DAY, anchor=Anchor.REGISTERED, extend_max=0, extend_unit="",
        notify_days=None, notify_unit="", may_pause=pauses,
    )  # fmt: skip


def replayed(law, *steps):
    return term_course.replay(law, [Happening(step, at, **more) for step, at, more in steps])


def came(at=MONDAY):
    return (Step.RECEIVED, at, {"kind": "message"})


def asked(at):
    return (Step.ASKED, at, {"until": (at + timedelta(days=7)).date()})


def given(at):
    return (Step.GIVEN, at, {})


def test_the_clock_stops_while_waiting_for_the_applicant_where_a_law_stops_it(law):
    pausing = Law((row("P", date(2020, 1, 1), 15, pauses=True),), law.workdays, time(18, 30))
    wait = asked(MONDAY + timedelta(days=1)), given(MONDAY + timedelta(days=4))

    assert replayed(pausing, came(), *wait).due_on == law.workdays.add(date(2026, 12, 14), 3)
    today = replayed(law, came(), *wait)
    assert (today.due_on, today.waited) == (date(2026, 12, 14), 3), "no law of today stops it"


def test_a_pause_is_not_lost_when_the_rule_changes(law):
    before, after = date(2020, 1, 1), date(2026, 11, 30)
    rows = row("P", before, 15, pauses=True), row("Q", after, 5, pauses=False)
    changing = Law(rows, law.workdays, time(18, 30))

    found = replayed(
        changing, came(), asked(MONDAY + timedelta(days=1)), given(MONDAY + timedelta(days=10))
    )

    assert found.term.policy.code == "P"
    assert found.due_on == law.workdays.add(date(2026, 12, 14), found.waited)


def test_what_is_said_to_wait_waits_and_goes_on_on_the_right_day(law):
    pausing = Law((row("P", date(2020, 1, 1), 15, pauses=True),), law.workdays, time(18, 30))
    waiting = replayed(pausing, came(), asked(MONDAY + timedelta(days=1)))
    assert waiting.stopped
    assert not replayed(law, came(), asked(MONDAY + timedelta(days=1))).stopped

    going = replayed(pausing, came(), asked(MONDAY), given(MONDAY + timedelta(hours=3)))
    assert (going.stopped, going.due_on) == (False, date(2026, 12, 14)), "an hour moves no day"


def test_a_lunch_break_is_never_lateness(law):
    noon, evening = MONDAY.replace(hour=13, minute=30), MONDAY.replace(hour=18)

    assert {terms.term_of(law, at, kind="message").due_on for at in (MONDAY, noon, evening)} == {
        date(2026, 12, 14)
    }


def test_holidays_moved_days_and_office_hours_are_in_the_clock(law):
    before_new_year = datetime(2024, 12, 30, 19, 0, tzinfo=ALMATY)

    term = terms.term_of(law, before_new_year, kind="message", case="redirect")

    assert term.registered_on == date(2024, 12, 31)
    assert law.workdays.is_working(date(2025, 1, 5)), "a Sunday that the government made work"


def test_no_reminder_goes_out_at_midnight_or_at_a_weekend(session, law):
    officer = make_officer(session, "officer")
    claim = make_appeal(session, status="in_work", officer=officer, now=MONDAY).claims[0]
    claim.due_on = date(2026, 11, 30)
    session.commit()

    for moment in (SATURDAY_NIGHT, SATURDAY_NIGHT.replace(day=27, hour=0)):
        reminders.remind(session, workdays=law.workdays, now=moment)
    assert session.scalar(select(func.count()).select_from(Reminder)) == 0
    opens = next_working_moment(SATURDAY_NIGHT, law.workdays, opens=clocks.OPENS)
    assert opens.astimezone(ALMATY).isoformat() == "2026-11-30T09:00:00+05:00"


def test_an_inner_note_is_no_answer_and_the_term_goes_on(session, law):
    officer = make_officer(session, "officer")
    appeal = make_appeal(session, status="in_work", officer=officer, now=MONDAY)
    claim = appeal.claims[0]

    joint_work.add_note(
        session, claim, words="Өтініш берушіге қоңырау шалдым.", by=officer, now=MONDAY
    )

    assert (claim.first_answer_at, claim.status) == (None, "in_work")
    assert clocks.note_silence(
        session, appeal.number, 1, law=law, now=datetime(2026, 12, 15, 10, tzinfo=ALMATY)
    )


def test_the_time_to_an_answer_is_never_empty_once_it_has_left(session):
    claim = make_appeal(session, status="answered", now=MONDAY).claims[0]
    reopened = make_appeal(session, status="closed", now=MONDAY)
    redress.reopen(
        session, reopened.claims[0], reason="Шам әлі жанбайды.", law=terms.law(session),
        by=make_officer(session, "supervisor"), now=MONDAY,
    )  # fmt: skip

    assert claim.answered_at
    assert claim.appeal.answered_at
    assert reopened.first_answer_at, "the first answer stays though the case is open again"


def test_a_report_at_a_weekend_keeps_its_own_moment_and_its_time_zone(session):
    appeal = make_appeal(session, now=SATURDAY_NIGHT)

    assert appeal.received_at == SATURDAY_NIGHT
    assert appeal.registered_on == date(2026, 11, 30)
    assert appeal.due_on == date(2026, 12, 22)


def test_the_term_of_each_body_is_shown_and_an_overdue_one_is_marked(session, client):
    appeal = make_appeal(session, status="in_work", claims=["Шам.", "Лифт."])
    late, going = appeal.claims
    late.due_on = date(2020, 1, 10)
    going.agency = agency_by_code(session, "police")
    session.commit()
    sign_in(client, make_officer(session, "supervisor"))

    page = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text

    parts = page.split('<section class="claim')[1:]
    assert ["overdue" in part.lower() for part in parts[:2]] == [True, False]


def test_one_case_goes_to_several_agencies_at_once_each_with_its_own_clock(session, law):
    appeal = make_appeal(session, status="routed", claims=["Шам.", "Лифт."], now=MONDAY)
    one, other = appeal.claims
    clerk = make_officer(session)

    routing.redirect(
        session, other, to=agency_by_code(session, "police"), reason="Олардікі.", law=law,
        by=clerk, now=MONDAY + timedelta(days=3),
    )  # fmt: skip

    assert (one.agency.code, other.agency.code) == ("housing", "police")
    assert one.due_on < other.due_on
    assert appeal.due_on == other.due_on


def test_matters_that_were_split_keep_their_letter_and_the_applicant_is_told_where_each_went(
    session, law
):
    appeal = make_appeal(
        session, status="routed", claims=["Шам.", "Лифт."], applicant={"phone": "87010000000"}
    )
    routing.redirect(
        session, appeal.claims[1], to=agency_by_code(session, "police"), reason="Олардікі.",
        law=law, by=make_officer(session), now=MONDAY,
    )  # fmt: skip
    session.flush()

    assert [claim.text for claim in appeal.claims] == ["Шам.", "Лифт."]
    assert appeal.text == "Ауламызда шам жанбайды."
    told = session.scalars(select(Notice).where(Notice.kind == "claim_redirected")).one()
    assert told.particulars["number"] == appeal.number


def test_nothing_goes_out_before_another_person_approved_it(session):
    head = make_officer(session, "head")
    appeal = make_appeal(session, status="in_approval", officer=head)
    claim = appeal.claims[0]

    with pytest.raises(NotAllowed):
        resolution.approve(session, claim, by=head, now=MONDAY)
    assert claim.answer == ""
    resolution.approve(session, claim, by=make_officer(session, "head"), now=MONDAY)
    assert claim.answer


def test_a_wrongly_closed_case_is_opened_again_so_that_the_body_sees_it_with_its_trace(
    session, law, client
):
    appeal = make_appeal(session, status="closed", now=MONDAY)
    claim = appeal.claims[0]

    redress.reopen(
        session, claim, reason="Шам әлі жанбайды.", law=law, by=make_officer(session, "supervisor"),
        now=MONDAY,
    )  # fmt: skip
    session.commit()

    assert (claim.status, claim.reopenings, appeal.journal[-1].kind) == ("in_work", 1, "reopened")
    sign_in(client, make_officer(session, "officer"))
    assert appeal.number in client.get("/workspace").text


def test_where_the_guess_was_wrong_the_case_is_sent_again_to_the_right_body(session, law):
    claim = make_appeal(session, status="routed").claims[0]

    routing.redirect(
        session, claim, to=agency_by_code(session, "ecology"), reason="Ағаш.", law=law,
        by=make_officer(session), now=MONDAY,
    )  # fmt: skip

    assert (claim.agency.code, claim.status, claim.redirections) == ("ecology", "routed", 1)


def test_the_responsible_body_is_named_beside_the_category(session, client):
    appeal = make_appeal(session, status="routed", claims=[{"text": "Шам.", "subject": "07.01"}])
    sign_in(client, make_officer(session, "clerk"))

    page = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text

    facts = page.split('<section class="claim')[1].split("</dl>")[0]
    assert appeal.claims[0].agency.short_en in facts or appeal.claims[0].agency.name_en in facts
    assert appeal.claims[0].subject.name_en in facts


def test_closed_but_not_mended_is_an_outcome_of_its_own():
    mended = {"satisfied", "satisfied_part", "measures_taken"}

    assert mended < set(resolution.OUTCOMES)
    assert {"explained", "refused", "noted"} <= set(resolution.OUTCOMES) - mended


def test_the_log_tells_of_tampering(session):
    appeal = make_appeal(session, status="answered")
    session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER keep_journal"))
    session.execute(
        text("UPDATE journal_entry SET payload = '{}' WHERE kind = 'taken' AND appeal_id = :id"),
        {"id": appeal.id},
    )

    (damage,) = proof.verify(session).damages
    session.rollback()

    assert damage.appeal == appeal.number


def test_a_forgotten_case_goes_up_to_the_head_and_the_supervisor(session, law):
    people = [make_officer(session, role) for role in ("officer", "head", "supervisor")]
    claim = make_appeal(session, status="in_work", officer=people[0], now=MONDAY).claims[0]
    after = datetime.combine(law.workdays.add(claim.due_on, 1), time(10), ALMATY)

    reminders.remind(session, workdays=law.workdays, now=after)

    told = session.scalars(select(Reminder.officer_id).where(Reminder.stage == "overdue"))
    assert set(told) == {person.id for person in people}


def test_similar_cases_are_found_while_a_new_one_is_typed(session, now):
    told = make_appeal(session, text="Көшеде шамдар жанбайды, түнде қараңғы")
    similar.forget()

    found = similar.similar(
        session, Asked("Көшедегі шам жанбай тұр, қараңғы", "kk"), officer=make_officer(session),
        now=now,
    )  # fmt: skip

    assert [one.number for one in found] == [told.number]


def test_numbers_of_persons_are_masked_before_another_agency_is_asked(session, now):
    officer = make_officer(session, "officer")
    claim = make_appeal(session, status="in_work", officer=officer).claims[0]

    asked = joint_work.ask_opinion(
        session, claim, of=agency_by_code(session, "police"), until=claim.due_on, by=officer,
        question="ЖСН 850101100012, +7 701 987 65 43: осы тұлға тіркелген бе?", now=now,
    )  # fmt: skip

    assert "850101100012" not in asked.question
    assert "987 65" not in asked.question
