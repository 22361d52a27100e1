"""Feeds: which source is due, and what came of asking it.

A source is asked from two days before its last success on, so that late corrections arrive; what
has not changed adds nothing. A failure is tried again after a minute, two, four, at most its own
interval.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from reports.center import loading
from reports.center.connectors import CONNECTORS, Fetched, Unreachable
from reports.center.loading import Delivery, Loaded
from reports.center.records import SourceStatus, SourceSystem
from reports.center.silence import cadence

AGAIN = timedelta(days=2)
HISTORY_DAYS = 45
FIRST_RETRY = timedelta(minutes=1)
ATTEMPT = timedelta(minutes=15)
"""Longer no collection takes; one that ended without a word, as with its worker, begins anew."""


@dataclass(frozen=True)
class Feed:
    """A source as it is to be asked, apart from any transaction."""

    code: str
    transport: str
    address: str
    options: dict[str, object]
    since: date

    def fetch(self) -> Fetched:
        """Raises Unreachable."""
        connector = CONNECTORS.get(self.transport)
        if connector is None:
            raise Unreachable(f"nothing here reads `{self.transport}`")
        return connector(self.address, self.options).fetch(self.since)


def take_due(session: Session, *, now: datetime) -> Feed | None:
    """The source that has waited longest; nobody else takes it while it is asked."""
    query = select(SourceSystem).where(
        SourceSystem.status == SourceStatus.CONNECTED, SourceSystem.address != "",
        SourceSystem.due_at <= now,
    )  # fmt: skip
    locked = query.order_by(SourceSystem.due_at).limit(1).with_for_update(skip_locked=True)
    source = session.scalar(locked)
    if source is None:
        return None
    source.tried_at, source.due_at = now, now + min(ATTEMPT, cadence(source))
    return Feed(source.code, source.transport, source.address, source.options, since(source, now))


def since(source: SourceSystem, now: datetime) -> date:
    if source.succeeded_at is None:
        days = source.options.get("history_days", HISTORY_DAYS)
        return business_date(now) - timedelta(days=days)
    return business_date(source.succeeded_at - AGAIN)


def enter(session: Session, feed: Feed, fetched: Fetched, *, now: datetime) -> Loaded:
    """Load what came and note the success. Raises UnreadableHeader."""
    delivery = Delivery(f"{feed.code} {now:%Y-%m-%dT%H:%MZ}", fetched.digest, feed.code)
    loaded = loading.load(
        session, delivery, fetched.header, enumerate(fetched.rows, start=1), now=now
    )
    source = _source(session, feed)
    source.succeeded_at, source.failures, source.last_error = now, 0, ""
    source.due_at = (source.tried_at or now) + cadence(source)
    if loaded.accepted:
        source.heard_at, source.quiet_since = now, None
    return loaded


def note_failure(session: Session, feed: Feed, reason: str, *, now: datetime) -> None:
    source = _source(session, feed)
    source.failures += 1
    source.last_error = reason[:300]
    pause = FIRST_RETRY * 2 ** min(source.failures - 1, 16)
    source.due_at = now + min(pause, cadence(source))


def _source(session: Session, feed: Feed) -> SourceSystem:
    query = select(SourceSystem).where(SourceSystem.code == feed.code)
    return session.scalars(query.with_for_update()).one()


def connect(source: SourceSystem, address: str, *, now: datetime) -> None:
    """Ask it there from now on, at once for the first time."""
    source.address = address
    source.due_at, source.heard_at = source.due_at or now, source.heard_at or now
    source.status = SourceStatus.CONNECTED
