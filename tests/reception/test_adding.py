"""New services and desks: at once in the hall, never twice, and with their history."""

import pytest
from sqlalchemy import delete, select

from agencies.directory import Desk, Service
from agencies.staff import Role
from reception.changes import Change
from reception.tickets import Ticket
from tests.make import make_officer, sign_in

SERVICE = {
    "code": "lifts", "agency": "housing", "series": "K", "typical_minutes": "12", "day_quota": "",
    "name_kk": "Лифт мәселелері", "name_ru": "Вопросы лифтов", "name_en": "Lifts",
    "documents_kk": "Жеке куәлік", "documents_ru": "Удостоверение", "documents_en": "Identity card",
}  # fmt: skip
DESK = {"number": "77", "agency": "police", "floor": "2"}


@pytest.fixture
def admin(client, session):
    sign_in(client, make_officer(session, Role.ADMIN))
    yield client
    session.rollback()
    session.execute(delete(Ticket))
    session.execute(delete(Service).where(Service.code == "housing-lifts"))
    session.execute(delete(Desk).where(Desk.code == "D77"))
    session.commit()


def test_a_new_service_gives_tickets_at_once(admin, session):
    admin.post("/administration/service/new", data=SERVICE)

    assert "/kiosk/service/housing-lifts" in admin.get("/kiosk/home").text
    admin.post("/kiosk/tickets", data={"service": "housing-lifts"})
    assert session.scalars(select(Ticket)).one().label == "K101"
    told = session.scalars(select(Change)).one()
    assert (told.subject, told.code, told.field, told.after) == (
        "service", "housing-lifts", "added", "Лифт мәселелері",
    )  # fmt: skip


def test_a_new_desk_can_be_chosen(admin, session):
    admin.post("/administration/desk/new", data=DESK)

    assert 'value="D77"' in admin.get("/desk/choose").text
    assert session.scalars(select(Change.field)).all() == ["added"]


@pytest.mark.parametrize(
    ("subject", "form", "wrong"),
    [
        ("service", SERVICE | {"code": "general"}, "code"),
        ("service", SERVICE | {"code": "heating"}, "code"),
        ("service", SERVICE | {"code": "жылу"}, "code"),
        ("service", SERVICE | {"series": "B"}, "series"),
        ("service", SERVICE | {"agency": "nobody"}, "agency"),
        ("service", SERVICE | {"name_en": ""}, "name_en"),
        ("desk", DESK | {"number": "20"}, "number"),
        ("desk", DESK | {"number": "0"}, "number"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(admin, session, subject, form, wrong):
    answer = admin.post(f"/administration/{subject}/new", data=form)

    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text
    assert session.scalars(select(Change)).all() == []


def test_a_clerk_adds_nothing(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    assert client.post("/administration/desk/new", data=DESK).status_code == 403
