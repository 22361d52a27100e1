"""Observations enter: rows are read and checked here, staged with COPY and merged in the database.

A value equal to the current one changes nothing; another one becomes a further revision. The caller
commits; until then nobody sees anything of the batch.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from reports.center import deliveries, merging, moments
from reports.center.deliveries import Rejected
from reports.center.known import Known, Refusal, SeriesKey
from reports.center.records import Batch, ConfStatus, ObsStatus

COLUMNS = (
    "indicator_code", "indicator_name", "ref_area", "time_period", "freq", "dimension", "value",
    "unit", "obs_status", "conf_status", "source_system", "source_url", "licence", "quality_note",
)  # fmt: skip
"""In any order; the needed ones must be there, others are left unread."""
NEEDED = ("indicator_code", "ref_area", "time_period", "value")
SERIES = ("indicator_code", "ref_area", "freq", "dimension", "unit", "indicator_name")
ORIGIN = ("source_system", "source_url", "licence")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?")
STATUSES, CONF_STATUSES = frozenset(ObsStatus), frozenset(ConfStatus)
CHUNK = 20_000
NOT_SAID = "Not said"
Row = list[str]
NULL = r"\N"
Begun = tuple[datetime, moments.Freq, str]
"""First instant and length of a period, and the instant as COPY takes it."""


class UnreadableHeader(ValueError):
    """The first line does not name the columns that are needed."""


@dataclass
class Loaded:
    """What became of the rows; `accepted` counts revisions too."""

    read: int = 0
    accepted: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)


@dataclass(frozen=True)
class Delivery:
    """`source` is the code of the system it is from; without it each row names its own."""

    name: str
    digest: str
    source: str | None = None
    manifest: dict[str, Any] = field(default_factory=dict)


def load(
    session: Session, delivery: Delivery, header: Sequence[str], rows: Iterable[tuple[int, Row]],
    *, now: datetime,
) -> Loaded:  # fmt: skip
    """Rows come with the number of their line. Content that came before changes nothing, save for
    rows that were turned away then: they are tried again. Raises UnreadableHeader.
    """
    deliveries.begin(session)
    before = deliveries.earlier(session, delivery.digest, delivery.source)
    arrival = Arrival(session, delivery, header, now=now)
    arrival.attempt += before[-1].attempt if before else 0
    arrival.take(rows, only=deliveries.lines_to_try_again(session, before) if before else None)
    return arrival.done


class Arrival:
    """One delivery on its way in."""

    def __init__(
        self, session: Session, delivery: Delivery, header: Sequence[str], *, now: datetime
    ) -> None:
        self.session, self.delivery, self.now = session, delivery, now
        self.attempt, self.width = 1, len(header)
        self.place = places(header)
        self.series_part = itemgetter(*(self.place[name] for name in SERIES))
        self.origin_part = itemgetter(*(self.place[name] for name in ORIGIN))
        self.known = Known(session, now=now)
        self.batches: dict[tuple[str, ...], Batch] = {}
        self.moments: dict[str, Begun] = {}
        self.rejected: dict[int, list[Rejected]] = {}
        self.done = Loaded()

    def take(self, rows: Iterable[tuple[int, Row]], *, only: set[int] | None) -> None:
        coming = iter(rows)
        stage = merging.Stage(self.session)
        while chunk := list(islice(coming, CHUNK)):
            self.done.read += len(chunk)
            wanted = [one for one in chunk if only is None or one[0] in only]
            self.done.unchanged += len(chunk) - len(wanted)
            lines = "".join(self._staged(wanted))
            self.known.write_new_series()
            stage.put(lines)
        self._count(stage)

    def _staged(self, chunk: Iterable[tuple[int, Row]]) -> Iterator[str]:
        for line, row in chunk:
            try:
                yield self._one(line, row)
            except Refusal as reason:
                self._reject(line, str(reason), row)

    def _one(self, line: int, row: Row) -> str:
        """A line of COPY. Everything that repeats is looked up once and remembered."""
        if len(row) != self.width:
            raise Refusal(f"{len(row)} columns where the first line names {self.width}")
        row.append("")
        place = self.place
        batch = self.batches.get(self.origin_part(row)) or self._batch(row)
        period = row[place["time_period"]]
        starts, precision, begins = self.moments.get(period) or self._moment(period)
        key: SeriesKey = (*self.series_part(row), precision)
        series = self.known.series.get(key) or self.known.series_of(key)
        fresh = "t" if series.last is None or starts > series.last else "f"
        note = row[place["quality_note"]]
        return (
            f"{line}\t{series.id}\t{batch.id}\t{begins}\t{fresh}\t{self._value(row)}\t"
            f"{merging.escaped(note) if note else NULL}\n"
        )

    def _moment(self, period: str) -> Begun:
        try:
            found = moments.parse(period.strip())
        except moments.UnreadablePeriod as error:
            raise Refusal(f"time_period: {error}") from None
        if found.starts > self.now:
            raise Refusal(f"time_period: `{period:.40}` lies in the future")
        begun = found.starts, found.precision, str(found.starts)
        self.moments[period] = begun
        return begun

    def _value(self, row: Row) -> str:
        """Status, confidentiality and value as COPY takes them. Zero and missing differ."""
        place = self.place
        status, conf = row[place["obs_status"]] or "A", row[place["conf_status"]] or "F"
        value = row[place["value"]].strip()
        if status not in STATUSES:
            raise Refusal(f"obs_status: `{status:.10}` is none of {' '.join(ObsStatus)}")
        if conf not in CONF_STATUSES:
            raise Refusal(f"conf_status: `{conf:.10}` is none of {' '.join(ConfStatus)}")
        if status == ObsStatus.MISSING:
            if value:
                raise Refusal(f"value: `{value:.40}` though the status says that it is missing")
            return f"{status}\t{conf}\t{NULL}"
        if not NUMBER.fullmatch(value):
            raise Refusal(f"value: `{value:.40}` is no number" if value else "value: missing")
        return f"{status}\t{conf}\t{value}"

    def _batch(self, row: Row) -> Batch:
        said, url, licence = self.origin_part(row)
        if self.delivery.source is None and not said.strip():
            raise Refusal("source_system: missing")
        made = self._begin_batch(said, url, licence)
        self.batches[said, url, licence] = made
        return made

    def _begin_batch(self, said: str, url: str = "", licence: str = "") -> Batch:
        """The next batch of the delivery, from the given source or the one that a row names."""
        code = self.delivery.source or deliveries.source_named(self.session, said).code
        origin = {"said": said, "url": url, "licence": licence}
        made = Batch(
            source_code=code, received_at=self.now, name=self.delivery.name,
            digest=self.delivery.digest, part=len(self.done.batches) + 1, attempt=self.attempt,
            manifest=self.delivery.manifest | {k: v for k, v in origin.items() if v},
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        self.done.batches.append(made)
        return made

    def _reject(self, line: int, reason: str, row: Row) -> None:
        shown = Rejected(line, reason, ",".join(row[: self.width]))
        self.done.rejected.append(shown)
        whole = len(row) > self.width
        batch = self.batches.get(self.origin_part(row)) if whole else None
        batch = batch or next(iter(self.done.batches), None) or self._begin_batch(NOT_SAID)
        self.rejected.setdefault(batch.id, []).append(shown)

    def _turn_away(self, row: Rejected, batch_id: int) -> None:
        self.done.rejected.append(row)
        self.rejected.setdefault(batch_id, []).append(row)

    def _count(self, stage: merging.Stage) -> None:
        for copy in stage.drop_repeated():
            if copy.same:
                self.done.unchanged += 1
            else:
                self._turn_away(Rejected(copy.line, copy.reason, copy.shown), copy.batch_id)
        for beyond in stage.drop_out_of_range():
            self._turn_away(Rejected(beyond.line, beyond.reason, beyond.value), beyond.batch_id)
        counts = stage.merge()
        for batch in self.done.batches:
            batch.unchanged, batch.revised, batch.accepted = counts.get(batch.id, (0, 0, 0))
            deliveries.keep_rejected(self.session, batch, self.rejected.get(batch.id, []))
            batch.rows = batch.unchanged + batch.accepted + batch.rejected
            self.done.accepted += batch.accepted
            self.done.revised += batch.revised
            self.done.unchanged += batch.unchanged
        self.session.flush()


def places(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands; one that the file lacks is the empty text behind each row."""
    names = [name.strip().lstrip("\ufeff").lower() for name in header]
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise UnreadableHeader(f"the first line does not name the column {', '.join(lacking)}")
    return {name: names.index(name) if name in names else len(names) for name in COLUMNS}
