"""A database for commands: the one that is given, or that of the data folder, running or not."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from reception.launcher import keys, preparing, surroundings
from reception.launcher.embedded import alone, start_servers
from reception.launcher.folder import (
    DataFolder,
    held,
    notice,
    open_folder,
    put_up_notice,
    take_down_notice,
)
from reception.launcher.refusals import Refused
from reception.launcher.supervisor import Supervisor
from reception.settings import data_folder

SECONDS_TO_OPEN = 60.0


@contextmanager
def attached(*, prepared: bool = True) -> Iterator[None]:
    """Inside the block the settings name a database and a broker that answer.

    Embedded servers that nobody runs are started for the block alone; then `prepared` brings their
    schema and reference data up to this release, so a command works on an empty data folder.
    """
    if surroundings.given().get("DATABASE_URL"):
        folder = DataFolder(data_folder().resolve())
    else:
        folder = open_folder(data_folder())
    with ExitStack() as stack:
        if not surroundings.given().get("DATABASE_URL"):
            stack.enter_context(_opened(folder, prepared=prepared))
        stack.enter_context(surroundings.entered(surroundings.of_hall(folder)))
        yield


def of_running(folder: DataFolder) -> dict[str, str]:
    """For one part of a hall alone: given servers, or those of a hall that runs."""
    found = surroundings.given()
    if not (found.get("DATABASE_URL") and found.get("REDIS_URL")) and not notice(folder):
        raise Refused(
            f"no hall runs in {folder.path}: set DATABASE_URL and REDIS_URL, "
            "or start `reception up` there first"
        )
    return surroundings.of_hall(folder)


def _opened(folder: DataFolder, *, prepared: bool) -> ExitStack:
    deadline = time.monotonic() + SECONDS_TO_OPEN
    while time.monotonic() < deadline:
        with ExitStack() as attempt:
            if attempt.enter_context(alone(folder)):
                attempt.enter_context(_servers_of_our_own(folder, prepared=prepared))
                return attempt.pop_all()
            # While we hold this, whoever runs the servers for a command does not stop them.
            attempt.enter_context(held(_users(folder), shared=True))
            if notice(folder):
                return attempt.pop_all()
        time.sleep(0.1)
    raise Refused(f"the servers in {folder.path} are being started or stopped; try again")


@contextmanager
def _servers_of_our_own(folder: DataFolder, *, prepared: bool) -> Iterator[None]:
    supervisor = Supervisor(lambda line: click.echo(line, err=True))
    take_down_notice(folder)
    keys.make_missing(folder, surroundings.given(), demonstration=False)
    try:
        start_servers(supervisor, folder)
        if prepared and not preparing.is_prepared(folder):
            with surroundings.entered(surroundings.of_hall(folder)):
                preparing.prepare(folder)
        put_up_notice(folder)
        yield
    finally:
        with held(_users(folder)):
            take_down_notice(folder)
            supervisor.stop()


def _users(folder: DataFolder) -> Path:
    return folder.run / "users.lock"
