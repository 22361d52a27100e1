"""A feed that went quiet is an alert: a person looks into it and says what it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from reports.alerts import FEED, Alert, AlertState
from reports.center.records import SourceStatus, SourceSystem

QUIET = 3
"""Times the promised interval without anything new."""
CADENCE = timedelta(days=1)
METHOD = "silence"


def cadence(source: SourceSystem) -> timedelta:
    return timedelta(minutes=source.cadence_min) if source.cadence_min else CADENCE


def mark_quiet(session: Session, *, now: datetime) -> list[SourceSystem]:
    """Sources from which nothing new has come for too long; returns those that fell quiet now."""
    query = select(SourceSystem).where(
        SourceSystem.status == SourceStatus.CONNECTED, SourceSystem.address != "",
        SourceSystem.heard_at.is_not(None),
    )  # fmt: skip
    watched = list(session.scalars(query))
    fallen = [one for one in watched if one.quiet_since is None and _silent(one, now)]
    for source in fallen:
        source.quiet_since = now
    _raise(session, fallen, tested=len(watched), now=now)
    return fallen


def _silent(source: SourceSystem, now: datetime) -> bool:
    return source.heard_at is not None and now - source.heard_at > QUIET * cadence(source)


def _raise(session: Session, fallen: Iterable[SourceSystem], *, tested: int, now: datetime) -> None:
    """Nothing came where three deliveries were promised; no chance is reckoned."""
    rows = [
        {
            "series": FEED + source.code, "week": business_date(now), "method": METHOD,
            "observed": 0, "expected": QUIET, "bound": 1, "dispersion": 1, "p": 0,
            "tested": tested, "state": AlertState.RAISED, "raised_at": now, "reason": "",
        }
        for source in fallen
    ]  # fmt: skip
    if rows:
        session.execute(insert(Alert).on_conflict_do_nothing(), rows)


def alerts(session: Session) -> dict[str, Alert]:
    """Source -> its newest alert, of those that are quiet now."""
    query = (
        select(SourceSystem.code, Alert)
        .join(Alert, Alert.series == FEED + SourceSystem.code)
        .where(SourceSystem.quiet_since.is_not(None))
        .order_by(Alert.week, Alert.id)
    )
    return {code: alert for code, alert in session.execute(query)}
