"""Erasure: the words of a person go, the fact that there was an appeal stays.

What is kept are the number, dates, kinds, agencies and outcomes, so that statistics recomputed
later are the same. The journal keeps every row; a row that held a person's words is left with what
is no word of a person, and a last row says so, by which the chain still proves itself.
Terms of storage are data (`data/retention.toml`); an appeal under a hold waits.
"""

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    String,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import attachments, erasure_holds, journal, notices, search, standing_rights, terms
from agencies.appeals import FINISHED, Appeal, Applicant
from agencies.attachments import Attachment
from agencies.calendar import business_date, start_of
from agencies.db import Base
from agencies.directory import Origin
from agencies.errors import Invalid, WrongStatus
from agencies.journal import JournalEntry
from agencies.languages import LANGUAGES
from agencies.staff import Officer

RULES = Path(__file__).parent / "data" / "retention.toml"
FEWEST_YEARS = 5
"""No rule of storage forgets sooner, whatever its file says."""
DECISION = "decision"
"""An erasure that two persons decided, before the term was over (`agencies.erasure_proposals`)."""
LASTING = frozenset(
    ["claim", "agency", "before", "number", "kind", "channel", "higher_body", "policy", "due_on",
     "on", "body", "registered_on", "digest", "media", "size", "outcome", "category", "left",
     "rule", "files",
     "wanting", "month", "into", "because", "new", "apart_from", "came", "way", "result",
     "recording", "ground"]
)  # fmt: skip
"""Values of a journal row that are no words of a person: facts of the procedure."""
WIPED = {
    "appeal": ("text", "address"),
    "claim": ("text", "draft", "answer", "rule_cited", "remedy", "lesson"),
    "joint_reply": ("opening",),
    "quality_pick": ("words",),
    "rating": ("words",),
    "review": ("words", "explanation"),
    "answer_turn": ("text",),
    "claim_task": ("words",),
    "internal_note": ("words",),
    "opinion_request": ("question", "answer"),
    "erasure_proposal": ("reason", "because"),
}
"""Columns of free text, by table."""
PAPERS = (
    "DELETE FROM document WHERE appeal_id = :id AND (kind <> 'letter' OR rendered_at IS NULL)",
    "UPDATE document SET content = NULL WHERE appeal_id = :id",
    "DELETE FROM case_print WHERE appeal_id = :id",
    "UPDATE letter_signature SET content = '' WHERE appeal_id = :id",
    "UPDATE mail_letter SET raw = '', sender = '', subject = '' WHERE appeal_id = :id",
)
"""Papers made of those words; of a letter and its signatures the digests stay."""
OF_CLAIMS = "claim_id IN (SELECT id FROM claim WHERE appeal_id = :id)"
OF_APPEAL = {
    "appeal": "id = :id", "claim": "appeal_id = :id", "joint_reply": "appeal_id = :id",
    "erasure_proposal": "appeal_id = :id",
}  # fmt: skip
"""How a table leads to the appeal, where it does not by its claims."""


@dataclass(frozen=True)
class Rule:
    """Years after the year of closing; none where the appeal is kept for good."""

    code: str
    years: int | None
    kinds: tuple[str, ...]
    names: dict[str, str]
    basis: dict[str, str]


@dataclass(frozen=True)
class Decision:
    """Two persons' words: who proposed and why, and what the other one found."""

    proposed_by: Officer
    reason: str
    confirmed_by: Officer
    because: str


