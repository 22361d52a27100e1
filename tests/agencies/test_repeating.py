"""A repeat of an earlier appeal of the same person, with the reason that the law tells apart."""

from datetime import timedelta

import pytest

from agencies import citing, repeating, story, terms
from agencies.errors import Invalid, WrongStatus
from tests.make import make_appeal, make_officer

ANOTHER_IIN = "850101100111"


@pytest.fixture
def clerk(session):
    return make_officer(session)


@pytest.fixture
def earlier(session, now):
    return make_appeal(session, status="answered", now=now - timedelta(days=30))


def mark(session, appeal, of, clerk, now, reason="disagrees", new=False):
    repeating.mark(session, appeal, of=of, reason=reason, new=new, by=clerk, now=now)


def test_it_keeps_which_one_why_and_whether_there_is_something_new(session, clerk, earlier, now):
    appeal = make_appeal(session, now=now)

    mark(session, appeal, earlier, clerk, now, new=True)

    assert (appeal.repeats_id, appeal.repeat_reason) == (earlier.id, "disagrees")
    assert appeal.repeat_new
    last = appeal.journal[-1]
    assert (last.kind, last.by_id) == ("repeat_marked", clerk.id)
    assert last.payload == {"number": earlier.number, "because": "disagrees", "new": True}


def test_a_later_appeal_is_never_repeated(session, clerk, earlier, now):
    appeal = make_appeal(session, now=now)

    with pytest.raises(Invalid) as refused:
        mark(session, earlier, appeal, clerk, now, reason="no_answer")

    assert "appeal" in refused.value.fields


def test_another_persons_appeal_is_never_repeated(session, clerk, earlier, now):
    appeal = make_appeal(
        session, now=now, applicant={"name": "Ерлан Тасқынбаев", "iin": ANOTHER_IIN}
    )

    with pytest.raises(Invalid):
        mark(session, appeal, earlier, clerk, now)


def test_one_disagrees_only_with_an_answer(session, clerk, now):
    waiting = make_appeal(session, status="in_work", now=now - timedelta(days=9))
    appeal = make_appeal(session, now=now)

    with pytest.raises(Invalid) as refused:
        mark(session, appeal, waiting, clerk, now)
    mark(session, appeal, waiting, clerk, now, reason="no_answer")

    assert list(refused.value.fields) == ["reason"]


def test_the_same_mark_twice_is_none(session, clerk, earlier, now):
    appeal = make_appeal(session, now=now)
    mark(session, appeal, earlier, clerk, now)

    with pytest.raises(WrongStatus):
        mark(session, appeal, earlier, clerk, now)


def test_a_mark_is_taken_back_and_both_stay_in_the_journal(session, clerk, earlier, now):
    appeal = make_appeal(session, now=now)
    mark(session, appeal, earlier, clerk, now)

    repeating.unmark(appeal, by=clerk, now=now)

    assert (appeal.repeats, appeal.repeat_reason, appeal.repeat_marked_at) == (None, "", None)
    assert [e.kind for e in appeal.journal[-2:]] == ["repeat_marked", "repeat_unmarked"]


def person(session, now, **given):
    return make_appeal(session, now=now, applicant={"name": "Асқар Жүнісов", **given}).applicant


def test_without_a_number_a_name_alone_does_not_make_one_person(session, now):
    one = person(session, now, phone="+77010000001", email="a@example.org")
    same = person(session, now, phone="+77010000001")
    namesake = person(session, now, phone="+77010000002")
    neighbour = make_appeal(
        session, now=now, applicant={"name": "Дана Жүнісова", "phone": "+77010000001"}
    ).applicant
    nameless = make_appeal(session, now=now, applicant={"phone": "+77010000001"}).applicant

    assert repeating.is_same_person(one, same)
    assert not repeating.is_same_person(one, namesake)
    assert not repeating.is_same_person(one, neighbour)
    assert not repeating.is_same_person(nameless, nameless)
    assert not repeating.is_same_person(None, one)


def test_others_of_the_person_are_found_within_the_readers_rights(session, clerk, earlier, now):
    appeal = make_appeal(session, status="routed", now=now)
    theirs = make_appeal(session, status="routed", agency="police", now=now)
    make_appeal(session, applicant={"name": "Басқа біреу", "iin": ANOTHER_IIN})
    officer = make_officer(session, "officer")

    found = repeating.of_the_same_person(session, appeal, officer=clerk)
    seen = repeating.of_the_same_person(session, appeal, officer=officer)

    assert {one.number for one in found} == {earlier.number, theirs.number}
    assert [one.number for one in seen] == [earlier.number]


def test_the_story_tells_the_mark(session, clerk, earlier, now):
    appeal = make_appeal(session, now=now)
    mark(session, appeal, earlier, clerk, now)

    told = story.tell_applicant(
        appeal.journal, agencies={}, named=str,
        bases=citing.bases(appeal.journal, terms.law(session).rows),
    )  # fmt: skip

    assert (told[-1].values["number"], told[-1].codes["because"]) == (
        earlier.number, ("disagrees",),
    )  # fmt: skip
