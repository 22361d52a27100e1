"""`reception up`, from an empty folder to the last process gone."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reception.launcher import hall, processes
from reception.launcher.folder import DataFolder, put_up_notice
from reception.launcher.refusals import Refused
from tests.reception.launcher.test_supervisor import until

RECEPTION = (sys.executable, "-c", "from reception.commands import main; main()")
ROOT = Path(__file__).parents[3]
SECONDS_TO_GET_READY = 120
"""Far above what it takes; a busy machine must not fail the test."""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def surroundings_of_test() -> dict[str, str]:
    ours = ("DATABASE_URL", "REDIS_URL", "RECEPTION_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Up:
    """`reception up --demo` on a free port, as another process."""

    def __init__(self, folder: DataFolder, port: int = 0) -> None:
        self.port = port or free_port()
        self.folder = folder
        self.said = Path(tempfile.mkdtemp(dir=folder.path.parent)) / "said"
        with self.said.open("wb") as said, self.said.with_suffix(".err").open("wb") as errors:
            self.process = subprocess.Popen(
                [*RECEPTION, "up", "--demo", "--port", str(self.port), "--data", str(folder.path)],
                cwd=ROOT,
                env=surroundings_of_test(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=errors,
            )

    def ready(self) -> str:
        """The first line that it says."""

        def said() -> bool:
            assert self.process.poll() is None, self.said.with_suffix(".err").read_text()
            return "\n" in self.said.read_text()

        until(said, seconds=SECONDS_TO_GET_READY)
        return self.said.read_text().splitlines()[0]

    def ask(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def parts(self) -> dict[str, int]:
        """The number of each direct child, by the name that `ps -o comm` shows."""
        pids = processes.children_of(self.process.pid)
        return {Path(f"/proc/{pid}/comm").read_text().strip(): pid for pid in pids}

    def left(self) -> list[int]:
        folder = self.folder
        return [
            *processes.left_behind(folder.run, "python"),
            *processes.left_behind(folder.postgres, "postgres"),
            *processes.left_behind(folder.valkey, "valkey"),
        ]


@pytest.fixture
def up(folder: DataFolder) -> Iterator[Up]:
    up = Up(folder)
    yield up
    if up.process.poll() is None:
        up.process.terminate()
        up.process.wait(60)


def test_a_demonstration_opens_mends_itself_and_closes(up: Up) -> None:
    assert up.ready() == f"ready http://127.0.0.1:{up.port}"
    assert (up.ask("/healthz"), up.ask("/readyz")) == (200, 200)
    parts = up.parts()
    assert len(parts) == 7
    assert len({os.getpgid(pid) for pid in parts.values()}) == 1

    for part in ("reception web-1", "reception worke", "postgres"):
        os.kill(parts[part], signal.SIGKILL)
    until(lambda: len(up.parts()) == 7 and not set(parts.values()) >= set(up.parts().values()))
    until(lambda: answers(up), seconds=SECONDS_TO_GET_READY)

    started = time.monotonic()
    up.process.terminate()
    assert up.process.wait(60) == 0
    assert time.monotonic() - started < 20
    assert not up.left()


def answers(up: Up) -> bool:
    try:
        return up.ask("/readyz") == 200
    except OSError:
        return False


def test_a_second_hall_in_the_same_folder_is_refused(folder: DataFolder) -> None:
    with hall.alone(folder) as ours:
        assert ours
        put_up_notice(folder, "http://127.0.0.1:8000")
        other = subprocess.run(
            [*RECEPTION, "up", "--port", str(free_port()), "--data", str(folder.path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert other.returncode == 1
    assert other.stdout == ""
    assert "a hall is already open in" in other.stderr
    assert other.stderr.count("\n") == 1


def test_a_taken_port_is_refused_before_anything_starts(folder: DataFolder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        opening = hall.Opening(folder, "127.0.0.1", taken.getsockname()[1], demonstration=False)

        with pytest.raises(Refused, match="give another --port"):
            hall.keep_open(opening, ready=print, tell=print)

    assert not folder.postgres.exists()


def test_a_hall_opens_again_where_another_was_killed_and_hangs(up: Up) -> None:
    up.ready()
    for pid in processes.left_behind(up.folder.run, "python"):
        os.kill(pid, signal.SIGSTOP)
    up.process.kill()
    up.process.wait()

    again = Up(up.folder, up.port)
    assert again.ready() == f"ready http://127.0.0.1:{up.port}"
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(60) == 0
    assert not again.left()


def test_a_killed_hall_leaves_nothing(up: Up) -> None:
    up.ready()
    up.process.kill()
    up.process.wait()

    until(lambda: not up.left(), seconds=20)
