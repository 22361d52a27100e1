"""What came to the claims of a person of the house while they did something else.

Documents that were brought, a view of the preliminary decision, an answer that came back: rows of
the journal that somebody else wrote, told to whoever is responsible for the claim.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from agencies.appeals import Appeal, Claim, ClaimStatus, is_open, is_open_to
from agencies.journal import JournalEntry
from agencies.staff import Officer

SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 50
BROUGHT = ("documents_added", "heard")
CAME_BACK = ("draft_returned", "control_returned")


@dataclass(frozen=True)
class Happening:
    kind: str
    number: str
    claim_id: int
    at: datetime


def to_claims_of(session: Session, officer: Officer, *, now: datetime) -> list[Happening]:
    """The newest first; of an answer that came back only until it is written anew."""
    back = and_(JournalEntry.kind.in_(CAME_BACK), Claim.status == ClaimStatus.IN_WORK)
    query = (
        select(JournalEntry.kind, Appeal.number, Claim.id, JournalEntry.at)
        .join(Appeal, Appeal.id == JournalEntry.appeal_id)
        .join(Claim, Claim.appeal_id == Appeal.id)
        .where(Claim.officer_id == officer.id, is_open(), is_open_to(officer))
        .where(JournalEntry.payload["claim"].as_integer() == Claim.ordinal)
        .where(JournalEntry.by_id.is_distinct_from(officer.id), JournalEntry.at > now - SHOWN_FOR)
        .where(or_(JournalEntry.kind.in_(BROUGHT), back))
        .order_by(JournalEntry.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Happening(*row) for row in session.execute(query)]
