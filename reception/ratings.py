"""What visitors thought of a visit: one to five, by the ticket's own link, without a name."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid, WrongStatus
from reception.tickets import Ticket, TicketState

SCORES = (5, 4, 3, 2, 1)
WITHIN = timedelta(days=7)
FAULTS = ("long_wait", "not_solved", "unclear", "unkind", "sent_about")


class VisitRating(Base):
    """`fault` says what was wrong, from a list: no words, so nobody is named."""

    __tablename__ = "visit_rating"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    ticket_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False
    )
    score: Mapped[int] = mapped_column(SmallInteger)
    fault: Mapped[str] = mapped_column(String(16), default="")
    rated_at: Mapped[datetime]


def of(session: Session, ticket: Ticket) -> VisitRating | None:
    return session.get(VisitRating, ticket.id)


def may_rate(ticket: Ticket, now: datetime) -> bool:
    ended = ticket.finished_at
    return ticket.state is TicketState.FINISHED and ended is not None and now - ended <= WITHIN


def rate(session: Session, ticket: Ticket, *, score: int, fault: str, now: datetime) -> None:
    """A second answer corrects the first."""
    if not may_rate(ticket, now):
        raise WrongStatus("A visit is rated after it, within a week.")
    if score not in SCORES or fault not in ("", *FAULTS):
        raise Invalid({"score": "Choose one of the values on the list."})
    values = {"score": score, "fault": fault, "rated_at": now}
    row = insert(VisitRating).values(ticket_id=ticket.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["ticket_id"], set_=values))
    session.expire_all()
