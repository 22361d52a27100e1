"""The claims an officer may work on, in the order of their last day, and how many wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, false, func, select, true, tuple_
from sqlalchemy.orm import Session

from agencies import search
from agencies.appeals import (
    Appeal,
    Claim,
    ClaimOutlook,
    ClaimStatus,
    is_open,
    is_open_to,
    sees_all,
)
from agencies.db import PLANNED_ANEW
from agencies.directory import Agency, District, Subject
from agencies.staff import AGENCY_ROLES, Officer
from agencies.terms import TermPolicy

PAGE = 50
SOON_WORKING_DAYS = 3
AT_RISK = 300
"""Of 1,000 claims that stood there so many were late: it is time to look."""
NOT_KNOWN = "-"
"""In place of a district: appeals that name none."""


HOLDS = and_(ClaimOutlook.claim_id == Claim.id, ClaimOutlook.due_on == Claim.due_on)
"""A forecast was made for a last day; for another one it says nothing."""
LATE = func.coalesce(ClaimOutlook.late, 0)
SAFE = 1000 - LATE
"""Who is likeliest to be late comes first."""


@dataclass(frozen=True)
class Choice:
    """What the address asks for. No status means every claim that is still open."""

    status: ClaimStatus | None = None
    finished: bool = False
    overdue: bool = False
    at_risk: bool = False
    """The likeliest to be late first."""
    due_by: date | None = None
    mine: bool = False
    words: str = ""
    district: str = ""
    agency: str = ""
    topic: str = ""
    """Codes. A topic of the first level holds those beneath it."""
    since: datetime | None = None


@dataclass(frozen=True)
class Place:
    """A row of the list; the next page begins after it, the page before ends before it."""

    due_on: date
    claim_id: int
    safe: int = 0
    """Of 1,000 like it so many were in time; the order of the list of those at risk."""

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}_{self.claim_id}_{self.safe}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None where the text is no place: then the list begins at its first page."""
        day, _, rest = text.partition("_")
        number, _, safe = rest.partition("_")
        try:
            return cls(date.fromisoformat(day), int(number), int(safe or 0))
        except ValueError:
            return None


@dataclass(frozen=True)
class Work:
    """One line of the list."""

    place: Place
    ordinal: int
    number: str
    kind: str
    status: ClaimStatus
    officer: str
    agency_id: int | None
    subject: Subject | None
    district: District | None
    policy: TermPolicy
    late: int
    """Of 1,000 that stood where it stands so many were late; 0 where too few stood there."""
    bound: bool
    """Whether the Code binds the agency; otherwise the day is a target of service."""


@dataclass(frozen=True)
class WorkPage:
    rows: list[Work]
    before: Place | None
    after: Place | None


@dataclass(frozen=True)
class Tallies:
    beside: tuple[int, ...]
    open: int
    due_soon: int
    overdue: int
    in_approval: int
    mine: int
    at_risk: int
    unrouted: int
    """Registered, and sent to no agency yet."""


def claims_in_work(
    session: Session,
    officer: Officer,
    choice: Choice,
    *,
    today: date,
    after: Place | None = None,
    before: Place | None = None,
) -> WorkPage:
    """One page by last day. One row more than shown is read to know whether the list goes on."""
    order: tuple[Any, ...] = (Claim.due_on, Claim.id)
    if choice.at_risk:
        order = (SAFE, *order)
    query = _few() if choice.words else _lines()
    query = own_claims(query, officer).where(*conditions(officer, choice, today=today))
    if before is not None:
        query = query.where(tuple_(*order) < _from(before, choice))
        order = tuple(column.desc() for column in order)
    elif after is not None:
        query = query.where(tuple_(*order) > _from(after, choice))
    query = query.order_by(*order).limit(PAGE + 1)
    if choice.words:
        query = _lines_of(query).order_by(*order).execution_options(**PLANNED_ANEW)
    found = [_work(row) for row in session.execute(query)]
    rows, goes_on = found[:PAGE], len(found) > PAGE
    if before is not None:
        rows.reverse()
        return _page(rows, earlier=goes_on, later=True)
    return _page(rows, earlier=after is not None, later=goes_on)


