"""The embedded Valkey: broker and messages between processes, on a unix socket, append-only."""

import signal
import socket
import time
from urllib.parse import unquote, urlsplit

from reception.launcher import accounts, processes, programs
from reception.launcher.folder import DataFolder
from reception.launcher.processes import Process, Program
from reception.launcher.refusals import Refused

SECONDS_TO_RECOVER = 60.0
_SURROUNDINGS = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
_SETTINGS = {
    "port": "0",
    "unixsocket": "valkey.sock",
    "unixsocketperm": "700",
    "dir": ".",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
    "loglevel": "notice",
}


def part(folder: DataFolder) -> Program:
    account = accounts.server_account(folder.valkey)
    accounts.own(folder.valkey, account)
    options = (word for name, value in _SETTINGS.items() for word in (f"--{name}", value))
    return Program(
        name="valkey",
        command=(str(programs.valkey_server_for(account)), *options),
        folder=folder.valkey,
        log=folder.logs / "valkey.log",
        environment=_SURROUNDINGS,
        stop=((signal.SIGTERM, 15.0),),
        account=account,
    )


def recover(folder: DataFolder) -> None:
    processes.end_left_behind(folder.valkey, "valkey", signal.SIGTERM, 10.0)


def wait_until_ready(folder: DataFolder, process: Process) -> None:
    deadline = time.monotonic() + SECONDS_TO_RECOVER
    while not _answers(folder):
        if process.poll() is not None or time.monotonic() > deadline:
            log = folder.logs / "valkey.log"
            raise Refused(f"Valkey did not start; its reasons are at the end of {log}")
        time.sleep(0.02)


def forget_marks(folder: DataFolder) -> None:
    """The marks of life of an earlier worker and beat would make a new hall seem ready at once."""
    marks = " ".join(f"reception/heartbeat/{part}" for part in ("worker", "beat"))
    _ask(folder, f"DEL {marks}")


def _answers(folder: DataFolder) -> bool:
    """It refuses with LOADING while it reads its file of yesterday."""
    try:
        return _ask(folder, "PING").startswith(b"+PONG")
    except OSError:
        return False


def _ask(folder: DataFolder, words: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(unquote(urlsplit(folder.redis_url).path))
        connection.sendall(words.encode() + b"\r\n")
        return connection.recv(64)
