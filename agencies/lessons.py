"""What agencies learn: the lesson of each answer, with the rule it rests on and what was done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from agencies import worklist
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.directory import Agency, District
from agencies.staff import Officer, Role
from agencies.worklist import Choice

LEFT = (ClaimStatus.ANSWERED, ClaimStatus.CLOSED)
SHOWN, EXPORTED = 200, 20_000


@dataclass(frozen=True)
class Lessons:
    """The newest claims with a lesson; `more` where the choice holds others."""

    claims: list[Claim]
    more: bool


def learned(
    session: Session, officer: Officer, *, agency: str = "", topic: str = "",
    since: datetime | None = None, today: date, most: int = SHOWN,
) -> Lessons:  # fmt: skip
    """A head reads those of the own agency; supervisor and analyst those of all."""
    choice = Choice(finished=True, agency=agency, topic=topic)
    query: Any = (
        select(Claim)
        .join(Claim.appeal)
        .outerjoin(District, Appeal.district_id == District.id)
        .where(Claim.lesson != "", Claim.status.in_(LEFT))
        .where(*worklist.conditions(officer, choice, today=today))
    )
    if since is not None:
        query = query.where(Claim.answered_at >= since)
    if officer.role is not Role.ANALYST:
        query = worklist.own_claims(query, officer)
    query = query.options(
        contains_eager(Claim.appeal).options(
            lazyload(Appeal.applicant), lazyload(Appeal.policy), lazyload(Appeal.district)
        ),
        lazyload(Claim.own_policy), joinedload(Claim.agency).selectinload(Agency.names),
    )  # fmt: skip
    order = (Claim.answered_at.desc(), Claim.id.desc())
    found = list(session.scalars(query.order_by(*order).limit(most + 1)))
    return Lessons(found[:most], more=len(found) > most)
