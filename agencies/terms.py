"""How long the law gives: dated policies, the registration date, the last day of a term.

Pure over a calendar and policy rows, so that a decision can be replayed years later.
Law: Administrative Procedural and Process-related Code arts 64(3), 65, 76, 91, 99; Law 88-V
art. 25.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.calendar import Workdays, local, workdays
from agencies.db import Base
from agencies.directory import Hall
from agencies.errors import Invalid, NotFound


class AppealKind(StrEnum):
    """Kinds of the Code (art. 4)."""

    APPLICATION = "application"
    COMPLAINT = "complaint"
    MESSAGE = "message"
    PROPOSAL = "proposal"
    RESPONSE = "response"
    REQUEST = "request"


class Unit(StrEnum):
    WORKING_DAY = "WD"
    CALENDAR_DAY = "CD"
    MONTH = "M"
    IMMEDIATE = "immediate"


class Anchor(StrEnum):
    RECEIVED = "received"
    REGISTERED = "registered"
    BACKWARD = "backward"


class TermPolicy(Base):
    """One row of law: valid between two dates, for some kinds, in one case.

    `case` is one of ordinary, outside_information, redirect, reviewing_body, hearing, emergency,
    defects, silence, complaint_period, court_period, public_service, service_control, information,
    petition, council_reply. `kind` holds kinds of appeal joined by `|`, or `any`.
    """

    __tablename__ = "term_policy"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    kind: Mapped[str]
    case: Mapped[str] = mapped_column(String(32))
    case_text: Mapped[str]
    term: Mapped[int]
    unit: Mapped[Unit]
    anchor: Mapped[Anchor]
    extend_max: Mapped[int] = mapped_column(default=0)
    extend_unit: Mapped[str] = mapped_column(String(4), default="")
    extend_by: Mapped[str] = mapped_column(String(32), default="")
    notify_days: Mapped[int | None]
    notify_unit: Mapped[str] = mapped_column(String(4), default="")
    basis: Mapped[str]
    basis_kk: Mapped[str]
    basis_ru: Mapped[str]
    basis_en: Mapped[str]
    mark: Mapped[str] = mapped_column(String(8))
    verified: Mapped[bool] = mapped_column(default=False)
    may_pause: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the law stops this clock while the applicant is waited for."""

    def covers(self, kind: str, case: str, day: date) -> bool:
        in_force = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        for_kind = self.kind == "any" or kind in self.kind.split("|")
        return in_force and for_kind and case in (self.case, self.code)


CASES = ("ordinary", "public_service", "service_control", "information")
"""Cases under which an appeal is lodged; the others are days within its term."""


@dataclass(frozen=True)
class Term:
    """A term as it stands on an appeal: the policy, both dates and the furthest extension."""

    policy: TermPolicy
    registered_on: date
    due_on: date
    extendable_to: date | None


def policies(session: Session) -> list[TermPolicy]:
    return list(session.scalars(select(TermPolicy).order_by(TermPolicy.valid_from)))


@dataclass(frozen=True)
class Law:
    """Everything a term depends on: rows of law, the working calendar, the end of the day."""

    rows: tuple[TermPolicy, ...]
    workdays: Workdays
    day_ends: time


def law(session: Session) -> Law:
    """The law as it stands in the tables. The earliest end of day of any hall holds for all."""
    day_ends = select(func.min(Hall.day_ends)).scalar_subquery()
    query = select(TermPolicy, day_ends.label("day_ends")).order_by(TermPolicy.valid_from)
    found = session.execute(query).all()
    ends = found[0].day_ends if found else None
    return Law(tuple(row.TermPolicy for row in found), workdays(session), ends or time(18, 30))


def registered_on(received_at: datetime, workdays: Workdays, *, day_ends: time) -> date:
    """After the end of the working day, or on a day off, the next working day (art. 64(3))."""
    moment = local(received_at)
    day = moment.date()
    if moment.time() > day_ends and workdays.is_working(day):
        return workdays.add(day, 1)
    return workdays.on_or_after(day)


def choose_policy(rows: Iterable[TermPolicy], *, kind: str, case: str, day: date) -> TermPolicy:
    """The row in force on the day; of several, the one that came into force last."""
    found = [row for row in rows if row.covers(kind, case, day)]
    if not found:
        raise NotFound(
            "No term of law covers “%(kind)s” in the case “%(case)s” on %(day)s.",
            kind=kind,
            case=case,
            day=day.isoformat(),
        )
    return max(found, key=lambda row: row.valid_from)


def count(day: date, amount: int, unit: str, workdays: Workdays) -> date:
    """The last day of a term that starts the day after `day`; a day off rolls forward."""
    if unit == Unit.WORKING_DAY:
        return workdays.add(day, amount) if amount else day
    if unit == Unit.CALENDAR_DAY:
        return workdays.on_or_after(day + timedelta(days=amount))
    if unit == Unit.MONTH:
        return workdays.on_or_after(add_months(day, amount))
    return day


def add_months(day: date, months: int) -> date:
    """The same day of the month, or the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def term_of(law: Law, received_at: datetime, *, kind: str, case: str = "ordinary") -> Term:
    """The term of an appeal received at the instant. Raises NotFound where no row of law fits."""
    registered = registered_on(received_at, law.workdays, day_ends=law.day_ends)
    policy = choose_policy(law.rows, kind=kind, case=case, day=registered)
    anchor = registered if policy.anchor is Anchor.REGISTERED else local(received_at).date()
    due = count(anchor, policy.term, policy.unit, law.workdays)
    return Term(policy, registered, due, furthest(policy, due, law.workdays))


def furthest(policy: TermPolicy, due_on: date, workdays: Workdays) -> date | None:
    """The last day to which a term may be extended, counted from the first due day."""
    if not policy.extend_max:
        return None
    return count(due_on, policy.extend_max, policy.extend_unit, workdays)


def working_days_left(due_on: date, today: date, workdays: Workdays) -> int:
    """Working days from today to the due day; negative once it has passed."""
    return workdays.between(today, due_on)


def lawful_term(law: Law, received_at: datetime, *, kind: str, case: str) -> Term:
    """Raises Invalid (`kind`, `case`) where no law knows it."""
    if kind not in list(AppealKind):
        raise Invalid({"kind": "Choose the kind of appeal."})
    try:
        if case in CASES:
            return term_of(law, received_at, kind=kind, case=case)
    except NotFound:
        pass
    raise Invalid({"case": "This special law does not hold for this kind of appeal."})
