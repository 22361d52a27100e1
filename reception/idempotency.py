"""A retried request gives the first answer: the key, what was asked, and what was answered.

The key's row belongs to the transaction of the request. A second request with the same key waits
at the unique index until the first commits, is undone, and gives the first answer.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import Response, request
from sqlalchemy import (
    BigInteger,
    Identity,
    String,
    Table,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.access import current_officer
from agencies.calendar import clock
from agencies.db import Base, busy, db, first_row
from agencies.errors import DomainError, Invalid, TakenByAnother
from reception.nudges import wake

P = ParamSpec("P")
LONGEST_KEY = 128
HEADER = "Idempotency-Key"


class IdempotencyKey(Base):
    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("owner", "key"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    asked: Mapped[str] = mapped_column(String(64))
    """Digest of method, path and body: the same key for another request is a mistake."""
    status: Mapped[int | None]
    body: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


TABLE = cast("Table", IdempotencyKey.__table__)
"""Written without the unit of work: these statements run in every call."""


KEEP = busy("""
INSERT INTO idempotency_key (owner, key, asked, status, body, created_at)
VALUES (:owner, :key, :asked, :status, :body, :now)
ON CONFLICT (owner, key) DO NOTHING RETURNING id
""")


def digest(path: str, form: Mapping[str, str]) -> str:
    """What a form asked: its address and every field but the token of its page."""
    fields = sorted((k, v) for k, v in form.items() if k != "csrf_token")
    return hashlib.sha256(json.dumps([path, fields]).encode()).hexdigest()


def claim_key(session: Session, *, owner: str, key: str, asked: str, now: datetime) -> bool:
    """True for the first request with this key, False for a repetition."""
    row = insert(TABLE).values(owner=owner, key=key, asked=asked, created_at=now)
    made = row.on_conflict_do_nothing(index_elements=["owner", "key"]).returning(IdempotencyKey.id)
    return session.execute(made).first() is not None


def first_answer(session: Session, *, owner: str, key: str, asked: str) -> tuple[int, str]:
    """What the first request was answered. Raises Invalid when it asked something else."""
    query = select(IdempotencyKey).where(IdempotencyKey.owner == owner, IdempotencyKey.key == key)
    row = session.scalars(query).one()
    if row.asked != asked:
        raise Invalid({HEADER: "This key was used for another request. Take a new one."})
    if row.status is None:
        raise TakenByAnother("The first request with this key has no answer yet. Ask again.")
    return row.status, row.body or ""


def keep_new_answer(
    session: Session, *, owner: str, key: str, asked: str, status: int, body: str, now: datetime
) -> bool:
    """True where this is the first answer with the key; otherwise the work is to be undone.

    Waits at the unique index for a request with the same key that is under way.
    """
    row = {"owner": owner, "key": key, "asked": asked, "status": status, "body": body, "now": now}
    return first_row(session, KEEP, row) is not None


def keep_answer(session: Session, *, owner: str, key: str, status: int, body: str) -> None:
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.owner == owner, IdempotencyKey.key == key)
        .values(status=status, body=body)
    )


def forget_before(session: Session, moment: datetime) -> int:
    done = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < moment))
    return int(done.rowcount)  # type: ignore[attr-defined]


def once(view: Callable[P, tuple[Any, int]]) -> Callable[P, Response]:
    """For API views that answer `(json, status)`: one commit, and the same answer to a retry."""

    @wraps(view)
    def kept(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return _answer(*view(*args, **kwargs), commit=True)
        if len(key) > LONGEST_KEY:
            raise Invalid({HEADER: "A key has at most 128 characters."})
        owner = str(current_officer().id)
        asked = hashlib.sha256(
            f"{request.method} {request.path}\n".encode() + request.get_data()
        ).hexdigest()
        told = {"owner": owner, "key": key, "asked": asked}
        try:
            answer, status = view(*args, **kwargs)
        except (DomainError, IntegrityError):
            db.session.rollback()
            if answered := _answered_before(told):
                return answered
            raise
        body = "" if answer is None else json.dumps(answer, ensure_ascii=False)
        if keep_new_answer(db.session(), status=status, body=body, now=clock(), **told):
            return _answer(body, status, commit=True)
        db.session.rollback()
        if answered := _answered_before(told):
            return answered
        raise TakenByAnother("The first request with this key has no answer yet. Ask again.")

    kept.keyed = True  # type: ignore[attr-defined]
    return kept


def _answered_before(told: dict[str, str]) -> Response | None:
    """The first answer, where this request is a repetition."""
    query = select(IdempotencyKey.id).where(
        IdempotencyKey.owner == told["owner"], IdempotencyKey.key == told["key"]
    )
    if db.session.scalar(query) is None:
        return None
    status, body = first_answer(db.session(), **told)
    return _answer(body, status, commit=False)


def _answer(body: Any, status: int, *, commit: bool) -> Response:
    text = body if isinstance(body, str) else "" if body is None else json.dumps(
        body, ensure_ascii=False
    )  # fmt: skip
    if commit:
        db.session.commit()
        wake()
    return Response(text, status, mimetype="application/json" if text else "text/plain")
