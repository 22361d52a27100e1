"""Historical cases as rows of the same register: terms, journal and chain as of today's appeals."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from agencies import appeals, proof, routing
from agencies.appeals import Appeal, Channel, Claim, ClaimStatus
from agencies.directory import Agency, District, Origin, Subject, districts_of_almaty, hall_agencies
from agencies.errors import NotFound
from agencies.terms import AppealKind
from reception import history
from reception.cases import read_case
from tests.make import make_officer

WHO = "Администрация района"
CLOSED = "Завершено: Автоматически"


@pytest.fixture
def enter(register, line):
    """Enter one line for each id; the events are those of all."""

    def _enter(*events, ids=("c1",), **changes):
        cases = [read_case(line(*events, id=each, **changes)) for each in ids]
        history.enter(history.Register(register), cases)
        register.commit()
        return [register.scalars(select(Appeal).where(Appeal.source_id == i)).one() for i in ids]

    return _enter


def test_a_case_is_an_appeal_with_one_claim(enter):
    (appeal,) = enter(
        ["2020-10-19T11:00:00", "answer", WHO, "final", None],
        ["2020-10-20T11:00:00", "status", CLOSED],
    )

    assert (appeal.number, appeal.kind, appeal.channel) == (
        "IMP-c1", AppealKind.MESSAGE, Channel.IMPORT,
    )  # fmt: skip
    assert (appeal.source, appeal.source_id, appeal.language) == (Origin.IMPORTED, "c1", "ru")
    assert (appeal.applicant, appeal.received_by) == (None, None)
    (claim,) = appeal.claims
    assert (claim.status, appeal.status) == (ClaimStatus.CLOSED, ClaimStatus.CLOSED)
    assert claim.agency.code == "housing"
    assert claim.body.name_ru == WHO
    assert claim.outcome == "explained"


def test_claim_and_appeal_tell_the_same_facts(enter):
    (appeal,) = enter(
        ["2020-10-19T11:00:00", "answer", WHO, "interim", None],
        ["2020-10-21T11:00:00", "answer", WHO, "final", None],
        ["2020-10-22T11:00:00", "rerouted", WHO, "Дирекция", None, "30.10.2020"],
        ["2020-10-23T11:00:00", "status", CLOSED],
    )

    (claim,) = appeal.claims
    for fact in ("first_answer_at", "answered_at", "closed_at", "due_on", "redirections"):
        assert getattr(claim, fact) == getattr(appeal, fact), fact
    assert appeal.first_answer_at == datetime(2020, 10, 19, 5, 0, tzinfo=UTC)
    assert (appeal.due_on, appeal.redirections) == (date(2020, 10, 30), 1)


def test_its_term_is_that_of_the_law_of_its_day(enter):
    (appeal,) = enter()

    assert appeal.policy_code == "L2007-A"
    assert appeal.registered_on == date(2020, 10, 19), "the 18th was a Sunday"
    assert appeal.due_on == date(2020, 11, 2), "fifteen calendar days after the receipt"


def test_a_journal_is_written_and_proved(enter, register):
    (appeal,) = enter(
        ["2020-10-19T11:00:00", "status", "Рассмотрение"],
        ["2020-10-20T11:00:00", "weighed", 5],
        ["2020-10-21T11:00:00", "reopened"],
    )

    kinds = [entry.kind for entry in appeal.journal]
    assert kinds == ["registered", "routed", "status_noted", "noted", "reopened"]
    assert [entry.position for entry in appeal.journal] == [1, 2, 3, 4, 5]
    assert appeal.journal_length == 5
    assert proof.verify(register).damages == []


def test_many_cases_keep_their_chains_apart(enter, register):
    enter(["2020-10-19T11:00:00", "status", CLOSED], ids=[f"c{n}" for n in range(30)])

    proved = proof.verify(register)

    assert (proved.appeals, proved.rows, proved.damages) == (30, 90, [])


def test_bodies_and_districts_of_another_city_are_made_once_and_kept_apart(enter, register):
    enter(
        ["2020-10-19T11:00:00", "rerouted", WHO, "Дирекция", None, None], ids=["c1", "c2"],
    )  # fmt: skip
    enter(ids=["c3"])

    imported = select(func.count()).where(District.origin == Origin.IMPORTED)
    assert register.scalar(imported) == 1
    bodies = register.scalars(select(Agency).where(Agency.origin == Origin.IMPORTED)).all()
    assert {body.name_ru for body in bodies} == {WHO, "Дирекция"}
    assert not any(body.in_hall for body in bodies)
    subjects = register.scalars(select(Subject).where(Subject.origin == Origin.IMPORTED)).all()
    assert [subject.name_ru for subject in subjects] == ["Содержание МКД"]


def test_the_halls_own_lists_do_not_change(enter, register):
    before = (len(districts_of_almaty(register)), len(hall_agencies(register)))
    offered = len(routing.agencies_to_choose(register))

    enter()

    assert (len(districts_of_almaty(register)), len(hall_agencies(register))) == before
    assert len(routing.agencies_to_choose(register)) == offered


def test_a_district_that_is_called_as_one_of_almaty_is_still_another_one(enter, register):
    own = districts_of_almaty(register)[0]

    (appeal,) = enter(district=own.name_ru)

    assert appeal.district.name_ru == own.name_ru
    assert appeal.district.id != own.id


def test_names_given_in_one_language_stand_in_all(enter):
    (appeal,) = enter()

    district = appeal.district
    assert district.name_kk == district.name_ru == district.name_en == "Приморский"


def test_a_supervisor_opens_it_by_its_number(enter, register):
    (appeal,) = enter()

    found = appeals.by_number(register, "IMP-c1", officer=make_officer(register, "supervisor"))

    assert found == appeal


def test_the_agency_it_maps_to_reads_it_and_another_does_not(enter, register):
    (appeal,) = enter()

    own = make_officer(register, "officer", agency="housing")
    assert appeals.by_number(register, "IMP-c1", officer=own) == appeal
    with pytest.raises(NotFound):
        appeals.by_number(
            register, "IMP-c1", officer=make_officer(register, "officer", agency="police")
        )


def test_ids_that_are_present_are_told(enter, register):
    enter(ids=["c1", "c2"])

    assert history.present(register, ["c1", "c2", "c3"]) == {"c1", "c2"}


def test_an_id_of_the_halls_own_appeals_is_not_mistaken_for_it(register):
    assert history.present(register, ["OA-2026-000001"]) == set()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agency": "spaceport"}, "unknown agency `spaceport`"),
        ({"events": [["1999-05-05T10:00:00", "received"]]}, "no term of law"),
        ({"events": [["9999-12-31T10:00:00", "received"]]}, "no term of law"),
        ({}, None),
    ],
)
def test_what_cannot_be_entered_is_told_before(register, line, changes, told):
    reason = history.unfit(history.Register(register), read_case(line(**changes)))

    assert reason == told if told is None else told in reason


def test_a_body_made_by_an_import_is_no_agency_of_the_hall(enter, register, line):
    enter()
    imported = register.scalars(select(Agency.code).where(Agency.origin == Origin.IMPORTED)).one()

    reason = history.unfit(history.Register(register), read_case(line(agency=imported)))

    assert "unknown agency" in reason


def test_no_case_is_no_work(register):
    history.enter(history.Register(register), [])

    assert register.scalar(select(func.count()).select_from(Claim)) == 0
