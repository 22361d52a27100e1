"""Who may see an appeal: by role and agency, and from whom it is kept all the same.

An official complained of sees nothing of the appeal, nor do those under a head complained of.
Special data (health, religion and the like) are for the officer who has the claim and the head of
that agency; for the clerk who took the letter in; and for the reception and the supervisor as
long as nobody else could act.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from agencies.appeals.records import Appeal, Claim, ComplainedOf
from agencies.directory import Origin
from agencies.staff import OF_PROGRAMS, Officer, Role


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
        ways.append(is_without_head())
    return or_(*ways)


def is_read_by(session: Session, claim: Claim, officer: Officer) -> bool:
    """The same of one claim that somebody of its agency, or of no agency, would get."""
    if not claim.special or officer.role is Role.HEAD or claim.officer_id == officer.id:
        return True
    unrouted = claim.agency_id is None and officer.role in (Role.CLERK, Role.SUPERVISOR)
    disputed = claim.arbitration_since is not None and officer.role is Role.SUPERVISOR
    return unrouted or disputed or gives_away(session, claim, officer)


def is_open_to_each() -> ColumnElement[bool]:
    """Who may be told of a claim, for a query that joins Officer to Claim by role and agency."""
    ways = or_(
        ~Claim.special,
        Claim.officer_id == Officer.id,
        Officer.role == Role.HEAD,
        and_(Claim.agency_id.is_(None), Officer.role.in_((Role.CLERK, Role.SUPERVISOR))),
        and_(
            Officer.role == Role.SUPERVISOR,
            or_(
                Claim.arbitration_since.is_not(None),
                is_without_head(),
            ),
        ),
    )
    return and_(~keeps_out(Claim.appeal_id), ways)


def is_open_to(officer: Officer) -> ColumnElement[bool]:
    """What beside role and agency is asked of a claim in a list of this person."""
    return and_(Claim.appeal_id.not_in(kept_from(officer)), is_in_circle(officer))


def is_complained_of(appeal: Appeal, officer: Officer) -> bool:
    return any(one.officer_id == officer.id for one in appeal.complained_of)


def is_kept_from(appeal: Appeal, officer: Officer) -> bool:
    """Complained of, or under a head who is."""
    under = officer.role is Role.OFFICER and complains_of_head(appeal, officer.agency_id)
    return under or is_complained_of(appeal, officer)


def complains_of_head(appeal: Appeal, agency_id: int | None) -> bool:
    return any(
        one.officer.role is Role.HEAD and one.officer.agency_id == agency_id
        for one in appeal.complained_of
    )


def has_head(session: Session, agency_id: int, *, besides: Collection[int] = ()) -> bool:
    """Whether the agency has a head at work, `besides` those officers."""
    query = select(Officer.id).where(_heads(Officer, agency_id), Officer.id.not_in(besides))
    return session.scalar(query.limit(1)) is not None


def is_closed_to(session: Session, appeal: Appeal, agency_id: int) -> bool:
    """Its head is complained of and it has no other: whoever is left there is under them."""
    named = [one.officer_id for one in appeal.complained_of]
    return complains_of_head(appeal, agency_id) and not has_head(session, agency_id, besides=named)


def stands_in(claim: Claim, officer: Officer) -> bool:
    """Whether this person does what the head of the agency would, who is complained of."""
    of_agency = officer.role is Role.SUPERVISOR and claim.agency_id is not None
    return of_agency and complains_of_head(claim.appeal, claim.agency_id)


def gives_away(session: Session, claim: Claim, officer: Officer) -> bool:
    """The head of the agency; where there is none, or they are complained of, the supervisor."""
    if claim.agency_id is None or officer.role is not Role.SUPERVISOR:
        return officer.role is Role.HEAD and officer.agency_id == claim.agency_id
    return stands_in(claim, officer) or not has_head(session, claim.agency_id)


def kept_from(officer: Officer) -> Select[Any]:
    """Appeals that complain of the officer, or of a head above."""
    query, own = select(ComplainedOf.appeal_id), ComplainedOf.officer_id == officer.id
    if officer.role is not Role.OFFICER:
        return query.where(own)
    above = select(Officer.id).where(
        Officer.role == Role.HEAD, Officer.agency_id == officer.agency_id
    )
    return query.where(or_(own, ComplainedOf.officer_id.in_(above)))


def keeps_out(appeal_id: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """The same for a query that joins Officer to appeals."""
    official = aliased(Officer)
    under = and_(
        Officer.role == Role.OFFICER,
        official.role == Role.HEAD,
        official.agency_id == Officer.agency_id,
    )
    query = select(ComplainedOf.officer_id).join(official, official.id == ComplainedOf.officer_id)
    query = query.where(ComplainedOf.appeal_id == appeal_id, or_(official.id == Officer.id, under))
    return query.correlate_except(ComplainedOf, official).exists()


@cache
def is_without_head() -> ColumnElement[bool]:
    """The head of a claim's agency is complained of or absent, so that the supervisor may act.

    For a query over Claim. Who is meant is asked once and not anew for each claim: PostgreSQL
    reckons that so dear that it no longer weighs the rest of the query. Kept, since building it
    costs more than all else of a list's query.
    """
    official, head = aliased(Officer), aliased(Officer)
    named = select(ComplainedOf.appeal_id, official.agency_id)
    named = named.join(official, official.id == ComplainedOf.officer_id)
    named = named.where(official.role == Role.HEAD)
    headed = select(head.agency_id).where(head.agency_id.is_not(None), _is_head(head))
    return or_(
        tuple_(Claim.appeal_id, Claim.agency_id).in_(named.correlate(None)),
        Claim.agency_id.is_(None),
        Claim.agency_id.not_in(headed),
    )


def _heads(head: Any, agency_id: Any) -> ColumnElement[bool]:
    return and_(head.agency_id == agency_id, _is_head(head))


def _is_head(head: Any) -> ColumnElement[bool]:
    """One at work, and no program that acts in the place of one."""
    return and_(head.role == Role.HEAD, head.active, head.login.not_like(f"{OF_PROGRAMS}%"))


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
