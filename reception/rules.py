"""The rule by which an agency's queue is called, as dated rows: rates, ceiling, limits, skills.

Under the accumulating discipline a visitor's score is the rate of the class times the time since
due (Kleinrock 1964; Stanford, Taylor and Ziedins 2014), so that whoever waits is called in the end.
The other disciplines are there to be compared with.
"""

import tomllib
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import NotFound

SOURCE = Path(__file__).parent / "data" / "queue_rules.toml"


class Rank(IntEnum):
    """The class of a ticket; a priority category names one as its level."""

    WALK_IN = 0
    BOOKED = 1
    PRIORITY = 2
    FIRST = 3
    EMERGENCY = 9


class Discipline(StrEnum):
    ACCUMULATING = "accumulating"
    FIFO = "fifo"
    STRICT = "strict"
    RATIO = "ratio"


class QueueRule(Base):
    """One dated row holds the whole rule; a row without an agency is that of every other one.

    `ceiling_min`: after so long since due a visitor goes before all but emergencies; none means no
    ceiling. `ratio`: after so many privileged visitors at a desk, one ordinary.
    """

    __tablename__ = "queue_rule"
    __table_args__ = (
        UniqueConstraint("agency_id", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "least(rate_walk_in, rate_booked, rate_priority, rate_first) > 0", name="rates"
        ),
        CheckConstraint("ratio > 0 AND coalesce(ceiling_min, 1) > 0", name="limits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    valid_from: Mapped[date]
    discipline: Mapped[Discipline] = mapped_column(default=Discipline.ACCUMULATING)
    rate_walk_in: Mapped[float] = mapped_column(default=1)
    rate_booked: Mapped[float] = mapped_column(default=2)
    rate_priority: Mapped[float] = mapped_column(default=3)
    rate_first: Mapped[float] = mapped_column(default=4)
    ceiling_min: Mapped[int | None]
    ratio: Mapped[int] = mapped_column(default=2)
    credit_max_min: Mapped[int] = mapped_column(default=30)
    walking_min: Mapped[int] = mapped_column(default=2)
    return_within_min: Mapped[int] = mapped_column(default=15)
    return_penalty_min: Mapped[int] = mapped_column(default=5)
    misses_allowed: Mapped[int] = mapped_column(default=2)
    hold_max_min: Mapped[int] = mapped_column(default=20)
    basis: Mapped[str]
    verified: Mapped[bool] = mapped_column(default=False)

    def rate(self, rank: int) -> float:
        """Points a second; an emergency has none, for it is before everybody anyhow."""
        rates = (self.rate_walk_in, self.rate_booked, self.rate_priority, self.rate_first)
        return rates[rank] if rank < len(rates) else 0.0

    @property
    def credit_max(self) -> timedelta:
        return timedelta(minutes=self.credit_max_min)

    @property
    def walking(self) -> timedelta:
        return timedelta(minutes=self.walking_min)


class OfficerSkill(Base):
    """A service the officer gives; an officer without a row gives every one of the agency.

    A weight above 1 draws the service to this officer, one below 1 keeps the officer for others.
    """

    __tablename__ = "officer_skill"
    __table_args__ = (CheckConstraint("weight > 0", name="weight"),)

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    weight: Mapped[float] = mapped_column(default=1)


def in_force(session: Session, agency_id: int, day: date) -> QueueRule:
    """The agency's own rule of the day, or that of every agency."""
    query = select(QueueRule).where(
        or_(QueueRule.agency_id == agency_id, QueueRule.agency_id.is_(None)),
        QueueRule.valid_from <= day,
    )
    order = (QueueRule.agency_id.asc().nulls_last(), QueueRule.valid_from.desc())
    found = session.scalar(query.order_by(*order).limit(1))
    if found is None:
        raise NotFound("The hall is not set up yet. Run: reception seed")
    return found


def all_in_force(session: Session, day: date) -> dict[int | None, QueueRule]:
    """By agency; the one under None is that of every other one."""
    query = select(QueueRule).where(QueueRule.valid_from <= day).order_by(QueueRule.valid_from)
    return {rule.agency_id: rule for rule in session.scalars(query)}


def written() -> list[dict[str, Any]]:
    """The rules as the hall begins with them, from the reviewed file."""
    rows: list[dict[str, Any]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["rule"]
    return rows


def general(discipline: Discipline | None = None) -> QueueRule:
    """The newest rule for every agency, in no session; under another discipline where one is
    named.
    """
    row = max((r for r in written() if "agency" not in r), key=lambda r: r["valid_from"])
    rule = QueueRule(**row)
    rule.discipline = Discipline(discipline or row["discipline"])
    return rule
