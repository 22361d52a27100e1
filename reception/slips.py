"""The printed slip of a ticket: a row asked for with the ticket, printed by a worker.

    reserved -> printed -> reprinted
        |  ^
        |  +-- tried again
        +-> failed -> reprinted

A ticket whose slip was not printed keeps its place: its visitor saw the number on the glass and may
have scanned it. Desks and supervision see it until the slip is printed again. A worker that
dies between printing and its commit prints the slip once more, with the same number.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    and_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from agencies import events
from agencies.db import Base
from agencies.directory import Hall, PriorityCategory
from agencies.errors import TakenByAnother, WrongStatus
from agencies.sealing import link_key
from agencies.staff import Officer
from reception import outlook
from reception.devices import Device, DeviceKind
from reception.language import named
from reception.queue import order
from reception.slip_drawing import Slip
from reception.tickets import Ticket

RETRIES_S = (3, 6, 10, 15)
GIVEN_UP_AFTER = timedelta(seconds=45)
"""Who waits at a printer longer has gone with the number; paper that comes later lies about."""
TOO_LATE = "late"


class SlipState(StrEnum):
    RESERVED = "reserved"
    PRINTED = "printed"
    FAILED = "failed"
    REPRINTED = "reprinted"


S = SlipState
MOVES: dict[SlipState, frozenset[SlipState]] = {
    S.RESERVED: frozenset({S.RESERVED, S.PRINTED, S.FAILED}),
    S.PRINTED: frozenset({S.REPRINTED}),
    S.FAILED: frozenset({S.REPRINTED}),
    S.REPRINTED: frozenset(),
}


class PrintedSlip(Base):
    """One paper. The newest of a ticket is the one that is not `reprinted`."""

    __tablename__ = "printed_slip"
    __table_args__ = (
        Index(
            "uq_printed_slip_newest", "ticket_id", unique=True,
            postgresql_where=text("state <> 'reprinted'"),
        ),
        Index(
            "ix_printed_slip_reserved", "device_id", "id",
            postgresql_where=text("state = 'reserved'"),
        ),
        Index("ix_printed_slip_failed", "reserved_at", postgresql_where=text("state = 'failed'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    state: Mapped[SlipState] = mapped_column(default=S.RESERVED)
    again: Mapped[bool] = mapped_column(default=False)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    reserved_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_try_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(16), default="")
    """Why the newest try failed: a code of `printers`, or `late`."""
    done_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(lazy="joined")
    device: Mapped[Device] = relationship(lazy="joined")


STATE_WORDS: dict[str, str] = {
    "reserved": "Being printed",
    "printed": "Printed",
    "failed": "Not printed",
}
REASONS: dict[str, str] = {
    "unreachable": "The printer does not answer",
    "no_paper": "The printer is out of paper",
    "broke_off": "The printer stopped half way",
    TOO_LATE: "Nobody was there to print",
}


def printer_of_reception(session: Session, hall: Hall) -> Device | None:
    """Where slips of tickets come out that a person issues; None where the browser prints."""
    query = select(Device).where(
        Device.hall_id == hall.id, Device.kind == DeviceKind.PRINTER, Device.printer != "",
        ~Device.locked,
    )  # fmt: skip
    return session.scalar(query.order_by(Device.code).limit(1))


def reserve(
    session: Session, ticket_id: int, device: Device | None, *, by: Officer | None, now: datetime
) -> PrintedSlip | None:
    """In the transaction of the ticket. None where the device has no printer of its own."""
    if device is None or not device.printer:
        return None
    slip = PrintedSlip(
        ticket_id=ticket_id, device=device, asked_by_id=by.id if by else None, reserved_at=now,
        next_try_at=now,
    )  # fmt: skip
    session.add(slip)
    session.flush()
    return slip


def newest(session: Session, ticket: Ticket) -> PrintedSlip | None:
    query = select(PrintedSlip).where(PrintedSlip.ticket_id == ticket.id)
    return session.scalar(query.where(PrintedSlip.state != S.REPRINTED))


def printer_for(session: Session, ticket: Ticket) -> Device | None:
    """Where a slip of the ticket would come out now: at reception, else where it was taken."""
    before = newest(session, ticket)
    return printer_of_reception(session, ticket.hall) or (before.device if before else None)


def reprint(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> PrintedSlip:
    """One more paper with the same number. Raises WrongStatus where no printer is set."""
    device, before = printer_for(session, ticket), newest(session, ticket)
    if device is None:
        raise WrongStatus("No printer is set for this hall. Open the slip and print it from there.")
    if before is not None:
        if before.state is S.RESERVED and not is_stale(before, now=now):
            return before
        if before.state is S.RESERVED:
            give_up(session, before, before.reason or TOO_LATE, now=now)
        _move(session, before, S.REPRINTED, now=now)
    slip = reserve(session, ticket.id, device, by=by, now=now)
    if slip is None:
        raise WrongStatus("No printer is set for this hall. Open the slip and print it from there.")
    slip.again = before is not None
    return slip


def next_to_print(session: Session, *, now: datetime) -> PrintedSlip | None:
    """The first slip of some printer's line, locked for this worker: one paper a printer at a time.

    The rest of a line waits for its first, so papers come out in the order of the tickets.
    """
    earlier = aliased(PrintedSlip)
    first = ~(
        select(earlier.id)
        .where(
            earlier.device_id == PrintedSlip.device_id, earlier.state == S.RESERVED,
            earlier.id < PrintedSlip.id,
        )
        .exists()
    )  # fmt: skip
    query = select(PrintedSlip).where(
        PrintedSlip.state == S.RESERVED, PrintedSlip.next_try_at <= now, first
    )
    query = query.order_by(PrintedSlip.id).limit(1)
    return session.scalar(query.with_for_update(of=PrintedSlip, skip_locked=True))


def content_of(
    session: Session, slip: PrintedSlip, *, secret: str, base_url: str, now: datetime
) -> Slip:
    """What the paper says, as it stands at this moment."""
    ticket, lang = slip.ticket, slip.ticket.language
    wait = outlook.wait_of(session, ticket, now=now)
    category = session.scalar(
        select(PriorityCategory).where(PriorityCategory.code == (ticket.priority or ""))
    )
    return Slip(
        language=lang, hall=named(ticket.hall, lang), number=ticket.label,
        service=named(ticket.service, lang), agency=named(ticket.service.agency, lang),
        ahead=order.ahead_of(session, ticket, now=now),
        wait=outlook.in_words(wait, lang) if wait else "",
        proof=str(getattr(category, f"proof_{lang}", "") or ""),
        address=f"{base_url}/t/{link_key(secret, 'ticket', ticket.link_seed)}",
        taken_at=ticket.issued_at, again=slip.again,
    )  # fmt: skip


def came_out(session: Session, slip: PrintedSlip, *, now: datetime) -> None:
    slip.reason, slip.done_at = "", now
    _move(session, slip, S.PRINTED, now=now)


def failed(session: Session, slip: PrintedSlip, reason: str, *, now: datetime) -> None:
    """Tried again after a while, or given up when nobody stands at the printer any more."""
    slip.tries += 1
    if slip.tries > len(RETRIES_S) or is_stale(slip, now=now):
        give_up(session, slip, reason, now=now)
    else:
        slip.reason = reason
        slip.next_try_at = now + timedelta(seconds=RETRIES_S[slip.tries - 1])


def give_up(session: Session, slip: PrintedSlip, reason: str, *, now: datetime) -> None:
    slip.reason, slip.done_at = reason, now
    _move(session, slip, S.FAILED, now=now)


def is_stale(slip: PrintedSlip, *, now: datetime) -> bool:
    return now - slip.reserved_at > GIVEN_UP_AFTER


def not_printed(
    session: Session, hall: Hall, *, since: datetime, now: datetime
) -> list[PrintedSlip]:
    """Slips that failed, or that no worker took, of visits that still go on; newest first."""
    left = and_(PrintedSlip.state == S.RESERVED, PrintedSlip.reserved_at < now - GIVEN_UP_AFTER)
    query = select(PrintedSlip).join(Ticket, Ticket.id == PrintedSlip.ticket_id)
    query = query.where(
        or_(PrintedSlip.state == S.FAILED, left), PrintedSlip.reserved_at >= since,
        Ticket.hall_id == hall.id, Ticket.state.in_(("waiting", "called", "held")),
    )  # fmt: skip
    return list(session.scalars(query.order_by(PrintedSlip.id.desc())))


def _move(session: Session, slip: PrintedSlip, to: SlipState, *, now: datetime) -> None:
    """The one mover: compare-and-set on the state, and the event of it."""
    if to not in MOVES[slip.state]:
        raise WrongStatus("The slip of ticket %(ticket)s has moved on.", ticket=slip.ticket.label)
    session.flush()
    moved = session.execute(
        update(PrintedSlip)
        .where(PrintedSlip.id == slip.id, PrintedSlip.state == slip.state)
        .values(state=to)
        .returning(PrintedSlip.id)
    ).scalar_one_or_none()
    if moved is None:
        raise TakenByAnother("The slip of ticket %(ticket)s has moved on.",
                             ticket=slip.ticket.label)  # fmt: skip
    session.refresh(slip, ["state"])
    events.record(
        session, f"hall/{slip.ticket.hall.code}", f"slip_{to}", now=now,
        ticket_id=slip.ticket_id, ticket=slip.ticket.label, device=slip.device.code,
        reason=slip.reason,
    )  # fmt: skip
