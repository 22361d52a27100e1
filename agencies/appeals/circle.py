"""Who may see an appeal: by role and agency, and from whom it is kept all the same.

An official complained of sees nothing of the appeal. Special data (health, religion and the like)
are for the officer who has the claim and the head of that agency; for the clerk who took the letter
in; and for the reception and the supervisor as long as nobody else could act.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from agencies.appeals.records import Appeal, Claim, ComplainedOf
from agencies.directory import Origin
from agencies.staff import Officer, Role


def sees_all(officer: Officer) -> bool:
    """Reception and supervision."""
    return officer.role in (Role.CLERK, Role.SUPERVISOR, Role.ADMIN)


def visible(query: Select[Any], officer: Officer) -> Select[Any]:
    """The query cut down to what the officer may see; `query` must name Appeal.

    Reception and supervision see every appeal; an agency sees those with a claim for it. Nobody
    sees one that complains of oneself, and few see special data.
    """
    query = query.where(Appeal.id.not_in(kept_from(officer)))
    of_appeal = select(Claim.id).where(Claim.appeal_id == Appeal.id, is_in_circle(officer))
    if sees_all(officer):
        theirs = Appeal.received_by_id == officer.id
        return query.where(or_(Appeal.special == "", theirs, of_appeal.exists()))
    if officer.role in (Role.OFFICER, Role.HEAD):
        return query.where(of_appeal.where(Claim.agency_id == officer.agency_id).exists())
    return query.where(false())


def is_in_circle(officer: Officer) -> ColumnElement[bool]:
    """Whether a claim holds no special data, or is this person's work. For a query over Claim."""
    if officer.role is Role.HEAD:
        return true()
    ways: list[ColumnElement[bool]] = [~Claim.special, Claim.officer_id == officer.id]
    if officer.role in (Role.CLERK, Role.SUPERVISOR):
        ways.append(Claim.agency_id.is_(None))
    if officer.role is Role.SUPERVISOR:
        ways.append(Claim.arbitration_since.is_not(None))
        ways.append(is_without_head(Claim.appeal_id, Claim.agency_id))
    return or_(*ways)


def is_open_to(officer: Officer) -> ColumnElement[bool]:
    """What beside role and agency is asked of a claim in a list of this person."""
    return and_(Claim.appeal_id.not_in(kept_from(officer)), is_in_circle(officer))


def is_complained_of(appeal: Appeal, officer: Officer) -> bool:
    return any(one.officer_id == officer.id for one in appeal.complained_of)


def stands_in(claim: Claim, officer: Officer) -> bool:
    """Whether this person does what the head of the agency would, who is complained of."""
    return officer.role is Role.SUPERVISOR and any(
        one.officer.role is Role.HEAD and one.officer.agency_id == claim.agency_id
        for one in claim.appeal.complained_of
    )


def kept_from(officer: Officer) -> Select[Any]:
    """Appeals that complain of the officer."""
    return select(ComplainedOf.appeal_id).where(ComplainedOf.officer_id == officer.id)


def complains_of(appeal_id: ColumnElement[int] | Any, officer_id: Any) -> ColumnElement[bool]:
    """For a query that joins officers to appeals."""
    query = select(ComplainedOf.officer_id)
    query = query.where(ComplainedOf.appeal_id == appeal_id, ComplainedOf.officer_id == officer_id)
    return query.exists()


def is_without_head(appeal_id: Any, agency_id: Any) -> ColumnElement[bool]:
    """The head of the agency is complained of, so that the supervisor stands in."""
    head = aliased(Officer)
    query = select(ComplainedOf.officer_id).join(head, head.id == ComplainedOf.officer_id)
    query = query.where(
        ComplainedOf.appeal_id == appeal_id, head.role == Role.HEAD, head.agency_id == agency_id
    )
    return query.exists()


def has_in_hand(appeal: Appeal, officer: Officer) -> bool:
    """Whether this person may change what the appeal as a whole is, or join it to another one.

    Reception and supervision; a head where every open claim lies with the own agency. Nobody where
    nothing is open, or where it was taken over from an earlier register.
    """
    still = appeal.open_claims
    if not still or appeal.source is Origin.IMPORTED:
        return False
    own = officer.role is Role.HEAD and all(c.agency_id == officer.agency_id for c in still)
    return sees_all(officer) or own
