"""The official whom an appeal complains of is kept from it: sees, decides and gets nothing of it.

A head's people are kept from it with the head, since a complaint is not given to those who answer
to whom it is about. What the head would do, another head of the agency does, or the supervisor
(`agencies.appeals.stands_in`).
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from agencies import absences, journal, quality
from agencies.appeals import Appeal, Claim, is_complained_of, is_kept_from, is_open
from agencies.appeals.circle import keeps_out
from agencies.appeals.records import ComplainedOf
from agencies.directory import Agency
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import AGENCY_ROLES, Officer, Role, colleague_by_login, is_colleague

NAMERS = frozenset({Role.CLERK, Role.HEAD, Role.SUPERVISOR, Role.ADMIN})
CLEARERS = frozenset({Role.SUPERVISOR, Role.ADMIN})


def colleagues(session: Session) -> list[Officer]:
    """The people of the house from whom one is chosen, by agency and name."""
    query = select(Officer).outerjoin(Agency, Agency.id == Officer.agency_id)
    query = query.where(is_colleague()).order_by(Agency.code.nulls_first(), Officer.name)
    return list(
        session.scalars(query.options(joinedload(Officer.agency).selectinload(Agency.names)))
    )


def name_official(
    session: Session, appeal: Appeal, officer_id: int, *, by: Officer, now: datetime
) -> Officer:
    """The caller holds the appeal. Raises Invalid (`official`)."""
    if by.role not in NAMERS:
        raise NotAllowed("Your role does not take this step.")
    query = select(Officer).where(Officer.id == officer_id, is_colleague())
    official: Officer | None = session.scalar(query)
    if official is None:
        raise Invalid({"official": "Choose somebody of the house."})
    if is_complained_of(appeal, official):
        raise WrongStatus("This person is kept from the appeal already.")
    appeal.complained_of.append(
        ComplainedOf(officer_id=official.id, officer=official, named_at=now, named_by_id=by.id)
    )
    journal.append(appeal, "official_named", by=by, now=now, officer=official.name)
    for claim in appeal.claims:
        _take_away(claim, official)
    return official


def name_by_login(
    session: Session, appeal: Appeal, login: str, *, by: Officer, now: datetime
) -> Officer:
    """As `name_official`, for whoever knows no keys of rows."""
    found = colleague_by_login(session, login)
    return name_official(session, appeal, found.id if found else 0, by=by, now=now)


def _take_away(claim: Claim, official: Officer) -> None:
    """What they had of an open claim waits for another to get it."""
    if claim.is_open and claim.officer and is_kept_from(claim.appeal, claim.officer):
        claim.officer = None
    if claim.control_by_id == official.id:
        quality.let_go(claim)


def clear_official(
    session: Session, appeal: Appeal, officer_id: int, *, reason: str, by: Officer, now: datetime
) -> None:
    """He was named by mistake. The caller holds the appeal. Raises Invalid (`reason`)."""
    if by.role not in CLEARERS:
        raise NotAllowed("Your role does not take this step.")
    found = next((one for one in appeal.complained_of if one.officer_id == officer_id), None)
    if found is None:
        raise WrongStatus("The appeal does not complain of this person.")
    if not reason.strip():
        raise Invalid({"reason": "Say why the appeal does not complain of this person."})
    appeal.complained_of.remove(found)
    session.delete(found)
    journal.append(
        appeal, "official_cleared", by=by, now=now, officer=found.officer.name,
        reason=reason.strip(),
    )  # fmt: skip


def people_to_give_to(session: Session, officer: Officer) -> list[Officer]:
    """To whom this person may give claims: a head to the own people.

    A supervisor to the people of agencies that have no head, and to the other heads of those whose
    head an open claim complains of.
    """
    if officer.role not in (Role.HEAD, Role.SUPERVISOR):
        return []
    query = select(Officer).where(is_colleague(), Officer.role.in_(AGENCY_ROLES))
    if officer.role is Role.HEAD:
        query = query.where(Officer.agency_id == officer.agency_id)
    else:
        heads = select(Officer.agency_id).where(Officer.role == Role.HEAD, is_colleague())
        query = query.where(
            or_(Officer.agency_id.not_in(heads), _is_head_beside_one_complained_of())
        )
    few = joinedload(Officer.agency).lazyload(Agency.names)  # the list has read the names already
    return list(session.scalars(query.options(few).order_by(Officer.name, Officer.id)))


def _is_head_beside_one_complained_of() -> ColumnElement[bool]:
    """Another head of the agency is complained of by what has an open claim there."""
    other = aliased(Officer)
    query = select(Claim.id).join(ComplainedOf, ComplainedOf.appeal_id == Claim.appeal_id)
    query = query.join(other, other.id == ComplainedOf.officer_id)
    query = query.where(
        is_open(), Claim.agency_id == Officer.agency_id, other.agency_id == Officer.agency_id,
        other.role == Role.HEAD, other.id != Officer.id,
    )  # fmt: skip
    return and_(Officer.role == Role.HEAD, query.exists())


@dataclass(frozen=True)
class Colleague:
    """Somebody of an agency that works on an appeal; `kept` where it is kept from this person."""

    person: Officer
    kept: bool
    away_until: date | None = None


def staff_of(session: Session, appeal: Appeal, *, today: date) -> list[Colleague]:
    """People of the agencies that have its open claims, in one statement; also a head complained of
    who is at work no more, in whose place somebody acts all the same.
    """
    going = {claim.agency_id for claim in appeal.open_claims if claim.agency_id}
    if not going:
        return []
    kept, until = keeps_out(literal(appeal.id)).label("kept"), absences.away_until(today)
    query = select(Officer, kept, until.label("until"))
    named = select(ComplainedOf.officer_id).where(ComplainedOf.appeal_id == appeal.id)
    is_head_named = and_(Officer.role == Role.HEAD, Officer.id.in_(named))
    query = query.where(Officer.role.in_(AGENCY_ROLES), Officer.agency_id.in_(going))
    query = query.where(or_(is_colleague(), is_head_named))
    query = query.options(lazyload(Officer.agency)).order_by(Officer.name, Officer.id)
    return [Colleague(row.Officer, row.kept, row.until) for row in session.execute(query)]
