"""Who is away gets nothing by a rule; who stands in does, and the head sees what falls due."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from agencies import absences, giving_rules
from agencies.absences import Absence, Wanted
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in

DAY = timedelta(days=1)


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD)


@pytest.fixture
def enter(session, head, now):
    def _enter(officer, first=0, last=7, substitute=None):
        today = now.date()
        wanted = Wanted(officer, today + first * DAY, today + last * DAY, substitute)
        made = absences.enter(session, wanted, by=head, now=now)
        session.commit()
        return made

    return _enter


@pytest.fixture
def ruled(session, head, aya, now):
    """The rules are on, and each claim goes to Aya."""
    giving_rules.add(session, giving_rules.Wanted(aya), by=head, now=now)
    giving_rules.switch(session, is_on=True, by=head, now=now)
    session.commit()


def given(session):
    claim = make_appeal(session, status="routed").claims[0]
    return claim.officer, claim.appeal.journal[-1].kind


@pytest.mark.usefixtures("ruled", "clock")
def test_a_rule_passes_over_who_is_away_and_gives_to_who_stands_in(session, enter, aya, bek):
    absence = enter(aya)
    assert given(session) == (None, "routed")

    absence.substitute = bek
    session.commit()
    assert given(session) == (bek, "given_to_substitute")

    enter(bek)
    assert given(session) == (None, "routed"), "who stands in is away too"


@pytest.mark.usefixtures("ruled", "clock")
@pytest.mark.parametrize(("first", "last"), [(-9, 0), (0, 0), (0, 3)])
def test_both_the_first_and_the_last_day_are_away(session, enter, aya, first, last):
    enter(aya, first, last)

    assert given(session)[0] is None


@pytest.mark.usefixtures("ruled", "clock")
def test_before_and_after_an_absence_the_rule_gives(session, head, enter, aya, now):
    coming = enter(aya, 1, 3)
    assert given(session)[0] == aya
    absences.end(session, coming.id, by=head, now=now)
    going = enter(aya, -3, 3)
    assert given(session)[0] is None
    absences.end(session, going.id, by=head, now=now)
    session.commit()

    assert given(session)[0] == aya
    assert going.last_on == now.date() - DAY, "the days away stay on record"
    with pytest.raises(WrongStatus):
        absences.end(session, going.id, by=head, now=now)


def test_what_makes_no_absence_is_refused_by_its_field(session, head, enter, aya, now):
    enter(aya, 0, 5)
    stranger = make_officer(session, Role.OFFICER, agency="police")
    for field, wrong in {
        "first_on": (aya, 5, 8), "last_on": (aya, 9, 8), "officer": (stranger, 0, 1),
    }.items():  # fmt: skip
        with pytest.raises(Invalid) as told:
            enter(*wrong)
        assert set(told.value.fields) == {field}
    for other in (aya, stranger):
        with pytest.raises(Invalid) as told:
            enter(aya, 10, 12, other)
        assert set(told.value.fields) == {"substitute"}
    with pytest.raises(NotAllowed):
        absences.enter(session, Wanted(aya, now.date(), now.date()), by=aya, now=now)
    session.rollback()


def test_nobody_stands_in_for_themselves_in_the_database_either(session, enter, aya):
    enter(aya)

    with pytest.raises(IntegrityError, match="another"):
        session.execute(text("UPDATE officer_absence SET substitute_id = officer_id"))
    session.rollback()


def test_it_is_the_business_of_the_own_head(session, enter, aya, now):
    absence = enter(aya)
    police = make_officer(session, Role.HEAD, agency="police")

    assert absences.of_agency(session, police, today=now.date()) == []
    with pytest.raises(NotFound):
        absences.end(session, absence.id, by=police, now=now)


def test_the_head_enters_it_sees_what_falls_due_and_is_warned(
    client, session, head, aya, now, clock
):
    sign_in(client, head)
    appeal = make_appeal(session, status="in_work", officer=aya)
    claim, today = appeal.claims[0], now.date()
    form = {"officer": aya.id, "first_on": today, "last_on": today + 40 * DAY}
    wrong = client.post("/workspace/absences?lang=en", data=form | {"last_on": "soon"})
    assert (wrong.status_code, "Choose a day." in wrong.text) == (422, True)

    assert client.post("/workspace/absences?lang=en", data=form).status_code == 302
    page = client.get("/workspace/absences").text
    assert "Falls due before they are back" in page
    assert appeal.number in page

    free = make_appeal(session, status="routed")
    case = client.get(f"/workspace/appeals/{free.number}").text
    assert f"{aya.name} · Away until" in case
    place = f"/workspace/appeals/{free.number}/claims/{free.claims[0].id}/assign"
    answer = client.post(
        place, data={f"assign-{free.claims[0].id}-to": aya.id}, follow_redirects=True
    )
    assert "nobody stands in" in answer.text
    session.expire_all()
    assert free.claims[0].officer == aya, "warned, not forbidden"
    assert claim.due_on <= session.query(Absence).one().last_on
