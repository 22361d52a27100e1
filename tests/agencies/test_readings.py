"""Who read whose card: every look is on record, a whole card needs a reason, odd readers show."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from agencies import readings, vigilance
from agencies.calendar import workdays
from agencies.readings import CardReading, Sight
from tests.make import make_appeal, make_officer, sign_in

CARD = {"name": "Ерлан Тасқынбаев", "iin": "850101100012", "phone": "+77011234567",
        "email": "erlan@example.kz"}  # fmt: skip


@pytest.fixture
def appeal(session):
    return make_appeal(session, status="in_work", applicant=CARD)


@pytest.fixture
def reader(session, client):
    officer = make_officer(session, "officer")
    sign_in(client, officer)
    return officer


def looks(session):
    return [(r.sight, r.own) for r in session.scalars(select(CardReading).order_by(CardReading.id))]


def test_opening_a_case_is_on_record_and_shows_the_card_masked(session, client, appeal, reader):
    page = client.get(f"/workspace/appeals/{appeal.number}").text

    assert looks(session) == [(Sight.CASE, True)]
    assert "1234567" not in page
    assert "erlan@" not in page
    assert "850101••••12" in page


def test_a_whole_card_is_opened_for_a_reason_that_stays(session, client, appeal, reader):
    answer = client.post(
        f"/workspace/appeals/{appeal.number}/card", data={"reason": "Тыңдауға шақыру үшін"}
    )

    assert "+77011234567" in answer.text
    assert "850101100012" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    kept = session.scalar(select(CardReading).where(CardReading.sight == Sight.CARD))
    assert kept.reason == "Тыңдауға шақыру үшін"
    session.refresh(appeal)
    assert appeal.journal[-1].kind == "card_revealed"


@pytest.mark.parametrize("reason", ["", "  ", "аа", "х" * 301])
def test_without_a_reason_the_card_stays_masked(session, client, appeal, reader, reason):
    answer = client.post(f"/workspace/appeals/{appeal.number}/card", data={"reason": reason})

    assert answer.status_code == 422
    assert "1234567" not in answer.text
    assert Sight.CARD not in [sight for sight, _ in looks(session)]


def test_a_stranger_finds_no_card_and_leaves_no_trace_of_one(session, client, appeal):
    sign_in(client, make_officer(session, "officer", agency="police"))

    assert client.get(f"/workspace/appeals/{appeal.number}").status_code == 404
    answer = client.post(f"/workspace/appeals/{appeal.number}/card", data={"reason": "Қажет"})
    assert answer.status_code == 404
    assert looks(session) == []


@pytest.mark.parametrize(
    "change", ["UPDATE card_reading SET own = true", "DELETE FROM card_reading"]
)
def test_the_database_refuses_to_change_a_look(session, appeal, now, change):
    readings.note(session, appeal, Sight.CASE, by=make_officer(session), now=now)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))
    session.rollback()


def test_whoever_reads_far_more_and_at_night_stands_out(session, now):
    many = [make_appeal(session, status="in_work") for _ in range(3)]
    plain, odd = (make_officer(session, "officer", agency="police") for _ in range(2))
    for appeal in many:
        readings.note(session, appeal, Sight.CASE, by=plain, now=now)
    midnight = now + timedelta(hours=14)
    for n in range(12):
        readings.note(session, many[n % 3], Sight.CARD, by=odd, now=midnight, reason="Қажет болды")
    session.commit()

    report = vigilance.report(session, date(2026, 11, 1), days=workdays(session))

    assert [row.officer.id for row in report] == [odd.id, plain.id]
    assert report[0].reasons == (vigilance.REVEALED, vigilance.ODD)
    assert (report[0].appeals, report[0].foreign, report[0].odd_hours) == (3, 3, 12)
    assert report[1].reasons == ()
    assert vigilance.report(session, date(2026, 10, 1), days=workdays(session)) == []


def test_supervision_sees_the_month_and_the_rows_behind_it(session, client, appeal, now):
    reader = make_officer(session, "officer", name="Гүлнар Оқырман")
    readings.note(session, appeal, Sight.CASE, by=reader, now=now)
    session.commit()
    sign_in(client, make_officer(session, "supervisor"))

    page = client.get("/register/readings?month=2026-11")
    rows = client.get(f"/register/readings/{reader.id}?month=2026-11")

    assert "Гүлнар Оқырман" in page.text
    assert appeal.number in rows.text
    assert client.get("/register/readings/999999").status_code == 404
    assert client.get("/register/readings?month=nonsense").status_code == 200
