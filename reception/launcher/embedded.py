"""The two embedded servers of a data folder, for `up` and for commands that need a database."""

from collections.abc import Iterator
from contextlib import contextmanager

from reception.launcher import postgres, valkey
from reception.launcher.folder import DataFolder, held
from reception.launcher.supervisor import Supervisor


def start_servers(
    supervisor: Supervisor,
    folder: DataFolder,
    *,
    database: bool = True,
    broker: bool = True,
    durable: bool = True,
) -> None:
    """Start what is asked for and return when it answers. The caller has the folder to itself."""
    waits = []
    if database:
        postgres.recover(folder)
        process = supervisor.start(
            postgres.part(folder, durable=durable), before_again=lambda: postgres.recover(folder)
        )
        waits.append((postgres, process))
    if broker:
        valkey.recover(folder)
        process = supervisor.start(valkey.part(folder), before_again=lambda: valkey.recover(folder))
        waits.append((valkey, process))
    for server, process in waits:
        server.wait_until_ready(folder, process)
    if database:
        postgres.make_database(folder)


@contextmanager
def alone(folder: DataFolder) -> Iterator[bool]:
    """Whether the folder's servers are ours to run; held until the block ends."""
    with held(folder.run / "servers.lock", wait=False) as ours:
        yield ours
