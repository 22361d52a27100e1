"""The visitor's own list: each step with its agency, desks, papers, fee today, term and law."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import Workdays
from agencies.directory import Agency, Desk, Service
from reception.guide import law, walking
from reception.guide.law import ActState, LegalAct
from reception.guide.procedure import Channel, Fee, Procedure, Step, Term, Text
from reception.guide.situations import SituationVersion
from reception.guide.walking import Answers, Way

DECEMBER = 12


@dataclass(frozen=True)
class Sum:
    """A fee and what it comes to today in tenge; None where it is no sum or no rate is known."""

    fee: Fee
    tenge: int | None


@dataclass(frozen=True)
class Planned:
    """One step of the list. `ready_on` is the last day of its term for who begins today."""

    number: int
    step: Step
    agency: Agency | None
    desks: list[Desk]
    service: Service | None
    sums: list[Sum]
    ready_on: date | None
    acts: list[tuple[LegalAct, str]]
    channels: list[Channel]


@dataclass(frozen=True)
class Plan:
    version: SituationVersion
    procedure: Procedure
    way: Way
    steps: list[Planned]
    mci: Decimal | None
    repealed: list[LegalAct]
    day: date

    @property
    def papers(self) -> list[Text]:
        """Everything to bring, each once, without what the state holds itself."""
        found = {
            paper.title.said("en"): paper.title
            for planned in self.steps
            for paper in planned.step.documents
            if paper.form != "state_system"
        }
        return list(found.values())


def plan(session: Session, version: SituationVersion, answers: Answers, *, day: date) -> Plan:
    """In a fixed number of statements, whatever the number of steps."""
    held = version.procedure
    way = walking.walk(held, answers)
    known = _Surroundings(session, held, way, day)
    steps = [known.planned(number, step) for number, step in enumerate(way.steps, start=1)]
    repealed = [act for act in known.acts.values() if act.state is ActState.REPEALED]
    return Plan(version, held, way, steps, known.mci, repealed, day)


class _Surroundings:
    """What the steps name: agencies, desks, services, acts, the index and the calendar."""

    def __init__(self, session: Session, held: Procedure, way: Way, day: date) -> None:
        self.day, self.district = day, way.answers.get("district", "")
        codes = {self._code(step) for step in way.steps} | {"akimat"}
        found = session.scalars(select(Agency).where(Agency.code.in_(codes)))
        self.agencies = {agency.code: agency for agency in found}
        places = select(Desk).where(Desk.agency_id.in_(a.id for a in self.agencies.values()))
        self.desks = list(session.scalars(places.order_by(Desk.number)))
        wanted = select(Service).where(Service.code.in_({s.service for s in way.steps}))
        self.services = {s.code: s for s in session.scalars(wanted.where(Service.open))}
        self.acts = law.acts(session, law.acts_of(held))
        self.mci = law.rate_on(session, law.MCI, day)
        self.workdays = calendar.workdays(session)

    def _code(self, step: Step) -> str:
        """The akimat of the visitor's district, where the district is known."""
        if step.agency == "akimat" and self.district:
            return f"akimat-{self.district}"
        return step.agency

    def planned(self, number: int, step: Step) -> Planned:
        agency = self.agencies.get(self._code(step))
        return Planned(
            number, step, agency,
            [d for d in self.desks if agency is not None and d.agency_id == agency.id],
            self.services.get(step.service),
            [Sum(fee, law.tenge(fee, self.mci)) for fee in step.fees if self._today(fee)],
            ready_on(step.term, self.day, self.workdays),
            [(self.acts[ref.act], ref.article) for ref in step.legal if ref.act in self.acts],
            [channel for channel in step.channels if self._today(channel)],
        )  # fmt: skip

    def _today(self, dated: Fee | Channel) -> bool:
        begun = dated.valid_from is None or dated.valid_from <= self.day
        return begun and (dated.valid_to is None or self.day <= dated.valid_to)


def ready_on(term: Term | None, day: date, workdays: Workdays) -> date | None:
    """The last day of a term that begins on the day; None for minutes, hours and no term.

    A term in months ends on the same day of the month, or on the next working day, never earlier
    (registration of divorce).
    """
    if term is None or term.value is None:
        return None
    if term.unit == "working_day":
        return workdays.add(day, term.value)
    if term.unit == "calendar_day":
        return day + timedelta(days=term.value)
    if term.unit == "month":
        return workdays.on_or_after(_months_after(day, term.value))
    return None


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // DECEMBER, month % DECEMBER + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
