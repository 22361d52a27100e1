"""Recorded arrivals of a call centre, as the events of its days: who came, left, was answered."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from agencies.errors import Invalid

COLUMNS = ("day", "service_type", "priority", "queue_start_s", "queue_exit_s", "outcome")
OWN_POOLS = ("IN", "NE", "NW")
ENDED, LEFT, STARTED, JOINED = range(4)
"""The order of what happens within one second: a desk falls free before it is given a newcomer."""


@dataclass(frozen=True)
class Arrival:
    """Seconds are those after midnight. One who never queued has no `joined`."""

    key: int
    day: date
    pool: str
    privileged: bool
    joined: float | None
    left: float | None
    started: float | None
    ended: float | None
    answered: bool
    server: str


@dataclass(frozen=True)
class Happening:
    at: float
    sort: int
    who: Arrival


def read(file: Path) -> list[Arrival]:
    """Lines that cannot be read are refused with their number, for a silent gap would be a lie."""
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        rows = csv.DictReader(lines)
        if missing := set(COLUMNS) - set(rows.fieldnames or ()):
            raise Invalid({"file": f"{file.name}: no column {', '.join(sorted(missing))}"})
        try:
            return [_arrival(n, row) for n, row in enumerate(rows, start=2)]
        except ValueError as found:
            raise Invalid({"file": f"{file.name}, line {rows.line_num}: {found}"}) from None


def _arrival(key: int, row: dict[str, str]) -> Arrival:
    kind = row["service_type"]
    joined, left = _seconds(row["queue_start_s"]), _seconds(row["queue_exit_s"])
    return Arrival(
        key, date.fromisoformat(row["day"]), kind if kind in OWN_POOLS else "PS",
        row["priority"] == "2", joined if left is not None else None, left,
        _seconds(row.get("service_start_s")), _seconds(row.get("service_end_s")),
        row["outcome"] == "AGENT", row.get("server") or "",
    )  # fmt: skip


def _seconds(text: str | None) -> float | None:
    return float(text) if text else None


def days(arrivals: list[Arrival]) -> Iterator[tuple[date, list[Happening]]]:
    """Each day with what happened on it, in order."""
    for day, of_day in groupby(sorted(arrivals, key=attrgetter("day", "key")), attrgetter("day")):
        found = [h for who in of_day for h in _happenings(who)]
        yield day, sorted(found, key=lambda h: (h.at, h.sort, h.who.key))


def _happenings(who: Arrival) -> Iterator[Happening]:
    if who.joined is not None and who.left is not None:
        yield Happening(who.joined, JOINED, who)
        yield Happening(who.left, LEFT, who)
    if who.answered and who.started is not None:
        yield Happening(who.started, STARTED, who)
        if who.ended is not None:
            yield Happening(who.ended, ENDED, who)
