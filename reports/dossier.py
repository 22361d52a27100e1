"""The dossier of a proposal: everything a vote, a ministry or a journalist needs, in one file.

Told from frozen evidence and the proposal's own records, so that the same state of the proposal
gives the same bytes.
"""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlalchemy.orm import Session

from agencies.calendar import local
from reception.language import named
from reports import (
    cause_tables,
    comparison,
    council,
    course_tables,
    dossier_lead,
    effect_drawing,
    effect_tables,
    evidence,
    evidence_tables,
    foreign,
    memorandum,
    norms,
    pdf,
    printing,
    proposal_course,
    ways,
)
from reports.cause_tables import Causes
from reports.comparison import ComparisonRow, Piece
from reports.council import Column
from reports.course_tables import Quarters
from reports.dossier_lead import Path
from reports.effect_drawing import Drawn
from reports.evidence_tables import Counted
from reports.foreign import Spoken
from reports.proposals import Proposal
from reports.states import said
from reports.wording import Words

HASH_SHOWN = 16


@dataclass(frozen=True)
class Row:
    """One line of the comparative table in the reader's language."""

    number: int
    act: str
    element: str
    edition: str
    current: str
    proposed: list[Piece]
    why: str
    evidence: str
    outdated: bool
    digest: str
    current_in: str
    """Language of the law's text where it is not the reader's, else empty."""
    proposed_in: str
    reasons: Spoken


@dataclass(frozen=True)
class Dossier:
    language: str
    number: str
    version: int
    title: str
    status: str
    created: str
    as_of: str
    addressee: str
    period: str
    parts: list[tuple[str, str]]
    called: Spoken
    memo: list[tuple[str, Spoken]]
    path: Path | None
    options: list[tuple[str, Spoken]]
    further: list[tuple[str, Spoken]]
    counted: list[Counted]
    months: Markup | None
    months_said: str
    months_beside: str
    spread: list[tuple[str, str, list[tuple[str, ...]]]]
    quarters: Quarters | None
    causes: Causes | None
    cases: list[tuple[str, str, Spoken]]
    columns: tuple[Column, ...]
    rows: list[Row]
    opinions: list[tuple[str, str, Spoken]]
    votes: list[tuple[str, str, str]]
    journal: list[tuple[str, str]]
    dispatch: list[tuple[str, str]]
    replies: list[tuple[int, str, str, str]]
    effect: list[tuple[str, str]]
    effect_drawn: Drawn | None
    digest: str
    question: list[tuple[str, str]]


def render_both(
    session: Session, proposal: Proposal, language: str, table: str = "council", base: str = ""
) -> pdf.Printed:
    """For readers and for the archive. The evidence travels inside as a table of values."""
    attached = pdf.Attachment(
        name="evidence.csv", description=Words(language)._("The frozen figures of the proposal"),
        content=evidence_tables.as_csv(evidence.of(session, proposal)), at=proposal.moved_at,
    )  # fmt: skip
    page = html(session, proposal, language, table, base)
    return pdf.render_both(page, attachments=[attached])


def html(
    session: Session, proposal: Proposal, language: str, table: str = "council", base: str = ""
) -> str:
    told = tell(session, proposal, language, table)
    way = ways.to_proposal(Words(language), base, proposal.number)
    template = printing.templates(language).get_template("print/dossier.html")
    return template.render(told=told, way=way)


def tell(session: Session, proposal: Proposal, language: str, table: str = "council") -> Dossier:
    w, pack = Words(language), evidence.of(session, proposal)
    months, months_said = evidence_tables.months(w, pack)
    return Dossier(
        language=language,
        number=proposal.number,
        version=proposal.version,
        title=proposal.text("title", language),
        status=said(proposal.status, language),
        created=local(proposal.moved_at).isoformat(timespec="seconds"),
        as_of=w.day(pack.as_of if pack else proposal.moved_at),
        addressee=_addressee(proposal, language),
        period=_period(proposal, language),
        parts=memorandum.parts(proposal, w),
        called=foreign.spoken(w, proposal.texts["title"]),
        memo=dossier_lead.memorandum(session, proposal, w),
        path=dossier_lead.path(session, proposal, w),
        options=dossier_lead.options(session, proposal, w),
        further=dossier_lead.further(proposal, w),
        counted=evidence_tables.counted(w, pack),
        months=months,
        months_said=months_said,
        months_beside=course_tables.said(w, pack) if pack else "",
        spread=evidence_tables.spread(session, pack, w),
        quarters=course_tables.quarters(session, pack, w),
        causes=cause_tables.frozen(pack, w),
        cases=evidence_tables.cases(session, pack, w),
        columns=council.tables()[table],
        rows=rows_told(session, proposal, language),
        opinions=proposal_course.opinions_given(session, proposal, w),
        votes=proposal_course.votes(session, proposal, w),
        journal=proposal_course.steps_on_record(session, proposal, language),
        dispatch=proposal_course.what_became_of_it(session, proposal, w),
        replies=proposal_course.replies(session, proposal, language),
        effect=effect_tables.plan_and_result(session, proposal, w),
        effect_drawn=effect_drawing.told(session, proposal, w),
        digest=pack.digest if pack else "",
        question=evidence_tables.question(pack, w),
    )


def rows_told(session: Session, proposal: Proposal, language: str) -> list[Row]:
    rows = comparison.rows_of(session, proposal)
    old = {row.id for row in comparison.outdated(session, rows)}
    return [
        _row(number, row, language, outdated=row.id in old) for number, row in enumerate(rows, 1)
    ]


def _row(number: int, row: ComparisonRow, language: str, *, outdated: bool) -> Row:
    """English readers get the Russian text of the law: there is no English one."""
    current = comparison.current_text(row, language)
    proposed = comparison.proposed_text(row, language)
    changed = row.change is comparison.Change.CHANGE
    return Row(
        number=number,
        act=named(norms.act_by_code(row.act), language),
        element=row.element,
        edition=Words(language).long_day(row.edition_on),
        current=current,
        proposed=list(comparison.pieces(current if changed else "", proposed))
        if changed else [Piece(proposed, changed=True)],
        why=Words(language).of(row.why),
        evidence=row.evidence,
        outdated=outdated,
        digest=(row.wording.digest if row.wording else "")[:HASH_SHOWN],
        current_in="ru" if language == "en" and row.wording else "",
        proposed_in="ru" if language == "en" and row.proposed_ru else "",
        reasons=foreign.spoken(Words(language), row.why),
    )  # fmt: skip


def _addressee(proposal: Proposal, language: str) -> str:
    found = council.addressees().get(proposal.addressee)
    return named(found, language) if found else ""


def _period(proposal: Proposal, language: str) -> str:
    def day(one: date | None) -> str:
        return Words(language).long_day(one) if one else ""

    return f"{day(proposal.first)} – {day(proposal.last)}" if proposal.first else ""
