"""Rows of text become lines of the staging table, column by column for a chunk of them at once.

Where something has to be refused the chunk is halved until the row that it is stands alone, so a
delivery without faults costs no step of Python for each row.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import repeat
from operator import gt
from typing import TypeVar

from reports.center import moments
from reports.center.known import Known, Refusal
from reports.center.records import ConfStatus, ObsStatus

COLUMNS = (
    "indicator_code", "indicator_name", "ref_area", "time_period", "freq", "dimension", "value",
    "unit", "obs_status", "conf_status", "source_system", "source_url", "licence", "quality_note",
)  # fmt: skip
"""In any order; the needed ones must be there, others are left unread."""
NEEDED = ("indicator_code", "ref_area", "time_period", "value")
SERIES = ("indicator_code", "ref_area", "freq", "dimension", "unit", "indicator_name")
ORIGIN = ("source_system", "source_url", "licence")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?")
NUMBERS = re.compile(rf"(?:{NUMBER.pattern}\n)*+")
NULL = r"\N"
Row = list[str]
Numbered = tuple[int, Row]
"""A row behind the number of its line."""
Origin = tuple[str, str, str]
Begun = tuple[datetime, moments.Freq, str]
"""First instant and length of a period, and the instant as COPY takes it."""
K = TypeVar("K")
V = TypeVar("V")


class UnreadableHeader(ValueError):
    """The first line does not name the columns that are needed."""


class Learned(dict[K, V]):
    """What a key stands for, found out when it is met first."""

    def __init__(self, learn: Callable[[K], V]) -> None:
        super().__init__()
        self.learn = learn

    def __missing__(self, key: K) -> V:
        self[key] = found = self.learn(key)
        return found


class Reading:
    """The rows of one delivery on their way into the staging table.

    `batch_of` gives the number of the batch for an origin, `reject` takes a row that is refused.
    """

    def __init__(
        self, header: Sequence[str], known: Known, *, now: datetime,
        batch_of: Callable[[Origin], int], reject: Callable[[int, str, Row], None],
    ) -> None:  # fmt: skip
        self.place, self.width, self.now, self.reject = places(header), len(header), now, reject
        self.series = Learned(known.series_of)
        self.batches: Learned[Origin, str] = Learned(lambda origin: str(batch_of(origin)))
        self.moments = Learned(self._moment)
        self.statuses, self.confs = Learned(_status), Learned(_conf)

    def lines(self, chunk: Sequence[Numbered]) -> Iterator[str]:
        """Lines of COPY."""
        try:
            yield from self._together(chunk) if chunk else ()
        except Refusal as reason:
            if len(chunk) == 1:
                self.reject(chunk[0][0], str(reason), chunk[0][1])
                return
            half = len(chunk) // 2
            yield from self.lines(chunk[:half])
            yield from self.lines(chunk[half:])

    def _together(self, chunk: Sequence[Numbered]) -> Iterable[str]:
        """Raises Refusal: of a single row with its reason, of more because of any of them."""
        numbers, rows = zip(*chunk, strict=True)
        for wide in set(map(len, rows)) - {self.width}:
            raise Refusal(f"{wide} columns where the first line names {self.width}")
        said = [*zip(*rows, strict=True), ("",) * len(rows)]
        column = {name: said[place] for name, place in self.place.items()}
        batches = list(map(self.batches.__getitem__, _across(column, ORIGIN)))
        begun = map(self.moments.__getitem__, column["time_period"])
        starts, precisions, begins = zip(*begun, strict=True)
        keys = zip(*(column[name] for name in SERIES), precisions, strict=True)
        numbered, lasts = zip(*map(self.series.__getitem__, keys), strict=True)
        parts = (
            map(str, numbers), map(str, numbered), batches, begins,
            map("ft".__getitem__, map(gt, starts, lasts)), *self._values(column),
            _notes(column["quality_note"]),
        )  # fmt: skip
        return list(map("\t".join, zip(*parts, strict=False)))

    def _values(self, column: dict[str, tuple[str, ...]]) -> tuple[Iterable[str], ...]:
        """Status, confidentiality and value as COPY takes them. Zero and missing differ."""
        statuses = list(map(self.statuses.__getitem__, column["obs_status"]))
        confs = list(map(self.confs.__getitem__, column["conf_status"]))
        values = column["value"]
        if ObsStatus.MISSING not in statuses and _are_numbers(values):
            return statuses, confs, values
        return statuses, confs, list(map(_value, statuses, values))

    def _moment(self, period: str) -> Begun:
        try:
            found = moments.parse(period.strip())
        except moments.UnreadablePeriod as error:
            raise Refusal(f"time_period: {error}") from None
        if found.starts > self.now:
            raise Refusal(f"time_period: `{period:.40}` lies in the future")
        return found.starts, found.precision, str(found.starts)


def _across(column: dict[str, tuple[str, ...]], names: Iterable[str]) -> Iterable[Origin]:
    return zip(*(column[name] for name in names), strict=True)


def _status(said: str) -> str:
    if said not in ("", *ObsStatus):
        raise Refusal(f"obs_status: `{said:.10}` is none of {' '.join(ObsStatus)}")
    return said or ObsStatus.NORMAL.value


def _conf(said: str) -> str:
    if said not in ("", *ConfStatus):
        raise Refusal(f"conf_status: `{said:.10}` is none of {' '.join(ConfStatus)}")
    return said or ConfStatus.FREE.value


def _are_numbers(values: Sequence[str]) -> bool:
    text = "\n".join(values) + "\n"
    return text.count("\n") == len(values) and NUMBERS.fullmatch(text) is not None


def _value(status: str, said: str) -> str:
    value = said.strip()
    if status == ObsStatus.MISSING:
        if value:
            raise Refusal(f"value: `{value:.40}` though the status says that it is missing")
        return NULL
    if not NUMBER.fullmatch(value):
        raise Refusal(f"value: `{value:.40}` is no number" if value else "value: missing")
    return value


def _notes(said: Sequence[str]) -> Iterable[str]:
    return map(escaped, said) if any(said) else repeat(NULL)


def escaped(note: str) -> str:
    """A note as COPY takes it, in one line."""
    plain = note.strip().replace("\0", "").replace("\\", "\\\\").replace("\t", " ")
    return plain.replace("\r", " ").replace("\n", " ") if note else NULL


def places(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands; one that the file lacks is the empty text behind each row."""
    names = [name.strip().lstrip("\ufeff").lower() for name in header]
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise UnreadableHeader(f"the first line does not name the column {', '.join(lacking)}")
    return {name: names.index(name) if name in names else len(names) for name in COLUMNS}
