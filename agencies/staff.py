"""Staff accounts and API tokens: roles, passwords, lockout after wrong attempts."""

import hashlib
import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION
from flask_login import UserMixin
from sqlalchemy import ColumnElement, ForeignKey, String, and_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.db import Base
from agencies.directory import Agency, Desk
from agencies.errors import Invalid, NotAllowed

ATTEMPTS_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
OF_PROGRAMS = "token-"
"""Beginning of the logins of programs and devices."""
_hasher = PasswordHasher()


class Role(StrEnum):
    CLERK = "clerk"
    OFFICER = "officer"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    COUNCIL = "council"
    ANALYST = "analyst"
    ADMIN = "admin"
    KIOSK = "kiosk"
    BOARD = "board"


AGENCY_ROLES = frozenset({Role.OFFICER, Role.HEAD})
"""Roles that mean nothing without an agency."""


class Officer(UserMixin, Base):  # type: ignore[misc]
    """A staff account. The position is printed on the talon, as the law asks (Code art. 64(2))."""

    __tablename__ = "officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    position_kk: Mapped[str]
    position_ru: Mapped[str]
    position_en: Mapped[str]
    role: Mapped[Role]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    password_hash: Mapped[str | None]
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    signed_in_at: Mapped[datetime | None]
    session_key: Mapped[str] = mapped_column(
        String(32), default=lambda: secrets.token_hex(8), unique=True
    )
    """What the session cookie holds; a new one ends every session of the account."""

    agency: Mapped[Agency | None] = relationship(lazy="joined")
    desk: Mapped[Desk | None] = relationship(foreign_keys=[desk_id])

    def get_id(self) -> str:
        return self.session_key

    @property
    def is_active(self) -> bool:
        return self.active

    def position(self, language: str) -> str:
        return str(getattr(self, f"position_{language}"))


class ApiToken(Base):
    """A key of a neighbouring system or device; only its digest is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    officer: Mapped[Officer] = relationship(lazy="joined")


def hire(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    position: dict[str, str],
    agency: Agency | None = None,
    password: str | None = None,
) -> Officer:
    """A new account. Raises Invalid where the role needs an agency or the password is too short."""
    if role in AGENCY_ROLES and agency is None:
        raise Invalid({"agency": "This role works for an agency: choose one."})
    officer = Officer(
        login=login,
        name=name,
        role=role,
        agency=agency,
        **{f"position_{language}": text for language, text in position.items()},
    )
    if password is not None:
        set_password(officer, password)
    session.add(officer)
    return officer


def set_password(officer: Officer, password: str) -> None:
    """Also ends every open session of the account."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": "A password needs at least 10 characters."})
    officer.password_hash = _hasher.hash(password)
    end_sessions(officer)


def end_sessions(officer: Officer) -> None:
    officer.session_key = secrets.token_hex(8)


def check_password(session: Session, *, login: str, password: str, now: datetime) -> Officer:
    """The officer, or NotAllowed with one message for every cause but the lock.

    The caller commits in either case: a wrong attempt is counted on the row.
    """
    query = select(Officer).where(Officer.login == login.strip()).with_for_update(of=Officer)
    officer: Officer | None = session.scalar(query)
    if officer:
        must_be_open(officer, now)
    if not _matches(officer, password) or officer is None or not officer.active:
        if officer:
            count_failure(officer, now)
        raise NotAllowed("The login or the password is not right. Check both and try again.")
    officer.failed_attempts = 0
    officer.locked_until = None
    officer.signed_in_at = now
    return officer


def _no_hash() -> str:
    """What no password matches, at the cost of a real one. Made without hashing: every process of
    the house would do that at its start.
    """
    salt, digest = secrets.token_bytes(_hasher.salt_len), secrets.token_bytes(_hasher.hash_len)
    told = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return "$".join(["", "argon2id", f"v={ARGON2_VERSION}", told, _base64(salt), _base64(digest)])


def _base64(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")


_decoy = _no_hash()


def _matches(officer: Officer | None, password: str) -> bool:
    """Takes the same time for an unknown login, so that logins cannot be guessed by the clock."""
    known = officer.password_hash if officer and officer.password_hash else None
    try:
        return _hasher.verify(known or _decoy, password) and known is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


class Guarded(Protocol):
    """A row that counts wrong attempts and closes for a while."""

    failed_attempts: int
    locked_until: datetime | None


def must_be_open(row: Guarded, now: datetime) -> None:
    if row.locked_until and row.locked_until > now:
        raise NotAllowed(
            "Too many wrong attempts. Sign-in opens again at %(time)s.", time=row.locked_until
        )


def count_failure(row: Guarded, now: datetime) -> None:
    row.failed_attempts += 1
    if row.failed_attempts >= ATTEMPTS_ALLOWED:
        row.locked_until = now + LOCKED_FOR
        row.failed_attempts = 0


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(
    session: Session, *, role: Role, agency: Agency | None, name: str, now: datetime
) -> str:
    """A new account without a password and its key, which is told this one time."""
    token = secrets.token_urlsafe(32)
    position = {"kk": name, "ru": name, "en": name}
    login = f"{OF_PROGRAMS}{secrets.token_hex(6)}"
    officer = hire(session, login=login, name=name, role=role, position=position, agency=agency)
    session.add(ApiToken(digest=digest_of(token), officer=officer, created_at=now))
    return token


def is_colleague() -> ColumnElement[bool]:
    """A person who works here; a program has an account too."""
    return and_(Officer.active, Officer.login.not_like(f"{OF_PROGRAMS}%"))


def colleague_by_login(session: Session, login: str) -> Officer | None:
    found: Officer | None = session.scalar(
        select(Officer).where(Officer.login == login, is_colleague())
    )
    return found


def officer_by_digest(session: Session, digest: str) -> Officer | None:
    """The active account behind a token that was not revoked."""
    query = select(ApiToken).where(ApiToken.digest == digest, ApiToken.revoked_at.is_(None))
    agency = joinedload(ApiToken.officer).joinedload(Officer.agency)
    found = session.scalar(query.options(agency.lazyload(Agency.names)))
    return found.officer if found and found.officer.active else None