class Erasure(Base):
    """The tombstone: when, by which rule or whose decision, and how much went.

    `by` confirmed what `proposed_by` proposed.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint(
            "(rule <> 'decision' AND proposed_by_id IS NULL) OR (proposed_by_id IS NOT NULL"
            " AND by_id IS NOT NULL AND by_id <> proposed_by_id)",
            name="two_persons",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), unique=True)
    at: Mapped[datetime]
    rule: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(300), default="")
    because: Mapped[str] = mapped_column(String(300), default="", server_default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    rows: Mapped[int]
    files: Mapped[int]

    appeal: Mapped[Appeal] = relationship(lazy="joined")
    by: Mapped[Officer | None] = relationship(foreign_keys=[by_id], lazy="joined")
    proposed_by: Mapped[Officer | None] = relationship(foreign_keys=[proposed_by_id], lazy="joined")


@cache
def rules() -> tuple[Rule, ...]:
    def by_language(row: dict[str, Any], field: str) -> dict[str, str]:
        return {code: row[f"{field}_{code}"] for code in LANGUAGES}

    rows = tomllib.loads(RULES.read_text())["rule"]
    if too_short := [row["code"] for row in rows if 0 < row["years"] < FEWEST_YEARS]:
        raise ValueError(f"{RULES}: kept for less than {FEWEST_YEARS} years: {too_short}")
    return tuple(
        Rule(row["code"], row["years"] or None, tuple(row["kinds"]), by_language(row, "name"),
             by_language(row, "basis"))
        for row in rows
    )  # fmt: skip


def due(session: Session, *, today: date, most: int = 500) -> Iterator[tuple[Appeal, Rule]]:
    """Appeals whose term of storage is over and that nobody holds, oldest first."""
    for rule in rules():
        if rule.years is None:
            continue
        query = _due_by(rule, today).order_by(Appeal.closed_at).limit(most)
        for appeal in session.scalars(query):
            yield appeal, rule


def due_counts(session: Session, *, today: date) -> dict[str, int]:
    """Rule -> how many appeals wait for erasure today."""
    return {
        rule.code: session.scalar(
            select(func.count()).select_from(_due_by(rule, today).with_only_columns(Appeal.id)
                                             .subquery())) or 0
        for rule in rules() if rule.years is not None
    }  # fmt: skip


def _due_by(rule: Rule, today: date) -> Any:
    """Closed in a year that lies more than the rule's years behind."""
    before = start_of(date(today.year - (rule.years or 0), 1, 1))
    return select(Appeal).where(
        Appeal.source == Origin.HALL,  # an earlier register came without persons
        Appeal.kind.in_(rule.kinds),
        func.coalesce(Appeal.closed_at, Appeal.answered_at) < before,
        Appeal.status.in_(FINISHED),
        ~exists().where(Erasure.appeal_id == Appeal.id),
        ~erasure_holds.stands(),
    )


def erase(
    session: Session, appeal: Appeal, *, rule: str, folder: Path, now: datetime,
    decision: Decision | None = None,
) -> Erasure:  # fmt: skip
    """The person's words leave the register for ever. The caller holds the appeal.

    Raises WrongStatus where the appeal goes on, is held or was erased before; for a decision as
    `must_be_ripe`.
    """
    _may_erase(session, appeal)
    if decision is not None:
        must_be_ripe(session, appeal, reason=decision.reason, now=now)
    files = _erase_files(session, appeal, folder, now)
    left = _thin_journal(session, appeal)
    _wipe(session, appeal)
    _forget_applicant(session, appeal)
    notices.forget(session, f"appeal/{appeal.number}", now=now)
    search.note(appeal)
    by = decision.confirmed_by if decision else None
    journal.append(appeal, journal.ERASED, by=by, now=now, rule=rule, left=left, files=files)
    tombstone = Erasure(
        appeal=appeal, at=now, rule=rule, rows=len(left), files=files, by=by, **_words(decision)
    )
    session.add(tombstone)
    session.flush()
    return tombstone


