"""Keeps the parts of one installation running: a dead one is started again, with patience."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from reception.launcher import processes
from reception.launcher.processes import Group, Part, Process
from reception.launcher.refusals import Refused
from reception.launcher.stopping import heed

DEATHS_A_MINUTE = 5
LARGEST_LOG = 5_000_000
_FIRST_PAUSE = 0.25
_ROUND = 0.25


@dataclass
class Watched:
    part: Part
    process: Process
    before_again: Callable[[], None]
    deaths: list[float] = field(default_factory=list)
    again_at: float | None = None


class Supervisor:
    """Parts are stopped in the reverse order of their start."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._group = Group()
        self._watched: list[Watched] = []

    def start(self, part: Part, *, before_again: Callable[[], None] = lambda: None) -> Process:
        process = self._begin(part)
        self._watched.append(Watched(part, process, before_again))
        return process

    def stop(self) -> None:
        while self._watched:
            watched = self._watched.pop()
            processes.stop(watched.process, watched.part)

    def look(self) -> None:
        """One round; a subreaper must have no children but these parts."""
        heed()
        for watched in self._watched:
            if watched.again_at is not None:
                self._start_again(watched)
            elif watched.process.poll() is not None:
                self._count_death(watched)

    def watch(self) -> NoReturn:
        while True:
            self.look()
            time.sleep(_ROUND)

    def close(self) -> None:
        """Stop everything, strays included; for a subreaper."""
        self.stop()
        processes.sweep(self._group)

    def _begin(self, part: Part) -> Process:
        if part.log and part.log.exists() and part.log.stat().st_size > LARGEST_LOG:
            part.log.rename(part.log.with_suffix(".1.log"))
        return part.start(self._group)

    def _start_again(self, watched: Watched) -> None:
        if watched.again_at is None or time.monotonic() < watched.again_at:
            return
        watched.before_again()
        watched.process = self._begin(watched.part)
        watched.again_at = None

    def _count_death(self, watched: Watched) -> None:
        processes.forget(watched.process, self._group)
        now = time.monotonic()
        watched.deaths = [*(each for each in watched.deaths if now - each < 60), now]
        name, times = watched.part.name, len(watched.deaths)
        if times > DEATHS_A_MINUTE:
            raise Refused(
                f"{name} stopped {times} times within a minute; "
                f"its reasons are {_where(watched.part)}"
            )
        pause = _FIRST_PAUSE * 2**times
        watched.again_at = now + pause
        self._tell(
            f"{name} stopped ({_ending(watched.process)}); starting it again in {pause:g} s; "
            f"its reasons are {_where(watched.part)}"
        )


def _ending(process: Process) -> str:
    code = process.returncode or 0
    return f"signal {-code}" if code < 0 else f"exit status {code}"


def _where(part: Part) -> str:
    return f"at the end of {part.log}" if part.log else "above"
