"""The ticket: one visit with one number, standing in one line at a time.

    waiting -> called -> serving -> finished
       ^         |          | hold/resume
       |         +-> no_show -> waiting (came after all)
       +- next step, transfer    cancelled from waiting, called, held

Every change is compare-and-set on the version it read and writes its event in the same transaction.
The step a visit is at stands on the ticket; those before and after it are in `visits`. How tickets
are issued and called is in `queue`.
"""

from datetime import date, datetime, timedelta
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events
from agencies.db import Base
from agencies.directory import Desk, Hall, Service
from agencies.errors import Invalid, NotAllowed, NotFound, TakenByAnother, WrongStatus
from agencies.sealing import link_digest
from agencies.staff import Officer, Role
from reception import rules

CALLS_ALLOWED = 3
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
HOLD_REASONS = ("documents", "fills_form", "consults", "break", "other")
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
    kind: str = "",
    **payload: Any,
) -> None:
    """The one mover: sets the state only if nobody was first, and records the event.

    Raises WrongStatus where the table has no such move, TakenByAnother where the row has moved on
    since it was read. What it changed is kept for `undoing`.
    """
    if to not in MOVES[ticket.state]:
        raise moved_on(ticket)
    values = values or {}
    was = {name: as_json(getattr(ticket, name)) for name in ("state", *values)}
    swap(session, ticket, {**values, "state": to, "undo": was})
    tell(session, ticket, kind or EVENT_OF[to], by=by, now=now, **payload)


def swap(session: Session, ticket: Ticket, values: dict[str, Any]) -> None:
    """Compare-and-set on the version that was read."""
    changed = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.version == ticket.version)
        .values(version=Ticket.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother("Another desk was first with ticket %(ticket)s.", ticket=ticket.label)
    session.refresh(ticket)


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def moved_on(ticket: Ticket) -> WrongStatus:
    return WrongStatus("This is not possible now: ticket %(ticket)s has moved on.",
                       ticket=ticket.label)  # fmt: skip


def recall(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    if ticket.state is not T.CALLED:
        raise moved_on(ticket)
    if ticket.calls >= CALLS_ALLOWED:
        raise WrongStatus("Ticket %(ticket)s was called three times: mark it as not come.",
                          ticket=ticket.label)  # fmt: skip
    move(session, ticket, T.CALLED, by=by, now=now, values={"calls": ticket.calls + 1})


def start(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    values = {"started_at": ticket.started_at or now, "officer_id": by.id}
    values |= {"hold_reason": "", "held_until": None}
    move(session, ticket, T.SERVING, by=by, now=now, values=values)


def hold(
    session: Session,
    ticket: Ticket,
    *,
    by: Officer,
    now: datetime,
    reason: str = "other",
    minutes: int | None = None,
) -> None:
    """The visitor steps aside and the desk is free; who holds answers for it until it expires."""
    if reason not in HOLD_REASONS:
        raise Invalid({"reason": "Choose why the visitor steps aside."})
    most = rules.in_force(session, ticket.agency_id, ticket.business_date).hold_max_min
    if minutes is not None and not 0 < minutes <= most:
        raise Invalid({"minutes": "This value is outside of what is possible."})
    until = now + timedelta(minutes=minutes or most)
    values = {"officer_id": by.id, "hold_reason": reason, "held_until": until}
    move(session, ticket, T.HELD, by=by, now=now, values=values, reason=reason)


def holds_expired(session: Session, *, now: datetime) -> list[Ticket]:
    """Visitors put aside for longer than was said: their owner is to be reminded."""
    query = select(Ticket).where(Ticket.state == T.HELD, Ticket.held_until < now)
    return list(session.scalars(query.order_by(Ticket.held_until)))


def resume(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    """Back to the desk that held the visitor, which must be free."""
    if ticket.state is not T.HELD:
        raise WrongStatus("Ticket %(ticket)s is not on hold.", ticket=ticket.label)
    must_be_free(session, ticket.desk_id)
    start(session, ticket, by=by, now=now)


def must_be_free(session: Session, desk_id: int | None) -> None:
    busy = select(func.count()).where(Ticket.desk_id == desk_id, Ticket.state.in_(AT_DESK))
    if session.scalar(busy):
        raise WrongStatus("Finish with the visitor at the desk first.")


def no_show(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    values = {"finished_at": now, "misses": ticket.misses + 1}
    move(session, ticket, T.NO_SHOW, by=by, now=now, values=values)


def put_back(session: Session, ticket: Ticket, *, by: Officer | None, now: datetime) -> None:
    """Who has come after all goes back in line, a little later than due. Once, and within the
    time that the rule gives; after that a new ticket is taken.
    """
    if ticket.state is not T.NO_SHOW or ticket.finished_at is None:
        raise WrongStatus("Ticket %(ticket)s was not marked as not come.", ticket=ticket.label)
    rule = rules.in_force(session, ticket.agency_id, ticket.business_date)
    late = now > ticket.finished_at + timedelta(minutes=rule.return_within_min)
    if late or ticket.misses >= rule.misses_allowed:
        raise WrongStatus("Ticket %(ticket)s can no longer come back: take a new one.",
                          ticket=ticket.label)  # fmt: skip
    due_at = min(ticket.due_at + timedelta(minutes=rule.return_penalty_min), now)
    move(session, ticket, T.WAITING, by=by, now=now, values=back_in_line(now) | {"due_at": due_at})


def back_in_line(now: datetime) -> dict[str, Any]:
    """The columns of a ticket that nobody has called yet."""
    return {
        "desk_id": None, "officer_id": None, "calls": 0, "called_at": None, "started_at": None,
        "finished_at": None, "outcome": None, "hold_reason": "", "held_until": None,
        "wanted_desk_id": None, "ready_at": now,
    }  # fmt: skip


def set_rank(
    session: Session, ticket: Ticket, *, rank: rules.Rank, reason: str, by: Officer, now: datetime
) -> None:
    """An emergency goes before everybody; a priority without proof becomes an ordinary visit."""
    if not reason.strip():
        raise Invalid({"reason": "Say why."})
    if ticket.state is not T.WAITING:
        raise moved_on(ticket)
    swap(session, ticket, {"rank": rank.value, "undo": None})
    tell(session, ticket, "ticket_ranked", by=by, now=now, rank=rank.value)


def cancel(
    session: Session, ticket: Ticket, *, by: Officer | None, now: datetime, outcome: str = "left"
) -> None:
    values = {"finished_at": now, "outcome": outcome}
    move(session, ticket, T.CANCELLED, by=by, now=now, values=values)


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


def tell(
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
