"""One appeal as an officer opens it: read in a fixed number of statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from agencies import handling, leading
from agencies.appeals import Appeal, Claim, visible
from agencies.calendar import Workdays
from agencies.directory import Agency
from agencies.errors import NotFound
from agencies.handling import Told
from agencies.journal import JournalEntry
from agencies.leading import JointReply
from agencies.staff import AGENCY_ROLES, Officer
from agencies.terms import working_days_left

EXTENDED = "Extended by a decision of the head (Code art. 76(3))."
REDIRECTED = "A new term began when the claim was redirected (Code art. 65)."
REVIVED = (
    "The appeal that it was joined to was withdrawn: it goes on by itself, and its own term never "
    "stopped."
)
WHY = {"term_set": REDIRECTED, "extended": EXTENDED, "revived": REVIVED}


@dataclass(frozen=True)
class Dossier:
    appeal: Appeal
    reply: JointReply | None
    handling: dict[int, Told]
    """How the matter of each claim is handled, by claim."""


def read(session: Session, number: str, *, officer: Officer) -> Dossier:
    """The appeal with everything its page shows. A stranger's appeal is not found."""
    query = visible(select(Appeal).where(Appeal.number == number), officer)
    query = query.outerjoin(JointReply, JointReply.appeal_id == Appeal.id)
    query = query.add_columns(JointReply, handling.of_appeal()).options(
        joinedload(Appeal.received_by).lazyload(Officer.agency),
        selectinload(Appeal.claims).options(
            joinedload(Claim.officer).lazyload(Officer.agency),
            joinedload(Claim.draft_by).lazyload(Officer.agency),
            joinedload(Claim.control_by).lazyload(Officer.agency),
            joinedload(Claim.body),
            joinedload(Claim.outlook),
            joinedload(Claim.agency).lazyload(Agency.names),
        ),
        selectinload(Appeal.journal).joinedload(JournalEntry.by).lazyload(Officer.agency),
        *leading.people(),
        _only_the_number(Appeal.repeats),
        _only_the_number(Appeal.merged_into),
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is no appeal %(number)s among those you may see.", number=number)
    return Dossier(found.Appeal, found.JointReply, handling.told(found.handling))


def _only_the_number(other: Any) -> ExecutableOption:
    return joinedload(other).options(load_only(Appeal.number), lazyload("*"))


def own_first(appeal: Appeal, officer: Officer) -> list[Claim]:
    """Claims the officer may act on stand first; the others are there to be read."""
    return sorted(appeal.claims, key=lambda claim: (not is_own(claim, officer), claim.ordinal))


def is_own(claim: Claim, officer: Officer) -> bool:
    return officer.role not in AGENCY_ROLES or claim.agency_id == officer.agency_id


def days_left(due_on: date, today: date, workdays: Workdays) -> int:
    """Working days still to come, or past the last day, as a number to read out."""
    return abs(working_days_left(due_on, today, workdays))


def reason_of_term(claim: Claim, entries: Collection[JournalEntry]) -> str:
    """Why the last day is the one it is: the newest step that moved it or brought it back."""
    moved = [
        entry.kind
        for entry in entries
        if entry.kind in WHY and entry.payload.get("claim") == claim.ordinal
    ]
    return WHY[moved[-1]] if moved else ""


def where_heard(claim: Claim, entries: Collection[JournalEntry]) -> str:
    """Hour and place of the hearing that was set last; empty where it is in writing only."""
    said = [
        entry.payload
        for entry in entries
        if entry.kind == "hearing" and entry.payload.get("claim") == claim.ordinal
    ]
    meeting = (said[-1].get("hour"), said[-1].get("place")) if said else ()
    return ", ".join(filter(None, meeting))


def sent_back_for(claim: Claim, entries: Collection[JournalEntry]) -> tuple[list[str], str]:
    """What was wanting in the answer that came back last, by code and in words; nothing after it
    was written anew.
    """
    kinds = ("drafted", "draft_returned", "control_returned")
    said = [
        entry
        for entry in entries
        if entry.kind in kinds and entry.payload.get("claim") == claim.ordinal
    ]
    if not said or said[-1].kind == "drafted":
        return [], ""
    return list(said[-1].payload.get("wanting", ())), str(said[-1].payload.get("reason", ""))


def stand(claim: Claim, entries: Collection[JournalEntry]) -> str:
    """How the claim stood when its page was drawn: a form that saw another state is stale."""
    its = (entry.payload for entry in entries)
    steps = sum(1 for one in its if claim.ordinal in (one.get("claim"), one.get("apart_from")))
    return f"{claim.status}-{steps}"


def agencies_by_code(session: Session, codes: Collection[str]) -> dict[str, Agency]:
    if not codes:
        return {}
    query = select(Agency).where(Agency.code.in_(codes)).options(selectinload(Agency.names))
    return {agency.code: agency for agency in session.scalars(query)}
