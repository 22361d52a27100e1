"""Which services people ask for most, so that a clerk issues their tickets by one digit."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.directory import Service
from reception.tickets import Ticket

LOOKED_BACK = timedelta(days=7)


def most_asked(session: Session, *, day: date, most: int = 9) -> list[Service]:
    """Open services by the tickets of the last week, then in the order of the hall's list."""
    asked = (
        select(Ticket.service_id, func.count().label("times"))
        .where(Ticket.business_date.between(day - LOOKED_BACK, day))
        .group_by(Ticket.service_id)
        .subquery()
    )
    query = select(Service).outerjoin(asked, asked.c.service_id == Service.id).where(Service.open)
    order = (func.coalesce(asked.c.times, 0).desc(), Service.position, Service.id)
    return list(session.scalars(query.order_by(*order).limit(most)))
