"""After a whole journey no number, phone or key stands where it does not belong."""

import logging

import pytest
from sqlalchemy import inspect, text

from agencies.sealing import link_key
from tests.make import SECRET_KEY, bearer, make_appeal, make_officer, make_token, sign_in

IIN, PHONE, EMAIL = "850101100012", "+77019876543", "erlan.taskyn@example.kz"
HOME = {"applicant", "visitor", "notice"}
"""Tables that may hold a way to reach the person."""


@pytest.fixture
def journey(session, client, caplog, monkeypatch):
    """An appeal from the desk to its answer; gives what was logged, where to, and its key."""
    caplog.set_level(logging.INFO)
    sent = []
    monkeypatch.setattr("reception.nudges.nudge", lambda *args: sent.append(args))
    places = []

    def post(path, **form):
        answer = client.post(path, data=form)
        places.append(answer.headers.get("Location", ""))
        return answer

    sign_in(client, make_officer(session, "clerk"))
    post("/intake/person", iin=IIN)
    wrong = post("/intake", kind="application", language="kk", channel="desk", text="",
                 name="Ерлан", iin=IIN, phone=PHONE)  # fmt: skip
    assert wrong.status_code == 422
    done = post(
        "/intake", kind="application", language="kk", channel="desk", name="Ерлан Тасқынбаев",
        text="Ауламызда шам жанбайды.", iin=IIN, phone=PHONE, email=EMAIL, idempotency_key="k1",
    )  # fmt: skip
    number = done.headers["Location"].split("/")[-2]
    row = session.execute(
        text("SELECT a.id, a.link_seed, c.id AS claim FROM appeal a JOIN claim c"
             " ON c.appeal_id = a.id WHERE a.number = :n"), {"n": number},
    ).one()  # fmt: skip
    key, case = link_key(SECRET_KEY, "appeal", row.link_seed), f"/workspace/appeals/{number}"
    step = f"{case}/claims/{row.claim}"
    post(f"{step}/route", **{f"route-{row.claim}-agency": "housing"})
    sign_in(client, make_officer(session, "officer"))
    client.get(f"/workspace?q={number}")
    post(f"{case}/card", reason="Тыңдауға шақыру үшін")
    post(f"{step}/take")
    post(f"{step}/answer", **{f"answer-{row.claim}-text": "Шам ауыстырылды.",
                              f"answer-{row.claim}-outcome": "satisfied"})  # fmt: skip
    sign_in(client, make_officer(session, "head"))
    post(f"{step}/approve")
    assert client.get(f"/a/{key}").status_code == 200
    status = session.scalar(text("SELECT status FROM claim WHERE id = :c"), {"c": row.claim})
    assert status == "answered", "the journey went all its way"
    return caplog.text, places, sent, key


def test_no_log_no_address_and_no_task_tells_of_the_person(journey):
    log, places, sent, key = journey

    for secret in (IIN, PHONE, PHONE[2:], EMAIL, key):
        assert secret not in log
        assert not [place for place in places if secret in place]
        assert secret not in str(sent)
    assert all(len(args) == 1 for args in sent), "a task takes no data"


def test_the_database_holds_the_number_sealed_the_key_nowhere_and_the_phone_at_home(
    session, journey
):
    key = journey[3]
    found = {
        table: " ".join(session.scalars(text(f'SELECT to_jsonb(t)::text FROM "{table}" t')))
        for table in inspect(session.get_bind()).get_table_names()
    }

    assert [table for table, rows in found.items() if IIN in rows] == []
    assert [table for table, rows in found.items() if key in rows] == []
    assert {t for t, rows in found.items() if PHONE in rows or EMAIL in rows} <= HOME


NAMED = ("Гүлнар", "Сейітқызы", "987-65-43", "850520100010", "tolqyn@")
"""What the letter below names beside its applicant."""
LETTER = (
    "Дәрігер Гүлнар Сейітқызы диагнозымды айтып қойды: тел. 8 (701) 987-65-43, ЖСН 850520100010, "
    "tolqyn@example.kz. Абай даңғылы, 52 үй."
)


def test_what_a_letter_names_leaves_it_by_no_log_address_event_or_task(
    session, client, caplog, monkeypatch
):
    """A case with special data and an official complained of, through every new screen."""
    caplog.set_level(logging.INFO)
    sent, places = [], []
    monkeypatch.setattr("reception.nudges.nudge", lambda *args: sent.append(args))
    official = make_officer(session, "officer", name="Қарсыласов Бекболат")
    appeal = make_appeal(session, status="in_work", text=LETTER)
    other = make_appeal(session, status="in_work", text=LETTER)
    case = f"/workspace/appeals/{appeal.number}"
    token = bearer(make_token(session, "head"))

    def post(path, **form):
        answer = client.post(path, data=form)
        assert answer.status_code == 302, (path, answer.status_code)
        places.append(answer.headers["Location"])

    sign_in(client, make_officer(session, "head"))
    for page in (case, f"{case}/similar", f"{case}/circle", f"/workspace/appeals/{other.number}"):
        assert client.get(page).status_code == 200
    post(f"{case}/circle/name", **{"name-0-official": official.id})
    post(f"{case}/circle/mark", **{"mark-0-sort": "health"})
    assert client.post(f"{case}/card", data={"reason": "Қоңырау шалу үшін"}).status_code == 200
    told = client.get(f"/api/v1/appeals/{appeal.number}", headers=token)
    client.get(f"/api/v1/appeals/{other.number}/similar", headers=token)
    sign_in(client, official)
    assert client.get(case).status_code == 404

    assert told.status_code == 200
    events = " ".join(session.scalars(text("SELECT to_jsonb(e)::text FROM event e")))
    notices = " ".join(session.scalars(text("SELECT particulars::text FROM notice")))
    for secret in (*NAMED, "Қарсыласов", "Бекболат"):
        assert secret not in caplog.text
        assert not [place for place in places if secret in place]
        assert secret not in f"{sent}{events}{notices}"
    assert [one for one in NAMED[2:] if one in str(told.json)] == []
