"""Commands find a database: the given one, that of a running hall, or one started for them."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from reception.launcher import attached, attaching, processes, surroundings
from reception.launcher.folder import DataFolder, put_up_notice
from reception.launcher.refusals import Refused
from reception.settings import read_settings
from tests.reception.launcher.conftest import Running

COMMAND = """
import sys
from reception.launcher import attached
with attached(prepared=False):
    print("attached", flush=True)
    sys.stdin.readline()
print("done", flush=True)
"""


@pytest.fixture
def folder(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """The folder that the environment names, where nothing else is given."""
    for name in ("DATABASE_URL", "REDIS_URL", "RECEPTION_SECRET_KEY", "RECEPTION_IIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RECEPTION_DATA", str(folder.path))
    return folder


def command(stack: ExitStack) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return stack.enter_context(process)


def says(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_servers_run_for_the_command_alone(folder: DataFolder) -> None:
    with attached(prepared=False):
        settings = read_settings()
        settings.refuse_unsafe()
        with psycopg.connect(folder.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert settings.redis_url == folder.redis_url
        assert not settings.demonstration

    assert not processes.left_behind(folder.postgres, "postgres")
    assert "DATABASE_URL" not in surroundings.given()


def test_a_given_database_is_used_as_it_is(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/register")

    with attached():
        assert surroundings.given()["DATABASE_URL"] == "postgresql://elsewhere/register"
    assert not folder.postgres.exists()


def test_two_commands_share_the_servers_until_the_last_is_done(folder: DataFolder) -> None:
    with ExitStack() as stack:
        first = command(stack)
        assert says(first) == "attached"
        second = command(stack)
        assert says(second) == "attached"

        let_go(first)
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(0.5)
        assert processes.left_behind(folder.postgres, "postgres")

        let_go(second)
        assert (first.wait(20), second.wait(20)) == (0, 0)
    assert not processes.left_behind(folder.postgres, "postgres")


def test_the_notice_of_a_dead_process_says_nothing(folder: DataFolder) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (folder.run / "open.json").write_text(f'{{"process": {dead.pid}, "base_url": "http://x"}}')

    with pytest.raises(Refused, match="no hall runs in"):
        attaching.of_running(folder)


def test_a_part_finds_the_running_hall(folder: DataFolder, running: Running) -> None:
    with running(folder):
        put_up_notice(folder, "http://127.0.0.1:8000")
        found = attaching.of_running(folder)

    assert found["DATABASE_URL"] == folder.database_url
    assert found["RECEPTION_DATA"] == str(folder.path)


def test_a_part_alone_needs_to_be_told_where_the_servers_are(folder: DataFolder) -> None:
    with pytest.raises(Refused, match="set DATABASE_URL and REDIS_URL"):
        attaching.of_running(folder)


def test_the_environment_is_as_before(folder: DataFolder) -> None:
    before = dict(os.environ)
    with pytest.raises(RuntimeError, match="halfway"), surroundings.entered({"DATABASE_URL": "x"}):
        raise RuntimeError("halfway")
    assert dict(os.environ) == before
