"""Administration sets the rule of a queue from a coming day on, and who gives which service."""

from datetime import date

import pytest
from sqlalchemy import select

from agencies.directory import desk_by_code, service_by_code
from agencies.errors import Invalid
from reception import changes, rule_changes, rules
from reception.queue import calling
from reception.rules import Discipline, QueueRule
from tests.make import make_officer, make_ticket, sign_in

RULE = {
    "agency": "housing", "discipline": "fifo", "rate_walk_in": "1", "rate_booked": "2,5",
    "rate_priority": "3", "rate_first": "4", "ceiling_min": "", "ratio": "2",
    "credit_max_min": "20", "walking_min": "1", "return_within_min": "10",
    "return_penalty_min": "5", "misses_allowed": "2",
    "hold_max_min": "15", "basis": "Зал бұйрығы", "valid_from": "2026-11-24",
}  # fmt: skip


@pytest.fixture
def admin(client, session):
    officer = make_officer(session, "admin")
    sign_in(client, officer)
    return officer


@pytest.fixture
def put_back(session):
    before = set(session.scalars(select(QueueRule.id)))
    yield
    session.rollback()
    for made in session.scalars(select(QueueRule).where(QueueRule.id.not_in(before))):
        session.delete(made)
    session.commit()


def test_a_new_rule_holds_for_its_agency_from_its_day_on(client, session, admin, put_back):
    housing = desk_by_code(session, "D20").agency_id

    assert client.post("/administration/queue", data=RULE).status_code == 302

    before = rules.in_force(session, housing, date(2026, 11, 23))
    after = rules.in_force(session, housing, date(2026, 11, 24))
    assert before.discipline is Discipline.ACCUMULATING
    assert (after.discipline, after.rate_booked, after.ceiling_min) == (Discipline.FIFO, 2.5, None)
    assert rules.in_force(session, 0, date(2026, 11, 24)).discipline is Discipline.ACCUMULATING
    assert changes.history(session, "queue")[0].code == "housing"
    assert "Зал бұйрығы" not in client.get("/administration/queue?lang=en").text[:200]


@pytest.mark.parametrize(("field", "value"), [
    ("rate_walk_in", "0"), ("rate_first", "many"), ("ratio", "0"), ("basis", ""),
    ("discipline", "loudest"), ("valid_from", "2026-11-23"), ("valid_from", "soon"),
])  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_beside_its_field(client, session, admin, field, value):
    count = len(rule_changes.rules_of(session))

    answer = client.post("/administration/queue?lang=en", data=RULE | {field: value})

    assert answer.status_code == 422
    assert len(rule_changes.rules_of(session)) == count


def test_an_officer_with_a_profile_is_called_only_those_services(client, session, admin, now):
    officer = make_officer(session, "officer")
    repair = service_by_code(session, "housing-repair")
    make_ticket(session, now=now)
    wanted = make_ticket(session, service="housing-repair", now=now)

    page = client.get(f"/administration/skills/{officer.id}?lang=en").text
    saved = client.post(
        f"/administration/skills/{officer.id}",
        data={"service": [str(repair.id)], f"weight-{repair.id}": "1,5"},
    )
    session.commit()

    assert "Services in the profile" in page
    assert saved.status_code == 302
    assert rule_changes.skills_of(session, officer) == {repair.id: 1.5}
    assert calling.call_next(session, "D20", by=officer, now=now).id == wanted.id
    assert calling.call_next(session, "D20", by=officer, now=now) is None


def test_a_profile_holds_services_of_the_own_agency_with_possible_weights(session, now):
    officer, admin = make_officer(session, "officer"), make_officer(session, "admin")
    police = service_by_code(session, "police-general").id
    own = service_by_code(session, "housing-general").id

    for weights in ({police: 1.0}, {own: 0.0}, {own: 11.0}):
        with pytest.raises(Invalid):
            rule_changes.set_skills(session, officer, weights, by=admin, now=now)
    rule_changes.set_skills(session, officer, {}, by=admin, now=now)

    assert rule_changes.skills_of(session, officer) == {}


def test_only_administration_sets_rules_and_profiles(client, session):
    sign_in(client, make_officer(session, "officer"))

    assert client.post("/administration/queue", data=RULE).status_code == 403
    assert client.get("/administration/skills").status_code == 403
