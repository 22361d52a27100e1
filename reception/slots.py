"""When a visit can be booked: the dated rule of each service, days that are closed, free places.

A slot lies within the hall's hours on a working day of the calendar. Past days keep the rule that
they were booked by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    String,
    UniqueConstraint,
    delete,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.calendar import ALMATY, business_date, workdays
from agencies.db import Base
from agencies.directory import Agency, Service, the_hall
from agencies.errors import Invalid
from agencies.staff import Officer
from reception import changes

LEAD = timedelta(minutes=30)
"""Nobody books a moment for which they could not be on their way any more."""


class BookingRule(Base):
    """One dated row holds the whole rule; a row without a service is that of every other one.

    `places`: visitors a slot, none where the service is not booked. `early_min`, `late_min`: when a
    booking may be used. `most_open`: bookings that one telephone number holds at a time.
    `release_min`: so long a place given back stays taken, against trading in places.
    """

    __tablename__ = "booking_rule"
    __table_args__ = (
        UniqueConstraint("service_id", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint("slot_min BETWEEN 5 AND 240 AND places BETWEEN 0 AND 50", name="slots"),
        CheckConstraint(
            "days_ahead BETWEEN 1 AND 60 AND early_min >= 0 AND late_min >= 0 "
            "AND most_open BETWEEN 1 AND 9 AND release_min >= 0", name="limits",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    valid_from: Mapped[date]
    slot_min: Mapped[int] = mapped_column(default=15)
    places: Mapped[int] = mapped_column(default=1)
    days_ahead: Mapped[int] = mapped_column(default=14)
    early_min: Mapped[int] = mapped_column(default=30)
    late_min: Mapped[int] = mapped_column(default=10)
    most_open: Mapped[int] = mapped_column(default=2)
    release_min: Mapped[int] = mapped_column(default=10)

    service: Mapped[Service | None] = relationship(lazy="joined")


class BookingClosure(Base):
    """A day on which nothing can be booked, at one agency or, without one, in the whole hall."""

    __tablename__ = "booking_closure"
    __table_args__ = (UniqueConstraint("agency_id", "day", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))

    agency: Mapped[Agency | None] = relationship(lazy="joined")


@dataclass(frozen=True)
class Slot:
    at: datetime
    free: int


TAKEN = text("""
SELECT at, count(*) FROM booking
WHERE service_id = :service AND at BETWEEN :first AND :last AND (state <> 'cancelled'
  OR cancelled_at > CAST(:now AS timestamptz) - make_interval(mins => :release))
GROUP BY at
""")


def rule_of(session: Session, service_id: int, day: date) -> BookingRule:
    """The service's own rule of the day, or that of every one; without a rule nothing is booked."""
    query = select(BookingRule).where(
        or_(BookingRule.service_id == service_id, BookingRule.service_id.is_(None)),
        BookingRule.valid_from <= day,
    )
    order = (BookingRule.service_id.asc().nulls_last(), BookingRule.valid_from.desc())
    found = session.scalar(query.order_by(*order).limit(1))
    return found or BookingRule(
        service_id=None, valid_from=day, slot_min=15, places=0, days_ahead=1, early_min=30,
        late_min=10, most_open=1, release_min=10,
    )  # fmt: skip


def rules(session: Session) -> list[BookingRule]:
    """Every rule, that of every service first, then by service and day."""
    query = select(BookingRule).order_by(
        BookingRule.service_id.asc().nulls_first(), BookingRule.valid_from.desc()
    )
    return list(session.scalars(query))


def days(session: Session, service: Service, *, now: datetime) -> list[date]:
    """Days on which the service can be booked, whether or not a place is free."""
    today = business_date(now)
    calendar, shut = workdays(session), _closed_days(session, service)
    span = (
        today + timedelta(days=n) for n in range(rule_of(session, service.id, today).days_ahead + 1)
    )
    return [day for day in span if calendar.is_working(day) and day not in shut]


def _closed_days(session: Session, service: Service) -> set[date]:
    query = select(BookingClosure.day).where(
        or_(BookingClosure.agency_id == service.agency_id, BookingClosure.agency_id.is_(None))
    )
    return set(session.scalars(query))


def of_day(session: Session, service: Service, day: date, *, now: datetime) -> list[Slot]:
    """Every slot still to come, with its free places; none on a day that is not to be booked."""
    if not service.open or day not in days(session, service, now=now):
        return []
    rule = rule_of(session, service.id, day)
    moments = [at for at in _moments(session, day, rule) if at >= now + LEAD]
    if not moments:
        return []
    told = {"service": service.id, "first": moments[0], "last": moments[-1], "now": now,
            "release": rule.release_min}  # fmt: skip
    taken = {row[0]: row[1] for row in session.execute(TAKEN, told)}
    return [Slot(at, max(rule.places - taken.get(at, 0), 0)) for at in moments]


def _moments(session: Session, day: date, rule: BookingRule) -> Iterator[datetime]:
    hall = the_hall(session)
    at, end = _on(day, hall.opens), _on(day, hall.closes)
    step = timedelta(minutes=rule.slot_min)
    while rule.places and at + step <= end:
        yield at
        at += step


def _on(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ALMATY)


def set_rule(
    session: Session, service: Service | None, *, values: dict[str, int], valid_from: date,
    by: Officer, now: datetime,
) -> None:  # fmt: skip
    """A new rule from its day on; one that begins on the same day is replaced. Raises Invalid."""
    if valid_from < business_date(now):
        raise Invalid({"valid_from": "Past days keep their rule: choose today or a later day."})
    same = BookingRule.service_id.is_not_distinct_from(service.id if service else None)
    session.execute(delete(BookingRule).where(same, BookingRule.valid_from == valid_from))
    session.add(BookingRule(service_id=service.id if service else None, valid_from=valid_from,
                            **values))  # fmt: skip
    told = ", ".join(f"{name} {value}" for name, value in values.items())
    changes.note(session, "booking", service.code if service else "every", f"from {valid_from}", "",
                 told, by=by, now=now)  # fmt: skip
    session.flush()


def close_day(
    session: Session, day: date, *, agency: Agency | None, reason: str, by: Officer, now: datetime
) -> None:
    """Nothing more is booked on the day; who has booked already is on the list of the day."""
    if day < business_date(now):
        raise Invalid({"day": "This day is over."})
    if not reason.strip():
        raise Invalid({"reason": "Say why."})
    same = BookingClosure.agency_id.is_not_distinct_from(agency.id if agency else None)
    session.execute(delete(BookingClosure).where(same, BookingClosure.day == day))
    session.add(BookingClosure(day=day, agency_id=agency.id if agency else None,
                               reason=reason.strip()[:200]))  # fmt: skip
    changes.note(session, "booking", agency.code if agency else "every", f"closed {day}", "",
                 reason.strip(), by=by, now=now)  # fmt: skip
    session.flush()


def open_day(session: Session, closure: BookingClosure, *, by: Officer, now: datetime) -> None:
    code = closure.agency.code if closure.agency else "every"
    changes.note(session, "booking", code, f"closed {closure.day}", closure.reason, "",
                 by=by, now=now)  # fmt: skip
    session.delete(closure)


def closures(session: Session, *, since: date) -> list[BookingClosure]:
    query = select(BookingClosure).where(BookingClosure.day >= since)
    return list(session.scalars(query.order_by(BookingClosure.day, BookingClosure.id)))
