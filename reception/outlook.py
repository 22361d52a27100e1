"""What a visitor is told to expect, kept ready as rows for who issues, shows and routes tickets.

`waits` computes them; older than two minutes they are not told any more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import BigInteger, ForeignKey, SmallInteger, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.calendar import business_date
from agencies.db import Base
from reception.language import say
from reception.tickets import Ticket, TicketState

STEP_MIN = 5
FRESH = timedelta(minutes=2)


class WaitOutlook(Base):
    """For a newcomer of the class; seconds. `other_*` is the second opinion, to be scored too."""

    __tablename__ = "wait_outlook"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    p50_s: Mapped[int]
    p90_s: Mapped[int]
    other_p50_s: Mapped[int]
    other_p90_s: Mapped[int]
    computed_at: Mapped[datetime]


class TicketWait(Base):
    """For one ticket in line, from now on.

    Apart from the ticket and without a foreign key to it: either would lock its row for a moment,
    and who is locked is passed over by a call.
    """

    __tablename__ = "ticket_wait"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    p50_s: Mapped[int]
    p90_s: Mapped[int]
    computed_at: Mapped[datetime]


class Step(Protocol):
    agency_id: int


S = TypeVar("S", bound=Step)


def wait_of(session: Session, ticket: Ticket, *, now: datetime) -> tuple[int, int] | None:
    """Median and 90th percentile in seconds, of who waits; a ticket just taken was told its own."""
    if ticket.state is not TicketState.WAITING:
        return None
    query = select(TicketWait).where(
        TicketWait.ticket_id == ticket.id, TicketWait.computed_at > now - FRESH
    )
    found = session.scalar(query)
    if found is not None:
        return found.p50_s, found.p90_s
    if ticket.told_p50_s is None or ticket.told_p90_s is None or now - ticket.issued_at > FRESH:
        return None
    return ticket.told_p50_s, ticket.told_p90_s


def in_minutes(p50_s: int, p90_s: int) -> tuple[int, int]:
    """The range as it is told, in steps of five minutes; the upper end is rounded up."""
    low = p50_s // 60 // STEP_MIN * STEP_MIN
    return low, max(-(-p90_s // (60 * STEP_MIN)) * STEP_MIN, low + STEP_MIN)


def in_words(wait_s: tuple[int, int], language: str | None = None) -> str:
    """Never a countdown: a range in steps of five minutes."""
    low, high = in_minutes(*wait_s)
    if not low:
        return say("up to %(high)s min", language, high=high)
    return say("%(low)s–%(high)s min", language, low=low, high=high)


def least(session: Session, steps: Sequence[S], *, rank: int, now: datetime) -> S:
    """The step with the shortest wait to be expected; where none is forecast, the shortest line."""
    agencies = [step.agency_id for step in steps]
    told = select(WaitOutlook.agency_id, WaitOutlook.p50_s).where(
        WaitOutlook.agency_id.in_(agencies), WaitOutlook.rank == min(rank, 3),
        WaitOutlook.computed_at > now - FRESH,
    )  # fmt: skip
    lines = select(Ticket.agency_id, func.count()).where(
        Ticket.agency_id.in_(agencies), Ticket.business_date == business_date(now),
        Ticket.state == TicketState.WAITING,
    )  # fmt: skip
    waits = {row[0]: row[1] for row in session.execute(told)}
    count = {row[0]: row[1] for row in session.execute(lines.group_by(Ticket.agency_id))}
    if len(waits) == len(set(agencies)):
        return min(steps, key=lambda step: (waits[step.agency_id], count.get(step.agency_id, 0)))
    return min(steps, key=lambda step: count.get(step.agency_id, 0))
