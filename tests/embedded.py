"""The two real servers that tests run on: one PostgreSQL and one Valkey for the whole run.

Whichever process of the run needs them first starts a keeper (this module as a program), which
outlives it and ends with the run. Each process of the run works in a database of its own, copied
from a migrated one, and in a numbered database of Valkey.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from reception.launcher import preparing, surroundings
from reception.launcher.embedded import start_servers
from reception.launcher.folder import DataFolder, open_folder
from reception.launcher.supervisor import Supervisor
from tests.make import IIN_KEY, SECRET_KEY

SECONDS_TO_START = 300.0
_started: list[subprocess.Popen[bytes]] = []
"""Held, because a process object that is let go of warns that its process still runs."""


@pytest.fixture(scope="session")
def embedded_servers(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> DataFolder:
    """The data folder of the run's servers, with a migrated and empty database `reception`."""
    base = tmp_path_factory.getbasetemp()
    parallel = hasattr(request.config, "workerinput")
    common = base.parent if parallel else base
    owner = os.getppid() if parallel else os.getpid()
    folder = DataFolder((common / "servers").resolve())
    with (common / "servers.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _ready(folder).exists():
            _start_keeper(folder, owner)
    return folder


@pytest.fixture(scope="session")
def database_url(embedded_servers: DataFolder, worker_id: str) -> str:
    """An own copy of the migrated database; the servers' end is its end."""
    name = f"of_{worker_id}"
    url = embedded_servers.database_url
    with psycopg.connect(_beside(url, "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE reception')
    return _beside(url, name).replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def redis_url(embedded_servers: DataFolder, worker_id: str) -> str:
    """Valkey has sixteen numbered databases; process `gw3` of a run takes number 4."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    return embedded_servers.redis_url.replace("db=0", f"db={number}")


def _beside(url: str, database: str) -> str:
    return url.replace("/reception?", f"/{database}?")


def _ready(folder: DataFolder) -> Path:
    return folder.path / "ready"


def of_nobody() -> dict[str, str]:
    """The environment without the settings that a test may have put there for itself."""
    settings = ("RECEPTION_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(settings)}


def _start_keeper(folder: DataFolder, owner: int) -> None:
    log = folder.path.with_suffix(".log")
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded", str(folder.path), str(owner)],
            cwd=Path(__file__).parent.parent,
            env=of_nobody(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _started.append(keeper)
    deadline = time.monotonic() + SECONDS_TO_START
    while not _ready(folder).exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            pytest.exit(f"the servers for the tests did not start:\n{log.read_text()[-2000:]}", 1)
        time.sleep(0.05)


def _keep(folder: DataFolder, owner: int) -> None:
    """Run the servers as long as the run's first process lives; their data die with it."""
    supervisor = Supervisor(print)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        start_servers(supervisor, folder, durable=False)
        keys = {"RECEPTION_SECRET_KEY": SECRET_KEY, "RECEPTION_IIN_KEY": IIN_KEY}
        with surroundings.entered(surroundings.of_hall(folder) | keys):
            preparing.migrate()
        _ready(folder).touch()
        while Path(f"/proc/{owner}").exists():
            time.sleep(0.2)
    finally:
        supervisor.stop()
        shutil.rmtree(folder.path, ignore_errors=True)


if __name__ == "__main__":
    _keep(open_folder(Path(sys.argv[1])), int(sys.argv[2]))
