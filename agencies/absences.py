"""When somebody of an agency is away, and who stands in: entered by the head, with no reason asked.

Rules pass over who is away, or give to the one who stands in; the head is warned before giving by
hand. One person's absences never overlap.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, and_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.appeals import Appeal, Claim, is_open, is_open_to
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import AGENCY_ROLES, Officer, Role, is_colleague

LONGEST = timedelta(days=366)
MOST_SHOWN = 50


class Absence(Base):
    """From the first day up to and with the last; who is back early gets a nearer last day, and one
    that never began is taken away (`taken_away_at`).
    """

    __tablename__ = "officer_absence"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="days"),
        CheckConstraint("substitute_id <> officer_id", name="another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    taken_away_at: Mapped[datetime | None]

    officer: Mapped[Officer] = relationship(foreign_keys=[officer_id], lazy="joined")
    substitute: Mapped[Officer | None] = relationship(foreign_keys=[substitute_id], lazy="joined")


@dataclass(frozen=True)
class Wanted:
    """An absence as the head words it; None stands for a choice that names nobody of the agency."""

    officer: Officer | None
    first_on: date
    last_on: date
    substitute: Officer | None = None


def enter(session: Session, wanted: Wanted, *, by: Officer, now: datetime) -> Absence:
    """Raises Invalid (`officer`, `first_on`, `last_on`, `substitute`)."""
    officer = _held(session, wanted, by)
    problems = _problems(session, wanted, officer, by, business_date(now))
    if problems:
        raise Invalid(problems)
    absence = Absence(
        officer=officer, first_on=wanted.first_on, last_on=wanted.last_on,
        substitute=wanted.substitute, entered_at=now, entered_by_id=by.id,
    )  # fmt: skip
    session.add(absence)
    session.flush()
    return absence


def end(session: Session, absence_id: int, *, by: Officer, now: datetime) -> Absence:
    """Back at work from today; one that has not begun is taken away."""
    absence = session.get(Absence, absence_id, with_for_update={"of": Absence})
    if absence is None or absence.officer.agency_id != _agency_of(by):
        raise NotFound("There is no such absence in your agency.")
    today = business_date(now)
    if absence.taken_away_at is not None or absence.last_on < today:
        raise WrongStatus("This absence is over.")
    if absence.first_on < today:
        absence.last_on = today - timedelta(days=1)
    else:
        absence.taken_away_at = now
    return absence


def people(session: Session, by: Officer) -> list[Officer]:
    """Of the head's own agency."""
    query = select(Officer).where(is_colleague(), Officer.role.in_(AGENCY_ROLES))
    query = query.where(Officer.agency_id == _agency_of(by))
    return list(session.scalars(query.order_by(Officer.name, Officer.id)))


def of_agency(session: Session, by: Officer, *, today: date) -> list[Absence]:
    """Those that go on or come, the nearest first."""
    query = select(Absence).join(Absence.officer).where(Officer.agency_id == _agency_of(by))
    query = query.where(Absence.taken_away_at.is_(None), Absence.last_on >= today)
    return list(session.scalars(query.order_by(Absence.first_on, Absence.id)))


def away(session: Session, officers: Collection[int], *, on: date) -> dict[int, Absence]:
    """Which of them are away on the day."""
    query = select(Absence).where(Absence.officer_id.in_(officers), _covers(on))
    return {one.officer_id: one for one in session.scalars(query)} if officers else {}


def receivers(session: Session, officers: Collection[Officer], *, on: date) -> dict[int, Officer]:
    """Who gets what is meant for each of them: they, or who stands in while they are away; left out
    where nobody does, or is away too.
    """
    absent = away(session, {one.id for one in officers}, on=on)
    gone = away(session, {one.substitute_id for one in absent.values() if one.substitute_id}, on=on)
    found = {one.id: absent[one.id].substitute if one.id in absent else one for one in officers}
    return {key: one for key, one in found.items() if one is not None and one.id not in gone}


def away_until(on: date) -> Any:
    """The last day away, NULL for who is at work: for a query over Officer."""
    query = select(Absence.last_on).where(Absence.officer_id == Officer.id, _covers(on)).limit(1)
    return query.correlate(Officer).scalar_subquery()


def due_during(session: Session, absence: Absence, *, by: Officer, today: date) -> list[Claim]:
    """Their open claims whose last day falls before they are back, of those the head may see."""
    query = select(Claim).join(Claim.appeal).options(joinedload(Claim.appeal))
    query = query.where(Claim.officer_id == absence.officer_id, is_open(), is_open(Appeal))
    query = query.where(Claim.due_on.between(min(today, absence.first_on), absence.last_on))
    query = query.where(is_open_to(by)).order_by(Claim.due_on, Claim.id).limit(MOST_SHOWN)
    return list(session.scalars(query).unique())


def _covers(on: date) -> Any:
    return and_(Absence.first_on <= on, Absence.last_on >= on, Absence.taken_away_at.is_(None))


def _agency_of(by: Officer) -> int:
    if by.role is not Role.HEAD or by.agency_id is None:
        raise NotAllowed("Only the head of the agency enters who is away.")
    return by.agency_id


def _held(session: Session, wanted: Wanted, by: Officer) -> Officer:
    """The person, for whom nobody else enters anything until the commit."""
    agency_id = _agency_of(by)
    if wanted.officer is None or wanted.officer.agency_id != agency_id:
        raise Invalid({"officer": "Choose somebody of your agency."})
    held = select(Officer.id).where(Officer.id == wanted.officer.id).with_for_update()
    session.execute(held)
    return wanted.officer


def _problems(
    session: Session, wanted: Wanted, officer: Officer, by: Officer, today: date
) -> dict[str, str]:
    first, last, other, problems = wanted.first_on, wanted.last_on, wanted.substitute, {}
    if last < first or last < today:
        problems["last_on"] = "Choose a last day not before the first one, and not over already."
    elif last - first > LONGEST:
        problems["last_on"] = "An absence is entered for a year at most."
    elif _overlaps(session, officer, first, last):
        problems["first_on"] = "This person is away on some of these days already."
    if other is not None and (other.id == officer.id or other.agency_id != by.agency_id):
        problems["substitute"] = "Choose another person of your agency to stand in."
    return problems


def _overlaps(session: Session, officer: Officer, first: date, last: date) -> bool:
    query = select(Absence.id).where(
        Absence.officer_id == officer.id, Absence.taken_away_at.is_(None),
        Absence.first_on <= last, Absence.last_on >= first,
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None
