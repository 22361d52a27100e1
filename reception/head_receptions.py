"""Personal reception by the heads of agencies: published days, who enrolled, and what came of it.

The law asks heads to receive people by a published schedule (`data/head_receptions.toml`). Who
enrols says what about; words, name and telephone are forgotten some weeks after the day, and what
was not settled by word of mouth goes on as an ordinary appeal.
"""

import secrets
import tomllib
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import notices
from agencies.appeals import Appeal
from agencies.calendar import ALMATY, Workdays
from agencies.db import Base
from agencies.directory import Agency
from agencies.errors import Invalid, NotAllowed, NotFound, TakenByAnother, WrongStatus
from agencies.identity import read_phone
from agencies.notices import NoticeChannel
from agencies.staff import Officer, Role

RULE = Path(__file__).parent / "data" / "head_receptions.toml"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 10
LONGEST_ESSENCE = 1000
MOST_PLACES = 40
KEPT = timedelta(days=30)
"""After the day of the reception; what was said in an appeal is kept with the appeal."""
PLANNERS = frozenset({Role.HEAD, Role.SUPERVISOR, Role.ADMIN})
OUTCOMES = ("solved", "explained", "appeal_registered", "referred_outside")
"""Codes of `outcomes.toml` that a talk with a head may end with."""


class EnrolmentState(StrEnum):
    ENROLLED = "enrolled"
    RECEIVED = "received"
    MISSED = "missed"
    CANCELLED = "cancelled"


E = EnrolmentState


