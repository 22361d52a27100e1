"""How the Celery worker and the beat work. The application is found by name: it stands above."""

from importlib import import_module
from pathlib import Path

import reception

APPLICATION = "workers.app"
PROCESSES = 2


def load() -> None:
    """Only load what a worker needs, for the copies that will be made of this process."""
    import_module(APPLICATION)


def work(*, processes: int = PROCESSES, queues: str = "") -> None:
    """Work in this process until asked to stop; on every queue, unless some are named."""
    _celery(
        "worker",
        f"--concurrency={processes}",
        "--without-gossip",
        "--without-mingle",
        *((f"--queues={queues}",) if queues else ()),
    )


def beat(data: Path) -> None:
    """Without a process file: after a power cut it would only stand in the way."""
    _celery("beat", f"--schedule={data / 'beat-schedule'}", "--pidfile=")


def simulate(data: Path) -> None:
    """The source systems of the demonstration, found by name as well."""
    import_module(reception.SIMULATOR).serve(data)


def _celery(part: str, *options: str) -> None:
    celery = import_module(APPLICATION).app
    celery.start(["--quiet", part, "--loglevel=WARNING", *options])
