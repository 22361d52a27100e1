"""A visit at an appointed time: booked without an account, used at the door, given back.

    booked -> arrived    in the window, or late and then in the general order
       +----> cancelled  the place is free again after a while
       +----> missed     nobody came that day

Of the telephone number only a keyed fingerprint is kept: enough to stop hoarding, and nothing else,
unless a reminder is wished: its notice holds the number until it is sent or the booking used.
Places and the number of bookings a person holds are unique rows, so that no race can exceed them.
"""

import secrets
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events, notices
from agencies.calendar import business_date, local
from agencies.db import Base
from agencies.directory import Service, the_hall
from agencies.errors import Invalid, NotFound, TakenByAnother, WrongStatus
from agencies.identity import read_phone
from agencies.notices import NoticeChannel
from agencies.sealing import Seal, link_key
from agencies.staff import Officer
from reception import slots
from reception.queue import issuing
from reception.queue.issuing import Issued
from reception.tickets import Ticket

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are read for one another."""
CODE_LENGTH, TRIES = 10, 8
LEADS = (timedelta(days=1), timedelta(hours=2))


class BookingState(StrEnum):
    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"


B = BookingState
STATE_WORDS = {
    "booked": "Booked",
    "arrived": "Has come",
    "cancelled": "Given back",
    "missed": "Did not come",
}


class Booking(Base):
    """`place` is one of the slot's, `turn` one of those that the telephone number may hold."""

    __tablename__ = "booking"
    __table_args__ = (
        Index("uq_booking_turn", "contact_index", "turn", unique=True,
              postgresql_where=text("state = 'booked'")),
        Index("uq_booking_place", "service_id", "at", "place", unique=True,
              postgresql_where=text("state <> 'cancelled'")),
        Index("uq_booking_service", "contact_index", "service_id", unique=True,
              postgresql_where=text("state = 'booked'")),
        Index("ix_booking_day", "business_date", "at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    at: Mapped[datetime]
    business_date: Mapped[date]
    place: Mapped[int] = mapped_column(SmallInteger)
    turn: Mapped[int] = mapped_column(SmallInteger)
    contact_index: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[BookingState]
    created_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))

    service: Mapped[Service] = relationship(lazy="joined")


BOOK = text("""
INSERT INTO booking (code, service_id, at, business_date, place, turn, contact_index, language,
  state, created_at)
SELECT :code, :service, :at, :day, place, turn, :contact, :language, 'booked', :now
FROM (SELECT min(p) AS place FROM generate_series(1, :places) p WHERE NOT EXISTS (
    SELECT FROM booking b WHERE b.service_id = :service AND b.at = :at AND b.place = p
      AND (b.state <> 'cancelled'
        OR b.cancelled_at > CAST(:now AS timestamptz) - make_interval(mins => :release)))) free,
  (SELECT min(t) AS turn FROM generate_series(1, :most_open) t WHERE NOT EXISTS (
    SELECT FROM booking b WHERE b.contact_index = :contact AND b.turn = t AND b.state = 'booked')
  ) own
WHERE place IS NOT NULL AND turn IS NOT NULL
ON CONFLICT DO NOTHING RETURNING id
""")
"""The first free place of the slot. Two at once may want the same one: the second tries again."""


def book(
    session: Session, service: Service, at: datetime, *, phone: str, language: str, seal: Seal,
    now: datetime, remind: bool = False,
) -> Booking:  # fmt: skip
    """A place for one visit. Raises Invalid by field, TakenByAnother when the slot is full.

    Whoever wishes a reminder has the number kept with it until it is sent or the place given back.
    """
    contact = seal.index(_phone(phone))
    rule = slots.rule_of(session, service.id, business_date(at))
    if not any(
        slot.at == at for slot in slots.of_day(session, service, business_date(at), now=now)
    ):
        raise Invalid({"at": "This time cannot be booked. Choose another one."})
    told: dict[str, Any] = {
        "service": service.id, "at": at, "day": business_date(at), "contact": contact,
        "language": language, "now": now, "places": rule.places, "release": rule.release_min,
        "most_open": rule.most_open,
    }  # fmt: skip
    for _ in range(TRIES):
        made = session.scalar(BOOK, told | {"code": _code()})
        if made is not None:
            booking = session.get_one(Booking, made)
            _tell(session, booking, "booking_made", by=None, now=now)
            if remind:
                _remind(session, booking, phone, now)
            return booking
        _must_be_possible(session, told)
    raise TakenByAnother("The last place at this time was just taken. Choose another time.")


def _remind(session: Session, booking: Booking, phone: str, now: datetime) -> None:
    """A day before, or two hours where that has passed; nothing where the visit is sooner."""
    moment = next((m for m in (booking.at - lead for lead in LEADS) if m > now), None)
    if moment is None:
        return
    notices.send(
        session, channel=NoticeChannel.SMS, to=phone, kind="booking_soon",
        language=booking.language, about=_about(booking), now=now, not_before=moment,
        lasts=booking.at - moment, once=_about(booking), agency=booking.service.agency.code,
        visit_on=booking.business_date.isoformat(), time=f"{local(booking.at):%H:%M}",
    )  # fmt: skip


def _about(booking: Booking) -> str:
    return f"booking/{booking.code}"


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _phone(typed: str) -> str:
    if not typed.strip():
        raise Invalid({"phone": "Fill in this field."})
    return read_phone(typed)


