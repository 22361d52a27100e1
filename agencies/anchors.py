"""The daily anchor: the heads of all journals that grew, in a file to keep outside the house.

A chain proves that nothing inside it was changed, but not that its end was not cut off or written
anew. An anchor says how long each journal was that evening and which digest it ended with; anchors
are chained themselves, so that the digest printed on one page stands for every anchor before it.

The file is plain text: a head of `name value` lines, an empty line, then one line a journal,
`NUMBER LENGTH DIGEST`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import BigInteger, Identity, LargeBinary, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, undefer

from agencies.appeals import Appeal
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import NotFound
from agencies.journal import BEGINNING

FORM = "open-almaty-anchor 1"


class JournalAnchor(Base):
    """One evening. `heads` holds the lines of the journals that grew since the anchor before."""

    __tablename__ = "journal_anchor"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    taken_at: Mapped[datetime]
    journals: Mapped[int]
    heads: Mapped[str] = mapped_column(deferred=True)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Head:
    """How long a journal was, and the digest of its last row then."""

    number: str
    length: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number} {self.length} {self.digest.hex()}"

    @classmethod
    def read(cls, line: str) -> "Head":
        number, length, digest = line.split(" ")
        return cls(number, int(length), bytes.fromhex(digest))


@dataclass(frozen=True)
class Anchor:
    """An anchor apart from the register: of a row, or read from a file."""

    day: date
    previous: bytes
    digest: bytes
    heads: tuple[Head, ...]

    @property
    def holds(self) -> bool:
        """Whether the digest fits what stands under it."""
        return digest_of(self.day, self.previous, self.heads) == self.digest


def take(session: Session, *, now: datetime) -> JournalAnchor | None:
    """Tonight's anchor, at most one a day; None where the day has one.

    The journals are read as one moment: a step that commits meanwhile belongs to the next anchor.
    """
    day = business_date(now)
    if session.scalar(select(JournalAnchor.id).where(JournalAnchor.day == day)):
        return None
    last = session.scalar(select(JournalAnchor).order_by(JournalAnchor.day.desc()).limit(1))
    heads = _grown(session)
    previous = last.digest if last else BEGINNING
    anchor = JournalAnchor(
        day=day, taken_at=now, journals=len(heads), heads="\n".join(map(str, heads)),
        previous=previous, digest=digest_of(day, previous, heads),
    )  # fmt: skip
    session.add(anchor)
    session.flush()
    return anchor


def _grown(session: Session) -> list[Head]:
    grew = (
        update(Appeal)
        .where(Appeal.journal_length > Appeal.anchored_length)
        .values(anchored_length=Appeal.journal_length)
        .returning(Appeal.number, Appeal.journal_length, Appeal.journal_head)
        .execution_options(synchronize_session=False)
    )
    return sorted((Head(*row) for row in session.execute(grew)), key=lambda head: head.number)


def digest_of(day: date, previous: bytes, heads: Iterable[Head]) -> bytes:
    lines = "\n".join(map(str, heads))
    text = f"{FORM}\n{day.isoformat()}\n{previous.hex()}\n{lines}"
    return hashlib.sha256(text.encode()).digest()


def listed(session: Session, *, most: int = 400) -> list[JournalAnchor]:
    """Newest first, without their lines."""
    return list(
        session.scalars(select(JournalAnchor).order_by(JournalAnchor.day.desc()).limit(most))
    )


def of_day(session: Session, day: date) -> JournalAnchor:
    query = select(JournalAnchor).where(JournalAnchor.day == day)
    found = session.scalar(query.options(undefer(JournalAnchor.heads)))
    if found is None:
        raise NotFound("There is no anchor of that day.")
    return found


def all_of(session: Session) -> list[Anchor]:
    query = select(JournalAnchor).order_by(JournalAnchor.day)
    rows = session.scalars(query.options(undefer(JournalAnchor.heads)))
    return [from_row(row) for row in rows]


def from_row(row: JournalAnchor) -> Anchor:
    heads = tuple(Head.read(line) for line in row.heads.splitlines())
    return Anchor(row.day, row.previous, row.digest, heads)


def text_of(anchor: Anchor) -> str:
    """The file of an anchor, to be kept where nobody of the house can reach it."""
    head = [
        FORM, f"day {anchor.day.isoformat()}", f"previous {anchor.previous.hex()}",
        f"digest {anchor.digest.hex()}", "",
    ]  # fmt: skip
    return "\n".join([*head, *map(str, anchor.heads), ""])


def read_text(text: str) -> Anchor:
    """The anchor in a file. Raises ValueError where it is no such file."""
    head, _, body = text.partition("\n\n")
    form, *pairs = head.splitlines()
    if form != FORM:
        raise ValueError("not an anchor of this register")
    told = dict(pair.split(" ", 1) for pair in pairs)
    return Anchor(
        date.fromisoformat(told["day"]), bytes.fromhex(told["previous"]),
        bytes.fromhex(told["digest"]), tuple(map(Head.read, body.splitlines())),
    )  # fmt: skip


def first_break(anchors: list[Anchor]) -> date | None:
    """The day of the first anchor that was changed, left out or put elsewhere."""
    for anchor in anchors:
        if not anchor.holds:
            return anchor.day
    for before, after in pairwise(anchors):
        if after.previous != before.digest:
            return after.day
    begins = anchors[0] if anchors else None
    return begins.day if begins and begins.previous != BEGINNING else None
