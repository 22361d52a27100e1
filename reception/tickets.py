"""The ticket and its way through the hall: called, served, held, finished.

    waiting -> called -> serving -> finished
       ^         |          | hold/resume
       |         +-> no_show
       +- transfer            cancelled from waiting, called, held

Every change is compare-and-set on the state it read and writes its event in the same transaction.
How tickets are issued and called is in `queue`.
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
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events
from agencies.db import Base
from agencies.directory import Desk, Hall, Service
from agencies.errors import Invalid, NotAllowed, NotFound, TakenByAnother, WrongStatus
from agencies.sealing import link_digest
from agencies.staff import Officer, Role

CALLS_ALLOWED = 3
OUTCOME_NOT_RECORDED = "not_recorded"


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


T = TicketState
MOVES: dict[TicketState, frozenset[TicketState]] = {
    T.WAITING: frozenset({T.CALLED, T.CANCELLED}),
    T.CALLED: frozenset({T.CALLED, T.SERVING, T.HELD, T.NO_SHOW, T.WAITING, T.CANCELLED}),
    T.SERVING: frozenset({T.HELD, T.FINISHED, T.WAITING}),
    T.HELD: frozenset({T.SERVING, T.CANCELLED, T.WAITING}),
    T.FINISHED: frozenset(),
    T.NO_SHOW: frozenset({T.WAITING}),
    T.CANCELLED: frozenset(),
}
AT_DESK = (T.CALLED, T.SERVING)
CONTACT_OUTCOMES = (
    "solved", "explained", "appeal_registered", "sent_to_desk", "referred_outside",
    "appointment", "left",
)  # fmt: skip


class Ticket(Base):
    """A place in the queue. `due_at` orders the queue within a rank; a transfer keeps it."""

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
    called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    outcome: Mapped[str | None] = mapped_column(String(32))
    link_seed: Mapped[str] = mapped_column(String(32))
    link_digest: Mapped[str] = mapped_column(String(64), unique=True)

    hall: Mapped[Hall] = relationship(lazy="joined")
    service: Mapped[Service] = relationship(lazy="joined")
    desk: Mapped[Desk | None] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        return f"{self.series}{self.number}"


def must_staff(agency_id: int, by: Officer) -> None:
    """Who may work at a desk of the agency: a supervisor at every desk, others at their own."""
    if by.role in (Role.SUPERVISOR, Role.ADMIN, Role.CLERK):
        return
    if by.role not in (Role.OFFICER, Role.HEAD) or by.agency_id != agency_id:
        raise NotAllowed("This desk belongs to another agency.")


EVENT_OF: dict[TicketState, str] = {
    T.CALLED: "ticket_recalled",
    T.SERVING: "ticket_started",
    T.HELD: "ticket_held",
    T.FINISHED: "ticket_finished",
    T.NO_SHOW: "ticket_missed",
    T.WAITING: "ticket_returned",
    T.CANCELLED: "ticket_cancelled",
}


def move(
    session: Session,
    ticket: Ticket,
    to: TicketState,
    *,
    by: Officer | None,
    now: datetime,
    values: dict[str, Any] | None = None,
    **payload: Any,
) -> None:
    """The one mover: sets the state only if nobody was first, and records the event.

    Raises WrongStatus where the table has no such move, TakenByAnother where the row has moved on
    since it was read.
    """
    before = ticket.state
    if to not in MOVES[before]:
        raise WrongStatus("This is not possible now: ticket %(ticket)s has moved on.",
                          ticket=ticket.label)  # fmt: skip
    changed = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.state == before, Ticket.calls == ticket.calls)
        .values(state=to, **(values or {}))
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother("Another desk was first with ticket %(ticket)s.", ticket=ticket.label)
    session.refresh(ticket)
    _tell(session, ticket, EVENT_OF[to], by=by, now=now, **payload)


def recall(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    if ticket.state is not T.CALLED:
        raise WrongStatus("This is not possible now: ticket %(ticket)s has moved on.",
                          ticket=ticket.label)  # fmt: skip
    if ticket.calls >= CALLS_ALLOWED:
        raise WrongStatus("Ticket %(ticket)s was called three times: mark it as not come.",
                          ticket=ticket.label)  # fmt: skip
    move(session, ticket, T.CALLED, by=by, now=now, values={"calls": Ticket.calls + 1})


def start(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    values = {"started_at": ticket.started_at or now, "officer_id": by.id}
    move(session, ticket, T.SERVING, by=by, now=now, values=values)


def hold(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    """The visitor steps aside; the desk is free for the next one."""
    move(session, ticket, T.HELD, by=by, now=now)


def resume(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    """Back to the desk that held the visitor, which must be free."""
    if ticket.state is not T.HELD:
        raise WrongStatus("Ticket %(ticket)s is not on hold.", ticket=ticket.label)
    busy = select(func.count()).where(Ticket.desk_id == ticket.desk_id, Ticket.state.in_(AT_DESK))
    if session.scalar(busy):
        raise WrongStatus("Finish with the visitor at the desk first.")
    start(session, ticket, by=by, now=now)


def finish(session: Session, ticket: Ticket, *, outcome: str, by: Officer, now: datetime) -> None:
    """The contact ends with what came of it. A called visitor counts as served from now on."""
    if outcome not in (*CONTACT_OUTCOMES, OUTCOME_NOT_RECORDED):
        raise Invalid({"outcome": "Choose what came of the visit."})
    if ticket.state is T.CALLED:
        start(session, ticket, by=by, now=now)
    values = {"finished_at": now, "outcome": outcome}
    move(session, ticket, T.FINISHED, by=by, now=now, values=values, outcome=outcome)


def record_outcome(
    session: Session, ticket: Ticket, *, outcome: str, by: Officer, now: datetime
) -> None:
    """What came of a visit that ended when the next visitor was called."""
    if outcome not in CONTACT_OUTCOMES:
        raise Invalid({"outcome": "Choose what came of the visit."})
    if ticket.outcome != OUTCOME_NOT_RECORDED:
        raise WrongStatus("The outcome of ticket %(ticket)s is recorded already.",
                          ticket=ticket.label)  # fmt: skip
    ticket.outcome = outcome
    _tell(session, ticket, "outcome_recorded", by=by, now=now, outcome=outcome)


def no_show(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    move(session, ticket, T.NO_SHOW, by=by, now=now, values={"finished_at": now})


def transfer(session: Session, ticket: Ticket, *, to: Service, by: Officer, now: datetime) -> None:
    """To the queue of another service with the original time of arrival and the same number."""
    values = {"service_id": to.id, "agency_id": to.agency_id, "desk_id": None, "calls": 0}
    values |= {"called_at": None, "finished_at": None}
    move(session, ticket, T.WAITING, by=by, now=now, values=values, service=to.code)


def put_back(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    """Who has come after all goes back in line, with the time of arrival."""
    if ticket.state is not T.NO_SHOW:
        raise WrongStatus("Ticket %(ticket)s was not marked as not come.", ticket=ticket.label)
    values = {"desk_id": None, "calls": 0, "called_at": None, "finished_at": None}
    move(session, ticket, T.WAITING, by=by, now=now, values=values)


def cancel(session: Session, ticket: Ticket, *, by: Officer | None, now: datetime) -> None:
    move(session, ticket, T.CANCELLED, by=by, now=now, values={"finished_at": now})


def by_id(session: Session, ticket_id: int) -> Ticket:
    found = session.get(Ticket, ticket_id)
    if found is None:
        raise NotFound("There is no such ticket.")
    return found


def by_key(session: Session, key: str) -> Ticket:
    found = session.scalar(select(Ticket).where(Ticket.link_digest == link_digest(key)))
    if found is None:
        raise NotFound("This link does not open a ticket. Check the slip or ask at reception.")
    return found


def must_handle(ticket: Ticket, by: Officer) -> None:
    """An agency's people handle the tickets of their agency; reception and supervision all."""
    if by.role in (Role.SUPERVISOR, Role.ADMIN, Role.CLERK):
        return
    if by.agency_id != ticket.agency_id:
        raise NotFound("There is no such ticket.")


def _tell(
    session: Session, ticket: Ticket, kind: str, *, by: Officer | None, now: datetime, **more: Any
) -> None:
    events.record(
        session, f"hall/{ticket.hall.code}", kind, now=now,
        officer_id=by.id if by else None, ticket_id=ticket.id, ticket=ticket.label,
        desk=ticket.desk.number if ticket.desk else None, agency=ticket.service.agency.code,
        calls=ticket.calls, language=ticket.language, **more,
    )  # fmt: skip


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
    until = now if ticket.state is T.WAITING else ticket.called_at or now
    return int((until - ticket.issued_at).total_seconds() // 60)
