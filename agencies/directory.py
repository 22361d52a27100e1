"""Who sits in the hall and what for: agencies, districts, desks, services, subjects, norms."""

from collections.abc import Collection
from datetime import date, time
from enum import StrEnum

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.db import Base
from agencies.errors import NotFound


class Origin(StrEnum):
    """Rows of historical cases are kept apart from the hall's own."""

    HALL = "hall"
    IMPORTED = "imported"


class Named:
    """A name in each language of the hall."""

    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]


class Hall(Named, Base):
    __tablename__ = "hall"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    address_kk: Mapped[str]
    address_ru: Mapped[str]
    address_en: Mapped[str]
    opens: Mapped[time]
    closes: Mapped[time]
    day_ends: Mapped[time]
    """After this local time an appeal is registered on the next working day (Code art. 64(3))."""
    enrolled_kiosks_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether visitors' own browsers may take tickets too, or only the kiosks of the hall."""


class District(Named, Base):
    __tablename__ = "district"
    __table_args__ = (UniqueConstraint("origin", "name_ru"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    origin: Mapped[Origin] = mapped_column(default=Origin.HALL)


class Agency(Base):
    """A body with a desk here, one outside the hall, or one known only from historical cases."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    icon: Mapped[str] = mapped_column(String(32))
    colour: Mapped[str] = mapped_column(String(16))
    is_state_body: Mapped[bool] = mapped_column(default=True)
    in_hall: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[Origin] = mapped_column(default=Origin.HALL)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))

    district: Mapped[District | None] = relationship()
    names: Mapped[list["AgencyName"]] = relationship(
        back_populates="agency", order_by="AgencyName.valid_from", lazy="selectin"
    )

    def name_on(self, day: date) -> "AgencyName":
        """The official name valid on the day; the nearest one where the day lies outside."""
        valid = [name for name in self.names if name.valid_from <= day]
        return valid[-1] if valid else self.names[0]

    @property
    def name_kk(self) -> str:
        return self.names[-1].name_kk

    @property
    def name_ru(self) -> str:
        return self.names[-1].name_ru

    @property
    def name_en(self) -> str:
        return self.names[-1].name_en

    @property
    def short_kk(self) -> str:
        return self.names[-1].short_kk

    @property
    def short_ru(self) -> str:
        return self.names[-1].short_ru

    @property
    def short_en(self) -> str:
        return self.names[-1].short_en


class AgencyName(Named, Base):
    """An official name with the dates and the act that gave it."""

    __tablename__ = "agency_name"
    __table_args__ = (UniqueConstraint("agency_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    short_kk: Mapped[str]
    short_ru: Mapped[str]
    short_en: Mapped[str]
    act: Mapped[str]
    verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")

    agency: Mapped[Agency] = relationship(back_populates="names")


class Desk(Base):
    """A staffed place. All desks of one agency are a pool: there is never a line per desk."""

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    number: Mapped[int]
    floor: Mapped[int] = mapped_column(default=1)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)

    hall: Mapped[Hall] = relationship()
    agency: Mapped[Agency] = relationship(lazy="joined")


class Service(Named, Base):
    """What a visitor may come for. `series` is the letter of the ticket and names a zone."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    series: Mapped[str] = mapped_column(String(1))
    documents_kk: Mapped[str]
    documents_ru: Mapped[str]
    documents_en: Mapped[str]
    typical_minutes: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=True)
    day_quota: Mapped[int | None]
    """Tickets a day; none means no limit."""

    agency: Mapped[Agency] = relationship(lazy="joined")


class QueueNorm(Base):
    """How long a visitor may wait and be served; no service means every other one."""

    __tablename__ = "queue_norm"
    __table_args__ = (
        UniqueConstraint("service_id", "valid_from", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    max_wait_min: Mapped[int]
    max_service_min: Mapped[int]
    basis: Mapped[str]
    valid_from: Mapped[date]
    verified: Mapped[bool] = mapped_column(default=False)


class PriorityCategory(Named, Base):
    """Who is received out of turn, on which ground, and what the clerk looks at as proof."""

    __tablename__ = "priority_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    level: Mapped[int]
    proof_kk: Mapped[str]
    proof_ru: Mapped[str]
    proof_en: Mapped[str]
    basis: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    verified: Mapped[bool] = mapped_column(default=False)


class Subject(Named, Base):
    """The topic of a claim: two levels, codes `03` and `03.02`. One that is not active is offered
    no more, and what has it keeps it.
    """

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    origin: Mapped[Origin] = mapped_column(default=Origin.HALL)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    parent: Mapped["Subject | None"] = relationship(remote_side=[id])


class Competence(Base):
    """What an agency may decide: word stems that speak for it, by language."""

    __tablename__ = "competence"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    agency_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    stems: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    district_bound: Mapped[bool] = mapped_column(default=False)
    street_class: Mapped[str] = mapped_column(String(16), default="")
    firm: Mapped[bool] = mapped_column(default=False)
    """Offered whatever a learned model says: crime, threat, prosecutor, emergency."""
    advice: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """Where to turn, by language, for what no body of the hall decides."""
    weight: Mapped[float] = mapped_column(default=1.0)
    """Of one of its stems; less than 1 for plain words of a whole field."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")

    subject: Mapped[Subject] = relationship(lazy="joined")


def the_hall(session: Session) -> Hall:
    """The hall of this installation: the first one entered."""
    found = session.scalar(select(Hall).order_by(Hall.id).limit(1))
    if found is None:
        raise NotFound("The hall is not set up yet. Run: reception seed")
    return found


def hall_by_code(session: Session, code: str) -> Hall:
    found = session.scalar(select(Hall).where(Hall.code == code))
    if found is None:
        raise NotFound("There is no hall with the code “%(code)s”.", code=code)
    return found


def agency_by_code(session: Session, code: str) -> Agency:
    found = session.scalar(select(Agency).where(Agency.code == code))
    if found is None:
        raise NotFound("There is no agency with the code “%(code)s”.", code=code)
    return found


def desk_by_code(session: Session, code: str) -> Desk:
    query = select(Desk).where(Desk.code == code)
    found = session.scalar(query.options(joinedload(Desk.agency).lazyload(Agency.names)))
    if found is None:
        raise NotFound("There is no desk with the code “%(code)s”.", code=code)
    return found


def service_by_code(session: Session, code: str) -> Service:
    query = select(Service).where(Service.code == code, Service.open)
    found = session.scalar(query.options(joinedload(Service.agency).lazyload(Agency.names)))
    if found is None:
        raise NotFound("There is no service with the code “%(code)s”.", code=code)
    return found


def district_by_code(session: Session, code: str) -> District:
    found = session.scalar(select(District).where(District.code == code))
    if found is None:
        raise NotFound("There is no district with the code “%(code)s”.", code=code)
    return found


def hall_agencies(session: Session) -> list[Agency]:
    """Agencies with a desk in the hall, in the order of their codes."""
    query = select(Agency).where(Agency.in_hall, Agency.origin == Origin.HALL).order_by(Agency.code)
    return list(session.scalars(query))


def agency_kinds(session: Session) -> list[str]:
    """Families of agencies that a claim may belong to."""
    query = select(Agency.kind).where(Agency.origin == Origin.HALL).distinct()
    return sorted(session.scalars(query))


def open_services(session: Session) -> list[Service]:
    return list(session.scalars(select(Service).where(Service.open).order_by(Service.position)))


def offered_subjects() -> Select[Subject]:
    """Topics that may be chosen, by code; nothing under a topic that is offered no more."""
    idle = select(Subject.id).where(~Subject.active).correlate(None)
    query = select(Subject).where(Subject.active, Subject.origin == Origin.HALL)
    under = or_(Subject.parent_id.is_(None), Subject.parent_id.not_in(idle))
    return query.where(under).order_by(Subject.code)


def subjects_to_give(session: Session, codes: Collection[str]) -> dict[str, Subject]:
    """What was recognised, by its code; in the place of a topic that is offered no more stands the
    one above it.
    """
    if not codes:
        return {}
    query = select(Subject).where(Subject.code.in_(codes)).options(joinedload(Subject.parent))
    found = {one.code: _offered(one) for one in session.scalars(query)}
    return {code: one for code, one in found.items() if one is not None}


def _offered(topic: Subject) -> Subject | None:
    above = topic.parent
    if above is not None and not above.active:
        return None
    return topic if topic.active else above


def districts_of_almaty(session: Session) -> list[District]:
    query = select(District).where(District.origin == Origin.HALL).order_by(District.position)
    return list(session.scalars(query))
