"""Opening a hall, and its parts one by one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from reception.launcher import attached, attaching, background, hall, preparing, surroundings, web
from reception.launcher.folder import DataFolder, open_folder
from reception.settings import DEFAULT_PORT, data_folder, read_settings

_port = click.option(
    "--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True
)
_host = click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0 serves the whole network."
)
_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data folder; otherwise RECEPTION_DATA, otherwise one of its own for each port.",
)


def _tell(line: str) -> None:
    click.echo(f"reception: {line}", err=True)


def _say(line: str) -> None:
    """A hall goes on when nobody listens any more, as after `reception up | head -1`."""
    try:
        click.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.command()
@click.option("--demo", is_flag=True, help="A living demonstration hall with fictional persons.")
@_port
@_host
@_data
def up(*, demo: bool, port: int, host: str, data: Path | None) -> None:
    """Open the whole hall: servers, web, worker and beat.

    Servers named by DATABASE_URL and REDIS_URL are used; otherwise PostgreSQL and Valkey are
    started in the data folder. Says "ready" and the address once it serves. Ctrl-C closes it.
    """
    folder = open_folder(data or data_folder(port))
    opening = hall.Opening(folder, host=host, port=port, demonstration=demo)
    hall.keep_open(opening, ready=_say, tell=_tell)


@click.command("web")
@_port
@_host
@_data
@click.option("--workers", type=click.IntRange(1), default=web.PROCESSES, show_default=True)
def web_(*, port: int, host: str, data: Path | None, workers: int) -> None:
    """The web server alone, beside a hall that runs or given servers."""
    folder = _found(data, port)
    with _beside_a_hall(folder):
        hall.keep_serving(folder, host=host, port=port, processes=workers, tell=_tell)


@click.command()
@_data
@click.option("--concurrency", type=click.IntRange(1), default=background.PROCESSES)
@click.option("--queues", default="", help="Names separated by commas; otherwise all.")
def worker(*, data: Path | None, concurrency: int, queues: str) -> None:
    """A worker for background tasks, beside a hall that runs or given servers."""
    with _beside_a_hall(_found(data)):
        background.work(processes=concurrency, queues=queues)


@click.command()
@_data
def beat(*, data: Path | None) -> None:
    """The clock of background tasks. There must be one in the whole installation."""
    folder = _found(data)
    with _beside_a_hall(folder):
        background.beat(folder.path)


@click.command()
def migrate() -> None:
    """Bring the schema of the database to this release."""
    with attached(prepared=False):
        preparing.migrate()
    _tell("the schema is that of this release")


@click.command()
def seed() -> None:
    """Load reference data: agencies, desks, services, terms, calendar. Safe to repeat."""
    with attached():
        preparing.seed()
    _tell("reference data are loaded")


def _found(data: Path | None, port: int = DEFAULT_PORT) -> DataFolder:
    return open_folder(data or data_folder(port))


@contextmanager
def _beside_a_hall(folder: DataFolder) -> Iterator[None]:
    with surroundings.entered(attaching.of_running(folder)):
        read_settings().refuse_unsafe()
        yield


commands: list[click.Command] = [up, web_, worker, beat, migrate, seed]
