"""Notices on their way out: worded, retried, never doubled, and no courier holds up the house."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import notices
from agencies.notices import Notice, NoticeStatus
from reception.catcher import Catcher
from tests.make import make_appeal, make_ticket
from workers import tasks

S = NoticeStatus
PHONE, MAIL = "+77010000001", "erlan@example.kz"
REACHED = {"name": "Ерлан Тасқынбаев", "phone": PHONE, "email": MAIL}


@pytest.fixture
def catcher():
    with Catcher(tell=lambda _: None) as open_catcher:
        yield open_catcher


@pytest.fixture
def standing(app, database, clock, catcher, settings, monkeypatch):
    ways = replace(
        settings, smtp_url=catcher.smtp_url, sms_url=catcher.sms_url,
        telegram_url=catcher.telegram_url, telegram_token="12:trial",
    )  # fmt: skip
    monkeypatch.setitem(app.config, "SETTINGS", ways)
    with app.app_context():
        yield clock


class Killed(BaseException):
    """As of a worker that is no more."""


def all_rows(session):
    session.expire_all()
    return session.scalars(select(Notice).order_by(Notice.id)).all()


def tell_about_ticket(session, now, channel="sms", to=PHONE, **more):
    ticket = make_ticket(session)
    notices.send(session, channel=channel, to=to, kind="ticket_soon", language="kk",
                 about=f"ticket/{ticket.id}", now=now, ticket=ticket.label, minutes=7,
                 **more)  # fmt: skip
    session.commit()
    return ticket


def test_a_registered_appeal_tells_its_applicant_on_every_way_left(standing, session, catcher):
    appeal = make_appeal(session, applicant=REACHED)

    tasks.notices.deliver_notices()
    tasks.notices.deliver_notices()

    by_way = {caught.way: caught for caught in catcher.caught}
    assert len(catcher.caught) == 2
    assert (by_way["sms"].to, by_way["email"].to) == (PHONE, MAIL)
    for caught in catcher.caught:
        assert appeal.number in caught.text
        assert "14 желтоқсан" in caught.text
        assert "ӘРПК 76-бабының" in caught.text
        assert "http://hall.test/a/" in caught.text
    assert {notice.status for notice in all_rows(session)} == {S.SENT}


def test_the_link_of_a_notice_opens_the_tracking_page(standing, session, catcher, client):
    appeal = make_appeal(session, applicant=REACHED)
    tasks.notices.deliver_notices()

    path = catcher.caught[0].text.split("http://hall.test")[1].split()[0]

    assert appeal.number in client.get(path).get_data(as_text=True)


def test_a_ticket_s_notice_speaks_its_language_and_leads_to_the_ticket(
    standing, session, catcher, now, client
):
    tell_about_ticket(session, now, channel="telegram", to="100200300")
    tasks.notices.deliver_notices()

    [caught] = catcher.caught
    assert (caught.way, caught.to) == ("sendMessage", "100200300")
    assert "кезегіңізге шамамен 7 минут қалды" in caught.text
    path = caught.text.split("http://hall.test")[1].split()[0]
    assert client.get(path).status_code == 200


def test_a_gateway_that_is_down_for_a_while_gets_the_message_later_once(
    standing, session, catcher, now
):
    tell_about_ticket(session, now)
    catcher.post_answers.extend([(503, {}), (502, {})])
    for minutes in (0, 1, 5, 20):
        standing.advance(minutes=minutes)
        tasks.notices.deliver_notices()

    assert len(catcher.caught) == 1
    assert [(row.status, row.attempts) for row in all_rows(session)] == [(S.SENT, 3)]


def test_a_gateway_that_asks_for_patience_is_left_alone_as_long_as_it_asked(
    standing, session, catcher, now
):
    tell_about_ticket(session, now)
    catcher.post_answers.append((429, {"Retry-After": "90"}))
    tasks.notices.deliver_notices()
    standing.advance(seconds=89)
    tasks.notices.deliver_notices()
    assert catcher.caught == []

    standing.advance(seconds=1)
    tasks.notices.deliver_notices()
    assert len(catcher.caught) == 1


@pytest.mark.parametrize(("channel", "to"), [("sms", PHONE), ("email", MAIL)])
def test_a_refusal_for_ever_is_not_tried_again(standing, session, catcher, now, channel, to):
    tell_about_ticket(session, now, channel=channel, to=to)
    catcher.post_answers.append((400, {}))
    catcher.mail_answers.append(550)
    tasks.notices.deliver_notices()
    standing.advance(hours=1)
    tasks.notices.deliver_notices()

    [row] = all_rows(session)
    assert (catcher.caught, row.status, row.address) == ([], S.FAILED, "")
    assert row.reason in ("http 400", "smtp 550")


def test_a_busy_mail_server_is_asked_again(standing, session, catcher, now):
    tell_about_ticket(session, now, channel="email", to=MAIL)
    catcher.mail_answers.append(451)
    tasks.notices.deliver_notices()
    standing.advance(minutes=1)
    tasks.notices.deliver_notices()

    assert [caught.to for caught in catcher.caught] == [MAIL]


def test_a_worker_that_died_between_sending_and_marking_repeats_under_the_same_key(
    standing, session, catcher, now, monkeypatch
):
    tell_about_ticket(session, now)
    tell_about_ticket(session, now, channel="email", to=MAIL)

    def dies(*_args, **_words):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(notices, "move", dies)
        for _ in range(2):
            with pytest.raises(Killed):
                tasks.notices.deliver_notices()
    standing.advance(minutes=11)
    tasks.notices.deliver_notices()
    standing.advance(minutes=1)
    tasks.notices.deliver_notices()

    keys = [caught.key for caught in catcher.caught]
    assert len(set(keys)) == 2
    assert {row.status for row in all_rows(session)} == {S.SENT}


def test_a_courier_that_nobody_answers_for_holds_up_no_registration(standing, session, app):
    nowhere = replace(app.config["SETTINGS"], smtp_url="smtp://127.0.0.1:9", sms_url="")
    app.config["SETTINGS"] = nowhere
    make_appeal(session, applicant=REACHED)

    tasks.notices.deliver_notices()

    assert {row.status for row in all_rows(session)} == {S.WAITING}


def test_no_address_reaches_a_log(standing, session, catcher, now, caplog):
    caplog.set_level(logging.DEBUG)
    catcher.post_answers.append((400, {}))
    catcher.mail_answers.append(550)
    make_appeal(session, applicant=REACHED)
    for _ in range(2):
        tasks.notices.deliver_notices()
        standing.advance(minutes=2)

    told = "\n".join(record.getMessage() for record in caplog.records if "notice" in record.name)
    assert PHONE not in told
    assert MAIL not in told


def test_a_row_that_cannot_be_worded_ends_and_the_next_one_goes_out(
    standing, session, catcher, now
):
    notices.send(session, channel="sms", to=PHONE, kind="ticket_called", language="kk",
                 about="ticket/1", now=now - timedelta(minutes=1))  # fmt: skip
    tell_about_ticket(session, now)

    tasks.notices.deliver_notices()

    assert [row.status for row in all_rows(session)] == [S.FAILED, S.SENT]
