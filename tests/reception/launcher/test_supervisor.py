"""Parts that die are started again; parts that keep dying stop the whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reception.launcher import processes, supervisor
from reception.launcher.forking import Function
from reception.launcher.processes import Program
from reception.launcher.refusals import Refused
from reception.launcher.supervisor import Supervisor

FORKING = """
import os, sys, time
if os.fork():
    print(os.getpid(), flush=True)
time.sleep(600)
"""
SAYING_WHEN_IT_STOPS = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(time.monotonic())))
print("up", flush=True)
time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
WATCHING = """
import sys, time
from pathlib import Path
from reception.launcher import processes
from reception.launcher.supervisor import Supervisor
from tests.reception.launcher.test_supervisor import FORKING, part_of
processes.become_subreaper()
watched = Supervisor(lambda line: print(line, flush=True))
watched.start(part_of(Path(sys.argv[1]), "forking", FORKING))
while True:
    watched.look()
    time.sleep(0.05)
"""


def part_of(folder: Path, name: str, program: str) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-c", program),
        folder=folder,
        log=folder / f"{name}.log",
        environment=dict(os.environ),
        stop=((signal.SIGTERM, 5.0),),
    )


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def watched(told: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(told.append)
    yield supervisor
    supervisor.stop()


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_dead_part_is_started_again_and_said(
    watched: Supervisor, told: list[str], tmp_path: Path
) -> None:
    first = watched.start(part_of(tmp_path, "sleeper", "import time; print('up'); time.sleep(60)"))
    first.kill()
    first.wait()

    def again() -> bool:
        watched.look()
        return bool(processes.left_behind(tmp_path.resolve(), "python"))

    until(again)
    assert told[0].startswith("sleeper stopped (signal 9); starting it again in 0.5 s")
    assert len(told) == 1


def test_a_part_that_keeps_dying_stops_the_whole(
    watched: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_FIRST_PAUSE", 0.001)
    watched.start(part_of(tmp_path, "broken", "raise SystemExit(3)"))

    with pytest.raises(Refused, match="broken stopped 6 times within a minute"):
        until(lambda: watched.look() and False, seconds=30)


def test_parts_share_a_group_apart_from_the_terminals_and_stop_in_reverse(
    watched: Supervisor, tmp_path: Path
) -> None:
    parts = [part_of(tmp_path, name, SAYING_WHEN_IT_STOPS) for name in "ab"]
    pids = [watched.start(part).pid for part in parts]
    until(lambda: all("up" in part.log.read_text() for part in parts))

    groups = {os.getpgid(pid) for pid in pids}
    watched.stop()

    assert len(groups) == 1
    assert os.getpgid(0) not in groups
    stopped_at = [float(part.log.read_text().split()[1]) for part in parts]
    assert stopped_at[1] < stopped_at[0]


def test_a_part_that_does_not_listen_is_killed(watched: Supervisor, tmp_path: Path) -> None:
    part = part_of(tmp_path, "deaf", DEAF)
    process = part.start(processes.Group())
    until(lambda: "up" in part.log.read_text())

    processes.stop(process, replace(part, stop=((signal.SIGTERM, 0.2),)))

    assert process.returncode == -signal.SIGKILL


def test_children_of_a_dead_part_do_not_stay(tmp_path: Path) -> None:
    """A worker that is killed would leave its own processes at work."""
    log, here = tmp_path / "forking.log", tmp_path.resolve()
    with subprocess.Popen(
        [sys.executable, "-c", WATCHING, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    ) as launcher:
        until(lambda: log.exists() and log.read_text().strip())
        first = set(processes.left_behind(here, "python"))
        os.kill(int(log.read_text()), signal.SIGKILL)

        assert launcher.stdout is not None
        assert "forking stopped (signal 9)" in launcher.stdout.readline()
        until(lambda: not first & set(processes.left_behind(here, "python")))
        launcher.kill()
    processes.end_left_behind(here, "python", signal.SIGKILL, 5)


def test_a_large_log_is_set_aside(tmp_path: Path, watched: Supervisor) -> None:
    part = part_of(tmp_path, "talker", "print('new')")
    part.log.write_bytes(b"x" * 5_000_001)

    watched.start(part).wait()

    assert part.log.read_text() == "new\n"
    assert (tmp_path / "talker.1.log").stat().st_size == 5_000_001


def function_of(folder: Path, work: Callable[[], object]) -> Function:
    return Function(
        name="function",
        folder=folder,
        log=folder / "function.log",
        work=work,
        stop=((signal.SIGTERM, 5.0),),
    )


def test_a_function_of_ours_runs_as_a_part(watched: Supervisor, tmp_path: Path) -> None:
    def work() -> None:
        print(Path.cwd(), Path("/proc/self/comm").read_text().strip(), flush=True)
        time.sleep(60)

    part = function_of(tmp_path, work)
    process = watched.start(part)
    until(lambda: part.log.exists() and "reception" in part.log.read_text())
    watched.stop()

    assert process.returncode == -signal.SIGTERM
    assert part.log.read_text() == f"{tmp_path.resolve()} reception funct\n"


def test_a_function_that_fails_says_why_in_its_log(watched: Supervisor, tmp_path: Path) -> None:
    def fail() -> None:
        raise RuntimeError("no paper in the printer")

    part = function_of(tmp_path, fail)

    assert watched.start(part).wait(10) == 1
    assert "no paper in the printer" in part.log.read_text()


def test_a_function_leaves_with_its_own_status(watched: Supervisor, tmp_path: Path) -> None:
    assert watched.start(function_of(tmp_path, lambda: sys.exit(7))).wait(10) == 7


def test_children_that_are_not_the_launcher_s_are_left_alone(
    watched: Supervisor, tmp_path: Path
) -> None:
    own = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    watched.start(part_of(tmp_path, "short", "pass")).wait()

    watched.look()
    watched.close()

    assert own.poll() is None
    own.kill()
    own.wait()