def _must_be_possible(session: Session, told: dict[str, Any]) -> None:
    """Why nothing was written: too many bookings already, or no place; nothing if only a race."""
    mine = select(Booking).where(
        Booking.contact_index == told["contact"], Booking.state == B.BOOKED
    )
    own = list(session.scalars(mine))
    if any(booking.service_id == told["service"] for booking in own):
        raise Invalid(
            {"phone": "You have booked this service already. Give that booking back first."}
        )
    if len(own) >= told["most_open"]:
        raise Invalid(
            {"phone": "This number holds as many bookings as one may. Use them, or give one back."}
        )
    taken = select(Booking.place).where(
        Booking.service_id == told["service"], Booking.at == told["at"],
        (Booking.state != B.CANCELLED)
        | (Booking.cancelled_at > told["now"] - timedelta(minutes=told["release"])),
    )  # fmt: skip
    if len(set(session.scalars(taken))) >= told["places"]:
        raise TakenByAnother("The last place at this time was just taken. Choose another time.")


def by_code(session: Session, code: str) -> Booking:
    wanted = "".join(code.upper().split()).replace("-", "")[: CODE_LENGTH + 1]
    found = session.scalar(select(Booking).where(Booking.code == wanted))
    if found is None:
        raise NotFound("There is no booking with this code. Check it, or take a ticket.")
    return found


def arrive(
    session: Session, booking: Booking, *, secret: str, by: Officer | None, now: datetime,
    language: str | None = None, priority: str | None = None, visitor_id: int | None = None,
) -> Issued:  # fmt: skip
    """The ticket of a booking. In the window it counts from the booked time and in its class;
    who is later than the rule allows is received in the general order, from now.
    """
    rule = slots.rule_of(session, booking.service_id, booking.business_date)
    _must_be_the_time(booking, rule, now)
    _move(session, booking, B.ARRIVED, {"arrived_at": now})
    notices.forget(session, _about(booking), now=now)
    late = now > booking.at + timedelta(minutes=rule.late_min)
    issued = issuing.issue(
        session, booking.service.code, language=language or booking.language, secret=secret, by=by,
        now=now, priority=priority, visitor_id=visitor_id, booked_for=None if late else booking.at,
    )  # fmt: skip
    session.execute(update(Booking).where(Booking.id == booking.id).values(ticket_id=issued.id))
    session.refresh(booking)
    _tell(session, booking, "booking_used", by=by, now=now, late=late)
    return issued


def _must_be_the_time(booking: Booking, rule: slots.BookingRule, now: datetime) -> None:
    if booking.state is not B.BOOKED:
        raise WrongStatus("This booking was used or given back already.")
    if booking.business_date != business_date(now):
        raise WrongStatus("This booking is for another day.")
    if now < booking.at - timedelta(minutes=rule.early_min):
        raise WrongStatus(
            "You are early: the booking can be used %(minutes)s minutes before its time.",
            minutes=rule.early_min,
        )


def ticket_key(session: Session, booking: Booking, *, secret: str) -> str | None:
    """The key of the ticket that the booking was used for; None when it was not used yet."""
    ticket = session.get(Ticket, booking.ticket_id) if booking.ticket_id else None
    return link_key(secret, "ticket", ticket.link_seed) if ticket else None


def cancel(session: Session, booking: Booking, *, by: Officer | None, now: datetime) -> None:
    if booking.state is not B.BOOKED:
        raise WrongStatus("This booking was used or given back already.")
    _move(session, booking, B.CANCELLED, {"cancelled_at": now})
    notices.forget(session, _about(booking), now=now)
    _tell(session, booking, "booking_cancelled", by=by, now=now)


def _move(session: Session, booking: Booking, to: BookingState, values: dict[str, Any]) -> None:
    """Compare-and-set: a booking is used, given back or missed once."""
    moved = session.execute(
        update(Booking)
        .where(Booking.id == booking.id, Booking.state == B.BOOKED)
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongStatus("This booking was used or given back already.")
    session.refresh(booking)


def mark_missed(session: Session, *, before: date) -> int:
    """Bookings of days that are over. The fingerprint of who came is no longer needed then."""
    missed = session.execute(
        update(Booking)
        .where(Booking.state == B.BOOKED, Booking.business_date < before)
        .values(state=B.MISSED)
    )
    session.execute(
        update(Booking)
        .where(Booking.state != B.BOOKED, Booking.business_date < before,
               Booking.contact_index != b"")
        .values(contact_index=b"")
    )  # fmt: skip
    return int(missed.rowcount)  # type: ignore[attr-defined]


def of_day(session: Session, day: date, *, agency_id: int | None = None) -> list[Booking]:
    """In the order of their times; `agency_id` narrows to one agency."""
    query = select(Booking).where(Booking.business_date == day).order_by(Booking.at, Booking.id)
    found = session.scalars(query).all()
    return [one for one in found if agency_id is None or one.service.agency_id == agency_id]


def _tell(
    session: Session, booking: Booking, kind: str, *, by: Officer | None, now: datetime, **more: Any
) -> None:
    """Without the code, which is as good as the booking itself."""
    events.record(
        session, f"hall/{the_hall(session).code}", kind, now=now,
        officer_id=by.id if by else None, ticket_id=booking.ticket_id,
        agency=booking.service.agency.code, service=booking.service.code, **more,
    )  # fmt: skip
