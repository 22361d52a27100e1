"""A visit of several steps on one number: what is planned, what is done, and who is next to help.

The step a visit is at stands on its ticket; a `visit_step` row holds one before or after it. Steps
of one `stage` are free among each other: the visitor goes first where the wait is least.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.db import Base
from agencies.directory import Desk, Service
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.events import Event
from agencies.staff import Officer
from reception import outlook, rules
from reception.tickets import (
    AT_DESK,
    CONTACT_OUTCOMES,
    OUTCOME_NOT_RECORDED,
    Ticket,
    TicketState,
    moves,
)
from reception.tickets.moves import back_in_line, move, tell

MOST_STEPS = 6
UNDO_WITHIN = timedelta(minutes=2)
T = TicketState


class StepState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class VisitStep(Base):
    """`ordinal` counts the steps of a visit in the order in which they were entered."""

    __tablename__ = "visit_step"
    __table_args__ = (Index("uq_visit_step_ordinal", "ticket_id", "ordinal", unique=True),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    stage: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[StepState] = mapped_column(default=StepState.PLANNED)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    """Of a planned step, the desk that asked for the visitor back; of a done one, who helped."""
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    due_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(default="")

    service: Mapped[Service] = relationship(lazy="joined")


def steps_of(session: Session, ticket: Ticket) -> list[VisitStep]:
    query = select(VisitStep).where(VisitStep.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(VisitStep.stage, VisitStep.ordinal)))


def planned(session: Session, ticket: Ticket) -> list[VisitStep]:
    return [step for step in steps_of(session, ticket) if step.state is StepState.PLANNED]


def plan(
    session: Session,
    ticket: Ticket,
    services: Sequence[Service],
    *,
    by: Officer | None,
    now: datetime,
    free: bool = False,
) -> None:
    """Further services on the same number: one after the other, or in any order."""
    if ticket.state in (T.FINISHED, T.CANCELLED, T.NO_SHOW):
        raise moves.moved_on(ticket)
    known = steps_of(session, ticket)
    if len(known) + len(services) >= MOST_STEPS:
        raise Invalid({"then": "A visit has at most six steps."})
    stage = max((step.stage for step in known), default=0)
    moves.swap(session, ticket, {"steps_left": ticket.steps_left + len(services), "undo": None})
    for place, service in enumerate(services, start=1):
        at = stage + (1 if free else place)
        _write(session, ticket, service, stage=at, ordinal=len(known) + place)
    tell(session, ticket, "steps_planned", by=by, now=now, steps=[s.code for s in services])


def _write(
    session: Session, ticket: Ticket, service: Service, *, stage: int, ordinal: int, **more: Any
) -> VisitStep:
    step = VisitStep(
        ticket_id=ticket.id, ordinal=ordinal, stage=stage, service=service,
        agency_id=service.agency_id, **more,
    )  # fmt: skip
    session.add(step)
    session.flush()
    return step


def finish(
    session: Session,
    ticket: Ticket,
    *,
    outcome: str,
    by: Officer,
    now: datetime,
) -> None:
    """The contact ends with what came of it; a visit with further steps goes on to the next one.

    A called visitor counts as served from now on.
    """
    if outcome not in (*CONTACT_OUTCOMES, OUTCOME_NOT_RECORDED):
        raise Invalid({"outcome": "Choose what came of the visit."})
    if ticket.state is T.CALLED:
        moves.start(session, ticket, by=by, now=now)
    if ticket.steps_left and ticket.state is T.SERVING:
        go_on(session, ticket, outcome=outcome, by=by, now=now)
        return
    values = {"finished_at": now, "outcome": outcome}
    move(session, ticket, T.FINISHED, by=by, now=now, values=values, outcome=outcome)


def go_on(
    session: Session,
    ticket: Ticket,
    *,
    outcome: str,
    by: Officer | None,
    now: datetime,
) -> None:
    """To the next planned step, of free ones to that with the least wait; its line counts from now.

    The walk to it comes first.
    """
    left = planned(session, ticket)
    ready = [step for step in left if step.stage == left[0].stage]
    step = outlook.least(session, ready, rank=ticket.rank, now=now) if ready[1:] else ready[0]
    rule = rules.in_force(session, step.agency_id, ticket.business_date)
    due_at = step.due_at or now
    values = back_in_line(now + rule.walking) | {
        "service_id": step.service_id, "agency_id": step.agency_id, "due_at": due_at,
        "wanted_desk_id": step.desk_id, "note": step.note, "steps_left": len(left) - 1,
    }  # fmt: skip
    done = _close(session, ticket, outcome=outcome, now=now)
    move(
        session, ticket, T.WAITING, by=by, now=now, values=values, kind="step_finished",
        outcome=outcome, from_agency=done.service.agency.code, service=step.service.code,
    )  # fmt: skip
    ticket.undo = {**(ticket.undo or {}), "steps": [done.id], "plan": _as_plan(step)}
    session.delete(step)


def _as_plan(step: VisitStep) -> dict[str, Any]:
    names = ("ordinal", "stage", "service_id", "agency_id", "desk_id", "note", "due_at")
    return {name: moves.as_json(getattr(step, name)) for name in names}


def _close(session: Session, ticket: Ticket, *, outcome: str, now: datetime) -> VisitStep:
    """The step the ticket stands at, as a row of what was done."""
    ordinal = max((step.ordinal for step in steps_of(session, ticket)), default=0) + 1
    return _write(
        session, ticket, ticket.service, stage=0, ordinal=ordinal, state=StepState.DONE,
        desk_id=ticket.desk_id, officer_id=ticket.officer_id, due_at=ticket.due_at,
        ready_at=ticket.ready_at, called_at=ticket.called_at, started_at=ticket.started_at,
        ended_at=now, outcome=outcome,
    )  # fmt: skip


def transfer(
    session: Session,
    ticket: Ticket,
    *,
    to: Service,
    by: Officer,
    now: datetime,
    note: str = "",
    desk: Desk | None = None,
    come_back: bool = False,
) -> None:
    """To the line of another service with the same number and the credit for waiting, up to the
    most that the rule gives. `desk` names the one desk meant; with `come_back` the visitor returns
    to the desk that sends, with the place there kept.
    """
    if desk is not None and desk.agency_id != to.agency_id:
        raise Invalid({"desk": "This desk does not give the service."})
    if come_back and ticket.state is not T.SERVING:
        raise WrongStatus("Only who is at the desk can be asked to come back.")
    rule = rules.in_force(session, to.agency_id, ticket.business_date)
    back = _ask_back(session, ticket) if come_back else None
    done = _close(session, ticket, outcome="sent_to_desk", now=now) if ticket.started_at else None
    moves_house = to.agency_id != ticket.agency_id
    values = back_in_line(now + rule.walking if moves_house and ticket.started_at else now) | {
        "service_id": to.id, "agency_id": to.agency_id, "note": note[:500],
        "due_at": max(ticket.due_at, now - rule.credit_max),
        "wanted_desk_id": desk.id if desk else None,
        "steps_left": ticket.steps_left + (1 if back else 0),
    }  # fmt: skip
    move(session, ticket, T.WAITING, by=by, now=now, values=values, kind="ticket_transferred",
         service=to.code, from_agency=ticket.service.agency.code)  # fmt: skip
    written = [step.id for step in (back, done) if step]
    ticket.undo = {**(ticket.undo or {}), "steps": written}


def _ask_back(session: Session, ticket: Ticket) -> VisitStep:
    """A step before every other planned one, due when this one was."""
    known = steps_of(session, ticket)
    first = min((s.stage for s in known if s.state is StepState.PLANNED), default=1)
    ordinal = max((step.ordinal for step in known), default=0) + 1
    return _write(
        session, ticket, ticket.service, stage=first - 1, ordinal=ordinal,
        desk_id=ticket.desk_id, due_at=ticket.due_at, note=ticket.note,
    )  # fmt: skip


def record_outcome(
    session: Session, ticket: Ticket, *, outcome: str, by: Officer, now: datetime
) -> None:
    """What came of a visit that ended when the next visitor was called."""
    if outcome not in CONTACT_OUTCOMES:
        raise Invalid({"outcome": "Choose what came of the visit."})
    if ticket.outcome != OUTCOME_NOT_RECORDED:
        raise WrongStatus("The outcome of ticket %(ticket)s is recorded already.",
                          ticket=ticket.label)  # fmt: skip
    moves.swap(session, ticket, {"outcome": outcome, "undo": None})
    tell(session, ticket, "outcome_recorded", by=by, now=now, outcome=outcome)


def drop_plan(session: Session, ticket: Ticket) -> None:
    """Nothing more will come of what was planned: the visitor has left, or the hall has closed."""
    if not ticket.steps_left:
        return
    session.execute(
        update(VisitStep)
        .where(VisitStep.ticket_id == ticket.id, VisitStep.state == StepState.PLANNED)
        .values(state=StepState.DROPPED)
    )
    moves.swap(session, ticket, {"steps_left": 0, "undo": None})


def undo(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    """Take back the newest move: by who made it, within two minutes. The event of it stays."""
    query = select(Event).where(Event.ticket_id == ticket.id).order_by(Event.id.desc()).limit(1)
    last = session.scalar(query)
    if ticket.undo is None or last is None or now - last.at > UNDO_WITHIN:
        raise WrongStatus("There is nothing that can be undone for ticket %(ticket)s.",
                          ticket=ticket.label)  # fmt: skip
    if last.officer_id != by.id:
        raise NotAllowed("Only who took the step can take it back.")
    was = dict(ticket.undo)
    written, plan_row = was.pop("steps", []), was.pop("plan", None)
    if TicketState(was["state"]) in AT_DESK and ticket.state not in AT_DESK:
        moves.must_be_free(session, was.get("desk_id", ticket.desk_id))
    _restore(session, ticket, was)
    for step in session.scalars(select(VisitStep).where(VisitStep.id.in_(written))):
        session.delete(step)
    if plan_row:
        session.add(VisitStep(ticket_id=ticket.id, **_as_values(plan_row)))
    session.flush()
    tell(session, ticket, "move_undone", by=by, now=now, undone=last.kind)


def _restore(session: Session, ticket: Ticket, was: dict[str, Any]) -> None:
    moves.swap(session, ticket, {**_as_values(was), "undo": None})


def _as_values(was: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if value and name.endswith(("_at", "until")) else value
        for name, value in was.items()
    }
