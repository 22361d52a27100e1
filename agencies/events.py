"""What happened in the house, as append-only rows: the source of the event stream and of replay.

A row is written in the transaction of the change it tells of. Its `number` is given after the
commit, in the order in which commits became visible, by `publish`; listeners resume after a
number and so miss nothing, whichever process they come back to. A payload never holds personal
data: ticket numbers, desk codes, claim keys.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, String, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base

WAKE_CHANNEL = "reception/events"
PUBLISH_LOCK = 7_301_308


class Event(Base):
    """`topic` is `hall/<code>` for all to see, or `agency/<code>` for the agency's people."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_unpublished", "id", postgresql_where=text("number IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    topic: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    officer_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


def record(
    session: Session,
    topic: str,
    kind: str,
    *,
    now: datetime,
    officer_id: int | None = None,
    ticket_id: int | None = None,
    **payload: Any,
) -> None:
    session.add(
        Event(topic=topic, kind=kind, at=now, officer_id=officer_id, ticket_id=ticket_id,
              payload=payload)
    )  # fmt: skip


def publish(session: Session) -> int:
    """Number the committed rows that have none yet; returns how many. One publisher at a time."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISH_LOCK})
    numbered = session.execute(
        text(
            "WITH fresh AS (SELECT id FROM event WHERE number IS NULL ORDER BY id), "
            "placed AS MATERIALIZED (SELECT id, nextval('event_number') AS n FROM fresh) "
            "UPDATE event SET number = placed.n FROM placed WHERE event.id = placed.id"
        )
    )
    return int(numbered.rowcount)  # type: ignore[attr-defined]


def after_number(
    session: Session, number: int, topics: Sequence[str] | None, *, limit: int = 500
) -> list[Event]:
    """Published events later than the number, oldest first."""
    query = select(Event).where(Event.number > number)
    if topics is not None:
        query = query.where(Event.topic.in_(topics))
    return list(session.scalars(query.order_by(Event.number).limit(limit)))


def newest_number(session: Session) -> int:
    return int(session.execute(text("SELECT coalesce(max(number), 0) FROM event")).scalar_one())
