"""Kiosks, boards, printers. The first two are enrolled by a code that works once, known by a key,
and closed when they must be.

A device has no password. Its browser keeps a key that the hall knows by digest only; a new code
ends the old key, so a lost machine is shut out by inviting its successor.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, SmallInteger, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events
from agencies.db import Base
from agencies.directory import Hall
from agencies.errors import Invalid, NotAllowed, NotFound
from agencies.sealing import link_digest
from reception import printers

CODE_LIVES = timedelta(minutes=30)
SEEN_EVERY = timedelta(seconds=30)
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letter or digit that is taken for another one when it is read aloud."""
CODE_LENGTH = 8
PAPERS_MM = (80, 58)


class DeviceKind(StrEnum):
    KIOSK = "kiosk"
    BOARD = "board"
    PRINTER = "printer"
    """Of slips, where people at desks issue tickets; no browser and nothing to enrol."""


class Device(Base):
    """`printer` is `network://host:port`, `usb://vendor:product` in hexadecimal digits, or empty
    where the browser of the device prints. `floor` narrows a board to the desks of one floor.
    """

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[DeviceKind]
    name: Mapped[str]
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    floor: Mapped[int | None] = mapped_column(SmallInteger)
    printer: Mapped[str] = mapped_column(String(128), default="")
    paper_mm: Mapped[int] = mapped_column(SmallInteger, default=80)
    """Width of the roll."""
    speaks: Mapped[bool] = mapped_column(default=True)
    key_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_until: Mapped[datetime | None]
    locked: Mapped[bool] = mapped_column(default=False)
    lock_reason: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    hall: Mapped[Hall] = relationship(lazy="joined")


def add(
    session: Session, *, code: str, kind: DeviceKind | str, name: str, hall: Hall, now: datetime
) -> Device:
    """A device that waits to be enrolled. Raises Invalid where the code is taken or no code."""
    if kind not in set(DeviceKind):
        raise Invalid({"kind": "This value is outside of what is possible."})
    plain = code.strip().lower()
    if not plain or len(plain) > 32 or not plain.replace("-", "").isalnum():
        raise Invalid({"code": "A code has letters, digits and hyphens, at most 32."})
    if session.scalar(select(Device.id).where(Device.code == plain)):
        raise Invalid({"code": "There is a device with this code already."})
    if not name.strip():
        raise Invalid({"name": "Say where the device stands."})
    device = Device(
        code=plain, kind=DeviceKind(kind), name=name.strip()[:120], hall=hall, created_at=now
    )
    session.add(device)
    session.flush()
    return device


def set_printer(device: Device, address: str, *, paper_mm: int) -> None:
    """Where slips of this device come out; empty leaves printing to its browser. Raises Invalid."""
    if device.kind is DeviceKind.BOARD or (address and not printers.is_address(address)):
        raise Invalid({"printer": "Write network://10.0.0.5:9100 or usb://04b8:0e15, or nothing."})
    if paper_mm not in PAPERS_MM:
        raise Invalid({"paper_mm": "This value is outside of what is possible."})
    device.printer, device.paper_mm = address, paper_mm


def invite(device: Device, *, now: datetime) -> str:
    """The code to type at the device within half an hour; its present key ends at once."""
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    device.key_digest = None
    device.code_digest = link_digest(code)
    device.code_until = now + CODE_LIVES
    return code


def enrol(session: Session, code: str, *, now: datetime) -> tuple[Device, str]:
    """The device of the code and the key its browser keeps from now on. The code works once."""
    key = secrets.token_urlsafe(32)
    plain = "".join(code.split()).replace("-", "")
    taken = session.execute(
        update(Device)
        .where(Device.code_digest == link_digest(plain), Device.code_until > now)
        .values(key_digest=link_digest_of(key), code_digest=None, code_until=None, seen_at=now)
        .returning(Device.id)
    ).scalar_one_or_none()
    if taken is None:
        raise Invalid({"code": "This code is not known or is over. Ask for another one."})
    return session.get_one(Device, taken, populate_existing=True), key


def link_digest_of(key: str) -> str:
    """Keys of devices tell capitals apart, unlike codes that people type."""
    return link_digest(key.encode().hex())


def by_key(session: Session, key: str) -> Device | None:
    if not key:
        return None
    return session.scalar(select(Device).where(Device.key_digest == link_digest_of(key[:128])))


def by_code(session: Session, code: str) -> Device:
    found = session.scalar(select(Device).where(Device.code == code))
    if found is None:
        raise NotFound("There is no device with the code “%(code)s”.", code=code)
    return found


def listed(session: Session) -> list[Device]:
    return list(session.scalars(select(Device).order_by(Device.kind, Device.code)))


def seen(device: Device, *, now: datetime) -> None:
    """Written at most twice a minute, however often the device asks."""
    if device.seen_at is None or now - device.seen_at >= SEEN_EVERY:
        device.seen_at = now


def lock(session: Session, device: Device, *, reason: str, now: datetime) -> None:
    """The device says that it is closed, with the next thing it asks the hall."""
    if not reason.strip():
        raise Invalid({"reason": "Say why, for those who stand before it."})
    device.locked, device.lock_reason = True, reason.strip()[:200]
    _tell(session, device, "device_locked", now)


def unlock(session: Session, device: Device, *, now: datetime) -> None:
    device.locked, device.lock_reason = False, ""
    _tell(session, device, "device_unlocked", now)


def must_serve(device: Device | None, hall: Hall) -> None:
    """Whether visitors may be served here: an open device, or any browser where the hall allows
    it. Raises NotAllowed.
    """
    if device is None and hall.enrolled_kiosks_only:
        raise NotAllowed("This device is not enrolled. Take a ticket at a kiosk of the hall.")
    if device is not None and device.locked:
        raise NotAllowed("This kiosk is closed. Please take a ticket at reception.")


def _tell(session: Session, device: Device, kind: str, now: datetime) -> None:
    events.record(session, f"hall/{device.hall.code}", kind, now=now, device=device.code)
