"""Pages that anybody may open: one address asks so often, and one question so long."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import reception
from agencies.appeals import ClaimStatus
from agencies.db import db, is_stopped
from agencies.sealing import link_key
from reception import limits
from reception.nudges import broker
from reception.settings import read_settings
from tests.make import SECRET_KEY, make_appeal

WORDS = {
    "kk": "бір үйден келетіннен көп сұрау",
    "ru": "больше запросов, чем бывает от одного дома",
    "en": "than one house sends",
}


@pytest.fixture
def link(session, clock):
    appeal = make_appeal(session, status=ClaimStatus.IN_WORK)
    session.commit()
    return f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}"


@pytest.mark.parametrize("language", WORDS)
def test_who_follows_a_link_too_often_is_told_when_to_come_back(
    client, link, monkeypatch, clock, language
):
    monkeypatch.setattr(limits, "A_MINUTE", 2)
    clock.advance(seconds=20)

    asked = [client.get(f"{link}?lang={language}") for _ in range(3)]
    guessed = client.get("/a/abc123")

    assert [one.status_code for one in asked] == [200, 200, 429]
    assert guessed.status_code == 429, "a wrong link counts like a right one"
    assert WORDS[language] in asked[2].text
    assert asked[2].headers["Retry-After"] == "40"
    clock.advance(minutes=1)
    assert client.get(link).status_code == 200


def test_what_is_done_by_a_link_is_counted_apart_and_for_each_address(client, link, clock):
    rate = f"{link}/claims/1/rating"

    done = [client.post(rate).status_code for _ in range(limits.DEEDS_A_MINUTE + 1)]
    elsewhere = client.post(rate, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert 429 not in done[:-1]
    assert done[-1] == 429
    assert elsewhere.status_code == 422, "another house is not held up"
    assert client.get(link).status_code == 200, "reading goes on"


def test_the_count_tells_nobody_s_address_nor_link(app, client, link, clock):
    client.get(link, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})

    kept = [key.decode() for key in broker(app.config["SETTINGS"].redis_url).keys("reception/*")]

    assert kept
    assert not [key for key in kept if "192.0.2.9" in key or link.rpartition("/")[2] in key]


@pytest.fixture
def serving(app, settings, monkeypatch):
    """As the web processes run it, with a second for a question and for a wait."""
    quick = replace(settings, statement_s=1, lock_s=1, idle_s=7)
    monkeypatch.setattr(reception, "read_settings", lambda: quick)
    served = reception.serving_app()
    served.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    yield served
    with served.app_context():
        db.engine.dispose()


def test_a_question_that_takes_too_long_is_stopped_and_told_plainly(serving, monkeypatch):
    def ask_too_much(key):
        db.session.execute(text("SELECT pg_sleep(20)"))

    monkeypatch.setitem(serving.view_functions, "track.show", ask_too_much)
    caller = serving.test_client()

    answer = caller.get("/a/abc?lang=en&days=9")

    assert answer.status_code == 503
    assert "it was stopped so that others need not wait" in answer.text
    assert "being restarted" not in answer.text
    assert "ask for less" in answer.text
    assert 'href="/a/abc?lang=en&amp;days=9"' in answer.text
    assert "слишком долго" in caller.get("/a/abc?lang=ru").text
    assert "тым ұзақ іздеді" in caller.get("/a/abc?lang=kk&days=9").text


def test_a_step_that_takes_too_long_leads_back_to_its_form_and_promises_nothing(
    serving, monkeypatch
):
    def ask_too_much(**_):
        db.session.execute(text("SELECT pg_sleep(20)"))

    serving.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setitem(serving.view_functions, "applicant.act", ask_too_much)

    answer = serving.test_client().post("/a/abc/claims/1/view?lang=en")

    assert answer.status_code == 503
    assert "It was not carried out" in answer.text
    assert 'href="/a/abc"' in answer.text
    assert "kept in this browser" not in answer.text


def test_the_web_waits_for_no_lock_longer_than_the_setting_and_holds_none_idle(serving, database):
    with serving.app_context():
        shown = db.session.scalar(text("SHOW idle_in_transaction_session_timeout"))
        with database.begin() as other:
            other.execute(text("LOCK TABLE appeal"))
            with pytest.raises(OperationalError) as waited:
                db.session.execute(text("SELECT 1 FROM appeal"))
        db.session.rollback()

    assert shown == "7s"
    assert is_stopped(waited.value)


def test_work_outside_the_web_may_ask_as_long_as_it_needs(session):
    assert session.scalar(text("SHOW statement_timeout")) == "0"


def test_the_limits_of_time_are_settings(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/none")
    monkeypatch.setenv("RECEPTION_STATEMENT_TIMEOUT", "12")
    monkeypatch.setenv("RECEPTION_LOCK_TIMEOUT", "3")

    read = read_settings()

    assert (read.statement_s, read.lock_s, read.idle_s) == (12, 3, 60)
