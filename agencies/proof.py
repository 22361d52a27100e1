"""Proof that no journal was changed: every chain is walked from its first row to its head, and
held against the anchors of earlier evenings, those of the register and those kept elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from agencies import anchors
from agencies.anchors import Anchor
from agencies.appeals import Appeal
from agencies.journal import BEGINNING, ERASED, JournalEntry, bind, hash_payload


@dataclass(frozen=True)
class Damage:
    """The first row of a chain that does not hold, or the place where a row is missing."""

    appeal: str
    position: int
    reason: str


@dataclass(frozen=True)
class Proof:
    """`broken_anchor` is the day of the first anchor that does not hold itself."""

    appeals: int
    rows: int
    damages: list[Damage]
    anchors: int = 0
    broken_anchor: date | None = None

    @property
    def holds(self) -> bool:
        return not self.damages and self.broken_anchor is None


@dataclass(frozen=True)
class Promise:
    """What an anchor said of one journal: so long it was that evening, and it ended so."""

    length: int
    digest: bytes
    day: date


@dataclass
class Walk:
    """One chain on its way: the digests met at each length, and what an erasure left of rows."""

    promises: list[Promise]
    met: dict[int, bytes]
    left: dict[str, Any]


def verify(session: Session, kept: Iterable[Anchor] = ()) -> Proof:
    """Every chain of the register. Reads in a stream, so memory does not grow with the register.

    `kept` are anchors from files outside the house: they prove what the register itself, rewritten
    whole with its own anchors, could no longer tell.
    """
    own = anchors.all_of(session)
    promises = _promises([*own, *kept])
    chains = rows = 0
    damages: list[Damage] = []
    for number, entries in _chains(session):
        chains += 1
        rows += sum(1 for entry in entries if entry.position is not None)
        damages.extend(_first_damage(number, entries, promises.pop(number, [])))
    damages.extend(Damage(number, 1, f"the whole journal is gone: {_told(promised[0])}")
                   for number, promised in promises.items())  # fmt: skip
    return Proof(chains, rows, damages, len(own), _broken(own, kept))


def _promises(known: Iterable[Anchor]) -> dict[str, list[Promise]]:
    found: dict[str, list[Promise]] = defaultdict(list)
    for anchor in known:
        for head in anchor.heads:
            found[head.number].append(Promise(head.length, head.digest, anchor.day))
    return {number: sorted(each, key=lambda p: (p.length, p.day)) for number, each in found.items()}


def _broken(own: list[Anchor], kept: Iterable[Anchor]) -> date | None:
    """The first anchor that was changed, or of which the file says something else."""
    broken = anchors.first_break(own)
    by_day = {anchor.day: anchor.digest for anchor in own}
    strange = [a.day for a in kept if not a.holds or by_day.get(a.day) != a.digest]
    return min([day for day in (broken, *strange) if day], default=None)


def _told(promise: Promise) -> str:
    return f"the anchor of {promise.day.isoformat()} holds {promise.length} rows"


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


def _first_damage(
    number: str, entries: list[Row[tuple[object, ...]]], promises: list[Promise]
) -> list[Damage]:
    walk = Walk(promises, {0: BEGINNING}, _left_by_erasure(entries))
    for expected, row in enumerate(entries, start=1):
        reason = _wrong(row, expected, walk)
        if reason:
            return [Damage(number, expected, reason)]
        walk.met[expected] = row.digest
    return _broken_promise(number, walk) or _wrong_end(number, entries[0], walk)


def _wrong(row: Row[tuple[object, ...]], expected: int, walk: Walk) -> str:
    """What does not hold in a row, given the digest before it."""
    if row.position != expected:
        return "row missing or reordered"
    if not _is_whole(row) and walk.left.get(str(expected)) != row.payload:
        return "payload changed" if row.payload else "payload emptied without an erasure"
    digest = bind(
        walk.met[expected - 1], position=row.position, kind=row.kind, at=row.at, by_id=row.by_id,
        payload_hash=row.payload_hash,
    )  # fmt: skip
    return "" if digest == row.digest else "row changed"


def _is_whole(row: Row[tuple[object, ...]]) -> bool:
    return bool(hash_payload(row.salt, row.payload) == row.payload_hash)


def _left_by_erasure(entries: list[Row[tuple[object, ...]]]) -> dict[str, Any]:
    """What an erasure says it left of each row: told in a row that is itself bound and whole."""
    found: dict[str, Any] = {}
    for row in entries:
        if row.kind == ERASED and _is_whole(row):
            found |= row.payload.get("left", {})
    return found


def _broken_promise(number: str, walk: Walk) -> list[Damage]:
    """A chain that holds in itself but was written anew or cut since an anchor."""
    kept_to, length = 0, max(walk.met)
    for promise in walk.promises:
        if promise.length > length:
            return [Damage(number, length + 1, f"end of the journal cut off: {_told(promise)}")]
        if walk.met[promise.length] != promise.digest:
            told = f"rewritten since the anchor of {promise.day.isoformat()}"
            return [Damage(number, kept_to + 1, told)]
        kept_to = promise.length
    return []


def _wrong_end(number: str, appeal: Row[tuple[object, ...]], walk: Walk) -> list[Damage]:
    length = max(walk.met)
    if length > appeal.journal_length:
        return [Damage(number, appeal.journal_length + 1, "row added")]
    if (length, walk.met[length]) != (appeal.journal_length, appeal.journal_head):
        return [Damage(number, length + 1, "end of the journal cut off")]
    return []
