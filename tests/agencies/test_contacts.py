"""Telephone and e-mail go before the appeal, once nobody needs to be told anything more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agencies import (
    complaints,
    contacts,
    erasure_holds,
    erasures,
    merging,
    notices,
    proof,
    redress,
    terms,
)
from agencies.sealing import link_key
from reception import complaining, mailbox, visitors
from reception.visitors import Card
from tests.agencies.test_erasures import everything_kept
from tests.make import SECRET_KEY, keys, make_appeal, make_officer, sign_in

PHONE, EMAIL = "+77011234567", "erlan.tasqynbaev@example.kz"
APPLICANT = {"name": "Ерлан Тасқынбаев", "iin": "850101100012", "phone": PHONE, "email": EMAIL,
             "address": "Абай даңғылы, 52-12"}  # fmt: skip
LONG_AGO = datetime(2025, 5, 13, 5, 0, tzinfo=UTC)
"""More than a year before the clock of the tests."""


@pytest.fixture
def closed(session, clock):
    appeal = make_appeal(session, status="closed", now=LONG_AGO, applicant=APPLICANT)
    notices.send(
        session, channel="sms", to=PHONE, kind="claim_answered", language="kk",
        about=f"appeal/{appeal.number}", now=LONG_AGO, number=appeal.number,
    )  # fmt: skip
    session.commit()
    return appeal


def due(session, now):
    return list(session.scalars(contacts.due(now.date())))


def run(session, now):
    count = sum(1 for _ in contacts.run(session, now=now))
    session.commit()
    session.expire_all()
    return count


def test_they_leave_every_table_and_the_postal_address_stays(session, closed, now):
    visitors.admit(session, Card(**APPLICANT), language="kk", seal=keys().seal, now=LONG_AGO)
    letter = f"From: {EMAIL}\r\nReceived: by {EMAIL}\r\nSubject: Шам\r\n\r\nШам жанбайды."
    mailbox.receive(session, letter.encode(), arrived_at=LONG_AGO, now=LONG_AGO)
    session.execute(text("UPDATE mail_letter SET appeal_id = :a"), {"a": closed.id})
    session.commit()

    assert run(session, now) == 1

    left = [row for row in everything_kept(session) if PHONE in row[1] or EMAIL in row[1]]
    raw = bytes(session.scalar(text("SELECT raw FROM mail_letter")))
    assert (left, EMAIL.encode() in raw) == ([], False)
    assert "Шам жанбайды.".encode() in raw
    person = closed.applicant
    assert (person.name, person.address) == (APPLICANT["name"], APPLICANT["address"])
    assert person.iin_sealed is not None
    assert run(session, now) == 0


def test_chain_and_figures_hold_and_the_whole_goes_later(session, closed, now, tmp_path):
    facts = text("SELECT number, status, received_at, closed_at, subject_id FROM appeal")
    before, rows = session.execute(facts).all(), proof.verify(session).rows

    run(session, now)

    assert session.execute(facts).all() == before
    assert (proof.verify(session).holds, proof.verify(session).rows) == (True, rows + 1)
    erasures.erase(session, closed, rule="appeal", folder=tmp_path, now=now)
    session.commit()
    assert proof.verify(session).holds
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("DELETE FROM contact_erasure"))
    session.rollback()


def test_they_stay_a_year_after_the_last_step(session, closed, now):
    day = closed.closed_at.date() + timedelta(days=contacts.rule().days)

    assert list(session.scalars(contacts.due(day))) == []
    assert list(session.scalars(contacts.due(day + timedelta(days=1)))) == [closed]
    make_appeal(session, status="in_work", now=LONG_AGO, applicant=APPLICANT)
    make_appeal(session, status="closed", now=now, applicant=APPLICANT)
    assert due(session, now) == [closed]


def test_a_hold_a_review_or_a_complaint_keeps_them(session, closed, now):
    claim, law = closed.claims[0], terms.law(session)
    erasure_holds.hold(session, closed, reason="Сот ісі", by=make_officer(session), now=now)
    assert due(session, now) == []
    erasure_holds.lift(session, closed, now=now)
    review = redress.open_review(session, claim, words="", law=law, now=now)
    assert due(session, now) == []
    review.decided_at = now
    complaint = complaining.lodge(session, claim, text="Шам.", law=law, keys=keys(), now=now).appeal
    assert due(session, now) == []

    complaint.status, complaint.closed_at = "closed", now
    assert due(session, now) == [], "the court may still be asked"
    complaint.closed_at = LONG_AGO

    assert set(due(session, now)) == {closed, complaint}


def test_what_waits_for_the_answer_of_another_appeal_keeps_them(session, now):
    main = make_appeal(session, status="in_work", now=LONG_AGO - timedelta(days=1),
                       applicant=APPLICANT)  # fmt: skip
    joined = make_appeal(session, status="in_work", now=LONG_AGO, applicant=APPLICANT)
    merging.merge(session, joined, into=main, by=make_officer(session), now=LONG_AGO)
    session.commit()

    assert due(session, now) == [], "it goes on by itself where the main one is withdrawn"
    main.status, main.closed_at = "closed", LONG_AGO
    assert set(due(session, now)) == {main, joined}


def test_the_link_still_leads_on_and_a_complaint_may_name_a_new_way(client, session, closed, now):
    run(session, now)
    link = f"/a/{link_key(SECRET_KEY, 'appeal', closed.link_seed)}"
    form = {"complaint-1-text": "Шам әлі жанбайды.", "complaint-1-phone": "8 701 000 00 02"}

    told = client.get(f"{link}?lang=en").text
    wrong = client.post(f"{link}/claims/1/complaint", data=form | {"complaint-1-phone": "12"})
    lodged = client.post(f"{link}/claims/1/complaint", data=form)

    assert "Telephone and e-mail were erased" in told
    assert (wrong.status_code, lodged.status_code) == (422, 302)
    (complaint,) = complaints.complaints_of(session, closed.claims[0])
    assert complaint.applicant.phone == "+77010000002"
    assert complaint.applicant.name == APPLICANT["name"]
    sign_in(client, make_officer(session, "supervisor"))
    assert "Write by post" in client.get(f"/workspace/appeals/{closed.number}?lang=en").text
    assert "365" in client.get("/register/retention").text


def test_no_file_keeps_them_shorter_than_the_law_needs_them(monkeypatch, tmp_path):
    short = tmp_path / "retention.toml"
    short.write_text(erasures.RULES.read_text().replace("days = 365", "days = 30"))
    monkeypatch.setattr(erasures, "RULES", short)
    contacts.rule.cache_clear()

    with pytest.raises(ValueError, match="180 days"):
        contacts.rule()
    contacts.rule.cache_clear()
