"""One living demonstration hall for all journeys of a run: web, worker, beat and both servers.

Whichever process of the run needs it first starts a keeper (this module as a program), which opens
the hall as anybody would, with `reception up --demo`, and closes it when the run ends. Journeys
share the hall and never wait for each other: each works with an agency and an officer of its own.
"""

import fcntl
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reception.launcher import keys
from reception.launcher.folder import open_folder
from tests.embedded import of_nobody

SECONDS_TO_OPEN = 120
ROOT = Path(__file__).parent.parent.parent
_started: list[subprocess.Popen[bytes]] = []
"""Held, because a process object that is let go of warns that its process still runs."""


def address_of(folder: Path, owner: int) -> str:
    """Where the run's hall answers; it is opened here when nobody has done so yet."""
    with folder.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said(folder):
            _start_keeper(folder, owner)
    return said(folder)


def once(folder: Path, name: str, find: Callable[[], Any]) -> Any:
    """What the first process of a run that asks found out in the hall, for all its processes."""
    kept = folder.with_suffix(f".{name}.json")
    with folder.with_suffix(f".{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(find()), encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def close() -> None:
    """Where the program that opened the hall goes on without it."""
    for keeper in _started:
        keeper.terminate()
        keeper.wait(60)


def said(folder: Path) -> str:
    """The address that the hall said it is ready at; empty before."""
    output = folder.with_suffix(".out")
    lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
    return next((line.split()[1] for line in lines if line.startswith("ready ")), "")


def secret_of(folder: Path) -> str:
    """What the hall signs its sessions with."""
    return keys.kept(open_folder(folder))["RECEPTION_SECRET_KEY"]


def _start_keeper(folder: Path, owner: int) -> None:
    log = folder.with_suffix(".log")
    with log.open("ab") as errors, folder.with_suffix(".out").open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.hall", str(folder), str(owner)],
            cwd=ROOT,
            env=of_nobody(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
    _started.append(keeper)
    deadline = time.monotonic() + SECONDS_TO_OPEN
    while not said(folder):
        if keeper.poll() is not None or time.monotonic() > deadline:
            pytest.exit(f"the hall for the journeys did not open:\n{log.read_text()[-2000:]}", 1)
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _keep(folder: str, owner: int) -> None:
    """The hall is open as long as the run's first process lives; its data go with it."""
    command = [str(Path(sys.executable).parent / "reception"), "up", "--demo"]
    hall = subprocess.Popen([*command, "--port", str(_free_port()), "--data", folder])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while Path(f"/proc/{owner}").exists() and hall.poll() is None:
            time.sleep(0.2)
    finally:
        hall.terminate()
        hall.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep(sys.argv[1], int(sys.argv[2]))
