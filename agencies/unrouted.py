"""Claims that no agency has yet, and reminding whoever may send them on.

A claim that waits longer than the hours of the row `unrouted` of `data/reminders.csv` is told once
a working day: the row of that day is unique by claim and person, and the message that goes out is
written in its transaction, so a crash leaves both or neither. Only in working hours.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    UniqueConstraint,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies import notices, reference, reminders
from agencies.appeals import Appeal, Claim, ClaimStatus, is_open_to
from agencies.appeals.circle import is_open_to_each
from agencies.calendar import (
    Workdays,
    business_date,
    next_working_moment,
    working_moment_before,
)
from agencies.clocks import OPENS
from agencies.db import Base
from agencies.directory import Origin
from agencies.journal import JournalEntry
from agencies.reminders import Reach
from agencies.staff import Officer, Role, is_colleague

STAGE = "unrouted"
BEGAN = ("registered", "set_apart", "revived")
"""Rows of the journal from which a claim waits to be sent to an agency."""
MOST_SHOWN = 20


class RoutingReminder(Base):
    """`on` is the working day on which this person was told that the claim waits."""

    __tablename__ = "routing_reminder"
    __table_args__ = (UniqueConstraint("officer_id", "on", "claim_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    on: Mapped[date]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Patience:
    """After so many working hours these roles are told. A head routes only what the agency has."""

    hours: int
    to: frozenset[Role]


@cache
def patience() -> Patience:
    row = next(one for one in reference.table("reminders") if one["stage"] == STAGE)
    return Patience(int(row["hours"]), frozenset(Role(one) for one in row["to"].split("|")))


def remind(session: Session, *, workdays: Workdays, now: datetime) -> int:
    """The rows of today and a message for each person; returns how many rows were made.

    Outside working hours nothing happens. The caller commits once.
    """
    if next_working_moment(now, workdays, opens=OPENS) != now:
        return 0
    made = Counter(_make(session, workdays, now))
    _send(session, made, now=now)
    return made.total()


def _make(session: Session, workdays: Workdays, now: datetime) -> Collection[int]:
    """The persons newly told, one for each claim."""
    told = patience()
    before = working_moment_before(now, told.hours, workdays, opens=OPENS)
    pairs = select(Claim.id, Officer.id, literal(business_date(now)), literal(now))
    pairs = pairs.join(Appeal, Appeal.id == Claim.appeal_id)
    pairs = pairs.join(Officer, Officer.role.in_(told.to))
    pairs = pairs.where(_waits(), _since() <= before, is_colleague(), is_open_to_each())
    row = insert(RoutingReminder).from_select(["claim_id", "officer_id", "on", "made_at"], pairs)
    row = row.on_conflict_do_nothing()
    return session.scalars(row.returning(RoutingReminder.officer_id)).all()


def _waits() -> ColumnElement[bool]:
    """For a query over Claim and Appeal."""
    unsent = Claim.agency_id.is_(None) & (Claim.status == ClaimStatus.REGISTERED)
    return unsent & (Appeal.source == Origin.HALL)


def _since() -> Any:
    """When the claim began to wait; rows of the whole appeal count for each of its claims."""
    rows = select(func.max(JournalEntry.at)).where(
        JournalEntry.appeal_id == Claim.appeal_id, JournalEntry.kind.in_(BEGAN),
        JournalEntry.claim_id.is_(None) | (JournalEntry.claim_id == Claim.id),
    )  # fmt: skip
    return rows.correlate(Claim).scalar_subquery()


def _send(session: Session, made: Counter[int], *, now: datetime) -> None:
    if not made:
        return
    for reach in session.scalars(select(Reach).where(Reach.officer_id.in_(made))):
        for channel, address in reminders.ways(reach):
            notices.send(
                session, channel=channel, to=address, kind="work_unrouted",
                language=reach.language, about=f"unrouted/{reach.officer_id}", now=now,
                count=made[reach.officer_id], hours=patience().hours,
                once=f"unrouted/{reach.officer_id}/{now.isoformat()}/{channel}",
            )  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    number: str
    claim_id: int
    since: datetime


def told_to(session: Session, officer: Officer, *, now: datetime) -> list[Waiting]:
    """Of what this person was told lately that it waits, what still does; the longest first."""
    since = _since().label("since")
    told = select(RoutingReminder.claim_id).where(RoutingReminder.officer_id == officer.id)
    query = select(Appeal.number, Claim.id, since).join(Appeal, Appeal.id == Claim.appeal_id)
    query = query.where(_waits(), Claim.id.in_(told), is_open_to(officer))
    query = query.where(since <= now).order_by(since, Claim.id).limit(MOST_SHOWN)
    return [Waiting(*row) for row in session.execute(query)]
