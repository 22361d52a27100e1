"""A second matter found in a registered appeal: a claim of its own on the clock of the first."""

from datetime import datetime

import pytest
from sqlalchemy import select

from agencies import clocks, hearings, resolution, routing, setting_apart, story, terms
from agencies.calendar import ALMATY
from agencies.directory import agency_by_code
from agencies.errors import Invalid, WrongStatus
from agencies.notices import Notice
from tests.make import make_appeal, make_officer

CAME = datetime(2026, 11, 23, 10, 0, tzinfo=ALMATY)
LATER = datetime(2026, 11, 26, 10, 0, tzinfo=ALMATY)
NOISE = "Түнде құрылыс шулайды."
LIFT = "Подъезде лифт тұр."


@pytest.fixture
def officer(session):
    return make_officer(session, "officer")


def appeal_in_work(session, officer, **draft):
    letter = f"Ауламызда шам жанбайды. {NOISE} {LIFT}"
    return make_appeal(
        session, status="in_work", now=CAME, officer=officer, text=letter, claims=[letter], **draft
    )


def apart(session, claim, by, *, agency=None, text=NOISE, now=LATER):
    to = agency_by_code(session, agency) if agency else None
    return setting_apart.set_apart(session, claim, text=text, agency=to, by=by, now=now)


def differences(session):
    session.commit()
    return clocks.compare(session, law=terms.law(session))[1]


def test_it_keeps_the_day_and_term_of_the_claim_it_was_in_and_the_applicant_is_told(
    session, officer
):
    appeal = appeal_in_work(session, officer, applicant={"phone": "87010000000"})
    first = appeal.claims[0]

    new = apart(session, first, officer, agency="police")

    assert (new.ordinal, new.text, new.agency.code, new.status) == (2, NOISE, "police", "routed")
    assert (new.registered_on, new.due_on) == (first.registered_on, first.due_on)
    assert new.policy is first.policy
    assert (first.status, appeal.status) == ("in_work", "routed")
    row = next(one for one in appeal.journal if one.kind == "set_apart")
    assert row.payload == {
        "claim": 2, "apart_from": 1, "due_on": "2026-12-14", "policy": "C2026-A",
    }  # fmt: skip
    assert differences(session) == []
    told = session.scalars(select(Notice).where(Notice.kind == "claim_set_apart")).one()
    assert told.particulars["due_on"] == "2026-12-14"
    [line] = [
        one
        for one in story.tell_applicant(appeal.journal, agencies={}, named=str, bases={})
        if "apart_from" in one.sentence
    ]
    assert line.values["apart_from"] == 1


def test_it_takes_over_the_clock_of_a_claim_that_was_sent_on_and_extended(session, officer):
    appeal = appeal_in_work(session, officer)
    first, law = appeal.claims[0], terms.law(session)
    routing.redirect(
        session, first, to=agency_by_code(session, "ecology"), reason="Олардікі.", law=law,
        by=officer, now=LATER,
    )  # fmt: skip
    theirs = make_officer(session, "officer", agency="ecology")
    head = make_officer(session, "head", agency="ecology")
    resolution.take(first, by=theirs, now=LATER)
    hearings.ask_documents(
        session, first, until=first.due_on, what="Құжат", law=law, by=theirs, now=LATER
    )
    resolution.extend(
        session, first, until=first.extendable_to, reason="Тексеру.", by=head, now=LATER
    )

    new = apart(session, first, theirs)

    assert new.due_on == first.due_on > first.first_due_on
    assert (new.agency, new.status) == (None, "registered")
    assert clocks.course_of(new, appeal.journal, law).documents_by is None
    assert differences(session) == []


def test_an_extension_after_it_moves_the_one_claim_only(session, officer):
    appeal = appeal_in_work(session, officer)
    first, head = appeal.claims[0], make_officer(session, "head")
    new = apart(session, first, officer, agency="housing")

    resolution.extend(
        session, first, until=first.extendable_to, reason="Тексеру.", by=head, now=LATER
    )

    assert new.due_on.isoformat() == "2026-12-14"
    assert differences(session) == []


def test_without_an_agency_its_words_propose_one_and_its_topic(session, officer):
    appeal = appeal_in_work(session, officer)

    new = apart(session, appeal.claims[0], officer, text=LIFT)

    assert new.suggestions
    assert new.subject is not None


@pytest.mark.parametrize("status", ["answered", "closed", "withdrawn"])
def test_nothing_is_set_apart_from_what_is_answered_or_taken_back(session, officer, status):
    appeal = make_appeal(session, status=status, now=CAME, officer=officer)

    with pytest.raises(WrongStatus):
        apart(session, appeal.claims[0], officer)


def test_only_words_of_the_claim_are_set_apart_however_their_lines_are_broken(session, officer):
    appeal = appeal_in_work(session, officer)

    with pytest.raises(Invalid) as invented:
        apart(session, appeal.claims[0], officer, text="Қар күрелмеген.")
    new = apart(session, appeal.claims[0], officer, text=NOISE.replace(" ", "\n ", 1))

    assert (set(invented.value.fields), new.ordinal) == ({"text"}, 2)


def test_it_needs_words_and_a_topic_of_the_list(session, officer):
    appeal = appeal_in_work(session, officer)

    with pytest.raises(Invalid) as wordless:
        apart(session, appeal.claims[0], officer, text="  ")
    with pytest.raises(Invalid) as astray:
        setting_apart.set_apart(
            session, appeal.claims[0], text=NOISE, subject="no such", by=officer, now=LATER
        )
    assert [set(one.value.fields) for one in (wordless, astray)] == [{"text"}, {"subject"}]
    assert len(appeal.claims) == 1
