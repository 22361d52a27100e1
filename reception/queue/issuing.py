"""The next number of a series, and the ticket that bears it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.db import first_row
from agencies.directory import PriorityCategory, Service
from agencies.errors import Invalid, NotFound
from agencies.sealing import link_digest, link_key
from agencies.staff import Officer
from reception.queue.statements import ISSUE
from reception.rules import Rank

FIRST_NUMBER = 101


@dataclass(frozen=True)
class Issued:
    """A new ticket; `key` opens its page and is told only now."""

    id: int
    label: str
    ahead: int
    key: str
    wait_s: tuple[int, int] | None = None
    """The median and the 90th percentile of the forecast, where there is evidence for one."""


def priority_rank(session: Session, code: str | None) -> int:
    """The level of an enabled category, 0 without one. Raises Invalid for an unknown code."""
    if not code:
        return 0
    query = select(PriorityCategory.level).where(
        PriorityCategory.code == code, PriorityCategory.enabled
    )
    level = session.scalar(query)
    if level is None:
        raise Invalid({"priority": "This priority category is not in force. Choose another one."})
    return level


def issue(
    session: Session,
    service_code: str,
    *,
    language: str,
    secret: str,
    by: Officer | None,
    now: datetime,
    priority: str | None = None,
    visitor_id: int | None = None,
    booked_for: datetime | None = None,
) -> Issued:
    """The next number of the service's series on this business day. Raises Invalid, NotFound.

    Who comes in time for a booking is due at the booked moment, and of its class.
    """
    seed = secrets.token_hex(16)
    key = link_key(secret, "ticket", seed)
    rank = priority_rank(session, priority)
    row = first_row(
        session,
        ISSUE,
        {
            "service": service_code, "day": business_date(now), "first": FIRST_NUMBER,
            "visitor": visitor_id, "language": language, "priority": priority or None,
            "rank": max(rank, Rank.BOOKED) if booked_for else rank, "now": now, "seed": seed,
            "digest": link_digest(key), "by": by.id if by else None,
            "due": max(booked_for or now, now),
        },
    )  # fmt: skip
    if row is None:
        raise _no_such_service(session, service_code)
    wait = None if row.told_p50_s is None else (row.told_p50_s, row.told_p90_s)
    return Issued(row.id, row.label, row.ahead, key, wait)


def _no_such_service(session: Session, code: str) -> Invalid | NotFound:
    if session.scalar(select(Service.id).where(Service.code == code, Service.open)):
        return Invalid({"service": "Today's tickets for this service are used up. Book a time."})
    if session.scalar(select(func.count()).select_from(Service)):
        return Invalid({"service": "There is no service with this code."})
    return NotFound("This hall has no reference data yet. Load them with: reception seed")
