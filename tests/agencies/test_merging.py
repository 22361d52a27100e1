"""One matter registered twice: the later appeal ends in the earlier one, and nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import (
    clocks,
    dossier,
    joint_work,
    merging,
    reminders,
    resolution,
    tasks,
    terms,
    withdrawing,
)
from agencies.appeals import ClaimStatus
from agencies.calendar import ALMATY, business_date
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.notices import Notice
from reception import letters
from tests.make import make_appeal, make_officer, sign_in

ANOTHER_IIN = "850101100111"


@pytest.fixture
def clerk(session):
    return make_officer(session)


@pytest.fixture
def main(session, now):
    return make_appeal(session, status="in_work", now=now - timedelta(days=3))


def twice(session, now, **draft):
    return make_appeal(session, status="routed", now=now, **draft)


def merge(session, appeal, into, by, now):
    merging.merge(session, appeal, into=into, by=by, now=now)
    session.commit()


def obstacle(session, appeal, into, by, now):
    with pytest.raises(Invalid) as refused:
        merge(session, appeal, into, by, now)
    return refused.value.fields["appeal"]


def test_the_later_one_ends_and_both_journals_say_where(session, clerk, main, now):
    appeal = twice(session, now)

    merge(session, appeal, main, clerk, now)

    assert (appeal.status, appeal.merged_into_id) == (ClaimStatus.MERGED, main.id)
    assert appeal.closed_at == now
    assert appeal.claims[0].outcome == "merged"
    assert (appeal.journal[-1].kind, appeal.journal[-1].payload["into"]) == ("merged", main.number)
    assert main.journal[-1].kind == "merged_here"
    assert main.journal[-1].payload == {"number": appeal.number}
    assert main.claims[0].status is ClaimStatus.IN_WORK


def test_its_clock_ends_and_no_silence_follows(session, clerk, main, now):
    appeal = twice(session, now)
    merge(session, appeal, main, clerk, now)
    later = now + timedelta(days=90)

    course = clocks.course_of(appeal.claims[0], appeal.journal, terms.law(session))

    assert course.ended_at == now
    assert course.refused_by_silence_on() is None
    assert clocks.silent(session, today=later.date()) == [(main.number, 1)]


def test_the_applicant_is_told_where_the_answer_comes(session, clerk, now):
    who = {"name": "Асқар Жүнісов", "phone": "+77010000001"}
    main = make_appeal(session, status="in_work", now=now - timedelta(days=1), applicant=who)
    appeal = twice(session, now, applicant=who)

    merge(session, appeal, main, clerk, now)

    told = session.scalars(select(Notice).where(Notice.kind == "appeal_merged")).one()
    assert told.particulars["into"] == main.number


def test_another_persons_appeal_is_never_joined(session, clerk, main, now):
    appeal = twice(session, now, applicant={"name": "Ерлан Тасқынбаев", "iin": ANOTHER_IIN})

    assert "same person" in obstacle(session, appeal, main, clerk, now)
    assert appeal.status is ClaimStatus.ROUTED


def test_the_earlier_one_never_ends_in_the_later(session, clerk, main, now):
    assert "later appeal" in obstacle(session, main, twice(session, now), clerk, now)


def test_what_is_finished_takes_nothing_in(session, clerk, now):
    done = make_appeal(session, status="answered", now=now - timedelta(days=3))

    assert "repeat of it" in obstacle(session, twice(session, now), done, clerk, now)


def test_a_matter_of_an_agency_that_has_nothing_of_the_other_stays(session, clerk, main, now):
    appeal = make_appeal(session, status="routed", agency="police", now=now)

    assert "would be lost" in obstacle(session, appeal, main, clerk, now)


def test_a_letter_that_nobody_has_yet_can_be_joined(session, clerk, main, now):
    appeal = make_appeal(session, now=now)

    merge(session, appeal, main, clerk, now)

    assert appeal.status is ClaimStatus.MERGED


def test_nobody_waits_longer_for_it(session, clerk, main, now):
    appeal = twice(session, now)
    resolution.extend(
        session, main.claims[0], until=appeal.due_on + timedelta(days=7), reason="Тексеру",
        by=make_officer(session, "head"), now=now,
    )  # fmt: skip

    assert "wait longer" in obstacle(session, appeal, main, clerk, now)


def test_it_ends_once(session, clerk, main, now):
    appeal = twice(session, now)
    merge(session, appeal, main, clerk, now)

    with pytest.raises((WrongStatus, NotAllowed)):
        merge(session, appeal, main, clerk, now)


def test_the_head_joins_only_what_lies_with_the_own_agency_alone(session, main, now):
    head = make_officer(session, "head")
    shared = twice(session, now, claims=["Шам.", "Лифт."])
    shared.claims[1].agency = agency_by_code(session, "police")
    session.commit()

    with pytest.raises(NotAllowed):
        merge(session, shared, main, head, now)
    with pytest.raises(NotAllowed):
        merge(session, twice(session, now), main, make_officer(session, "officer"), now)
    merge(session, twice(session, now), main, head, now)


def test_the_letter_of_the_main_one_says_what_else_it_answers(session, clerk, main, now):
    appeal, head = twice(session, now), make_officer(session, "head")
    merge(session, appeal, main, clerk, now)
    resolution.draft_answer(
        session, main.claims[0], text="Шам ауыстырылды.", outcome="measures_taken",
        by=make_officer(session, "officer"), now=now,
    )  # fmt: skip
    resolution.approve(session, main.claims[0], by=head, now=now)

    assert letters._joined(session, main) == (appeal.number,)


# What was joined, where the main one is withdrawn


def withdraw(session, claim, now):
    withdrawing.withdraw(session, claim, reason="Өтініш.", by=None, now=now)
    session.commit()


def test_it_goes_on_by_itself_where_the_main_one_is_withdrawn(session, clerk, now):
    who = {"name": "Асқар Жүнісов", "phone": "+77010000001"}
    main = make_appeal(session, status="in_work", now=now - timedelta(days=3), applicant=who)
    appeal = twice(session, now, applicant=who)
    due_on, later = appeal.due_on, now + timedelta(days=4)
    merge(session, appeal, main, clerk, now)

    withdraw(session, main.claims[0], later)

    claim = appeal.claims[0]
    assert (appeal.status, appeal.merged_into_id, appeal.closed_at) == ("routed", None, None)
    assert (claim.outcome, claim.joined_to_id, claim.due_on) == ("", None, due_on)
    course = clocks.course_of(claim, appeal.journal, terms.law(session))
    assert (course.due_on, course.ended_at) == (due_on, None)
    assert clocks.silent(session, today=due_on + timedelta(days=1)) == [(appeal.number, 1)]
    told = session.scalars(select(Notice).where(Notice.kind == "appeal_goes_on")).one()
    assert (told.particulars["into"], told.particulars["due_on"]) == (
        main.number,
        due_on.isoformat(),
    )
    assert [main.journal[-1].kind, appeal.journal[-1].kind] == ["joined_goes_on", "revived"]


def test_who_had_it_and_the_head_are_told_at_once_that_it_is_open_again_and_late(
    session, client, clerk, now
):
    had, other, head = (make_officer(session, role) for role in ("officer", "officer", "head"))
    reminders.set_reach(session, head, email="head@example.kz", telegram="", language="ru")
    main = make_appeal(session, status="in_work", now=now - timedelta(days=3))
    appeal = make_appeal(session, status="in_work", officer=had, now=now)
    claim, foreign = appeal.claims[0], make_officer(session, "head", agency="police")
    merge(session, appeal, main, clerk, now)
    later = now + timedelta(days=40)

    withdraw(session, main.claims[0], later)

    told = {one: reminders.of_officer(session, one, now=later) for one in (had, head)}
    assert [[one.stage for one in found] for found in told.values()] == [["revived"], ["revived"]]
    assert [reminders.of_officer(session, one, now=later) for one in (other, foreign)] == [[], []]
    digest = session.scalars(select(Notice).where(Notice.kind == "work_back")).one()
    assert (digest.address, digest.next_at.astimezone(ALMATY).hour) == ("head@example.kz", 9)
    assert session.scalars(select(Notice.kind).where(Notice.about.like("appeal/%"))).all() == []
    assert dossier.reason_of_term(claim, appeal.journal) == dossier.REVIVED
    page = sign_in(client, head).get("/workspace/reminders?lang=en").text
    assert "Open again: what it was joined to was withdrawn" in page


def test_its_applicant_reads_that_its_last_day_has_passed(session, clerk, now):
    who = {"name": "Асқар Жүнісов", "phone": "+77010000001"}
    main = make_appeal(session, status="in_work", now=now - timedelta(days=3), applicant=who)
    appeal = twice(session, now, applicant=who)
    merge(session, appeal, main, clerk, now)

    withdraw(session, main.claims[0], now + timedelta(days=40))

    kinds = session.scalars(select(Notice.kind).where(Notice.about == f"appeal/{appeal.number}"))
    assert list(kinds)[-1] == "appeal_goes_on_late"


def test_only_what_the_withdrawn_claim_would_have_answered_goes_on(session, clerk, now):
    main = make_appeal(
        session, status="in_work", now=now - timedelta(days=3), claims=["Шам.", "Қоқыс."]
    )
    main.claims[1].agency = agency_by_code(session, "police")
    appeal = twice(session, now, claims=["Шам тағы.", "Қоқыс тағы."])
    appeal.claims[1].agency = main.claims[1].agency
    session.commit()
    merge(session, appeal, main, clerk, now)

    withdraw(session, main.claims[1], now)

    assert [claim.status for claim in appeal.claims] == ["merged", "routed"]
    assert (appeal.status, appeal.merged_into_id) == ("routed", main.id)
    withdraw(session, main.claims[0], now)
    assert [claim.status for claim in appeal.claims] == ["routed", "routed"]
    assert appeal.merged_into_id is None


def test_a_letter_that_nobody_has_goes_back_to_the_reception(session, clerk, main, now):
    appeal = make_appeal(session, now=now)
    merge(session, appeal, main, clerk, now)

    withdraw(session, main.claims[0], now)

    assert appeal.status is ClaimStatus.REGISTERED


def test_open_tasks_and_questions_go_where_the_matter_goes_and_end_with_it(
    session, clerk, main, now
):
    appeal, head = twice(session, now), make_officer(session, "head")
    police, until = agency_by_code(session, "police"), business_date(now) + timedelta(days=3)
    claim, home = appeal.claims[0], main.claims[0]

    def give(claim, words, to=head):
        return tasks.add(session, claim, to=to, words=words, due_on=until, by=head, now=now)

    moving, twin = give(claim, "Тексеру"), give(claim, "Қоңырау")
    give(home, "Қоңырау")
    question = joint_work.ask_opinion(
        session, claim, of=police, question="Рұқсат бар ма?", until=until, by=head, now=now
    )
    session.commit()

    merge(session, appeal, main, clerk, now)
    assert (moving.claim, question.claim) == (home, home)
    assert (twin.claim, twin.done_at) == (claim, now), "the same task stands there already"
    assert main.journal[-2].kind == "work_came"

    withdraw(session, home, now)
    assert (moving.claim, question.claim, moving.done_at) == (claim, claim, None)

    withdraw(session, claim, now)
    assert (moving.done_at, question.closed_at) == (now, now)
    with pytest.raises(WrongStatus):
        joint_work.give_opinion(
            session, question, answer="Бар.", by=make_officer(session, "officer", agency="police"),
            now=now,
        )  # fmt: skip
