"""How administration sets the rule of a queue and the profile of an officer; both are noted."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Agency, Service
from agencies.errors import Invalid
from agencies.staff import AGENCY_ROLES, Officer, Role
from reception import changes
from reception.rules import OfficerSkill, QueueRule

SKILLED = (*AGENCY_ROLES, Role.CLERK)
MOST_WEIGHT = 10.0
NUMBERS = {
    "rate_walk_in": (0.1, 100), "rate_booked": (0.1, 100), "rate_priority": (0.1, 100),
    "rate_first": (0.1, 100), "ceiling_min": (1, 600), "ratio": (1, 20), "credit_max_min": (0, 240),
    "walking_min": (0, 30), "return_within_min": (0, 240), "return_penalty_min": (0, 60),
    "misses_allowed": (1, 9), "hold_max_min": (1, 240),
}  # fmt: skip
"""What may be set, and between which bounds."""


def rules_of(session: Session) -> list[tuple[QueueRule, Agency | None]]:
    """Every rule with its agency, that of every agency first, the newest first."""
    query = select(QueueRule, Agency).outerjoin(Agency, Agency.id == QueueRule.agency_id)
    order = (QueueRule.agency_id.asc().nulls_first(), QueueRule.valid_from.desc())
    return [(rule, agency) for rule, agency in session.execute(query.order_by(*order))]


def set_rule(
    session: Session,
    agency: Agency | None,
    values: dict[str, Any],
    *,
    valid_from: date,
    by: Officer,
    now: datetime,
) -> None:
    """A new row from its day on; past days keep the rule they were called by. Raises Invalid."""
    if valid_from <= business_date(now):
        raise Invalid({"valid_from": "A new rule begins tomorrow or later: today is being called."})
    agency_id = agency.id if agency else None
    same = QueueRule.agency_id.is_not_distinct_from(agency_id)
    session.execute(delete(QueueRule).where(same, QueueRule.valid_from == valid_from))
    session.add(QueueRule(agency_id=agency_id, valid_from=valid_from, **values))
    told = ", ".join(f"{name} {value}" for name, value in values.items() if name != "basis")
    changes.note(session, "queue", agency.code if agency else "every", f"from {valid_from}", "",
                 told, by=by, now=now)  # fmt: skip
    session.flush()


def skilled_officers(session: Session) -> list[Officer]:
    query = select(Officer).where(Officer.role.in_(SKILLED), Officer.login.is_not(None))
    return list(session.scalars(query.where(Officer.active).order_by(Officer.name)))


def services_for(session: Session, officer: Officer) -> list[Service]:
    """What the officer may be skilled in: the services of the agency, a clerk all of them."""
    query = select(Service).where(Service.open).order_by(Service.position, Service.id)
    if officer.role in AGENCY_ROLES:
        query = query.where(Service.agency_id == officer.agency_id)
    return list(session.scalars(query))


def skills_of(session: Session, officer: Officer) -> dict[int, float]:
    """Service -> weight; an empty profile means every service of the agency."""
    query = select(OfficerSkill).where(OfficerSkill.officer_id == officer.id)
    return {skill.service_id: skill.weight for skill in session.scalars(query)}


def set_skills(
    session: Session, officer: Officer, weights: Mapping[int, float], *, by: Officer, now: datetime
) -> None:
    """The whole profile anew; without any service the officer gives every one again."""
    known = {service.id: service.code for service in services_for(session, officer)}
    if set(weights) - set(known):
        raise Invalid({"service": "There is no service with this code."})
    if not all(0 < weight <= MOST_WEIGHT for weight in weights.values()):
        raise Invalid({"weight": "This value is outside of what is possible."})
    before = skills_of(session, officer)
    session.execute(delete(OfficerSkill).where(OfficerSkill.officer_id == officer.id))
    session.add_all(
        OfficerSkill(officer_id=officer.id, service_id=service, weight=weight)
        for service, weight in weights.items()
    )
    changes.note(session, "skills", officer.login or "", "services", _told(before, known),
                 _told(weights, known), by=by, now=now)  # fmt: skip
    session.flush()


def _told(weights: Mapping[int, float], known: Mapping[int, str]) -> str:
    return ", ".join(f"{known.get(key, key)} {weight:g}" for key, weight in sorted(weights.items()))
