"""The official whom an appeal complains of is kept from it: sees, decides and gets nothing of it.

What the head would do, the supervisor does where it is the head (`agencies.appeals.stands_in`).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agencies import journal, quality
from agencies.appeals import Appeal, Claim, is_complained_of
from agencies.appeals.records import ComplainedOf
from agencies.directory import Agency
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer, Role, is_colleague

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


def _take_away(claim: Claim, official: Officer) -> None:
    """What he had of an open claim waits for the head to give it to another."""
    if claim.is_open and claim.officer_id == official.id:
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
