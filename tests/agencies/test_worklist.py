"""The list and the counts above it say the same, and are what each claim by itself says."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import appeals, recusing, search, special_data, worklist
from agencies.appeals import Appeal, ClaimOutlook, ClaimStatus
from agencies.appeals.circle import is_kept_from, is_read_by
from agencies.calendar import business_date
from agencies.staff import Role
from agencies.worklist import Choice
from tests.make import make_appeal, make_officer

EVERY = Choice(finished=True)


@pytest.fixture
def people(session):
    """Police has no head, and the head of ecology is complained of below."""
    made = {role: make_officer(session, role) for role in (Role.CLERK, Role.SUPERVISOR, Role.ADMIN)}
    for agency, roles in {"housing": ("officer", "head"), "police": ("officer",),
                          "ecology": ("officer", "head")}.items():  # fmt: skip
        made |= {f"{agency} {role}": make_officer(session, role, agency=agency) for role in roles}
    return made


@pytest.fixture
def register(session, people, now):
    """Claims in every state, special, disputed, complained of, late and likely to be."""
    chance, found = random.Random(7), []
    for status in ("registered", "routed", "in_work", "in_approval", "answered", "withdrawn") * 6:
        agency = chance.choice(("housing", "police", "ecology"))
        one = make_appeal(
            session, status=status, agency=agency, officer=people[f"{agency} officer"],
            now=now - timedelta(days=chance.choice((0, 12, 17, 40))),
        )  # fmt: skip
        claim = one.claims[0]
        if claim.is_open and agency == "ecology" and chance.random() < 0.5:
            official = chance.choice((people["ecology head"], people[Role.SUPERVISOR]))
            recusing.name_official(session, one, official.id, by=people[Role.ADMIN], now=now)
        if claim.is_open and chance.random() < 0.5:
            special_data.mark(one, "health", by=people[Role.CLERK], now=now)
        claim.arbitration_since = now if chance.random() < 0.2 else None
        due_on = claim.due_on + timedelta(days=chance.choice((0, 0, 1)))
        session.add(ClaimOutlook(
            claim_id=claim.id, due_on=due_on, made_at=now, days_left=5, base=20, level=0,
            late=chance.choice((0, 299, 300, 900)),
        ))  # fmt: skip
        found.append(claim)
    session.commit()
    return found


def shown(session, officer, choice, today):
    page = worklist.claims_in_work(session, officer, choice, today=today)
    assert page.after is None
    return {row.place.claim_id for row in page.rows}


def test_the_list_holds_what_each_claim_by_itself_says_of_its_reader(
    session, people, register, now
):
    for officer in people.values():
        of_agency = officer.role in (Role.OFFICER, Role.HEAD)
        expected = {
            claim.id for claim in register
            if (not of_agency or claim.agency_id == officer.agency_id)
            and not is_kept_from(claim.appeal, officer)
            and is_read_by(session, claim, officer)
        }  # fmt: skip
        assert shown(session, officer, EVERY, business_date(now)) == expected, officer.role


def test_the_counts_above_the_list_are_those_of_its_rows(session, people, register, now):
    today = business_date(now)
    soon = today + timedelta(days=5)
    told = set()
    for officer in people.values():
        counts = worklist.tallies(session, officer, today=today, soon=soon)
        choices = {
            "open": Choice(), "due_soon": Choice(due_by=soon), "overdue": Choice(overdue=True),
            "in_approval": Choice(status=appeals.ClaimStatus.IN_APPROVAL),
            "mine": Choice(mine=True), "at_risk": Choice(at_risk=True),
        }  # fmt: skip
        for name, choice in choices.items():
            count = getattr(counts, name)
            assert count == len(shown(session, officer, choice, today)), (officer.role, name)
            told |= {name} if count else set()
    assert told == set(choices), "so the test is able to fail"


WORDS = ("шам", "лифт", "кубыр", "дорога")
CHOICES = (
    EVERY, Choice(), Choice(overdue=True), Choice(mine=True), Choice(at_risk=True),
    Choice(finished=True, agency="police"), Choice(status=ClaimStatus.ANSWERED),
    Choice(district=worklist.NOT_KNOWN),
)  # fmt: skip


def test_a_search_shows_the_lines_of_the_list_that_hold_the_words_page_by_page(
    session, people, register, now, monkeypatch
):
    """Beside it the slow form: the whole list, of which the others are left out one by one."""
    chance, today, met = random.Random(8), business_date(now), 0
    for claim in register:
        claim.appeal.text = " ".join(chance.sample(WORDS, 2))
        claim.text = ""
        search.note(claim.appeal)
    session.commit()
    for officer in people.values():
        for choice in CHOICES:
            words = " ".join(chance.sample(WORDS, chance.choice((1, 2))))
            monkeypatch.setattr(worklist, "PAGE", 50)
            whole = worklist.claims_in_work(session, officer, choice, today=today)
            holds = set(session.scalars(select(Appeal.number).where(search.condition(words))))
            expected = [row for row in whole.rows if row.number in holds]
            monkeypatch.setattr(worklist, "PAGE", 3)
            assert read_through(session, officer, replace(choice, words=words), today) == expected
            met += len(expected) > worklist.PAGE
    assert met > 5, "so the test is able to fail"


def read_through(session, officer, choice, today):
    """All pages one after the other; each is also the page before the next."""
    page = worklist.claims_in_work(session, officer, choice, today=today)
    found = list(page.rows)
    while page.after:
        before, page = (
            page,
            worklist.claims_in_work(session, officer, choice, today=today, after=page.after),
        )
        back = worklist.claims_in_work(session, officer, choice, today=today, before=page.before)
        assert back.rows == before.rows
        found += page.rows
    return found