class HeadReception(Base):
    """One day on which one person receives. `places` visitors share the time evenly."""

    __tablename__ = "head_reception"
    __table_args__ = (
        CheckConstraint("begins < ends AND places BETWEEN 1 AND 40", name="hours"),
        Index("ix_head_reception_day", "day", "begins"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    receiver: Mapped[str] = mapped_column(String(120))
    position_kk: Mapped[str] = mapped_column(String(160))
    position_ru: Mapped[str] = mapped_column(String(160))
    position_en: Mapped[str] = mapped_column(String(160))
    day: Mapped[date]
    begins: Mapped[time]
    ends: Mapped[time]
    place: Mapped[str] = mapped_column(String(160))
    places: Mapped[int] = mapped_column(SmallInteger)
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")

    agency: Mapped[Agency] = relationship(lazy="joined")
    enrolments: Mapped[list["HeadEnrolment"]] = relationship(
        back_populates="sitting", order_by="HeadEnrolment.place", lazy="selectin"
    )

    def at(self, place: int) -> datetime:
        """When the visitor of that place is received; places count from 1."""
        first = datetime.combine(self.day, self.begins, ALMATY)
        whole = datetime.combine(self.day, self.ends, ALMATY) - first
        minutes = int(whole.total_seconds() // 60 * (place - 1) // self.places)
        return first + timedelta(minutes=minutes)

    @property
    def free(self) -> int:
        taken = sum(1 for one in self.enrolments if one.state is not E.CANCELLED)
        return 0 if self.cancelled_at else self.places - taken


class HeadEnrolment(Base):
    __tablename__ = "head_enrolment"
    __table_args__ = (
        Index("uq_head_enrolment_place", "sitting_id", "place", unique=True,
              postgresql_where=text("state <> 'cancelled'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("head_reception.id"))
    place: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    essence: Mapped[str]
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[EnrolmentState] = mapped_column(default=E.ENROLLED)
    outcome: Mapped[str] = mapped_column(String(32), default="")
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    enrolled_at: Mapped[datetime]
    enrolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    """Nobody where the visitor enrolled without help."""
    concluded_at: Mapped[datetime | None]
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    sitting: Mapped[HeadReception] = relationship(back_populates="enrolments", lazy="joined")
    appeal: Mapped[Appeal | None] = relationship()

    @property
    def at(self) -> datetime:
        return self.sitting.at(self.place)


@cache
def rule() -> dict[str, Any]:
    """How often the law asks for a reception, and where it says so."""
    return tomllib.loads(RULE.read_text(encoding="utf-8"))["rule"]  # type: ignore[no-any-return]


def may_plan(officer: Officer, agency: Agency | None) -> bool:
    own = agency is not None and officer.agency_id == agency.id
    return officer.role in PLANNERS and (own or officer.role is not Role.HEAD)


def plan(
    session: Session, agency: Agency, *, receiver: str, positions: dict[str, str], day: date,
    begins: time, ends: time, place: str, places: int, workdays: Workdays, by: Officer,
    now: datetime,
) -> HeadReception:  # fmt: skip
    """A day of the schedule; it is published at once. Raises Invalid by field."""
    if not may_plan(by, agency):
        raise NotAllowed("The schedule is kept by the head of the agency or the supervisor.")
    empty = [name for name, value in positions.items() if not value.strip()]
    problems = dict.fromkeys(empty, "Fill in this field.")
    if not receiver.strip():
        problems["receiver"] = "Name who receives."
    if not place.strip():
        problems["place"] = "Say where people are received."
    if day <= now.astimezone(ALMATY).date() or not workdays.is_working(day):
        problems["day"] = "Choose a working day after today."
    if begins >= ends:
        problems["ends"] = "The end comes after the beginning."
    if not 1 <= places <= MOST_PLACES:
        problems["places"] = "From 1 to 40 visitors."
    if problems:
        raise Invalid(problems)
    made = HeadReception(
        agency=agency, receiver=receiver.strip()[:120], day=day, begins=begins, ends=ends,
        place=place.strip()[:160], places=places, entered_at=now, entered_by_id=by.id,
        cancel_reason="", enrolments=[],
        **{name: value.strip()[:160] for name, value in positions.items()},
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def cancel(
    session: Session, sitting: HeadReception, *, reason: str, by: Officer, now: datetime
) -> None:
    """The day stays in the schedule with the reason; who enrolled is told how to enrol anew, and
    is listed to be called all the same.
    """
    if not may_plan(by, sitting.agency):
        raise NotAllowed("The schedule is kept by the head of the agency or the supervisor.")
    if sitting.cancelled_at is not None:
        raise WrongStatus("This reception is cancelled already.")
    if not reason.strip():
        raise Invalid({"reason": "Say why; visitors read it."})
    sitting.cancelled_at, sitting.cancel_reason = now, reason.strip()[:300]
    session.flush()
    for one in sitting.enrolments:
        if one.state is E.ENROLLED and one.at > now:
            _tell_cancelled(session, one, now)


def _tell_cancelled(session: Session, enrolment: HeadEnrolment, now: datetime) -> None:
    """Worth sending until the visitor would have come."""
    about = f"enrolment/{enrolment.code}"
    notices.send(
        session, channel=NoticeChannel.SMS, to=enrolment.phone, kind="reception_cancelled",
        language=enrolment.language, about=about, now=now, lasts=enrolment.at - now,
        once=f"{about}/cancelled", agency=enrolment.sitting.agency.code,
        visit_on=enrolment.sitting.day.isoformat(), time=f"{enrolment.at:%H:%M}",
    )  # fmt: skip


def coming(
    session: Session, *, today: date, agency_id: int | None = None, back: int = 0
) -> list[HeadReception]:
    """The schedule from today, or from `back` days before; the nearest first."""
    query = select(HeadReception).where(HeadReception.day >= today - timedelta(days=back))
    if agency_id is not None:
        query = query.where(HeadReception.agency_id == agency_id)
    return list(session.scalars(query.order_by(HeadReception.day, HeadReception.begins)).unique())


def lacking(sittings: list[HeadReception], agencies: list[Agency], *, today: date) -> list[Agency]:
    """State bodies without a reception within the time that the law gives."""
    until = today + timedelta(days=int(rule()["every_days"]))
    held = {one.agency_id for one in sittings if not one.cancelled_at and one.day <= until}
    return [one for one in agencies if one.is_state_body and one.id not in held]


def by_id(session: Session, sitting_id: int, *, hold: bool = False) -> HeadReception:
    query = select(HeadReception).where(HeadReception.id == sitting_id)
    if hold:
        query = query.with_for_update(of=HeadReception)
    found = session.scalar(query.execution_options(populate_existing=hold))
    if found is None:
        raise NotFound("There is no such reception.")
    return found


def enrol(
    session: Session, sitting: HeadReception, *, name: str, phone: str, essence: str,
    language: str, by: Officer | None, now: datetime,
) -> HeadEnrolment:  # fmt: skip
    """The first free place. The caller holds the sitting. Raises Invalid by field."""
    problems = {}
    if not name.strip():
        problems["name"] = "Fill in this field."
    if not essence.strip():
        problems["essence"] = "Say in a few words what it is about."
    number = read_phone(phone)
    if not number:
        problems["phone"] = "Fill in this field."
    if problems:
        raise Invalid(problems)
    going = [one for one in sitting.enrolments if one.state is not E.CANCELLED]
    if any(one.phone == number for one in going):
        raise Invalid({"phone": "This number is enrolled for this reception already."})
    taken = {one.place for one in going}
    place = next((n for n in range(1, sitting.places + 1) if n not in taken), None)
    if sitting.cancelled_at or place is None or sitting.at(place) <= now:
        raise TakenByAnother("No place is left at this reception. Choose another day.")
    made = HeadEnrolment(
        sitting=sitting, place=place, code=_code(), name=name.strip()[:200], phone=number,
        essence=essence.strip()[:LONGEST_ESSENCE], language=language, state=E.ENROLLED, outcome="",
        enrolled_at=now, enrolled_by_id=by.id if by else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def by_code(session: Session, code: str) -> HeadEnrolment:
    found = session.scalar(select(HeadEnrolment).where(HeadEnrolment.code == code[:CODE_LENGTH]))
    if found is None:
        raise NotFound("There is no enrolment with this code.")
    return found


def hold_enrolment(session: Session, enrolment_id: int) -> HeadEnrolment:
    """For changing: locked until the commit."""
    query = select(HeadEnrolment).where(HeadEnrolment.id == enrolment_id)
    found = session.scalar(query.with_for_update(of=HeadEnrolment))
    if found is None:
        raise NotFound("There is no enrolment with this code.")
    return found


def give_back(enrolment: HeadEnrolment) -> None:
    """The place is free for somebody else; the words are forgotten at once."""
    _must_be_open(enrolment)
    enrolment.state = E.CANCELLED
    enrolment.name = enrolment.phone = enrolment.essence = ""


def conclude(
    enrolment: HeadEnrolment, *, outcome: str, appeal: Appeal | None, by: Officer, now: datetime
) -> None:
    """What came of it; an appeal that was registered is named. Raises Invalid by field."""
    _must_be_open(enrolment)
    if outcome not in (*OUTCOMES, E.MISSED):
        raise Invalid({"outcome": "Choose what came of it."})
    if outcome == "appeal_registered" and appeal is None:
        raise Invalid({"appeal": "Register the appeal first and write its number here."})
    enrolment.state = E.MISSED if outcome == E.MISSED else E.RECEIVED
    enrolment.outcome = "" if outcome == E.MISSED else outcome
    enrolment.appeal = appeal if outcome == "appeal_registered" else None
    enrolment.concluded_at, enrolment.concluded_by_id = now, by.id


def _must_be_open(enrolment: HeadEnrolment) -> None:
    if enrolment.state is not E.ENROLLED:
        raise WrongStatus("This enrolment was given back or concluded already.")


def forget(session: Session, *, now: datetime) -> int:
    """Name, telephone and words of days that lie behind; what came of them stays."""
    old = select(HeadReception.id).where(HeadReception.day < (now - KEPT).date())
    emptied = (
        update(HeadEnrolment)
        .where(HeadEnrolment.sitting_id.in_(old), HeadEnrolment.phone != "")
        .values(name="", phone="", essence="")
        .returning(HeadEnrolment.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(emptied).all())
