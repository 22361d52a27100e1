"""A wake is a hint: it reaches those who listen, carries nothing, and hurts nobody when lost."""

import time
from dataclasses import replace

import pytest
from redis import Redis

from agencies.events import WAKE_CHANNEL
from reception import nudges

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def listener(settings):
    """Somebody who listens for wakes."""
    with Redis.from_url(settings.redis_url) as client, client.pubsub() as heard:
        heard.subscribe(WAKE_CHANNEL)
        assert heard.get_message(timeout=5)["type"] == "subscribe"
        yield heard


@pytest.fixture
def without_broker(app, monkeypatch):
    settings = replace(app.config["SETTINGS"], redis_url=NOBODY)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return app


def wake_logged(caplog):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if any("not woken" in record.message for record in caplog.records):
            return True
        time.sleep(0.02)
    return False


def test_a_wake_reaches_who_listens_and_carries_no_data(app, listener):
    with app.app_context():
        nudges.wake()

    heard = listener.get_message(timeout=10)
    assert (heard["type"], heard["data"]) == ("message", b"")


def test_a_broker_that_is_down_costs_a_moment_and_a_line_in_the_log(without_broker, caplog):
    started = time.monotonic()

    with caplog.at_level("WARNING"), without_broker.app_context():
        nudges.wake()
        waited = time.monotonic() - started
        assert wake_logged(caplog)

    assert waited < 2
    assert NOBODY not in caplog.text


def test_without_a_broker_a_ticket_is_issued_all_the_same(without_broker, client):
    answer = client.post("/kiosk/tickets?lang=en", data={"service": "housing-general", "key": "k"})

    assert answer.status_code == 302
    assert "K101" in client.get(answer.location).text


def test_a_process_keeps_one_pool_for_each_broker(settings):
    assert nudges.broker(settings.redis_url) is nudges.broker(settings.redis_url)
