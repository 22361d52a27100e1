"""Whether a desk takes visitors: breaks, back-office time, closing. No open row means it does."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Identity, Index, String, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events
from agencies.db import Base
from agencies.directory import Desk
from agencies.errors import Invalid, TakenByAnother, WrongStatus
from agencies.staff import Officer
from reception.tickets import Ticket, TicketState, must_staff
from reception.tickets.moves import must_be_free


class PauseKind(StrEnum):
    BREAK = "break"
    BACK_OFFICE = "back_office"
    CLOSED = "closed"


class DeskPause(Base):
    __tablename__ = "desk_pause"
    __table_args__ = (
        Index("uq_desk_pause_open", "desk_id", unique=True,
              postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    kind: Mapped[PauseKind]
    reason: Mapped[str] = mapped_column(String(200), default="")
    began_at: Mapped[datetime]
    until: Mapped[datetime | None]
    """When the desk is expected back; the forecast and the supervisor read it."""
    ended_at: Mapped[datetime | None]

    desk: Mapped[Desk] = relationship(lazy="joined")
    officer: Mapped[Officer] = relationship()


def paused(session: Session) -> list[DeskPause]:
    """Desks that take nobody now, and why."""
    query = select(DeskPause).where(DeskPause.ended_at.is_(None))
    return list(session.scalars(query.order_by(DeskPause.began_at)))


def pause_of(session: Session, desk: Desk) -> DeskPause | None:
    """Why this desk takes nobody now; None where it does."""
    query = select(DeskPause).where(DeskPause.desk_id == desk.id, DeskPause.ended_at.is_(None))
    return session.scalar(query)


def pause(
    session: Session,
    desk: Desk,
    kind: PauseKind | str,
    *,
    by: Officer,
    now: datetime,
    until: datetime | None = None,
    reason: str = "",
) -> DeskPause:
    """Nobody is called here until it opens; the visitor at the desk is finished with first.

    Who was to come back to this very desk may now be called by every desk of the agency.
    """
    must_staff(desk.agency_id, by)
    if until is not None and until <= now:
        raise Invalid({"until": "This value is outside of what is possible."})
    must_be_free(session, desk.id)
    made = DeskPause(desk_id=desk.id, officer_id=by.id, kind=PauseKind(kind), began_at=now,
                     until=until, reason=reason[:200])  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise TakenByAnother("This desk is closed for a break already.") from None
    if made.kind is PauseKind.CLOSED:
        _let_others_call(session, desk)
    _tell(session, desk, "desk_paused", by=by, now=now, cause=made.kind.value)
    return made


def _let_others_call(session: Session, desk: Desk) -> None:
    session.execute(
        update(Ticket)
        .where(Ticket.wanted_desk_id == desk.id, Ticket.state == TicketState.WAITING)
        .values(wanted_desk_id=None, version=Ticket.version + 1)
    )


def reopen(session: Session, desk: Desk, *, by: Officer, now: datetime) -> None:
    must_staff(desk.agency_id, by)
    ended = session.execute(
        update(DeskPause)
        .where(DeskPause.desk_id == desk.id, DeskPause.ended_at.is_(None))
        .values(ended_at=now)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongStatus("This desk is open already.")
    _tell(session, desk, "desk_opened", by=by, now=now)


def _tell(
    session: Session, desk: Desk, kind: str, *, by: Officer, now: datetime, cause: str = ""
) -> None:
    events.record(session, f"hall/{desk.hall.code}", kind, now=now, officer_id=by.id,
                  desk=desk.number, agency=desk.agency.code, cause=cause)  # fmt: skip
