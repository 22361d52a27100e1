"""The event stream: at once, in order, nothing lost and nothing twice, and to those it is for."""

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from agencies import events
from agencies.calendar import clock
from agencies.db import db
from tests.api.live import Line, live_hall
from tests.make import make_token

HALL = "hall/almaty"
PATIENCE_S = 10


class Listener:
    """One open event stream; `read(n)` waits for the next n events."""

    def __init__(self, port: int, topics: str = HALL, after: str = "", token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        headers = {"Last-Event-ID": after} if after else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self.connection.request("GET", f"/api/v1/events?topics={topics}", headers=headers)
        self.answer = self.connection.getresponse()
        self.last = after
        if self.answer.status == 200 and not after:
            self.line_of("id: ")

    def line_of(self, beginning: str) -> str:
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("id: "):
                self.last = line.removeprefix("id: ")
            if line.startswith(beginning):
                return line.removeprefix(beginning)

    def read(self, count: int) -> list[dict[str, object]]:
        return [json.loads(self.line_of("data: ")) | {"number": self.last} for _ in range(count)]

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


@pytest.fixture(scope="module")
def port(app, settings, tmp_path_factory) -> Iterator[int]:
    with live_hall(settings, tmp_path_factory.mktemp("stream") / "web.log") as port:
        yield port


def issue(line: Line, count: int = 1) -> list[str]:
    draft = {"service": "tson-general", "language": "kk", "priority": None}
    return [line.send("POST", "/tickets", draft)[1]["number"] for _ in range(count)]


def test_a_call_is_heard_at_once(port, session):
    token = make_token(session, "supervisor")
    listener = Listener(port)
    with Line(port, token) as line:
        issue(line)
        listener.read(1)
        begun = time.monotonic()

        line.send("POST", "/desks/D01/call-next")
        heard = listener.read(1)[0]

    assert time.monotonic() - begun < 1.0
    assert heard["kind"] == "ticket_called"
    assert heard["desk"] == 1
    listener.close()


def test_a_listener_that_was_away_replays_what_it_missed_in_order(port, session):
    token = make_token(session, "supervisor")
    with Line(port, token) as line:
        listener = Listener(port)
        before = issue(line, 3)
        heard = [event["ticket"] for event in listener.read(3)]
        listener.close()
        missed = issue(line, 20)

        back = Listener(port, after=listener.last)
        replayed = [event["ticket"] for event in back.read(20)]
        live = issue(line, 2)
        replayed += [event["ticket"] for event in back.read(2)]
        back.close()

    assert heard == before
    assert replayed == missed + live


def test_who_was_cut_off_replays_at_another_process_what_it_missed(
    app, settings, port, session, tmp_path
):
    """A server of its own, which never saw this listener: only the number is brought along."""
    token = make_token(session, "supervisor")
    with Line(port, token) as line, live_hall(settings, tmp_path / "web.log") as elsewhere:
        listener = Listener(port)
        issue(line, 2)
        listener.read(2)
        listener.close()
        missed = issue(line, 30)

        back = Listener(elsewhere, after=listener.last)
        replayed = back.read(30)
        live = issue(line, 2)
        replayed += back.read(2)
        back.close()

    assert [event["ticket"] for event in replayed] == missed + live
    numbers = [int(str(event["number"])) for event in replayed]
    assert numbers == sorted(set(numbers))


def test_many_writers_at_once_lose_no_event_and_double_none(port, session):
    token = make_token(session, "supervisor")
    listeners = [Listener(port) for _ in range(6)]

    def write(_: int) -> list[str]:
        with Line(port, token) as line:
            return issue(line, 25)

    with ThreadPoolExecutor(8) as threads:
        written = {number for found in threads.map(write, range(8)) for number in found}
    told = [listener.read(200) for listener in listeners]

    for heard in told:
        assert {event["ticket"] for event in heard} == written
        numbers = [int(str(event["number"])) for event in heard]
        assert numbers == sorted(set(numbers))
    for listener in listeners:
        listener.close()


def test_the_open_topic_does_not_tell_the_priority(port, session):
    token = make_token(session, "supervisor")
    listener = Listener(port)
    with Line(port, token) as line:
        draft = {"service": "tson-general", "language": "kk", "priority": "ww2_veteran"}
        status, body = line.send("POST", "/tickets", draft)
        if status == 422:  # the category's code is reference data
            code = session.scalar(db.text("SELECT code FROM priority_category WHERE enabled"))
            assert line.send("POST", "/tickets", {**draft, "priority": code})[0] == 201, body

        heard = listener.read(1)[0]

    assert set(heard) == {"topic", "kind", "at", "ticket", "agency", "number"}
    listener.close()


@pytest.mark.parametrize(
    ("role", "agency", "status"),
    [("officer", "police", 200), ("officer", "housing", 403), ("supervisor", None, 200),
     ("clerk", None, 403)],
)  # fmt: skip
def test_an_agency_topic_is_for_its_own_people(port, session, role, agency, status):
    token = make_token(session, role, agency=agency)

    listener = Listener(port, topics="agency/police", token=token)

    assert listener.answer.status == status
    listener.close()


@pytest.mark.parametrize("topics", ["", "hall", "hall/nowhere", f"{HALL},weather"])
def test_a_topic_that_is_nowhere_is_told_at_once(client, session, topics):
    answer = client.get("/api/v1/events", query_string={"topics": topics})

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"topics"}


def test_a_stranger_does_not_hear_an_agency(port, session):
    listener = Listener(port, topics="agency/police")

    assert listener.answer.status == 403
    listener.close()


def test_numbers_follow_the_order_in_which_commits_became_visible(app, session):
    with app.app_context():
        first, second = db.engine.connect(), db.engine.connect()
        insert = db.text(
            "INSERT INTO event (topic, kind, at, payload) VALUES (:t, :k, :now, '{}') RETURNING id"
        )
        early = first.execute(insert, {"t": HALL, "k": "early", "now": clock()}).scalar_one()
        late = second.execute(insert, {"t": HALL, "k": "late", "now": clock()}).scalar_one()
        second.commit()
        events.publish(db.session())
        db.session.commit()
        first.commit()
        events.publish(db.session())
        db.session.commit()
        first.close()
        second.close()

        found = events.after_number(db.session(), 0, [HALL])

    assert early < late
    assert [event.kind for event in found] == ["late", "early"]
