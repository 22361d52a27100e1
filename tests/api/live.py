"""A web server of two processes on loopback, as `reception web` starts it, and its callers."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reception.settings import Settings

RECEPTION = (sys.executable, "-c", "from reception.commands import main; main()")
SECONDS_TO_START = 60


@contextmanager
def live_hall(settings: Settings, log: Path) -> Iterator[int]:
    """The port of a server that serves the run's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    surroundings = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "RECEPTION_SECRET_KEY": settings.secret_key,
        "RECEPTION_IIN_KEY": settings.iin_key,
        "RECEPTION_DATA": str(settings.data),
    }
    command = (*RECEPTION, "web", "--port", str(port), "--workers", "2")
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=surroundings, stdout=output, stderr=output)
    try:
        _wait_for(port, server, log)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with Line(port, "") as line:
                if line.send("GET", "/openapi.json")[0] == 200:
                    return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-2000:]}")


class Line:
    """One kept-open connection with a key; each thread has its own."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        sent = None if body is None else json.dumps(body)
        self.connection.request(method, f"/api/v1{path}", sent, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
