"""The whole case as one archive that proves itself: for a court, a prosecutor, another body.

A zip with the appeal, its journal with every digest of the chain, the files, the papers and their
signatures; `manifest.json` lists each with its SHA-256, and `signature.json` holds the hall's
Ed25519 signature over the bytes of the manifest. Whoever has the hall's public key can check the
archive without the register (`verify`).
"""

import base64
import hashlib
import hmac
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from agencies import attachments, journal, readings
from agencies.appeals import Appeal, Claim
from agencies.calendar import local
from agencies.errors import DomainError, Invalid
from agencies.journal import BEGINNING, JournalEntry
from agencies.readings import LONGEST_REASON, SHORTEST_REASON, Sight
from agencies.staff import Officer
from reception import letters
from reception.documents import Document
from reception.intake import Keys

FORM = "open-almaty-archive 1"
MANIFEST, SIGNATURE, JOURNAL = "manifest.json", "signature.json", "journal.jsonl"
LARGEST = 2 * 1024**3
MOST_FILES = 1000
PART = 1024 * 1024
OLDEST = (1980, 1, 1, 0, 0, 0)
"""A fixed moment in the zip itself: the real ones stand in the documents."""


@dataclass(frozen=True)
class Verdict:
    """What an archive says of itself, and every fault that was found in it."""

    number: str
    files: int
    rows: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def signing_key(secret: str) -> Ed25519PrivateKey:
    """Drawn from the hall's secret: the same hall signs with the same key after a restore."""
    seed = hmac.digest(secret.encode(), b"open-almaty/archive", "sha256")
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(secret: str) -> str:
    return signing_key(secret).public_key().public_bytes_raw().hex()


def export(
    session: Session,
    appeal: Appeal,
    target: IO[bytes],
    *,
    reason: str,
    keys: Keys,
    folder: Path,
    by: Officer,
    now: datetime,
) -> None:
    """Write the archive; that it was given out is in the journal and in the archive's own copy.

    The caller holds the appeal and commits before it gives anything out. Raises Invalid (`reason`).
    """
    plain = " ".join(reason.split())
    if not SHORTEST_REASON <= len(plain) <= LONGEST_REASON:
        raise Invalid({"reason": "Say who asked for the case and why; the reason is kept."})
    journal.append(appeal, "exported", by=by, now=now)
    readings.note(session, appeal, Sight.ARCHIVE, by=by, now=now, reason=plain)
    session.flush()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        listed: list[dict[str, Any]] = []
        left_out: list[dict[str, str]] = []
        for name, content in _contents(session, appeal, keys, folder, left_out):
            _put(archive, name, content)
            listed.append({"name": name, "size": len(content), "sha256": _digest(content)})
        told = {
            "form": FORM, "appeal": appeal.number, "made_at": _moment(now), "made_by": by.name,
            "reason": plain, "files": listed, "left_out": left_out,
            "journal": {"length": appeal.journal_length, "head": appeal.journal_head.hex()},
        }  # fmt: skip
        manifest = _json(told)
        _put(archive, MANIFEST, manifest)
        _put(archive, SIGNATURE, _json(_signed(manifest, keys.secret)))


def _signed(manifest: bytes, secret: str) -> dict[str, str]:
    return {
        "algorithm": "Ed25519", "over": MANIFEST, "public_key": public_key(secret),
        "signature": base64.b64encode(signing_key(secret).sign(manifest)).decode(),
    }  # fmt: skip


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, OLDEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _contents(
    session: Session, appeal: Appeal, keys: Keys, folder: Path, left_out: list[dict[str, str]]
) -> Iterator[tuple[str, bytes]]:
    yield "appeal.json", _json(_appeal(appeal, keys))
    yield JOURNAL, b"".join(_line(_row(entry)) for entry in appeal.journal)
    for file in attachments.of_appeal(session, appeal):
        try:
            yield f"files/{file.id}-{file.name}", attachments.read(file, folder=folder)
        except DomainError as error:
            left_out.append({"sha256": file.digest, "why": error.message})
    papers = select(Document).where(Document.appeal_id == appeal.id, Document.content.is_not(None))
    for paper in session.scalars(papers.options(undefer(Document.content))):
        yield f"papers/{paper.kind}-{paper.language}.pdf", paper.content or b""
    for signature in letters.signatures_of(session, appeal):
        yield f"papers/signature-{signature.id}.cms", signature.content


