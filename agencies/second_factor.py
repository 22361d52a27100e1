"""A second factor for people of the house: codes of thirty seconds (TOTP, RFC 6238).

The secret is sealed. A code opens once, and five wrong ones close the account's second step for a
quarter of an hour, however often the password is right.
"""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid
from agencies.sealing import Seal
from agencies.staff import Officer, count_failure, must_be_open

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
ISSUER = "Open Almaty"
WRONG = "This code does not fit. Type the six digits that stand there now."


class SecondFactor(Base):
    """`last_step` is that of the newest code used: no code opens twice."""

    __tablename__ = "second_factor"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    since: Mapped[datetime]


def new_secret() -> str:
    """For a device that is to be bound; nothing is kept before its first code fits."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address_of(secret: str, login: str) -> str:
    """What the program on the telephone reads from the drawing."""
    asked = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(ISSUER)}:{quote(login)}?{asked}"


def code_at(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    place = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[place : place + 4])
    return str((number & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def _fitting(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is; one before and one after are let pass, as clocks differ."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return None
    around = (step_of(now) + shift for shift in (0, -1, 1))
    return next((s for s in around if hmac.compare_digest(code_at(secret, s), typed)), None)


def of(session: Session, officer: Officer) -> SecondFactor | None:
    return session.get(SecondFactor, officer.id)


def held(session: Session, officer: Officer) -> SecondFactor | None:
    """For a check: two codes at once are looked at one after the other."""
    return session.get(SecondFactor, officer.id, with_for_update=True, populate_existing=True)


def bind(
    session: Session, officer: Officer, *, secret: str, code: str, seal: Seal, now: datetime
) -> None:
    """A device becomes the second factor, in place of the one before. Raises Invalid (`code`)."""
    step = _fitting(secret, code, now)
    if step is None:
        raise Invalid({"code": WRONG})
    release(session, officer)
    session.add(
        SecondFactor(
            officer_id=officer.id, secret_sealed=seal.close(secret), last_step=step, since=now
        )
    )


def check(factor: SecondFactor, code: str, *, seal: Seal, now: datetime) -> None:
    """Raises Invalid (`code`), or NotAllowed while closed. The caller commits in either case."""
    must_be_open(factor, now)
    step = _fitting(seal.open(factor.secret_sealed), code, now)
    if step is None or step <= factor.last_step:
        count_failure(factor, now)
        raise Invalid({"code": WRONG})
    factor.last_step, factor.failed_attempts, factor.locked_until = step, 0, None


def release(session: Session, officer: Officer) -> bool:
    """The device is lost or changed: whether there was one."""
    found = held(session, officer)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None
