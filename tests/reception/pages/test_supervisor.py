"""Supervision and administration: the hall at a glance, acting from there, and who changed what."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from agencies.directory import QueueNorm, desk_by_code, service_by_code
from reception import desks, fairness, ratings, visits
from reception.announcements import Announcement, Sort
from reception.changes import Change
from reception.devices import Device
from reception.queue import calling
from reception.tickets import moves
from tests.make import make_officer, make_ticket, sign_in

TEXTS = {"text_kk": "4-терезе жабық", "text_ru": "Окно 4 закрыто", "text_en": "Desk 4 is closed"}


@pytest.fixture
def supervisor(client, session):
    officer = make_officer(session, "supervisor")
    sign_in(client, officer)
    return officer


HOUSING_AGAIN = """
UPDATE desk SET floor = 2, agency_id = (SELECT id FROM agency WHERE code = 'housing')
WHERE code = 'D20'
"""
ELDERLY_AGAIN = """
UPDATE priority_category SET enabled = true, level = 1, basis = 'Decision of the hall'
WHERE code = 'elderly'
"""


@pytest.fixture
def restored(session):
    """Reference rows as they were."""
    yield session
    session.rollback()
    for statement in (HOUSING_AGAIN, ELDERLY_AGAIN, "DELETE FROM queue_norm WHERE basis = 'test'"):
        session.execute(text(statement))
    session.commit()


def test_only_supervision_opens_the_wall(client, session):
    sign_in(client, make_officer(session, "officer"))

    for address in ("/hall", "/administration/devices", "/administration/desk/D20"):
        assert client.get(address).status_code == 403


def test_a_wait_beyond_the_norm_is_told_by_word(client, session, clock, supervisor):
    make_ticket(session)
    calm = client.get("/hall?lang=en").text
    clock.advance(minutes=16)
    sign_in(client, supervisor)
    alarmed = client.get("/hall?lang=en").text

    assert "Longer than the norm" not in calm
    assert re.search(r"<strong>16</strong> / 15 min", alarmed)
    assert "Longer than the norm" in alarmed


def test_a_message_goes_to_one_queue(client, session, supervisor):
    form = TEXTS | {"agency": "housing", "minutes": "30"}

    page = client.post("/hall/announcements?lang=en", data=form, follow_redirects=True)

    assert "Said on the boards." in page.text
    said = session.scalars(select(Announcement)).one()
    assert (said.sort, said.agency.code) == (Sort.QUEUE, "housing")
    assert "Окно 4 закрыто" in client.get("/board").text


@pytest.mark.parametrize(
    "change", [{"text_kk": ""}, {"minutes": "0"}, {"minutes": "abc"}, {"text_en": "x" * 161}]
)
def test_a_message_that_cannot_be_said_keeps_what_was_typed(client, session, supervisor, change):
    form = TEXTS | {"agency": "", "minutes": "30"} | change

    answer = client.post("/hall/announcements", data=form)

    assert answer.status_code == 422
    assert "Окно 4 закрыто" in answer.text
    assert session.scalar(select(Announcement.id)) is None


def test_an_emergency_is_one_press_and_ends_by_hand(client, session, supervisor):
    client.post("/hall/emergency/leave")
    assert 'class="board-emergency"' in client.get("/board").text
    said = session.scalars(select(Announcement)).one()

    client.post(f"/hall/announcements/{said.id}/end")
    again = client.post(f"/hall/announcements/{said.id}/end?lang=en", follow_redirects=True)

    assert 'class="board-emergency"' not in client.get("/board").text
    assert "is over already" in again.text
    assert client.post("/hall/emergency/party").status_code == 404


def test_a_desk_works_for_another_agency_from_the_next_call_on(client, restored, supervisor):
    client.post("/hall/desks", data={"desk": "D20", "agency": "police"})

    restored.expire_all()
    assert desk_by_code(restored, "D20").agency.code == "police"
    kept = restored.scalars(select(Change)).one()
    assert (kept.subject, kept.code, kept.before, kept.after) == (
        "desk", "D20", "housing", "police",
    )  # fmt: skip


def test_a_device_is_added_invited_and_closed(client, session, supervisor):
    form = {"code": "kiosk-1", "name": "Кіреберіс", "kind": "kiosk"}

    page = client.post("/administration/devices?lang=en", data=form, follow_redirects=True)
    typed = re.search(r"type ([A-Z2-9]{8}) within", page.text)[1]
    assert client.post("/device", data={"code": typed}).status_code == 302
    client.post("/administration/devices/kiosk-1/lock", data={"reason": "Қағаз бітті"})

    session.expire_all()
    assert session.scalars(select(Device)).one().locked
    assert client.get("/kiosk").status_code == 403
    assert {change.field for change in session.scalars(select(Change))} == {"added", "locked"}


@pytest.mark.parametrize("change", [{"code": ""}, {"kind": "phone"}, {"name": " "}])
def test_a_device_without_a_name_or_a_kind_is_refused(client, session, supervisor, change):
    form = {"code": "kiosk-1", "name": "Кіреберіс", "kind": "kiosk"} | change

    assert client.post("/administration/devices", data=form).status_code == 422
    assert session.scalar(select(Device.id)) is None


def test_every_change_keeps_who_and_what(client, restored, supervisor):
    client.post("/administration/priority/elderly", data={"level": "2", "basis": "өзгерді"})
    client.post("/administration/desk/D20", data={"agency": "housing", "floor": "3"})

    kept = {(c.code, c.field, c.before, c.after) for c in restored.scalars(select(Change))}
    assert ("elderly", "enabled", "True", "False") in kept
    assert ("D20", "floor", "2", "3") in kept
    assert "elderly" in client.get("/administration/priority").text


@pytest.mark.parametrize(
    ("address", "form", "field"),
    [
        ("service/housing-general", {"typical_minutes": "0"}, "typical_minutes"),
        ("desk/D20", {"agency": "nowhere", "floor": "1"}, "agency"),
        ("desk/D20", {"agency": "housing", "floor": "x"}, "floor"),
        ("hall/almaty", {"opens": "18:00", "closes": "09:00"}, "closes"),
        ("hall/almaty", {"opens": "99", "closes": ""}, "opens"),
    ],
)
def test_what_is_outside_of_what_is_possible_changes_nothing(
    client, session, supervisor, address, form, field
):
    answer = client.post(f"/administration/{address}", data=form)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text or field == "agency"
    assert session.scalar(select(Change.id)) is None
    assert service_by_code(session, "housing-general").typical_minutes > 0


def test_a_new_norm_is_a_new_row_from_its_own_day(client, restored, supervisor):
    norm = restored.scalars(select(QueueNorm).where(QueueNorm.service_id.is_(None))).one()
    form = {"max_wait_min": "10", "max_service_min": "20", "basis": "test"}
    address = f"/administration/norm/{norm.id}"

    assert client.post(address, data=form | {"valid_from": "1990-01-01"}).status_code == 422
    assert client.post(address, data=form | {"valid_from": "2027-01-01"}).status_code == 302

    restored.expire_all()
    rows = restored.scalars(select(QueueNorm).where(QueueNorm.service_id.is_(None))).all()
    assert sorted(row.max_wait_min for row in rows) == [10, 15]


def test_a_quota_of_the_day_is_set_and_lifted(client, session, supervisor):
    service = service_by_code(session, "housing-general")
    texts = {f"{kind}_{code}": getattr(service, f"{kind}_{code}")
             for kind in ("name", "documents") for code in ("kk", "ru", "en")}  # fmt: skip
    form = texts | {"open": "on", "typical_minutes": str(service.typical_minutes)}
    for typed, kept in (("40", 40), ("", None)):
        client.post("/administration/service/housing-general", data=form | {"day_quota": typed})
        session.expire_all()
        assert service_by_code(session, "housing-general").day_quota == kept


def test_the_wall_tells_who_is_on_a_break(client, session, clock, supervisor):
    desks.pause(
        session, desk_by_code(session, "D20"), "break", by=supervisor, now=clock.moment,
        until=clock.moment + timedelta(minutes=15),
    )  # fmt: skip
    session.commit()

    assert "back at 10:15" in client.get("/hall?lang=en").text
    clock.advance(minutes=16)
    sign_in(client, supervisor)
    assert "time is up" in client.get("/hall?lang=en").text


@pytest.mark.parametrize(
    "address", ["/administration/nothing", "/administration/desk/X", "/administration/norm/abc"]
)
def test_what_does_not_exist_is_not_found(client, supervisor, address):
    assert client.get(address).status_code == 404


def test_the_account_counts_waits_by_class_and_overtakes(client, session, clock):
    clerk = make_officer(session)
    first = make_ticket(session)
    clock.advance(minutes=2)
    privileged = make_ticket(session, priority="war_veteran")
    for minutes in (4, 10):
        clock.advance(minutes=minutes)
        calling.call_next(session, desk_by_code(session, "D20"), by=clerk, now=clock.moment)
        session.commit()

    told = fairness.account(session, first.business_date, first.business_date, norm=15)

    by_rank = {row.rank: row for row in told.waits}
    assert (by_rank[0].median, by_rank[privileged.rank].median) == (16.0, 4.0)
    assert [(o.of_rank, o.by_rank, o.times) for o in told.overtakes] == [(0, privileged.rank, 1)]
    assert told.share == 0.5
    assert told.within_class == 0
    page = client.get("/fair-play?lang=en").text
    assert "50" in page
    assert "war_veteran" not in page
    assert "called" in client.get("/fair-play/waits.csv").text


def test_a_call_after_the_ceiling_is_counted_for_everybody_to_see(client, session, clock):
    clerk, late = make_officer(session), make_ticket(session)
    clock.advance(hours=5)
    calling.call_next(session, desk_by_code(session, "D20"), by=clerk, now=clock.moment)
    session.commit()

    told = fairness.account(session, late.business_date, late.business_date, norm=15)

    assert told.breaches == 1
    assert "Called after the ceiling" in client.get("/fair-play?lang=en").text


def test_ratings_stand_by_agency_without_a_name(session, clock):
    ticket, clerk = make_ticket(session), make_officer(session)
    desk = desk_by_code(session, "D20")
    calling.call_next(session, desk, by=clerk, now=clock.moment)
    session.refresh(ticket)
    visits.finish(session, ticket, outcome="solved", by=clerk, now=clock.moment)
    ratings.rate(session, ticket, score=2, fault="long_wait", now=clock.moment)
    session.commit()

    (told,) = fairness.ratings(session, ticket.business_date, ticket.business_date)

    assert told == {
        "code": "housing", "rated": 1, "score": 2.0, "long_wait": 1, "not_solved": 0, "other": 0,
    }  # fmt: skip


def test_a_period_without_visitors_says_so(client):
    assert "Nobody was called" in client.get("/fair-play?lang=en").text


@pytest.mark.parametrize(
    ("asked", "status"),
    [("", 200), ("from=2026-11-01&to=2026-11-30", 200), ("from=x", 422),
     ("from=2026-11-30&to=2026-11-01", 422), ("from=1990-01-01&to=2026-11-01", 422)],
)  # fmt: skip
def test_past_days_are_shown_and_taken_away(client, session, supervisor, asked, status):
    make_ticket(session)

    assert client.get(f"/hall/history?{asked}").status_code == status
    for name in ("hours", "agencies", "classes", "ratings", "forecast"):
        assert client.get(f"/hall/history/{name}.csv?{asked}").status_code == status


def test_the_workbook_holds_each_table_as_its_file_does(client, session, supervisor):
    make_ticket(session)

    book = load_workbook(io.BytesIO(client.get("/hall/history/history.xlsx").data))

    assert book.sheetnames == ["classes", "agencies", "hours", "forecast", "ratings"]
    for sheet in book:
        told = list(csv.reader(client.get(f"/hall/history/{sheet.title}.csv").text.splitlines()))
        rows = [["" if v is None else str(v) for v in row] for row in sheet.values]
        assert [[float(v) if v.replace(".", "").isdecimal() else v for v in r] for r in rows] == [
            [float(v) if v.replace(".", "").isdecimal() else v for v in r] for r in told
        ]


def test_who_left_before_a_call_is_counted_apart(session, clock):
    ticket = make_ticket(session)
    moves.cancel(session, ticket, by=None, now=clock.moment)
    session.commit()

    told = fairness.account(session, ticket.business_date, ticket.business_date, norm=15)

    assert (told.left, told.called, told.share) == (1, 0, None)
