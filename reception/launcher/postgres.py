"""The embedded PostgreSQL: our own initdb, start and stop around the programs of the wheel.

The server is started *inside* its folder and told that its data are in `/proc/self/cwd`. So it
needs no right to walk the path: the data folder may lie under one that is closed to its account.
Its socket lies in the same folder, which is closed to everybody else; there is no TCP port.
"""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from reception.launcher import accounts, processes, programs
from reception.launcher.accounts import Account
from reception.launcher.folder import DataFolder
from reception.launcher.processes import Process, Program
from reception.launcher.refusals import Refused

SECONDS_TO_RECOVER = 300.0
SECONDS_FOR_A_STRAY = 10.0
_HERE = "/proc/self/cwd"
_SURROUNDINGS = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
_INITDB = (
    f"--pgdata={_HERE}",
    "--username=reception",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error's own statement or detail may hold what a visitor typed: neither goes to the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def part(folder: DataFolder, *, durable: bool = True) -> Program:
    """Makes the cluster where there is none. Not durable is for data thrown away anyway."""
    account = accounts.server_account(folder.postgres)
    program = programs.postgres_bin_for(account)
    if not folder.postgres.exists():
        _make_cluster(folder, program / "initdb", account)
    accounts.own(folder.postgres, account)
    _refuse_another_release(folder)
    settings = _SETTINGS | ({} if durable else {"fsync": "off", "full_page_writes": "off"})
    options = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
    return Program(
        name="postgres",
        command=(str(program / "postgres"), "-D", _HERE, *options),
        folder=folder.postgres,
        log=folder.logs / "postgres.log",
        environment=_SURROUNDINGS,
        stop=((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)),
        when_orphaned=signal.SIGINT,
        account=account,
    )


def recover(folder: DataFolder) -> None:
    """End servers of a launcher that was killed; after them their lock files mean nothing."""
    processes.end_left_behind(folder.postgres, "postgres", signal.SIGINT, SECONDS_FOR_A_STRAY)
    for stale in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (folder.postgres / stale).unlink(missing_ok=True)


def wait_until_ready(folder: DataFolder, process: Process) -> None:
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while not _is_ready(folder, process.pid):
        if process.poll() is not None or time.monotonic() > deadline:
            log = folder.logs / "postgres.log"
            raise Refused(f"PostgreSQL did not start; its reasons are at the end of {log}")
        time.sleep(0.02)


def make_database(folder: DataFolder) -> None:
    """The house's database inside a new cluster."""
    url = folder.database_url.replace("/reception?", "/postgres?")
    with psycopg.connect(url, autocommit=True) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = 'reception'"
        if connection.execute(known).fetchone() is None:
            connection.execute("CREATE DATABASE reception")


def _is_ready(folder: DataFolder, pid: int) -> bool:
    """The server writes its number first and its state on the eighth line of its lock file."""
    try:
        lines = (folder.postgres / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _make_cluster(folder: DataFolder, initdb: Path, account: Account | None) -> None:
    """Beside its place, then renamed: a cluster that stands in its place is a whole one."""
    unfinished = folder.path / "postgres.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    accounts.own(unfinished, account)
    done = subprocess.run(
        [str(initdb), *_INITDB],
        cwd=unfinished,
        env=_SURROUNDINGS,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **accounts.popen_options(account),
    )
    if done.returncode:
        raise Refused(f"PostgreSQL could not make its data folder: {done.stderr.strip()[-400:]}")
    unfinished.rename(folder.postgres)


def _refuse_another_release(folder: DataFolder) -> None:
    found = (folder.postgres / "PG_VERSION").read_text().strip()
    if found != programs.POSTGRES_MAJOR:
        raise Refused(
            f"{folder.postgres} was made by PostgreSQL {found}, this release has "
            f"{programs.POSTGRES_MAJOR}: run `reception backup FILE` with that older release, "
            "then here `reception restore FILE` into a new data folder"
        )
