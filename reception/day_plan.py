"""The plan of a day: how many visitors each hour is likely to bring, and desks enough for them.

Likely is the mean of the same weekday over the last weeks on which the hall gave tickets; who has
booked is counted apart, being certain. Desks enough keep four minutes of five busy: with less
slack a line no longer goes down.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from agencies.directory import Agency, Desk, Hall, Service, hall_agencies
from reception.bookings import Booking, BookingState
from reception.tickets import Ticket

WEEKS = 4
BUSY = 0.8

ARRIVED = text("""
SELECT agency_id, extract(hour FROM issued_at AT TIME ZONE 'Asia/Almaty')::int AS hour, count(*)
FROM ticket WHERE hall_id = :hall AND business_date = ANY(:days) GROUP BY 1, 2
""")
HELPED = text("""
SELECT agency_id, avg(extract(epoch FROM finished_at - started_at) / 60)::float8
FROM ticket WHERE hall_id = :hall AND business_date = ANY(:days) AND state = 'finished'
  AND finished_at > started_at GROUP BY 1
""")


@dataclass(frozen=True)
class Hour:
    """`likely` visitors without a booking, `booked` ones, and desks enough for both."""

    likely: float
    booked: int
    desks: int


@dataclass(frozen=True)
class Line:
    """One agency's day. `minutes` is how long a visit takes, `desks` how many it has."""

    agency: Agency
    minutes: float
    desks: int
    hours: dict[int, Hour]

    @property
    def short(self) -> bool:
        """Whether some hour needs more desks than there are."""
        return any(hour.desks > self.desks for hour in self.hours.values())


@dataclass(frozen=True)
class Plan:
    lines: list[Line]
    weeks: int
    """Days that `likely` is the mean of; none where the hall is new."""


def plan(session: Session, hall: Hall, day: date) -> Plan:
    days = _known(session, hall, [day - timedelta(weeks=n) for n in range(1, WEEKS + 1)])
    told = {"hall": hall.id, "days": days}
    arrived = {(row[0], row[1]): row[2] for row in session.execute(ARRIVED, told)}
    helped = {row[0]: row[1] for row in session.execute(HELPED, told)}
    booked, desks, usual = _booked(session, day), _desks(session, hall), _usual(session)
    lines = []
    for agency in hall_agencies(session):
        minutes = helped.get(agency.id) or usual.get(agency.id, 0.0)
        wanted = {h for a, h in (*arrived, *booked) if a == agency.id}
        hours = {
            hour: _hour(
                arrived.get((agency.id, hour), 0) / max(len(days), 1),
                booked.get((agency.id, hour), 0), minutes,
            )
            for hour in sorted(wanted)
        }  # fmt: skip
        lines.append(Line(agency, minutes, desks.get(agency.id, 0), hours))
    return Plan(lines, len(days))


def _hour(arrived: float, booked: int, minutes: float) -> Hour:
    """Of those who came in past weeks some had booked: what is booked now is not added to them."""
    load = max(arrived, booked) * minutes / 60
    return Hour(max(arrived - booked, 0.0), booked, math.ceil(load / BUSY))


def _known(session: Session, hall: Hall, days: Sequence[date]) -> list[date]:
    query = select(Ticket.business_date).where(
        Ticket.hall_id == hall.id, Ticket.business_date.in_(days)
    )
    return list(session.scalars(query.distinct()))


def _booked(session: Session, day: date) -> dict[tuple[int, int], int]:
    hour = func.extract("hour", func.timezone("Asia/Almaty", Booking.at))
    query = select(Service.agency_id, hour, func.count()).join(
        Service, Service.id == Booking.service_id
    )
    query = query.where(Booking.business_date == day, Booking.state != BookingState.CANCELLED)
    return {(row[0], int(row[1])): row[2] for row in session.execute(query.group_by(
        Service.agency_id, hour))}  # fmt: skip


def _desks(session: Session, hall: Hall) -> dict[int, int]:
    query = select(Desk.agency_id, func.count()).where(Desk.hall_id == hall.id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Desk.agency_id))}


def _usual(session: Session) -> dict[int, float]:
    query = select(Service.agency_id, func.avg(Service.typical_minutes)).where(Service.open)
    return {row[0]: float(row[1]) for row in session.execute(query.group_by(Service.agency_id))}
