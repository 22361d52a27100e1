"""Batches: what one source sent at once, known again by its digest.

One loader works at a time (an advisory lock of the transaction), so that numbers of batches follow
the order of their commits.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from agencies.directory import Origin
from reports.center.records import Batch, RejectedRow, SourceSystem

ONE_AT_A_TIME = 7_310_001
KEPT_REJECTS = 10_000
BLOCK = 1 << 20


@dataclass(frozen=True)
class Rejected:
    line: int
    reason: str
    text: str


def digest_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def begin(session: Session) -> None:
    """Wait for another loader to commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def earlier(session: Session, digest: str, source: str | None) -> list[Batch]:
    """Batches of the last attempt that had this content."""
    query = select(Batch).where(Batch.digest == digest)
    if source is not None:
        query = query.where(Batch.source_code == source)
    found = list(session.scalars(query.order_by(Batch.attempt, Batch.part)))
    return [batch for batch in found if batch.attempt == found[-1].attempt]


def lines_to_try_again(session: Session, batches: Iterable[Batch]) -> set[int]:
    """Lines that were turned away: what was missing may be known by now."""
    ids = [batch.id for batch in batches]
    return set(session.scalars(select(RejectedRow.line).where(RejectedRow.batch_id.in_(ids))))


def source_named(session: Session, said: str) -> SourceSystem:
    """The source a file names in its own words; `X via Y` came from X. An unknown one is entered
    as imported.
    """
    name = said.partition(" via ")[0].strip()
    code = code_of(name)
    found = session.get(SourceSystem, code)
    if found is None:
        found = SourceSystem(
            code=code, name_kk=name, name_ru=name, name_en=name, owner=name,
            origin=Origin.IMPORTED,
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def code_of(name: str) -> str:
    """A code that stands in an address: `Akimat of Almaty (press)` is `akimat-of-almaty-press`."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return plain or "source-" + hashlib.sha256(name.encode()).hexdigest()[:8]


def keep_rejected(session: Session, batch: Batch, rejected: list[Rejected]) -> None:
    batch.rejected = len(rejected)
    session.add_all(
        RejectedRow(batch_id=batch.id, line=one.line, reason=one.reason, text=one.text[:2000])
        for one in rejected[:KEPT_REJECTS]
    )


def standing_at(session: Session, moment: datetime) -> int:
    """The number of the last batch that had been received by then; 0 before the first."""
    query = select(func.max(Batch.id)).where(Batch.received_at <= moment)
    return session.scalar(query) or 0
