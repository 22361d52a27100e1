"""Letters that come by e-mail: taken from a mailbox by IMAP, kept whole, registered by a person.

The mailbox itself is never changed. The register remembers up to which UID it has read (RFC 3501
2.3.1.1) and writes each letter and that mark in one transaction; a letter is known again by the
digest of its bytes, also where the server has counted its UIDs anew. So a crash at any moment
neither loses a letter nor takes it twice.

    waiting -> registered
       ^ v
    set aside: no appeal at all, such as a robot's answer; may be taken up again
"""

import hashlib
import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Appeal
from agencies.db import Base
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.staff import Officer
from reception.letter_parts import Parts, read_parts

TIMEOUT_S = 30.0
LARGEST = 30 * 1024 * 1024
LONGEST_REASON = 200


class LetterStatus(StrEnum):
    WAITING = "waiting"
    REGISTERED = "registered"
    SET_ASIDE = "set_aside"


S = LetterStatus
MOVES = {
    S.WAITING: frozenset({S.REGISTERED, S.SET_ASIDE}),
    S.SET_ASIDE: frozenset({S.WAITING}),
    S.REGISTERED: frozenset[LetterStatus](),
}


class MailLetter(Base):
    """`raw` is the letter as it came; of one that is too large only its head."""

    __tablename__ = "mail_letter"
    __table_args__ = (
        Index("ix_mail_letter_waiting", "arrived_at", postgresql_where=text("status = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    whole: Mapped[bool] = mapped_column(default=True)
    sender: Mapped[str]
    subject: Mapped[str]
    arrived_at: Mapped[datetime]
    """When the mail server took it in: from then on the term is counted (Code art. 64(3))."""
    taken_at: Mapped[datetime]
    status: Mapped[LetterStatus] = mapped_column(default=LetterStatus.WAITING)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")

    appeal: Mapped[Appeal | None] = relationship()
    by: Mapped[Officer | None] = relationship()

    @property
    def parts(self) -> Parts:
        return read_parts(self.raw)


class MailPlace(Base):
    """How far a mailbox was read. Another `validity` begins from the first letter again."""

    __tablename__ = "mail_place"

    box: Mapped[str] = mapped_column(String(200), primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True)
class Box:
    """`imaps://user:password@host/INBOX?since=2026-11-01`; without `since` all are taken."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    since: date | None
    encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Box":
        """Raises ValueError where the setting is no such address."""
        parts = urlsplit(url)
        if parts.scheme not in ("imaps", "imap") or not parts.hostname:
            raise ValueError("IMAP_URL begins with imaps:// or imap://")
        since = parse_qs(parts.query).get("since", [""])[0]
        return cls(
            host=parts.hostname, port=parts.port or (993 if parts.scheme == "imaps" else 143),
            user=unquote(parts.username or ""), password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX", encrypted=parts.scheme == "imaps",
            since=date.fromisoformat(since) if since else None,
        )  # fmt: skip

    @property
    def name(self) -> str:
        return f"{self.host}/{self.folder}"[:200]


class Unreachable(Exception):
    """The mail server did not answer as it should; the next look tries again."""


@contextmanager
def opened(box: Box) -> Iterator[imaplib.IMAP4]:
    """A session that can read the folder and change nothing in it."""
    try:
        make = imaplib.IMAP4_SSL if box.encrypted else imaplib.IMAP4
        server = make(box.host, box.port, timeout=TIMEOUT_S)
        try:
            server.login(box.user, box.password)
            _done(server.select(f'"{box.folder}"', readonly=True))
            yield server
        finally:
            server.shutdown()
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unreachable(type(error).__name__) from None


def _done(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


def collect(session: Session, box: Box, *, now: datetime) -> Iterator[MailLetter | None]:
    """One letter a turn, oldest first; None for one that is kept already. The caller commits."""
    with opened(box) as server:
        validity = int(_numbers(server.response("UIDVALIDITY")[1])[0])
        place = _place(session, box, validity)
        for uid in _new_uids(server, box, place.last_uid):
            letter = _keep(session, server, uid, now)
            place.last_uid = uid
            yield letter


def _numbers(data: Sequence[Any]) -> list[bytes]:
    return re.findall(rb"\d+", b" ".join(part for part in data if isinstance(part, bytes)))


def _place(session: Session, box: Box, validity: int) -> MailPlace:
    """Held until the first commit, so that two workers do not read at once."""
    made = insert(MailPlace).values(box=box.name, validity=validity, last_uid=0)
    session.execute(made.on_conflict_do_nothing())
    query = select(MailPlace).where(MailPlace.box == box.name).with_for_update()
    place = session.scalars(query, execution_options={"populate_existing": True}).one()
    if place.validity != validity:
        place.validity, place.last_uid = validity, 0
    return place


def _new_uids(server: imaplib.IMAP4, box: Box, last: int) -> list[int]:
    """`UID n:*` always names the newest letter, so what is not newer is left out."""
    asked = ["UID", f"{last + 1}:*"]
    if box.since:
        asked += ["SINCE", box.since.strftime("%d-%b-%Y")]
    found = map(int, _numbers(_done(server.uid("SEARCH", *asked))))
    return sorted(uid for uid in found if uid > last)


def _keep(session: Session, server: imaplib.IMAP4, uid: int, now: datetime) -> MailLetter | None:
    size, arrived = _size_and_day(server, uid)
    if size is None:
        return None  # deleted between the search and now
    whole = size <= LARGEST
    wanted = "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])"
    raw = _literal(_done(server.uid("FETCH", str(uid), wanted)))
    return receive(session, raw, whole=whole, arrived_at=arrived or now, now=now)


def receive(
    session: Session, raw: bytes, *, whole: bool = True, arrived_at: datetime, now: datetime
) -> MailLetter | None:
    """The letter waits for a clerk; None where it was received before."""
    parts = read_parts(raw)
    row = insert(MailLetter).values(
        digest=hashlib.sha256(raw).hexdigest(), raw=raw, whole=whole, sender=parts.sender,
        subject=parts.subject, arrived_at=min(arrived_at, now), taken_at=now,
        status=S.WAITING, reason="",
    )  # fmt: skip
    made = row.on_conflict_do_nothing(index_elements=["digest"]).returning(MailLetter)
    return session.scalars(made).first()


def _size_and_day(server: imaplib.IMAP4, uid: int) -> tuple[int | None, datetime | None]:
    data = _done(server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)"))
    line = b" ".join(part for part in data if isinstance(part, bytes))
    size = re.search(rb"RFC822\.SIZE (\d+)", line)
    day = re.search(rb'INTERNALDATE "([^"]+)"', line)
    if size is None:
        return None, None
    moment = datetime.strptime(day[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if day else None
    return int(size[1]), moment.astimezone(UTC) if moment else None


def _literal(data: Sequence[Any]) -> bytes:
    for part in data:
        if isinstance(part, tuple):
            return bytes(part[1])
    raise imaplib.IMAP4.error("no body")


def listed(session: Session, status: LetterStatus, *, most: int = 200) -> list[MailLetter]:
    """Oldest first: who wrote first is registered first."""
    query = select(MailLetter).where(MailLetter.status == status).order_by(MailLetter.arrived_at)
    return list(session.scalars(query.limit(most)))


def waiting(session: Session) -> int:
    query = select(func.count(MailLetter.id)).where(MailLetter.status == S.WAITING)
    return session.scalar(query) or 0


def by_id(session: Session, letter_id: int) -> MailLetter:
    found = session.get(MailLetter, letter_id)
    if found is None:
        raise NotFound("There is no such letter.")
    return found


def hold(session: Session, letter_id: int) -> MailLetter:
    """For changing, until the commit: two clerks never register one letter."""
    query = select(MailLetter).where(MailLetter.id == letter_id).with_for_update()
    found = session.scalars(query, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotFound("There is no such letter.")
    return found


def move(letter: MailLetter, to: LetterStatus, *, by: Officer, reason: str = "") -> None:
    """The only writer of a letter's status; the caller holds it. Raises WrongStatus."""
    if to not in MOVES[letter.status]:
        raise WrongStatus("This letter is registered already.")
    letter.status, letter.by, letter.reason = to, by, reason


def set_aside(letter: MailLetter, *, reason: str, by: Officer) -> None:
    """Raises Invalid (`reason`): nobody's letter goes without a word why."""
    plain = " ".join(reason.split())[:LONGEST_REASON]
    if not plain:
        raise Invalid({"reason": "Say why this is no appeal; the reason is kept."})
    move(letter, S.SET_ASIDE, by=by, reason=plain)


def settle(letter: MailLetter, appeal: Appeal, *, by: Officer) -> None:
    move(letter, S.REGISTERED, by=by)
    letter.appeal = appeal
