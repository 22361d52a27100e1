"""Parts that are functions of our own, run in a copy of the launcher.

Loading the house takes seconds. The launcher loads it once and each part begins as a copy of it,
ready at once and sharing its memory.
"""

import gc
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from reception.launcher.processes import Group, Part, Process, name_process, tied_to
from reception.launcher.stopping import STOPPING

_POLL = 0.02


@dataclass(frozen=True, kw_only=True)
class Function(Part):
    """The launcher must have no threads and no open connections when it starts one.

    Of its open files the copy has only those that it `keeps`: a lock, say, is the launcher's alone.
    """

    work: Callable[[], object]
    keeps: tuple[int, ...] = ()

    def start(self, group: Group) -> Process:
        sys.stdout.flush()
        sys.stderr.flush()
        leader, tie = group.to_join(), tied_to(os.getpid(), self.when_orphaned)
        gc.freeze()
        # A signal just after the fork would unwind the copy through the launcher's own plans.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        pid = os.fork()
        if pid == 0:
            self._live(leader, tie)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        group.add(pid)
        # On either side of the fork, so that neither can be too early.
        _join(pid, leader)
        return Forked(pid)

    def _live(self, leader: int, tie: Callable[[], None]) -> NoReturn:
        """Never returns: what the launcher would do next is none of the copy's business."""
        status = 1
        try:
            for sign in STOPPING:
                signal.signal(sign, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            _join(0, leader)
            tie()
            name_process(self.name)
            self._turn_files()
            os.chdir(self.folder)
            self.work()
            status = 0
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _turn_files(self) -> None:
        for number in [int(name) for name in os.listdir("/proc/self/fd")]:  # noqa: PTH208
            if number > 2 and number not in self.keeps:
                with suppress(OSError):
                    os.close(number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if self.log is None:
            os.dup2(2, 1)
            return
        with self.log.open("ab") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        for number, name in ((1, "stdout"), (2, "stderr")):
            setattr(sys, name, os.fdopen(number, "w", buffering=1, closefd=False))


@contextmanager
def without_collection() -> Iterator[None]:
    """For loading, where all that is made is kept and every search for garbage is in vain."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Forked:
    """A copy that runs, with the manners of subprocess."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(_POLL)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def _join(pid: int, leader: int) -> None:
    try:
        os.setpgid(pid, leader)
    except OSError:
        return
