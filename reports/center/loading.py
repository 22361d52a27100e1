"""Observations enter: rows are read and checked here, staged with COPY and merged in the database.

A value equal to the current one changes nothing; another one becomes a further revision. The caller
commits; until then nobody sees anything of the batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from reports.center import deliveries, merging
from reports.center.deliveries import Rejected
from reports.center.known import Known, Refusal
from reports.center.records import Batch
from reports.center.staging import ORIGIN, Numbered, Origin, Reading, Row

CHUNK, AT_ONCE = 250, 20_000
"""Rows read together, few enough that the collector of garbage sleeps; lines sent together."""
NOT_SAID = "Not said"


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
    session: Session, delivery: Delivery, header: Sequence[str], rows: Iterable[Numbered],
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
        self.known = Known(session, now=now)
        self.reading = Reading(
            header, self.known, now=now, batch_of=self._batch, reject=self._reject
        )
        self.origin_part = itemgetter(*(self.reading.place[name] for name in ORIGIN))
        self.batches: dict[Origin, Batch] = {}
        self.rejected: dict[int, list[Rejected]] = {}
        self.done = Loaded()

    def take(self, rows: Iterable[Numbered], *, only: set[int] | None) -> None:
        stage, lines = merging.Stage(self.session), list[str]()
        coming = iter(rows)
        while chunk := list(islice(coming, CHUNK)):
            self.done.read += len(chunk)
            wanted = chunk if only is None else [one for one in chunk if one[0] in only]
            self.done.unchanged += len(chunk) - len(wanted)
            lines += self.reading.lines(wanted)
            if len(lines) >= AT_ONCE:
                stage.put(lines)
                lines = []
        stage.put(lines)
        self.known.write_new_series()
        self._count(stage)

    def _batch(self, origin: Origin) -> int:
        said, url, licence = origin
        if self.delivery.source is None and not said.strip():
            raise Refusal("source_system: missing")
        made = self.batches[origin] = self._begin_batch(said, url, licence)
        return made.id

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
        shown = Rejected(line, reason, ",".join(row))
        self.done.rejected.append(shown)
        whole = len(row) == self.width
        batch = self.batches.get(self.origin_part([*row, ""])) if whole else None
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
