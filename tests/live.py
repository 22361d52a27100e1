"""A whole hall in processes of its own, for benchmarks and drills: real servers, real signals."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.embedded import of_nobody

READY_WITHIN_S = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_answers(url: str, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {seconds} s")


@dataclass(frozen=True)
class Hall:
    """A running hall: where it answers, and the environment its commands need."""

    address: str
    data: Path
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """Standard output of a `reception` command against this hall."""
        command = [sys.executable, "-m", "reception", *words]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=300, check=True
        )
        return done.stdout.strip()

    def token(self, role: str, agency: str | None = None) -> str:
        more = ["--agency", agency] if agency else []
        return self.run("token", "create", "--role", role, *more)

    def get(self, path: str, token: str = "") -> object:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self.address + path, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def desks_of(self, agency: str) -> list[str]:
        listed = self.get("/api/v1/desks", self.token("supervisor"))
        return [d["code"] for d in listed["items"] if d["agency"] == agency]  # type: ignore[index,call-overload]

    @property
    def database_url(self) -> str:
        code = (
            "import os; from reception.launcher import attached\n"
            "with attached(): print(os.environ['DATABASE_URL'])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True,
            timeout=60, check=True,
        )  # fmt: skip
        return done.stdout.strip()


@contextmanager
def running_hall(folder: Path, *, demonstration: bool = True) -> Iterator[Hall]:
    """`reception up` on a free port; ended with SIGTERM, and waited for."""
    port = free_port()
    environment = of_nobody()
    environment["RECEPTION_DATA"] = str(folder)
    words = ["up", "--port", str(port), "--data", str(folder)]
    words += ["--demo"] if demonstration else []
    process = subprocess.Popen(
        [sys.executable, "-m", "reception", *words],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("ready http://"):
            raise RuntimeError(f"the hall did not open: {line!r}")
        yield Hall(f"http://127.0.0.1:{port}", folder, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()
