"""The journal of an appeal: append-only rows, each bound to the one before by its digest.

A row's payload enters the chain as a salted hash, so that a person's words can be erased later
while the chain still verifies. The database refuses to change or delete a row, except that an
erasure may leave less of a payload than there was; the salt goes with the words, so that nobody
can try guesses at them against the hash.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.db import Base
from agencies.errors import WrongStatus
from agencies.staff import Officer

if TYPE_CHECKING:
    from agencies.appeals import Appeal

BEGINNING = bytes(32)
SALT_BYTES = 16
ERASED = "erased"
"""The row that says what an erasure left of the rows before it."""


class JournalEntry(Base):
    """What was done, by whom, when. `position` counts from 1 within the appeal."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("appeal_id", "position"),
        Index("ix_journal_entry_at", "at", postgresql_using="brin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    by: Mapped[Officer | None] = relationship(lazy="joined")


def canonical(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_payload(salt: bytes, payload: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(payload)).digest()


def bind(
    previous: bytes,
    *,
    position: int,
    kind: str,
    at: datetime,
    by_id: int | None,
    payload_hash: bytes,
) -> bytes:
    """The digest of a row from the digest before it and what the row says.

    The claim is not bound here: it stands in the payload as its ordinal, which outlives the key.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    text = f"{position}|{kind}|{moment}|{by_id or ''}|".encode()
    return hashlib.sha256(previous + text + payload_hash).digest()


def is_erased(appeal: "Appeal") -> bool:
    """Whether the words of the person have left the register."""
    return any(entry.kind == ERASED for entry in appeal.journal)


def must_not_be_erased(appeal: "Appeal") -> None:
    if is_erased(appeal):
        raise WrongStatus("The words of this appeal were erased; nothing is done with it any more.")


def append(
    appeal: "Appeal",
    kind: str,
    /,
    *,
    by: Officer | None,
    now: datetime,
    claim_ordinal: int | None = None,
    **payload: Any,
) -> JournalEntry:
    """The next row of the appeal. The caller holds the appeal (`appeals.hold`) or has just made it.

    `payload` takes JSON values only and never an identification number, phone or link key.
    """
    if claim_ordinal is not None:
        payload["claim"] = claim_ordinal
    salt = os.urandom(SALT_BYTES)
    hashed = hash_payload(salt, payload)
    position = appeal.journal_length + 1
    by_id = by.id if by else None
    digest = bind(
        appeal.journal_head, position=position, kind=kind, at=now, by_id=by_id, payload_hash=hashed
    )
    entry = JournalEntry(
        position=position, kind=kind, at=now, by_id=by_id, by=by, payload=payload, salt=salt,
        payload_hash=hashed, digest=digest,
    )  # fmt: skip
    claims = [claim for claim in appeal.claims if claim.ordinal == claim_ordinal]
    entry.claim_id = claims[0].id if claims else None
    appeal.journal.append(entry)
    appeal.journal_length, appeal.journal_head = position, digest
    return entry
