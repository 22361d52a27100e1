"""Child processes that cannot outlive the launcher.

All children share one process group, apart from that of the terminal, so that Ctrl-C reaches the
launcher alone and it can stop them in order. Should the launcher itself be killed, the kernel
signals each child; what a dying child leaves behind falls to the launcher, which is its subreaper.
"""

import ctypes
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from reception.launcher.accounts import Account, popen_options

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37
_libc = ctypes.CDLL(None, use_errno=True)


class Process(Protocol):
    """What a program and a function of our own have in common once they run."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


@dataclass
class Group:
    """The process group that all children share; it ends with its last member."""

    leader: int = 0
    members: set[int] = field(default_factory=set)

    def to_join(self) -> int:
        """0 founds a new group."""
        if self.leader:
            try:
                os.killpg(self.leader, 0)
            except OSError:
                self.leader = 0
        return self.leader

    def add(self, pid: int) -> None:
        self.leader = self.leader or pid
        self.members.add(pid)


@dataclass(frozen=True, kw_only=True)
class Part(ABC):
    """One thing to run. `stop` is a row of (signal, seconds to wait); SIGKILL comes after it.

    Without a log it speaks where the launcher speaks.
    """

    name: str
    folder: Path
    log: Path | None
    stop: tuple[tuple[signal.Signals, float], ...]
    when_orphaned: signal.Signals = signal.SIGTERM

    @abstractmethod
    def start(self, group: Group) -> Process:
        """As a member of the group."""


@dataclass(frozen=True, kw_only=True)
class Program(Part):
    command: tuple[str, ...]
    environment: Mapping[str, str]
    account: Account | None = None

    def start(self, group: Group) -> Process:
        with (self.log or Path("/dev/stderr")).open("ab") as log:
            process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=group.to_join(),
                # Said after the change of account, which would clear it.
                preexec_fn=tied_to(os.getpid(), self.when_orphaned),  # noqa: PLW1509
                **popen_options(self.account),
            )
        group.add(process.pid)
        return process


def tied_to(launcher: int, when_orphaned: signal.Signals) -> Callable[[], None]:
    """To be called in a child: the kernel signals it when the launcher is no more."""

    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(when_orphaned), 0, 0, 0)
        if os.getppid() != launcher:
            os._exit(1)

    return tie


def name_process(name: str) -> None:
    """What `ps -o comm` shows; the kernel keeps fifteen letters."""
    _libc.prctl(_PR_SET_NAME, f"reception {name}".encode()[:15], 0, 0, 0)


def become_subreaper() -> None:
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def is_subreaper() -> bool:
    told = ctypes.c_int(0)
    _libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(told), 0, 0, 0)
    return bool(told.value)


def stop(process: Process, part: Part) -> None:
    """Ask as the part wants to be asked, then insist."""
    for sign, seconds in (*part.stop, (signal.SIGKILL, 10.0)):
        if process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def sweep(group: Group) -> None:
    """Kill what dead children left behind: to a subreaper such processes are its own children.

    Any other process may have children that are no business of the group, and is left alone.
    """
    if not is_subreaper():
        return
    while strays := children_of(os.getpid()) - group.members:
        for pid in strays:
            _kill_and_reap(pid)


def forget(process: Process, group: Group) -> None:
    group.members.discard(process.pid)
    sweep(group)


def children_of(parent: int) -> set[int]:
    return {pid for pid in _pids() if _parent(pid) == parent}


def _parent(pid: int) -> int:
    try:
        # The name in brackets may hold spaces; the parent is the second word after it.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _kill_and_reap(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def left_behind(folder: Path, program: str) -> list[int]:
    """Processes of an earlier launcher: they work in that folder and their program is so called."""
    return [pid for pid in _pids() if pid != os.getpid() and _works_in(pid, folder, program)]


def _works_in(pid: int, folder: Path, program: str) -> bool:
    process = Path(f"/proc/{pid}")
    try:
        where, what = (process / "cwd").readlink(), (process / "exe").readlink()
    except OSError:
        return False
    return where == folder and what.name.startswith(program)


def end_left_behind(folder: Path, program: str, sign: signal.Signals, seconds: float) -> None:
    """Ask first, kill after `seconds`: two launchers on one folder would spoil its data."""
    if not left_behind(folder, program):
        return
    _signal_all(left_behind(folder, program), sign)
    deadline = time.monotonic() + seconds
    while left_behind(folder, program) and time.monotonic() < deadline:
        time.sleep(0.05)
    while left_behind(folder, program):
        _signal_all(left_behind(folder, program), signal.SIGKILL)
        time.sleep(0.05)


def _signal_all(pids: list[int], sign: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            continue
