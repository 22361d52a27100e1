"""The whole hall on one machine: servers, web, worker and beat, opened and closed in order."""

import http.client
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from socket import socket

from reception.launcher import background, forking, keys, preparing, surroundings, valkey, web
from reception.launcher.embedded import alone, start_servers
from reception.launcher.folder import (
    DataFolder,
    notice,
    put_up_notice,
    settle_kind,
    take_down_notice,
)
from reception.launcher.forking import Function
from reception.launcher.processes import become_subreaper, end_left_behind
from reception.launcher.refusals import Refused
from reception.launcher.stopping import until_asked_to_stop
from reception.launcher.supervisor import Supervisor
from reception.settings import read_settings

SECONDS_TO_GET_READY = 120.0
SECONDS_FOR_A_COMMAND = 60.0
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Opening:
    folder: DataFolder
    host: str
    port: int
    demonstration: bool

    @property
    def reached_at(self) -> str:
        """Where this machine itself reaches the hall."""
        return "127.0.0.1" if self.host in _EVERYWHERE else self.host

    @property
    def base_url(self) -> str:
        return f"http://{self.reached_at}:{self.port}"


def keep_open(opening: Opening, *, ready: Tell, tell: Tell) -> None:
    """Open the hall, say `ready` once it serves, and close it when asked to stop."""
    with until_asked_to_stop(), ExitStack() as stack:
        stack.enter_context(_folder_to_ourselves(opening.folder, tell))
        end_left_behind(opening.folder.run, "python", signal.SIGTERM, 5.0)
        listening = stack.enter_context(web.taken(opening.host, opening.port))
        settle_kind(opening.folder, demonstration=opening.demonstration)
        _open(opening, listening, stack, ready=ready, tell=tell)


def _open(
    opening: Opening, listening: socket, stack: ExitStack, *, ready: Tell, tell: Tell
) -> None:
    folder = opening.folder
    supervisor = Supervisor(tell)
    become_subreaper()
    stack.callback(supervisor.close)
    stack.callback(take_down_notice, folder)
    _start_servers(opening, supervisor)
    known = surroundings.of_hall(folder, base_url=opening.base_url)
    stack.enter_context(surroundings.entered(known))
    read_settings().refuse_unsafe()
    _prepare(folder, tell)
    put_up_notice(folder, opening.base_url)
    _start_parts(opening, listening, supervisor)
    _wait_until_ready(opening, supervisor, tell)
    _welcome(opening, ready)
    supervisor.watch()


def _start_servers(opening: Opening, supervisor: Supervisor) -> None:
    """Those that are not given."""
    folder, found = opening.folder, surroundings.given()
    _refuse_demonstration_among_real_data(opening, found)
    keys.make_missing(folder, found, demonstration=opening.demonstration)
    broker = not found.get("REDIS_URL")
    start_servers(supervisor, folder, database=not found.get("DATABASE_URL"), broker=broker)
    if broker:
        valkey.forget_marks(folder)


def _start_parts(opening: Opening, listening: socket, supervisor: Supervisor) -> None:
    with forking.without_collection():
        background.load()
        web.load()
    for part in _parts(opening, listening):
        supervisor.start(part)
    if opening.demonstration:
        preparing.furnish()


def _refuse_demonstration_among_real_data(opening: Opening, found: Mapping[str, str]) -> None:
    given = {name: found[name] for name in keys.NAMES if found.get(name)}
    if opening.demonstration and found.get("DATABASE_URL") and given and not keys.are_trial(given):
        raise Refused(
            "a given database with keys of a real hall is no place for fictional persons: "
            "leave out --demo, or unset RECEPTION_SECRET_KEY and RECEPTION_IIN_KEY"
        )


def _prepare(folder: DataFolder, tell: Tell) -> None:
    """A given database may have been prepared by another machine: there we always look."""
    embedded = surroundings.given()["DATABASE_URL"] == folder.database_url
    if embedded and preparing.is_prepared(folder):
        return
    tell("preparing the database")
    if embedded:
        preparing.prepare(folder)
    else:
        preparing.bring_up_to_date()


