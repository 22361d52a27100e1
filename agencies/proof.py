"""Proof that no journal was changed: every chain is walked from its first row to its head."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from agencies.appeals import Appeal
from agencies.journal import BEGINNING, JournalEntry, bind, hash_payload


@dataclass(frozen=True)
class Damage:
    """The first row of a chain that does not hold, or the place where a row is missing."""

    appeal: str
    position: int
    reason: str


@dataclass(frozen=True)
class Proof:
    appeals: int
    rows: int
    damages: list[Damage]


def verify(session: Session) -> Proof:
    """Every chain of the register. Reads in a stream, so memory does not grow with the register."""
    chains = rows = 0
    damages: list[Damage] = []
    for number, entries in _chains(session):
        chains += 1
        rows += len(entries)
        damages.extend(_first_damage(number, entries))
    return Proof(chains, rows, damages)


def _chains(session: Session) -> Iterator[tuple[str, list[Row[tuple[object, ...]]]]]:
    e, a = JournalEntry, Appeal
    query = (
        select(
            a.number, a.journal_length, a.journal_head, e.position, e.kind, e.at, e.by_id,
            e.payload, e.salt, e.payload_hash, e.digest,
        )
        .outerjoin(e, e.appeal_id == a.id)
        .order_by(a.id, e.position)
        .execution_options(yield_per=2000)
    )  # fmt: skip
    chain: list[Row[tuple[object, ...]]] = []
    for row in session.execute(query):
        if chain and chain[0].number != row.number:
            yield chain[0].number, chain
            chain = []
        chain.append(row)
    if chain:
        yield chain[0].number, chain


def _first_damage(number: str, entries: list[Row[tuple[object, ...]]]) -> list[Damage]:
    previous = BEGINNING
    for expected, row in enumerate(entries, start=1):
        if row.position != expected:
            return [Damage(number, expected, "row missing or reordered")]
        if row.payload and hash_payload(row.salt, row.payload) != row.payload_hash:
            return [Damage(number, expected, "payload changed")]
        previous = bind(
            previous, position=row.position, kind=row.kind, at=row.at, by_id=row.by_id,
            payload_hash=row.payload_hash,
        )  # fmt: skip
        if previous != row.digest:
            return [Damage(number, expected, "row changed")]
    length, head = entries[0].journal_length, entries[0].journal_head
    if len(entries) > length:
        return [Damage(number, length + 1, "row added")]
    if (len(entries), previous) != (length, head):
        return [Damage(number, len(entries) + 1, "end of the journal cut off")]
    return []