def _words(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {}
    return {
        "proposed_by": decision.proposed_by, "reason": decision.reason,
        "because": decision.because,
    }  # fmt: skip


def must_be_ripe(session: Session, appeal: Appeal, *, reason: str, now: datetime) -> None:
    """Whether a person may decide on it now. Raises Invalid (`reason`), and WrongStatus while the
    applicant may rate or complain, or waits for a decision on that.
    """
    _may_erase(session, appeal)
    if not reason.strip():
        raise Invalid({"reason": "Say by whose decision, its date and number."})
    if standing_rights.is_disputed(session, appeal):
        raise WrongStatus("A complaint or a review about this appeal is still open.")
    last = standing_rights.last_day(appeal, terms.law(session))
    if last is not None and business_date(now) <= last:
        raise WrongStatus(
            "The applicant may still rate the answer or complain. It may be erased from %(day)s.",
            day=last + timedelta(days=1),
        )


def of_appeal(session: Session, appeal: Appeal) -> Erasure | None:
    return session.scalar(select(Erasure).where(Erasure.appeal_id == appeal.id))


def _may_erase(session: Session, appeal: Appeal) -> None:
    if appeal.status not in FINISHED:
        raise WrongStatus("The appeal is not finished yet. Nothing was erased.")
    if session.scalar(select(Erasure.id).where(Erasure.appeal_id == appeal.id)):
        raise WrongStatus("This appeal was erased before.")
    if erasure_holds.is_held(session, appeal):
        raise WrongStatus("The appeal is held. Lift the hold first.")


def _erase_files(session: Session, appeal: Appeal, folder: Path, now: datetime) -> int:
    query = select(Attachment).where(
        Attachment.appeal_id == appeal.id, Attachment.erased_at.is_(None)
    )
    found = list(session.scalars(query))
    for attachment in found:
        attachments.erase(session, attachment, folder=folder, now=now)
    return len(found)


def _thin_journal(session: Session, appeal: Appeal) -> dict[str, dict[str, Any]]:
    """Position -> what is left of rows that held more than facts of the procedure."""
    left = {}
    for entry in appeal.journal:
        kept = {name: value for name, value in entry.payload.items() if name in LASTING}
        if kept != entry.payload:
            left[str(entry.position)] = kept
            session.execute(
                update(JournalEntry).where(JournalEntry.id == entry.id).values(payload=kept)
            )
    return left


def _wipe(session: Session, appeal: Appeal) -> None:
    """Every free text that hangs on the appeal; suggestions quote words of the letter."""
    session.flush()
    for table, columns in WIPED.items():
        sets = ", ".join(f"{column} = ''" for column in columns)
        where = OF_APPEAL.get(table, OF_CLAIMS)
        statement = f"UPDATE {table} SET {sets} WHERE {where}"  # noqa: S608  names from above
        session.execute(text(statement), {"id": appeal.id})
    for statement in ("UPDATE claim SET suggestions = '[]' WHERE appeal_id = :id", *PAPERS):
        session.execute(text(statement), {"id": appeal.id})
    for claim in appeal.claims:
        session.refresh(claim, ["suggestions", *WIPED["claim"]])
    session.refresh(appeal, ["text", "address"])


def _forget_applicant(session: Session, appeal: Appeal) -> None:
    """The keyed index of the number stays while the person has other appeals; with the last of
    them it becomes one chance value for all, so that repeated appeals still count as repeated.
    """
    person = appeal.applicant
    if person is None:
        return
    person.name = person.address = person.phone = person.email = person.iin_mask = ""
    person.representative = person.authority = ""
    person.iin_sealed = None
    session.flush()
    if person.iin_index is None:
        return
    alive = select(Applicant.id).where(
        Applicant.iin_index == person.iin_index, Applicant.iin_sealed.is_not(None)
    )
    if session.scalar(alive.limit(1)) is None:
        same = update(Applicant).where(Applicant.iin_index == person.iin_index)
        session.execute(same.values(iin_index=os.urandom(32)))


def listed(session: Session, *, most: int = 100) -> list[Erasure]:
    """The act of destruction: newest first."""
    return list(session.scalars(select(Erasure).order_by(Erasure.at.desc()).limit(most)))


def run(session: Session, *, folder: Path, now: datetime) -> Iterator[Erasure]:
    """Every erasure that the rules ask for today, one at a time: the caller commits each."""
    for appeal, rule in list(due(session, today=business_date(now))):
        held = session.get(
            Appeal, appeal.id, with_for_update={"of": Appeal}, populate_existing=True
        )
        if held is not None:
            yield erase(session, held, rule=rule.code, folder=folder, now=now)