def _parts(opening: Opening, listening: socket) -> Iterator[Function]:
    """In the order of their start; they stop the other way round."""
    folder = opening.folder
    if opening.demonstration:
        yield _part(folder, "simulator", partial(background.simulate, folder.path))
    yield _part(folder, "worker", background.work)
    yield _part(folder, "beat", partial(background.beat, folder.path))
    yield from _web_parts(folder, listening, web.PROCESSES)


def _web_parts(folder: DataFolder, listening: socket, processes: int) -> Iterator[Function]:
    for number in range(1, processes + 1):
        part = _part(folder, f"web-{number}", partial(web.serve, listening))
        yield replace(part, keeps=(listening.fileno(),))


def _part(folder: DataFolder, name: str, work: Callable[[], object]) -> Function:
    return Function(
        name=name,
        folder=folder.run,
        log=folder.logs / f"{name}.log",
        work=work,
        stop=((signal.SIGTERM, 10.0), (signal.SIGQUIT, 3.0)),
        # A worker whose broker goes down with the launcher would wait for it to come back; what it
        # was doing is done again.
        when_orphaned=signal.SIGKILL if name == "worker" else signal.SIGTERM,
    )


def _wait_until_ready(opening: Opening, supervisor: Supervisor, tell: Tell) -> None:
    started = time.monotonic()
    say_at = started + 20
    while (answer := _readiness(opening)) is not None:
        supervisor.look()
        now = time.monotonic()
        if now > started + SECONDS_TO_GET_READY:
            raise Refused(f"the hall did not get ready: {answer}; logs: {opening.folder.logs}")
        if now > say_at:
            tell(f"not ready yet: {answer}")
            say_at = now + 20
        time.sleep(0.1)


def _readiness(opening: Opening) -> str | None:
    """None when the hall is ready, else what it lacks, in its own words."""
    connection = http.client.HTTPConnection(opening.reached_at, opening.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return f"the web server does not answer ({error})"
    finally:
        connection.close()
    return None if answer.status == http.HTTPStatus.OK else body


def _welcome(opening: Opening, ready: Tell) -> None:
    ready(f"ready {opening.base_url}")
    if opening.demonstration:
        for login, password, role in preparing.sign_ins():
            ready(f"  {login:<16} {password:<18} {role}")
        ready("Press Ctrl-C to stop.")


@contextmanager
def _folder_to_ourselves(folder: DataFolder, tell: Tell) -> Iterator[None]:
    """A command that uses the servers is waited for; another open hall is not."""
    deadline = time.monotonic() + SECONDS_FOR_A_COMMAND
    told = False
    while time.monotonic() < deadline:
        with alone(folder) as ours:
            if ours:
                yield
                return
        _refuse_open_hall(notice(folder), folder)
        if not told:
            tell(f"waiting for a command that uses {folder.path}")
            told = True
        time.sleep(0.1)
    raise Refused(f"a command still uses {folder.path}; wait for it, or give another --data")


def _refuse_open_hall(found: Mapping[str, object], folder: DataFolder) -> None:
    if found.get("base_url"):
        raise Refused(
            f"a hall is already open in {folder.path}, at {found['base_url']} "
            f"(process {found['process']}); stop it, or give another --data and --port"
        )


def keep_serving(folder: DataFolder, *, host: str, port: int, processes: int, tell: Tell) -> None:
    """Web processes alone, as many as wanted, until asked to stop."""
    supervisor = Supervisor(tell)
    with until_asked_to_stop(), ExitStack() as stack:
        listening = stack.enter_context(web.taken(host, port))
        become_subreaper()
        web.load()
        stack.callback(supervisor.close)
        for part in _web_parts(folder, listening, processes):
            # Not in the data folder: the hall there takes what works in it for its own.
            supervisor.start(replace(part, log=None, folder=Path.cwd()))
        tell(f"serving http://{host}:{port}")
        supervisor.watch()
