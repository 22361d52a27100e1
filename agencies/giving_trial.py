"""What an agency's rules would have done with the claims of its last weeks, beside what was done.

The people are those of today, and so is what is known of a claim: its topic and of whom it
complains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.appeals import Appeal, Claim, is_open_to
from agencies.appeals.circle import keeps_out
from agencies.appeals.records import ComplainedOf
from agencies.calendar import start_of
from agencies.directory import Subject
from agencies.giving import Matter, Past, Trial, tried
from agencies.giving_rules import GivingRule, is_at_work
from agencies.staff import Officer

WEEKS = (2, 4, 8, 12)
MOST = 5000
MOST_NAMED = 10
"""Of the claims that no rule takes so many are named, the newest first."""


@dataclass(frozen=True)
class Found:
    trial: Trial
    names: dict[int, str]
    """Of everybody who has one of the claims."""
    unfitting: list[tuple[str, Subject | None]]
    """Numbers of appeals with claims that no rule takes, and their topics."""


def of_last_weeks(
    session: Session, rules: Sequence[GivingRule], agency_id: int, *, weeks: int, by: Officer,
    today: date,
) -> Found:  # fmt: skip
    """Of claims that the reader may see; of more than `MOST` the newest."""
    rows = _claims(session, agency_id, since=today - timedelta(weeks=weeks), by=by)
    kept = _kept_from(session, {row.appeal_id for row in rows}, rules)
    claims = [
        Past(
            Matter(row.topic, row.parent_id, row.district_id, row.kind), row.officer_id,
            frozenset(kept.get(row.appeal_id, ())), row.special,
        )
        for row in rows
    ]  # fmt: skip
    at_work = {rule.to_id for rule in rules if is_at_work(rule.to, agency_id)}
    trial = tried([rule.plain for rule in rules], claims, at_work=at_work)
    left = [rows[place] for place in trial.unfitting[:MOST_NAMED]]
    topics = {row.topic for row in left}
    known = {s.id: s for s in session.scalars(select(Subject).where(Subject.id.in_(topics)))}
    return Found(
        trial, {row.officer_id: row.officer for row in rows if row.officer_id},
        [(row.number, known.get(row.topic)) for row in left],
    )  # fmt: skip


def _claims(session: Session, agency_id: int, *, since: date, by: Officer) -> Sequence[Any]:
    topic = func.coalesce(Claim.subject_id, Appeal.subject_id)
    query = (
        select(
            Claim.appeal_id, Claim.officer_id, Officer.name.label("officer"), Claim.special,
            Appeal.number, Appeal.kind, Appeal.district_id, topic.label("topic"),
            Subject.parent_id,
        )
        .join(Appeal, Appeal.id == Claim.appeal_id)
        .outerjoin(Subject, Subject.id == topic)
        .outerjoin(Officer, Officer.id == Claim.officer_id)
        .where(Claim.agency_id == agency_id, Appeal.received_at >= start_of(since), is_open_to(by))
    )  # fmt: skip
    return session.execute(query.order_by(Appeal.received_at.desc(), Claim.id).limit(MOST)).all()


def _kept_from(
    session: Session, appeals: set[int], rules: Sequence[GivingRule]
) -> dict[int, set[int]]:
    """Appeal -> those of the rules' people from whom it is kept."""
    found: dict[int, set[int]] = {}
    if not appeals or not rules:
        return found
    complaints = select(ComplainedOf.appeal_id).where(ComplainedOf.appeal_id.in_(appeals))
    query = select(Appeal.id, Officer.id).join(Officer, keeps_out(Appeal.id))
    query = query.where(
        Appeal.id.in_(complaints), Officer.id.in_({rule.to_id for rule in rules})
    )  # fmt: skip
    for appeal_id, officer_id in session.execute(query):
        found.setdefault(appeal_id, set()).add(officer_id)
    return found