def _from(place: Place, choice: Choice) -> tuple[Any, ...]:
    by_day = (place.due_on, place.claim_id)
    return (place.safe, *by_day) if choice.at_risk else by_day


def _page(rows: list[Work], *, earlier: bool, later: bool) -> WorkPage:
    return WorkPage(
        rows,
        before=rows[0].place if rows and earlier else None,
        after=rows[-1].place if rows and later else None,
    )


def _few() -> Any:
    """Which claims a search shows. What is asked here of a claim stands in an index, so that the
    thousands which are looked through for fifty are not read from their rows.
    """
    query = select(Claim.id).join(Appeal, Claim.appeal_id == Appeal.id)
    query = query.outerjoin(District, Appeal.district_id == District.id)
    return query.outerjoin(ClaimOutlook, HOLDS)


def _lines_of(few: Any) -> Any:
    chosen = few.subquery()
    return _lines().join(chosen, chosen.c.id == Claim.id)


@cache
def _lines() -> Any:
    """Only columns that the list shows: a long text is never read for a line.

    What is one word of another table is asked for there and not joined: of nine tables PostgreSQL
    spends ten times as long on the order to join them in as on the rows.
    """
    topic = func.coalesce(Claim.subject_id, Appeal.subject_id)
    code = func.coalesce(Claim.own_policy_code, Appeal.policy_code)
    person = select(Officer.name).where(Officer.id == Claim.officer_id).scalar_subquery()
    bound = select(Agency.is_state_body).where(Agency.id == Claim.agency_id).scalar_subquery()
    return (
        select(Claim.id, Claim.due_on, Claim.ordinal, Appeal.number, Appeal.kind, Claim.status,
               person.label("officer"), Claim.agency_id, Subject, District, TermPolicy,
               func.coalesce(bound, true()).label("bound"), LATE.label("late"))
        .join(Appeal, Claim.appeal_id == Appeal.id)
        .outerjoin(Subject, Subject.id == topic)
        .outerjoin(District, Appeal.district_id == District.id)
        .outerjoin(ClaimOutlook, HOLDS)
        .join(TermPolicy, TermPolicy.code == code)
    )  # fmt: skip


def own_claims(query: Any, officer: Officer) -> Any:
    """An agency's people list the claims for their agency, which is less than they may read."""
    if officer.role in AGENCY_ROLES:
        query = query.where(Claim.agency_id == officer.agency_id)
    elif not sees_all(officer):
        return query.where(false())
    return query.where(is_open_to(officer))


def _work(row: Any) -> Work:
    return Work(
        place=Place(row.due_on, row.id, 1000 - row.late), ordinal=row.ordinal, number=row.number,
        kind=row.kind,
        status=row.status, officer=row.officer or "", agency_id=row.agency_id,
        subject=row.Subject, district=row.District, policy=row.TermPolicy, bound=row.bound,
        late=row.late,
    )  # fmt: skip


def conditions(officer: Officer, choice: Choice, *, today: date) -> list[Any]:
    """For a query over Claim and Appeal with their District, which may be none."""
    found = list(_part_of_the_city(choice))
    if choice.status is not None:
        found.append(Claim.status == choice.status)
    elif not choice.finished:
        found.append(is_open())
    if choice.overdue:
        found.append(and_(is_open(), Claim.due_on < today))
    if choice.at_risk:
        found.append(and_(is_open(), Claim.id.in_(at_risk(today))))
    if choice.due_by:
        found.append(Claim.due_on.between(today, choice.due_by))
    if choice.mine:
        found.append(Claim.officer_id == officer.id)
    if choice.words:
        found.append(search.condition(choice.words))
    return found