def _appeal(appeal: Appeal, keys: Keys) -> dict[str, Any]:
    person = appeal.applicant
    return {
        "number": appeal.number, "kind": appeal.kind, "language": appeal.language,
        "channel": appeal.channel, "higher_body": appeal.higher_body, "text": appeal.text,
        "status": appeal.status,
        "district": appeal.district.code if appeal.district else None, "address": appeal.address,
        "received_at": _moment(appeal.received_at), "received_by": appeal.receiver,
        "registered_on": appeal.registered_on.isoformat(), "due_on": appeal.due_on.isoformat(),
        "policy": appeal.policy_code, "national_number": appeal.eotinish_number,
        "applicant": None if person is None else {
            "name": person.name, "is_organisation": person.is_organisation,
            "representative": person.representative, "authority": person.authority,
            "signatories": person.signatories,
            "number": keys.seal.open(person.iin_sealed) if person.iin_sealed else "",
            "address": person.address, "phone": person.phone, "email": person.email,
        },
        "claims": [_claim(claim) for claim in appeal.claims],
    }  # fmt: skip


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.ordinal, "text": claim.text, "status": claim.status,
        "agency": claim.agency.code if claim.agency else None,
        "subject": claim.subject.code if claim.subject else None,
        "due_on": claim.due_on.isoformat(), "outcome": claim.outcome, "ground": claim.ground,
        "answer": claim.answer,
        "answered_at": claim.answered_at and _moment(claim.answered_at),
        "closed_at": claim.closed_at and _moment(claim.closed_at),
    }  # fmt: skip


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "position": entry.position, "kind": entry.kind, "at": entry.at.isoformat(),
        "by": entry.by.name if entry.by else None, "by_id": entry.by_id,
        "payload": entry.payload, "salt": entry.salt.hex(),
        "payload_hash": entry.payload_hash.hex(), "digest": entry.digest.hex(),
    }  # fmt: skip


def _moment(moment: datetime) -> str:
    return local(moment).isoformat(timespec="seconds")


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def verify(file: Path, *, key: str) -> Verdict:
    """Hold an archive against its manifest, its signature and the chain of its journal.

    `key` is the public key of the hall in hexadecimal digits. Only digests are compared: nothing of
    the archive is unpacked to a disk.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _verdict(archive, key)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, OSError) as error:
        return Verdict("", 0, 0, (f"not an archive of this form: {type(error).__name__}",))


def _verdict(archive: zipfile.ZipFile, key: str) -> Verdict:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
        return Verdict("", len(entries), 0, ("larger than any archive of a case",))
    manifest = archive.read(MANIFEST)
    told = json.loads(manifest)
    rows = [json.loads(line) for line in archive.read(JOURNAL).splitlines()]
    faults = [
        *_faults_of_signature(manifest, json.loads(archive.read(SIGNATURE)), key),
        *_faults_of_files(archive, told),
        *_faults_of_journal(rows, told["journal"]),
    ]
    if told["form"] != FORM:
        faults.insert(0, "of another form")
    return Verdict(str(told["appeal"]), len(told["files"]), len(rows), tuple(faults))


def _faults_of_signature(manifest: bytes, told: dict[str, str], key: str) -> Iterator[str]:
    try:
        known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        known.verify(base64.b64decode(told["signature"]), manifest)
    except (InvalidSignature, ValueError):
        yield "the signature is not that of this hall"


def _faults_of_files(archive: zipfile.ZipFile, told: dict[str, Any]) -> Iterator[str]:
    present = [entry.filename for entry in archive.infolist()]
    listed = {file["name"]: file["sha256"] for file in told["files"]}
    for name in present:
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            yield f"{name} was added"
    if len(set(present)) != len(present):
        yield "a name stands twice"
    for name, digest in listed.items():
        if name not in present:
            yield f"{name} is missing"
        elif _digest_in(archive, name) != digest:
            yield f"{name} was changed"


def _digest_in(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as content:
        while part := content.read(PART):
            digest.update(part)
    return digest.hexdigest()


def _faults_of_journal(rows: list[dict[str, Any]], told: dict[str, Any]) -> Iterator[str]:
    """What an erasure left of a row no longer fits its hash; a later row says what was left."""
    previous, left = BEGINNING, dict[str, Any]()
    for row in rows:
        left |= row["payload"].get("left", {}) if row["kind"] == journal.ERASED else {}
    for place, row in enumerate(rows, start=1):
        previous = journal.bind(
            previous, position=row["position"], kind=row["kind"],
            at=datetime.fromisoformat(row["at"]), by_id=row["by_id"],
            payload_hash=bytes.fromhex(row["payload_hash"]),
        )  # fmt: skip
        if row["position"] != place or previous.hex() != row["digest"]:
            yield f"row {place} of the journal does not hold"
            return
        hashed = journal.hash_payload(bytes.fromhex(row["salt"]), row["payload"])
        if hashed.hex() != row["payload_hash"] and left.get(str(place)) != row["payload"]:
            yield f"the words of row {place} of the journal were changed"
    if (len(rows), previous.hex()) != (told["length"], told["head"]):
        yield "the journal was cut off"
