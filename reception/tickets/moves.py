"""Moves of a ticket from state to state: one table, one mover, and the verbs of a desk.

Every change is compare-and-set on the version it read and writes its event in the same transaction.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agencies import events
from agencies.errors import Invalid, TakenByAnother, WrongStatus
from agencies.staff import Officer
from reception import rules
from reception.tickets import AT_DESK, Ticket, TicketState

CALLS_ALLOWED = 3
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
HOLD_REASONS = ("documents", "fills_form", "consults", "break", "other")
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


def tell(
    session: Session, ticket: Ticket, kind: str, *, by: Officer | None, now: datetime, **more: Any
) -> None:
    events.record(
        session, f"hall/{ticket.hall.code}", kind, now=now,
        officer_id=by.id if by else None, ticket_id=ticket.id, ticket=ticket.label,
        desk=ticket.desk.number if ticket.desk else None, agency=ticket.service.agency.code,
        calls=ticket.calls, language=ticket.language, **more,
    )  # fmt: skip
