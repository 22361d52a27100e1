"""A word before one's turn: when so many visitors stand before as the visitor chose.

The open page of the ticket warns by itself; an address, where one is left, is told by a notice and
kept no longer than until then.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, SmallInteger, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies import notices
from agencies.db import Base
from agencies.errors import Invalid
from agencies.notices import NoticeChannel
from reception.queue import order
from reception.tickets import Ticket, TicketState
from reception.tickets.moves import moved_on

CHOICES = (1, 2, 3, 5, 10)
LASTS = timedelta(minutes=30)
"""A warning that could not be delivered by then would mislead."""
T = TicketState


class TurnWarning(Base):
    """`ahead` is the visitor's choice; `address` is forgotten once it has been told.

    No foreign key: it would lock the ticket for a moment, and who is locked is passed over.
    """

    __tablename__ = "turn_warning"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ahead: Mapped[int] = mapped_column(SmallInteger)
    channel: Mapped[NoticeChannel | None]
    address: Mapped[str] = mapped_column(String(255), default="")
    asked_at: Mapped[datetime]
    warned_at: Mapped[datetime | None] = mapped_column(index=True)


def of(session: Session, ticket: Ticket) -> TurnWarning | None:
    return session.get(TurnWarning, ticket.id)


def ask(
    session: Session, ticket: Ticket, *, ahead: int, now: datetime, channel: str = "", to: str = ""
) -> None:
    """A second wish replaces the first. Raises Invalid for an address that cannot be one."""
    if ticket.state is not T.WAITING:
        raise moved_on(ticket)
    if ahead not in CHOICES:
        raise Invalid({"ahead": "Choose one of the values on the list."})
    way = NoticeChannel(channel) if to.strip() and channel in set(NoticeChannel) else None
    values = {
        "ahead": ahead, "channel": way, "address": notices.read_address(way, to) if way else "",
        "asked_at": now, "warned_at": None,
    }  # fmt: skip
    wish = insert(TurnWarning).values(ticket_id=ticket.id, **values)
    session.execute(wish.on_conflict_do_update(index_elements=["ticket_id"], set_=values))
    session.expire_all()


def due(session: Session) -> list[tuple[TurnWarning, Ticket]]:
    """Wishes not met yet, with their tickets."""
    query = select(TurnWarning, Ticket).join(Ticket, Ticket.id == TurnWarning.ticket_id)
    query = query.where(TurnWarning.warned_at.is_(None)).order_by(TurnWarning.asked_at)
    rows = session.execute(query.with_for_update(of=TurnWarning, skip_locked=True))
    return [(wish, ticket) for wish, ticket in rows]


def warn(session: Session, *, now: datetime) -> int:
    """Tell whoever's turn is near or has come; forget those who are gone. How many were told."""
    told = 0
    for wish, ticket in due(session):
        ahead = order.ahead_of(session, ticket, now=now)
        if ticket.state is T.WAITING and ahead > wish.ahead:
            continue
        told += _tell(session, wish, ticket, ahead, now)
        wish.warned_at, wish.address = now, ""
    return told


def _tell(session: Session, wish: TurnWarning, ticket: Ticket, ahead: int, now: datetime) -> bool:
    if wish.channel is None or ticket.state not in (T.WAITING, T.CALLED):
        return False
    near = ticket.state is T.WAITING
    more: dict[str, Any] = {"count": ahead} if near else {"desk": _number(ticket)}
    notices.send(
        session, channel=wish.channel, to=wish.address, language=ticket.language, now=now,
        kind="ticket_near" if near else "ticket_called",
        about=f"ticket/{ticket.id}", ticket=ticket.label, lasts=LASTS,
        once=f"turn/{ticket.id}/{int(wish.asked_at.timestamp())}", **more,
    )  # fmt: skip
    return True


def _number(ticket: Ticket) -> int:
    return ticket.desk.number if ticket.desk else 0
