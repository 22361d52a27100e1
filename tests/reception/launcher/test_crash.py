"""kill -9 of every part of a busy hall: no ticket that somebody holds and no call is lost.

Callers behave as kiosks and desks do: a request that got no answer is sent again with the same key.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from reception.launcher.folder import DataFolder
from tests.reception.launcher.test_hall import Up, answers, surroundings_of_test
from tests.reception.launcher.test_supervisor import until

PARTS = ("reception web-1", "reception worke", "valkey", "postgres")
"""As `ps -o comm` begins with; the one that everything stands on is the last."""
KIOSKS = ("housing-general", "police-general", "social-general")
DESKS = ("D20", "D21", "D32")
PATIENCE_S = 45


class Floor:
    """Kiosks and desks at work; what they were answered is what people hold in their hands."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.stopped = threading.Event()
        self.given: dict[int, str] = {}
        self.called: list[tuple[int, str]] = []
        self.unanswered = 0

    def send(self, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        """Until there is an answer: the same key each time."""
        key, deadline = str(uuid.uuid4()), time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                status, answer = self._once(path, body, key)
            except (OSError, http.client.HTTPException):
                status, answer = 0, {}
            if 200 <= status < 300:
                return status, answer
            self.unanswered += 1
            time.sleep(0.1)
        raise TimeoutError(f"{path}: {status} {answer}")

    def _once(self, path: str, body: object, key: str) -> tuple[int, dict[str, object]]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key,
                   "Content-Type": "application/json"}  # fmt: skip
        try:
            line.request("POST", f"/api/v1{path}", json.dumps(body or {}), headers)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        return answer.status, json.loads(text) if text else {}

    def wait_for_more(self, tickets: int) -> None:
        wanted = len(self.given) + tickets
        until(lambda: len(self.given) >= wanted, seconds=PATIENCE_S)

    def issue(self, service: str) -> None:
        while not self.stopped.wait(0.1):
            _, ticket = self.send("/tickets", {"service": service, "language": "kk"})
            self.given[int(str(ticket["id"]))] = str(ticket["number"])

    def call(self, desk: str) -> None:
        while not self.stopped.wait(0.2):
            status, ticket = self.send(f"/desks/{desk}/call-next")
            if status == 200:
                self.called.append((int(str(ticket["id"])), desk))


@pytest.fixture
def up(folder: DataFolder) -> Iterator[Up]:
    up = Up(folder)
    yield up
    if up.process.poll() is None:
        up.process.terminate()
        up.process.wait(60)


def token_of(folder: DataFolder) -> str:
    command = [sys.executable, "-m", "reception", "token", "create", "--role", "supervisor"]
    env = {**surroundings_of_test(), "RECEPTION_DATA": str(folder.path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_no_ticket_and_no_call_is_lost_whatever_is_killed(up: Up, folder: DataFolder) -> None:
    up.ready()
    floor = Floor(up.port, token_of(folder))
    work = [threading.Thread(target=floor.issue, args=(service,)) for service in KIOSKS]
    work += [threading.Thread(target=floor.call, args=(desk,)) for desk in DESKS]
    for each in work:
        each.start()

    for part in PARTS:
        floor.wait_for_more(10)
        kill(up, part)
    floor.wait_for_more(10)
    floor.stopped.set()
    for each in work:
        each.join(PATIENCE_S)

    assert floor.unanswered, "the blows were felt"
    look_into_the_register(folder, floor)
    until(lambda: answers(up), seconds=PATIENCE_S)


def kill(up: Up, part: str) -> None:
    pid = next(pid for name, pid in up.parts().items() if name.startswith(part))
    os.kill(pid, signal.SIGKILL)


def look_into_the_register(folder: DataFolder, floor: Floor) -> None:
    url = folder.database_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as register:
        rows = register.execute("SELECT id, series || number, business_date FROM ticket").fetchall()
        kept = {key: number for key, number, _ in rows}
        calls = register.execute(
            "SELECT ticket_id, payload->>'desk' FROM event WHERE kind = 'ticket_called'"
        ).fetchall()
        assert {key: kept.get(key) for key in floor.given} == floor.given
        assert len(rows) == len({row[1:] for row in rows}), "no number twice a day"
        desks = dict(register.execute("SELECT code, number::text FROM desk").fetchall())
        assert {(key, desks[desk]) for key, desk in floor.called} <= set(calls)
        assert max(Counter(key for key, _ in calls).values()) == 1, "nobody was called twice"
        assert len(floor.called) == len({key for key, _ in floor.called})
        unnumbered = "SELECT count(*) FROM event WHERE number IS NULL"
        until(lambda: register.execute(unnumbered).fetchone() == (0,), seconds=PATIENCE_S)
