"""An alert: a series that brought more than was to be expected, and what people found out about it.

    raised -> taken -> judged
       ^        |         |
       +--------+ let go  +-> taken (taken up again)

Every alert has a person who looks into it and an outcome; from the outcomes the surveillance is
scored in its turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Appeal
from agencies.db import Base
from agencies.directory import District, Subject
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer

SHOWN = 200
FEED = "feed:"
"""Begins the series of a source system that went quiet; what follows is its code."""


class AlertState(StrEnum):
    RAISED = "raised"
    TAKEN = "taken"
    JUDGED = "judged"


class Finding(StrEnum):
    """What it was: a matter of the city, an event that explains it, wrong data, or nothing."""

    CONFIRMED = "confirmed"
    EXPLAINED = "explained"
    DATA_FAULT = "data_fault"
    DISMISSED = "dismissed"


A = AlertState
MOVES: dict[AlertState, frozenset[AlertState]] = {
    A.RAISED: frozenset({A.TAKEN}),
    A.TAKEN: frozenset({A.JUDGED, A.RAISED}),
    A.JUDGED: frozenset({A.TAKEN}),
}


class Alert(Base):
    """`p`: the chance of so many cases or more if nothing had changed."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("series", "week"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    series: Mapped[str] = mapped_column(String(160))
    week: Mapped[date] = mapped_column(index=True)
    """The Monday on which the week began; a day of the hall is named by itself."""
    method: Mapped[str] = mapped_column(String(32))
    observed: Mapped[int]
    expected: Mapped[float]
    bound: Mapped[int]
    dispersion: Mapped[float]
    p: Mapped[float]
    tested: Mapped[int]
    """Series judged in that week: with so many, chance alone crosses a bound now and then."""
    state: Mapped[AlertState] = mapped_column(default=A.RAISED, index=True)
    raised_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    taken_at: Mapped[datetime | None]
    finding: Mapped[Finding | None]
    reason: Mapped[str] = mapped_column(default="")
    judged_at: Mapped[datetime | None]

    officer: Mapped[Officer | None] = relationship()

    @property
    def excess(self) -> float:
        return self.observed - self.expected


class JudgedWeek(Base):
    """A week in which series were judged, whether one of them stood out or not."""

    __tablename__ = "judged_week"

    week: Mapped[date] = mapped_column(primary_key=True)
    tested: Mapped[int]
    judged_at: Mapped[datetime]


def move(alert: Alert, to: AlertState) -> None:
    """The only writer of an alert's state."""
    if to not in MOVES[alert.state]:
        raise WrongStatus("This alert has moved on. Look at its newest state.")
    alert.state = to


def take(alert: Alert, *, by: Officer, now: datetime) -> None:
    """The person looks into it. A judged alert may be taken up again."""
    move(alert, A.TAKEN)
    alert.officer, alert.taken_at = by, now
    alert.finding, alert.judged_at = None, None


def let_go(alert: Alert, *, by: Officer) -> None:
    _must_hold(alert, by)
    move(alert, A.RAISED)
    alert.officer, alert.taken_at = None, None


def judge(alert: Alert, *, finding: str, reason: str, by: Officer, now: datetime) -> None:
    _must_hold(alert, by)
    problems = {}
    if finding not in list(Finding):
        problems["finding"] = "Choose what was found out."
    if not reason.strip():
        problems["reason"] = "Say what was found out, in a sentence that others can check."
    if problems:
        raise Invalid(problems)
    move(alert, A.JUDGED)
    alert.finding, alert.reason, alert.judged_at = Finding(finding), reason.strip(), now


def _must_hold(alert: Alert, by: Officer) -> None:
    if alert.state is A.TAKEN and alert.officer is not None and alert.officer.id != by.id:
        raise NotAllowed("Another person has taken this alert.")


def hold(session: Session, alert_id: int) -> Alert:
    """For changing: two people take turns."""
    found = session.get(Alert, alert_id, with_for_update={"of": Alert})
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def by_id(session: Session, alert_id: int) -> Alert:
    found = session.get(Alert, alert_id)
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def listed(session: Session, state: AlertState | None = None) -> list[Alert]:
    """The newest week first, in it the least likely by chance."""
    query = select(Alert).order_by(Alert.week.desc(), Alert.p, Alert.id).limit(SHOWN)
    return list(session.scalars(query.where(Alert.state == state) if state else query))


class AlertAppeal(Base):
    """An appeal that makes up an alert raised from words; those of a series are found by it."""

    __tablename__ = "alert_appeal"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True, index=True)


APPEALS_SHOWN = 50


@dataclass(frozen=True)
class Letter:
    """What may be told of an appeal without telling whose it is."""

    number: str
    received_at: datetime
    district: District | None
    subject: Subject | None


def appeals_of(session: Session, alert: Alert) -> Sequence[Letter]:
    """The appeals that make up an alert raised from words, the newest first."""
    query = (
        select(Appeal.number, Appeal.received_at, District, Subject)
        .join(AlertAppeal, AlertAppeal.appeal_id == Appeal.id)
        .join(District, District.id == Appeal.district_id, isouter=True)
        .join(Subject, Subject.id == Appeal.subject_id, isouter=True)
        .where(AlertAppeal.alert_id == alert.id)
    )
    newest = query.order_by(Appeal.received_at.desc(), Appeal.id.desc()).limit(APPEALS_SHOWN)
    return [Letter(*row) for row in session.execute(newest)]


@dataclass(frozen=True)
class Score:
    """How the surveillance did: of the judged alerts, those that told of something real."""

    raised: int
    judged: int
    real: int
    weeks: int


def score(session: Session, *, since: date) -> Score:
    """An event that explains a surge was real too; a data fault or nothing was a false alarm.
    Silence of a feed is seen, not judged from chance: it does not count here.
    """
    real = Alert.finding.in_([Finding.CONFIRMED, Finding.EXPLAINED])
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Alert.state == A.JUDGED),
            func.count().filter(Alert.state == A.JUDGED, real),
            func.count(Alert.week.distinct()),
        ).where(Alert.week >= since, Alert.series.not_like(f"{FEED}%"))
    ).one()
    return Score(*row)
