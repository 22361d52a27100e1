"""Papers, pictures and recordings that belong to an appeal.

The row says what the file is called and how it was found; the bytes lie in the data folder under
their digest, so that the same file is kept once and a changed one shows. A file is looked at on
three ways: its type and size when it comes, viruses and the words on it by a worker.
"""

import hashlib
import os
import tempfile
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import BigInteger, ForeignKey, Identity, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import contents, journal, scanning, transcription
from agencies.appeals import Appeal
from agencies.db import Base
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.staff import Officer

MOST_FILES = 50
LONGEST_NAME = 120
AGAIN_AFTER = timedelta(minutes=2)


class Scan(StrEnum):
    """`unchecked` where no scanner is set up: people are told, and may open the file."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    UNCHECKED = "unchecked"


class Reading(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    UNNEEDED = "unneeded"


class Attachment(Base):
    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of the bytes as kept."""
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    """Nobody where the applicant sent it."""
    scan: Mapped[Scan] = mapped_column(default=Scan.WAITING, index=True)
    reading: Mapped[Reading] = mapped_column(default=Reading.UNNEEDED, index=True)
    try_after: Mapped[datetime]
    words: Mapped[str] = mapped_column(default="")
    erased_at: Mapped[datetime | None]

    appeal: Mapped[Appeal] = relationship()
    added_by: Mapped[Officer | None] = relationship()


def attach(
    session: Session,
    appeal: Appeal,
    name: str,
    content: bytes,
    *,
    folder: Path,
    by: Officer | None,
    now: datetime,
) -> Attachment:
    """The file enters the appeal. The caller holds the appeal (`appeals.hold`) or has just made it.

    Raises Invalid under the field `file`.
    """
    journal.must_not_be_erased(appeal)
    found = contents.inspect(name, content)
    if _count(session, appeal) >= MOST_FILES:
        raise Invalid({"file": "An appeal takes at most 50 files. Put several pages into one PDF."})
    readable = found.media in transcription.READABLE
    attachment = Attachment(
        appeal=appeal, name=plain_name(name), media=found.media, size=len(found.content),
        digest=_keep(folder, found.content), added_at=now, added_by=by, try_after=now,
        reading=Reading.WAITING if readable else Reading.UNNEEDED, scan=Scan.WAITING, words="",
    )  # fmt: skip
    session.add(attachment)
    journal.append(
        appeal, "attached", by=by, now=now, digest=attachment.digest, media=attachment.media,
        size=attachment.size,
    )  # fmt: skip
    return attachment


def _count(session: Session, appeal: Appeal) -> int:
    query = select(func.count()).where(Attachment.appeal_id == appeal.id)
    return session.scalar(query) or 0


def plain_name(name: str) -> str:
    """The last part of a path without what could mislead a reader or a disk."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem, dot, suffix = plain.strip(" .").rpartition(".")
    kept = stem[: LONGEST_NAME - len(suffix) - 1] + dot + suffix
    return kept or "file"


def _keep(folder: Path, content: bytes) -> str:
    """Under its digest, whole or not at all; the same bytes are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    place = place_of(folder, digest)
    if place.exists():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(place)
    return digest


def place_of(folder: Path, digest: str) -> Path:
    return folder / "attachments" / digest[:2] / digest


def of_appeal(session: Session, appeal: Appeal) -> list[Attachment]:
    query = select(Attachment).where(Attachment.appeal_id == appeal.id).order_by(Attachment.id)
    return list(session.scalars(query))


def one_of(session: Session, appeal: Appeal, attachment_id: int) -> Attachment:
    """The caller has found the appeal within its rights."""
    query = select(Attachment).where(
        Attachment.id == attachment_id, Attachment.appeal_id == appeal.id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such file in this appeal.")
    return found


def read(attachment: Attachment, *, folder: Path) -> bytes:
    """The bytes, once they may be opened. Raises WrongStatus, NotFound."""
    if attachment.erased_at is not None:
        raise NotFound("This file was erased by the rules of retention.")
    if attachment.scan is Scan.WAITING:
        raise WrongStatus("The file is still being checked for viruses. Try again in a minute.")
    if attachment.scan is Scan.INFECTED:
        raise WrongStatus("A virus was found in this file. It is kept closed; ask for a clean one.")
    return _bytes_of(attachment, folder)


def _bytes_of(attachment: Attachment, folder: Path) -> bytes:
    try:
        content = place_of(folder, attachment.digest).read_bytes()
    except FileNotFoundError:
        raise NotFound("The file is missing in the data folder. Tell the administrator.") from None
    if hashlib.sha256(content).hexdigest() != attachment.digest:
        raise WrongStatus("The file was changed on the disk and is not given out.")
    return content


def next_to_examine(session: Session, *, now: datetime) -> Attachment | None:
    """The oldest file that a worker has to look at, locked for this worker."""
    query = select(Attachment).where(
        or_(Attachment.scan == Scan.WAITING, Attachment.reading == Reading.WAITING),
        Attachment.try_after <= now,
        Attachment.erased_at.is_(None),
    )
    query = query.order_by(Attachment.try_after, Attachment.id)
    return session.scalars(query.limit(1).with_for_update(skip_locked=True)).first()


def examine(attachment: Attachment, *, folder: Path, scanner: str, now: datetime) -> None:
    """Look for viruses, then read the words. A scanner that is down is asked again later."""
    attachment.try_after = now + AGAIN_AFTER
    content = _bytes_of(attachment, folder)
    if attachment.scan is Scan.WAITING:
        attachment.scan = _scanned(content, scanner)
    if attachment.scan in (Scan.CLEAN, Scan.UNCHECKED):
        _transcribe(attachment, content)
    elif attachment.scan is Scan.INFECTED:
        attachment.reading = Reading.UNNEEDED


def _scanned(content: bytes, scanner: str) -> Scan:
    if not scanner:
        return Scan.UNCHECKED
    try:
        return Scan.INFECTED if scanning.finding(scanner, content) else Scan.CLEAN
    except scanning.Unreachable:
        return Scan.WAITING


def _transcribe(attachment: Attachment, content: bytes) -> None:
    if attachment.reading is not Reading.WAITING:
        return
    if not transcription.is_possible(attachment.media):
        attachment.reading = Reading.UNNEEDED
        return
    attachment.words, attachment.reading = (
        transcription.words(content, attachment.media), Reading.DONE,
    )  # fmt: skip


def erase(session: Session, attachment: Attachment, *, folder: Path, now: datetime) -> None:
    """Bytes, name and words go; digest and size stay as proof that there was a file.

    The bytes stay where another appeal holds the same file.
    """
    attachment.erased_at, attachment.name, attachment.words = now, "", ""
    session.flush()
    shared = select(Attachment.id).where(
        Attachment.digest == attachment.digest, Attachment.erased_at.is_(None)
    )
    if session.scalar(shared.limit(1)) is None:
        place_of(folder, attachment.digest).unlink(missing_ok=True)


def sweep(session: Session, *, folder: Path, now: datetime) -> int:
    """Files that no row names, left by a registration that was undone; a day old at least."""
    old = (now - timedelta(days=1)).timestamp()
    found = [file for file in (folder / "attachments").glob("*/*") if file.stat().st_mtime < old]
    known = set(session.scalars(select(Attachment.digest).where(Attachment.erased_at.is_(None))))
    lost = [file for file in found if file.name not in known]
    for file in lost:
        file.unlink(missing_ok=True)
    return len(lost)
