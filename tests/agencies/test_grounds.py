"""Grounds of law on which a claim ends without an answer: offered, fitting, told with article."""

from datetime import timedelta

import pytest

from agencies import grounds, hearings, resolution, terms, withdrawing
from agencies.errors import Invalid
from agencies.resolution import OUTCOMES
from agencies.sealing import link_key
from agencies.staff import Role
from reception import letters
from tests.agencies.pages.test_case import address, send
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in

NAMED = {"name": "Ерлан Тасқынбаев"}


@pytest.fixture
def officer(client, session):
    person = make_officer(session, Role.OFFICER)
    sign_in(client, person)
    return person


def end(session, claim, outcome, ground, officer, now):
    resolution.draft_answer(
        session, claim, text="Шешім.", outcome=outcome, ground=ground, by=officer, now=now
    )


def test_every_ground_ends_a_claim_and_none_refuses_to_take_an_appeal():
    ends = {one.outcome for one in grounds.grounds().values()}

    assert ends == {"returned", "no_consideration", "terminated", "withdrawn"}
    assert ends - set(OUTCOMES) == {"withdrawn"}
    for one in grounds.grounds().values():
        assert all([*one.names.values(), *one.basis.values()])
        assert (one.mark in "SCK", one.verified) == (True, False)


@pytest.mark.parametrize(
    ("outcome", "ground", "why"),
    [
        ("explained", "repeat", "does not belong"),
        ("terminated", "weather", "does not belong"),
        ("terminated", "repeat", "Mark first"),
        ("no_consideration", "anonymous", "is named"),
        ("returned", "defects", "Ask first"),
    ],
)
def test_a_ground_that_the_case_does_not_show_is_refused(
    session, officer, now, outcome, ground, why
):
    appeal = make_appeal(session, status="in_work", officer=officer, applicant=NAMED)

    with pytest.raises(Invalid) as wrong:
        end(session, appeal.claims[0], outcome, ground, officer, now)

    assert why in wrong.value.fields["ground"]


def test_what_the_case_shows_is_taken(session, officer, now):
    first = make_appeal(session, status="answered", now=now - timedelta(days=9), applicant=NAMED)
    repeat, nameless, asked = (
        make_appeal(session, status="in_work", officer=officer, applicant=who)
        for who in (NAMED, {}, NAMED)
    )
    repeat.repeats, repeat.repeats_id, repeat.repeat_reason = first, first.id, "disagrees"
    hearings.ask_documents(
        session, asked.claims[0], until=asked.due_on, what="Құжат.", law=terms.law(session),
        by=officer, now=now,
    )  # fmt: skip
    session.commit()

    end(session, repeat.claims[0], "terminated", "repeat", officer, now)
    end(session, nameless.claims[0], "no_consideration", "anonymous", officer, now)
    end(session, asked.claims[0], "returned", "defects", officer, now)

    assert [one.claims[0].ground for one in (repeat, nameless, asked)] == [
        "repeat", "anonymous", "defects",
    ]  # fmt: skip


def test_the_form_asks_for_the_ground_and_everybody_reads_it_with_its_article(
    client, session, officer, now
):
    appeal = make_appeal(session, status="in_work", officer=officer, applicant=NAMED)
    form = {"text": "Сот шешімі бар.", "outcome": "terminated"}
    head = make_officer(session, Role.HEAD)

    unnamed = send(client, appeal, "answer", **form)
    drafted = send(client, appeal, "answer", **form, ground="court_decision")
    session.expire_all()
    resolution.approve(session, appeal.claims[0], by=head, now=now)
    session.commit()

    assert (unnamed.status_code, "Choose the ground of law" in unnamed.text) == (422, True)
    assert drafted.status_code == 302
    assert appeal.journal[-1].payload["ground"] == "court_decision"
    said = "решение суда (АППК, статья 70)"
    link = f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}"
    assert said in client.get(f"{address(appeal)}?lang=ru").text
    assert said in client.get(f"{link}?lang=ru").text
    with client.application.test_request_context():
        (claim,) = letters.letter_of(session, appeal, terms.law(session)).claims
    assert claim.outcome.endswith("күшіне енген сот шешімі бар (ӘРПК 70-бабы)")


def test_a_withdrawal_names_its_ground_and_another_ending_forgets_it(session, officer, now):
    appeal = make_appeal(session, status="in_work", officer=officer)
    claim = appeal.claims[0]

    withdrawing.withdraw(session, claim, reason="24.11 өтініш", by=officer, now=now)

    assert "64(8)" in grounds.told(claim.ground, claim.outcome, "en")
    assert grounds.told(claim.ground, "explained", "en") == ""
