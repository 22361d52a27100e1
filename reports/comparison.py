"""The comparative table: what the law says, what it should say, and why, row by row.

One row an element; both languages of the law stand in the same row, so that their numbers cannot
differ. A row rests on a wording with its digest, and is outdated once a newer edition of its
element says something else, or the wording was taken back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.db import Base
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer
from reports import norms, personal, proposals
from reports.norms import Wording
from reports.proposals import Proposal, ProposalStatus

NOTHING_YET = {"kk": "Жоқ", "ru": "Отсутствует", "en": "Absent"}
TO_BE_DELETED = {"kk": "Алып тасталсын", "ru": "Исключить", "en": "To be deleted"}
"""Words of the house of law for a new element and for one that goes."""


class Change(StrEnum):
    CHANGE = "change"
    NEW = "new"
    DELETE = "delete"


class ComparisonRow(Base):
    __tablename__ = "comparison_row"
    __table_args__ = (UniqueConstraint("proposal_id", "version", "act", "element"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    version: Mapped[int]
    act: Mapped[str] = mapped_column(String(32))
    element: Mapped[str] = mapped_column(String(32))
    change: Mapped[Change]
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("norm_wording.id"))
    """Nothing where the element is new."""
    edition_on: Mapped[date]
    proposed_kk: Mapped[str] = mapped_column(default="")
    proposed_ru: Mapped[str] = mapped_column(default="")
    why: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    evidence: Mapped[str] = mapped_column(String(16), default="")
    """Code of the figure that the justification leans on."""

    wording: Mapped[Wording | None] = relationship()


@dataclass(frozen=True)
class Piece:
    """A few words of the proposed text; the changed ones are printed bold."""

    words: str
    changed: bool


def put_row(
    session: Session,
    proposal: Proposal,
    *,
    act: str,
    element: str,
    change: Change,
    edition_on: date,
    current: dict[str, str],
    proposed: dict[str, str],
    why: dict[str, str],
    evidence: str,
    correction: str = "",
    by: Officer,
    now: datetime,
) -> ComparisonRow:
    """Put in a row, or write it anew: one for each element of an act.

    `correction` says why another wording on record of the same edition was wrong.
    """
    proposals.must_be_changeable(proposal)
    _check(change, proposed, why)
    wording = None
    if change is not Change.NEW:
        known = norms.on_record(session, act, element, edition_on)
        wording = norms.enter(
            session, act=act, element=element, edition_on=edition_on,
            text_kk=current.get("kk", ""), text_ru=current.get("ru", ""), by=by, now=now,
            correction=correction,
        )  # fmt: skip
        if known is not None and known is not wording:
            _note_wording(session, proposal, "wording_corrected", wording, by=by, now=now)
    norms.must_be_edition(norms.act_by_code(act), edition_on, now=now)
    key = {
        "proposal_id": proposal.id, "version": proposal.version,
        "act": norms.act_by_code(act).code, "element": norms.element_code(element),
    }  # fmt: skip
    row = session.scalars(select(ComparisonRow).filter_by(**key)).first()
    if row is None:
        row = ComparisonRow(**key)
        session.add(row)
    row.change, row.wording, row.edition_on = change, wording, edition_on
    gone = change is Change.DELETE
    row.proposed_kk = "" if gone else proposed["kk"].strip()
    row.proposed_ru = "" if gone else proposed["ru"].strip()
    row.why = {code: text.strip() for code, text in why.items()}
    row.evidence = evidence
    session.flush()
    proposals.note(session, proposal, "row", by=by, now=now, act=act, element=row.element)
    return row


def drop_row(
    session: Session, proposal: Proposal, row_id: int, *, by: Officer, now: datetime
) -> None:
    proposals.must_be_changeable(proposal)
    row = session.scalars(
        select(ComparisonRow).filter_by(
            id=row_id, proposal_id=proposal.id, version=proposal.version
        )
    ).first()
    if row is None:
        raise NotFound("There is no such row.")
    session.delete(row)
    proposals.note(
        session, proposal, "row_dropped", by=by, now=now, act=row.act, element=row.element
    )


def take_wording_back(
    session: Session, proposal: Proposal, wording_id: int, *, reason: str, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """A wording was wrong. The proposal is the one in which it was seen."""
    wording = session.get(Wording, wording_id, with_for_update=True)
    if wording is None:
        raise Invalid({"wording": "Choose a wording of the list."})
    norms.take_back(session, wording, reason=reason, by=by, now=now)
    _note_wording(session, proposal, "wording_withdrawn", wording, by=by, now=now)


def _note_wording(
    session: Session, proposal: Proposal, kind: str, wording: Wording, *, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    proposals.note(
        session, proposal, kind, by=by, now=now, act=wording.act, element=wording.element,
        edition_on=wording.edition_on.isoformat(),
    )  # fmt: skip


def rows_of(
    session: Session, proposal: Proposal, *, version: int | None = None
) -> list[ComparisonRow]:
    """In the order of the law: codes first, then laws by their day, then elements by number."""
    query = select(ComparisonRow).filter_by(
        proposal_id=proposal.id, version=version or proposal.version
    )
    return sorted(
        session.scalars(query),
        key=lambda row: (norms.act_by_code(row.act).place, norms.natural(row.element)),
    )


def revise(session: Session, proposal: Proposal, *, by: Officer, now: datetime) -> None:
    """Back to the desk as the next version; what was frozen stays on record."""
    proposals.move(
        session, proposal, ProposalStatus.DRAFT, "revised", by=by, now=now,
        version=proposal.version,
    )  # fmt: skip
    begin_version(session, proposal)


def begin_version(session: Session, proposal: Proposal) -> None:
    """The next version starts with the rows of the one before."""
    proposal.version += 1
    kept = [column.key for column in ComparisonRow.__mapper__.column_attrs]
    for old in rows_of(session, proposal, version=proposal.version - 1):
        values: dict[str, Any] = {name: getattr(old, name) for name in kept if name != "id"}
        session.add(ComparisonRow(**values | {"version": proposal.version}))
    session.flush()


def outdated(session: Session, rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """Rows whose current wording is not that of the newest edition of their element.

    A newer edition with the same words does not make a row outdated; a wording taken back does.
    """
    return [row for row in rows if _is_outdated(session, row)]


def _is_outdated(session: Session, row: ComparisonRow) -> bool:
    newest = norms.newest(session, row.act, row.element)
    if row.wording is None:
        return newest is not None
    if row.wording.taken_back is not None or newest is None:
        return True
    return newest.digest != row.wording.digest


def pieces(old: str, new: str) -> Iterator[Piece]:
    """The new text in pieces: what the old one has not is marked."""
    before, after = old.split(), new.split()
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, _i1, _i2, first, last in matcher.get_opcodes():
        if first < last:
            yield Piece(" ".join(after[first:last]), kind != "equal")


def current_text(row: ComparisonRow, language: str) -> str:
    """English readers get the Russian text of the law: there is no English one."""
    if row.wording is None:
        return NOTHING_YET[language]
    return row.wording.text_kk if language == "kk" else row.wording.text_ru


def proposed_text(row: ComparisonRow, language: str) -> str:
    if row.change is Change.DELETE:
        return TO_BE_DELETED[language]
    return row.proposed_kk if language == "kk" else row.proposed_ru


def _check(change: Change, proposed: dict[str, str], why: dict[str, str]) -> None:
    problems = {}
    for language in proposals.LAW_LANGUAGES:
        if change is not Change.DELETE and not proposed.get(language, "").strip():
            problems[f"proposed_{language}"] = "Write the proposed wording in both languages."
        if not why.get(language, "").strip():
            problems[f"why_{language}"] = "Say in both languages why."
    for language, text in why.items():
        if personal.found_in(text):
            problems[f"why_{language}"] = personal.REFUSED
    if problems:
        raise Invalid(problems)
