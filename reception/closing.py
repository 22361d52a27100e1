"""The end of the day: every open step of every visit gets an outcome that somebody can answer for.

Nobody becomes "served" by the clock. What a desk leaves open is marked so, and its duration counts
in no statistic.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.errors import Invalid, WrongStatus
from agencies.staff import Officer
from reception import visits
from reception.tickets import CONTACT_OUTCOMES, Ticket, TicketState, moves

LEFT_OPEN = "left_open"
CLOSED_UNSERVED = "closed_unserved"
T = TicketState
OPEN = (T.WAITING, T.CALLED, T.SERVING, T.HELD)


def still_open(session: Session, *, day: date) -> list[Ticket]:
    """Visits of the day, and of days before it, that have not ended."""
    query = select(Ticket).where(Ticket.state.in_(OPEN), Ticket.business_date <= day)
    return list(session.scalars(query.order_by(Ticket.business_date, Ticket.id)))


def close(session: Session, ticket: Ticket, *, outcome: str, by: Officer, now: datetime) -> None:
    """A contact outcome for who was at a desk, `left` or `closed_unserved` for the others."""
    if ticket.state not in OPEN:
        raise WrongStatus("This is not possible now: ticket %(ticket)s has moved on.",
                          ticket=ticket.label)  # fmt: skip
    if outcome in CONTACT_OUTCOMES and ticket.state is T.SERVING:
        visits.drop_plan(session, ticket)
        visits.finish(session, ticket, outcome=outcome, by=by, now=now)
    elif outcome in ("left", CLOSED_UNSERVED) and ticket.state is not T.SERVING:
        visits.drop_plan(session, ticket)
        moves.cancel(session, ticket, by=by, now=now, outcome=outcome)
    else:
        raise Invalid({"outcome": "Choose what came of the visit."})


def close_rest(session: Session, *, before: date, now: datetime) -> int:
    """What the people of the hall have not closed by the morning after. Returns how many."""
    rest = [t for t in still_open(session, day=before) if t.business_date < before]
    for ticket in rest:
        visits.drop_plan(session, ticket)
        if ticket.state is T.SERVING:
            values = {"finished_at": now, "outcome": LEFT_OPEN}
            moves.move(session, ticket, T.FINISHED, by=None, now=now, values=values)
        else:
            moves.cancel(session, ticket, by=None, now=now, outcome=CLOSED_UNSERVED)
    return len(rest)