def at_risk(today: date) -> Any:
    """Claims that are not late yet, and likely to be."""
    query = select(ClaimOutlook.claim_id).join(Claim, HOLDS)
    return query.where(ClaimOutlook.late >= AT_RISK, Claim.due_on >= today)


def _part_of_the_city(choice: Choice) -> Iterator[Any]:
    if choice.district:
        known = choice.district != NOT_KNOWN
        yield District.code == choice.district if known else District.id.is_(None)
    if choice.agency:
        agency = select(Agency.id).where(Agency.code == choice.agency)
        yield Claim.agency_id == agency.scalar_subquery()
    if choice.topic:
        above = select(Subject.id).where(Subject.code == choice.topic)
        topics = select(Subject.id).where(
            (Subject.code == choice.topic) | Subject.parent_id.in_(above)
        )
        yield func.coalesce(Claim.subject_id, Appeal.subject_id).in_(topics)
    if choice.since:
        yield Appeal.received_at >= choice.since


def count(session: Session, officer: Officer, choice: Choice, *, today: date) -> int:
    """How many lines the officer's list has with this choice."""
    query: Any = select(func.count()).select_from(Claim).join(Appeal, Claim.appeal_id == Appeal.id)
    query = query.outerjoin(District, Appeal.district_id == District.id)
    query = own_claims(query, officer).where(*conditions(officer, choice, today=today))
    return int(session.scalar(query) or 0)


def tallies(
    session: Session, officer: Officer, *, today: date, soon: date,
    beside: Sequence[Select[int]] = (),
) -> Tallies:  # fmt: skip
    """Open claims within the officer's sight, counted in one statement. `soon` is included.

    The columns it asks of a claim stand in the indexes of open claims, so that no row is read.
    `beside` counts what is no claim.
    """
    likely = select(ClaimOutlook.claim_id, ClaimOutlook.due_on).where(ClaimOutlook.late >= AT_RISK)
    query: Any = (
        select(
            func.count(),
            func.count().filter(Claim.due_on.between(today, soon)),
            func.count().filter(Claim.due_on < today),
            func.count().filter(Claim.status == ClaimStatus.IN_APPROVAL),
            func.count().filter(Claim.officer_id == officer.id),
            func.count().filter(Claim.due_on >= today, tuple_(Claim.id, Claim.due_on).in_(likely)),
            func.count().filter(Claim.status == ClaimStatus.REGISTERED),
            *(one.correlate(None).scalar_subquery() for one in beside),
        )
        .select_from(Claim)
        .where(is_open())
    )
    counts = [int(one) for one in session.execute(own_claims(query, officer)).one()]
    return Tallies(tuple(counts[7:]), *counts[:7])


def counts_of_open(
    session: Session, officer: Officer, choices: Sequence[Choice], *, today: date
) -> list[int]:
    """How many open claims the officer's list has with each choice, in one look at all of them;
    what a choice shows of finished claims is not counted.
    """
    query: Any = select(*(func.count().filter(*_of_open(officer, c, today=today)) for c in choices))
    query = query.select_from(Claim).join(Appeal, Claim.appeal_id == Appeal.id)
    query = query.outerjoin(District, Appeal.district_id == District.id)
    query = own_claims(query.where(is_open(), is_open(Appeal)), officer)
    return [int(one) for one in session.execute(query, execution_options=PLANNED_ANEW).one()]


def _of_open(officer: Officer, choice: Choice, *, today: date) -> list[Any]:
    """Words are looked up once: the long column is not read from each appeal for them. That the
    claim is open is asked once for all choices.
    """
    found = conditions(officer, replace(choice, words="", finished=True), today=today)
    if choice.words:
        of_words = select(Appeal.id).where(search.condition(choice.words))
        found.append(Claim.appeal_id.in_(of_words.correlate(None)))
    return found or [true()]
