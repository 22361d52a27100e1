"""One matter registered twice: the later appeal ends in the earlier one, and nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import clocks, merging, resolution, terms
from agencies.appeals import ClaimStatus
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.notices import Notice
from reception import letters
from tests.make import make_appeal, make_officer

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
