"""The appeal and its claims: found and held, by those who may see them.

An appeal is the letter as lodged; a claim is one matter of it for one agency
(`agencies.appeals.records`). Who may see it says `agencies.appeals.circle`. Claims move
(`agencies.appeals.moves`); the status of the appeal is that of its claim that has come least far.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agencies.appeals.circle import (
    complains_of_head,
    gives_away,
    has_in_hand,
    is_closed_to,
    is_complained_of,
    is_in_circle,
    is_kept_from,
    is_open_to,
    is_read_by,
    sees_all,
    stands_in,
    visible,
)
from agencies.appeals.records import (
    FINISHED,
    GONE,
    OPEN_IN_SQL,
    Appeal,
    Applicant,
    Channel,
    Claim,
    ClaimOutlook,
    ClaimStatus,
    is_open,
)
from agencies.errors import NotFound
from agencies.staff import Officer, Role

__all__ = [
    "FINISHED", "GONE", "OPEN_IN_SQL", "Appeal", "Applicant", "Channel", "Claim", "ClaimOutlook",
    "ClaimStatus",
    "by_number", "claim_of", "complains_of_head", "gives_away", "has_in_hand", "hold", "hold_both",
    "hold_claim", "is_closed_to", "is_complained_of", "is_in_circle", "is_kept_from", "is_open",
    "is_open_to", "is_read_by", "lock", "place_of", "sees_all", "stands_in", "visible",
]  # fmt: skip


def by_number(session: Session, number: str, *, officer: Officer) -> Appeal:
    """For reading. A stranger's appeal is not found, so that its existence is not told."""
    query = visible(select(Appeal).where(Appeal.number == number), officer)
    found: Appeal | None = session.scalar(query.options(selectinload(Appeal.claims)))
    if found is None:
        raise NotFound("There is no appeal %(number)s among those you may see.", number=number)
    return found


def hold(session: Session, number: str, *, officer: Officer) -> Appeal:
    """For changing: the row is locked until the commit, so that two officers take turns."""
    query = visible(select(Appeal.id).where(Appeal.number == number), officer)
    lock = select(Appeal).where(Appeal.id.in_(query)).with_for_update(of=Appeal)
    found = session.scalar(lock.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no appeal %(number)s among those you may see.", number=number)
    return found


def place_of(appeal: Appeal) -> tuple[datetime, int]:
    """Earlier letters first. Whoever holds several appeals takes them in this order, so that no two
    wait for each other.
    """
    return appeal.received_at, appeal.id


def hold_both(
    session: Session, number: str, other: str, *, officer: Officer
) -> tuple[Appeal, Appeal | None]:
    """Two for changing, in their order whichever is named first; None for no such other one."""
    query = visible(select(Appeal.id).where(Appeal.number.in_((number, other))), officer)
    lock = select(Appeal).where(Appeal.id.in_(query)).order_by(Appeal.received_at, Appeal.id)
    lock = lock.with_for_update(of=Appeal).execution_options(populate_existing=True)
    found = {appeal.number: appeal for appeal in session.scalars(lock).unique()}
    if number not in found:
        raise NotFound("There is no appeal %(number)s among those you may see.", number=number)
    return found[number], found.get(other)


def lock(session: Session, appeal: Appeal) -> None:
    """For a change by somebody whose right was checked otherwise; until the commit."""
    held = select(Appeal).where(Appeal.id == appeal.id).with_for_update(of=Appeal)
    session.scalars(held.execution_options(populate_existing=True)).one()


def claim_of(appeal: Appeal, claim_id: int, *, officer: Officer) -> Claim:
    """A claim of the appeal; an agency's people find only the claims for their agency."""
    for claim in appeal.claims:
        own = officer.role not in (Role.OFFICER, Role.HEAD) or claim.agency_id == officer.agency_id
        if claim.id == claim_id and own:
            return claim
    raise NotFound("There is no such claim among those you may see.")


def hold_claim(session: Session, number: str, claim_id: int, *, officer: Officer) -> Claim:
    """A claim for changing; its whole appeal is held."""
    return claim_of(hold(session, number, officer=officer), claim_id, officer=officer)
