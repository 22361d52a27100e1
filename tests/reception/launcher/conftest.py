"""Data folders of their own for tests that start and stop servers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from reception.launcher.embedded import start_servers
from reception.launcher.folder import DataFolder, open_folder
from reception.launcher.supervisor import Supervisor

Running = Callable[[DataFolder], AbstractContextManager[Supervisor]]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return open_folder(tmp_path / "data")


@pytest.fixture
def running() -> Running:
    """In `with running(folder):` the folder's two servers answer inside the block."""

    @contextmanager
    def started(folder: DataFolder) -> Iterator[Supervisor]:
        supervisor = Supervisor(print)
        try:
            start_servers(supervisor, folder)
            yield supervisor
        finally:
            supervisor.stop()

    return started
