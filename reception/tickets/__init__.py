"""The ticket: one visit with one number, standing in one line at a time.

    waiting -> called -> serving -> finished
       ^         |          | hold/resume
       |         +-> no_show -> waiting (came after all)
       +- next step, transfer    cancelled from waiting, called, held

The step a visit is at stands on the ticket; those before and after it are in `visits`. How it moves
is in `moves`, how tickets are issued and called in `queue`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.db import Base
from agencies.directory import Desk, Hall, Service
from agencies.errors import NotAllowed, NotFound
from agencies.sealing import link_digest
from agencies.staff import Officer, Role

LONGEST_LABEL = 8
OUTCOME_NOT_RECORDED = "not_recorded"


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


AT_DESK = (TicketState.CALLED, TicketState.SERVING)
CONTACT_OUTCOMES = (
    "solved", "explained", "appeal_registered", "sent_to_desk", "referred_outside",
    "appointment", "left",
)  # fmt: skip


class Ticket(Base):
    """A visit and the step it is at. `due_at` orders the line within a rank."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("hall_id", "business_date", "series", "number"),
        Index(
            "ix_ticket_waiting", "hall_id", "agency_id", "business_date", text("rank DESC"),
            "due_at", "id", postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "uq_ticket_desk_busy", "desk_id", unique=True,
            postgresql_where=text("state IN ('called', 'serving')"),
        ),
        Index("ix_ticket_day", "business_date", "agency_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    business_date: Mapped[date]
    series: Mapped[str] = mapped_column(String(1))
    number: Mapped[int]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"))
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    language: Mapped[str] = mapped_column(String(2))
    priority: Mapped[str | None] = mapped_column(String(32))
    rank: Mapped[int] = mapped_column(SmallInteger, default=0)
    state: Mapped[TicketState] = mapped_column(default=TicketState.WAITING)
    issued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    """From when this step may be called, and its wait counts: a visitor first walks over."""
    called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    wanted_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    """The one desk that may call; none means every desk of the agency."""
    hold_reason: Mapped[str] = mapped_column(String(32), default="")
    held_until: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(SmallInteger, default=0)
    steps_left: Mapped[int] = mapped_column(SmallInteger, default=0)
    note: Mapped[str] = mapped_column(default="")
    """What the desk before tells the next one; never on a board, in an event or on the slip."""
    outcome: Mapped[str | None] = mapped_column(String(32))
    told_p50_s: Mapped[int | None]
    told_p90_s: Mapped[int | None]
    """The wait forecast at issue, in seconds, to be scored against the real one."""
    other_p50_s: Mapped[int | None]
    other_p90_s: Mapped[int | None]
    """A second opinion that was not told, to be scored beside it."""
    version: Mapped[int] = mapped_column(default=0)
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the newest move changed, as it was before."""
    link_seed: Mapped[str] = mapped_column(String(32))
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)

    hall: Mapped[Hall] = relationship(lazy="joined")
    service: Mapped[Service] = relationship(lazy="joined")
    desk: Mapped[Desk | None] = relationship(lazy="joined", foreign_keys=[desk_id])

    @property
    def label(self) -> str:
        return f"{self.series}{self.number}"


EVERY_DESK = (Role.SUPERVISOR, Role.ADMIN, Role.CLERK)


def only_agency(by: Officer) -> int | None:
    """The agency whose desks the officer may work at; None for every one, 0 for none."""
    if by.role in EVERY_DESK:
        return None
    return (by.agency_id or 0) if by.role in (Role.OFFICER, Role.HEAD) else 0


def must_staff(agency_id: int, by: Officer) -> None:
    """Who may work at a desk of the agency: a supervisor at every desk, others at their own."""
    if only_agency(by) not in (None, agency_id):
        raise NotAllowed("This desk belongs to another agency.")


def by_id(session: Session, ticket_id: int) -> Ticket:
    found = session.get(Ticket, ticket_id)
    if found is None:
        raise NotFound("There is no such ticket.")
    return found


def by_label(session: Session, hall_id: int, label: str, *, day: date) -> Ticket | None:
    """The ticket of the day that bears this number, as people say it: `k 105`."""
    plain = "".join(label.split()).upper()
    if not plain[1:].isdecimal() or len(plain) > LONGEST_LABEL:
        return None
    return session.scalar(
        select(Ticket).where(
            Ticket.hall_id == hall_id, Ticket.business_date == day,
            Ticket.series == plain[0], Ticket.number == int(plain[1:]),
        )
    )  # fmt: skip


def by_key(session: Session, key: str) -> Ticket:
    found = session.scalar(select(Ticket).where(Ticket.link_digest == link_digest(key)))
    if found is None:
        raise NotFound("This link does not open a ticket. Check the slip or ask at reception.")
    return found


def must_handle(ticket: Ticket, by: Officer) -> None:
    """An agency's people handle the tickets of their agency; reception and supervision all."""
    if by.role not in EVERY_DESK and by.agency_id != ticket.agency_id:
        raise NotFound("There is no such ticket.")


STATE_WORDS: dict[str, str] = {
    "waiting": "Waiting",
    "called": "Called",
    "serving": "Being helped",
    "held": "On hold",
    "finished": "Finished",
    "no_show": "Did not come",
    "cancelled": "Left the queue",
}


def minutes_waited(ticket: Ticket, now: datetime) -> int:
    """Whole minutes from taking the ticket to the call; to now for who waits, if once again."""
    until = now if ticket.state is TicketState.WAITING else ticket.called_at or now
    return int((until - ticket.issued_at).total_seconds() // 60)
