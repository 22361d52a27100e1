"""The dossier of a proposal: everything a vote, a ministry or a journalist needs, in one file.

Told from frozen evidence and the proposal's own records, so that the same state of the proposal
gives the same bytes.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import local
from agencies.directory import Agency, District, Subject
from reception.language import in_words, named
from reports import (
    charts,
    comparison,
    council,
    effects,
    evidence,
    meetings,
    norms,
    opinions,
    pdf,
    printing,
    proposals,
    recommendations,
)
from reports.charts import Mark, Series
from reports.comparison import ComparisonRow, Piece
from reports.council import Column
from reports.evidence import EvidencePack
from reports.proposals import Proposal
from reports.states import said
from reports.wording import Words

HASH_SHOWN = 16
MEASURES = (
    ("E1", "persons"), ("E2", "appeals"), ("E3", "claims"), ("E4", "late"), ("E5", "days_late"),
    ("E6", "redirections"), ("E7", "refused"),
)  # fmt: skip
"""Codes of the evidence, the same in every dossier."""


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


@dataclass(frozen=True)
class Counted:
    code: str
    name: str
    value: str
    how: str


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
    counted: list[Counted]
    months: Markup | None
    months_said: str
    spread: list[tuple[str, list[tuple[str, str, str]]]]
    cases: list[tuple[str, str, str]]
    columns: tuple[Column, ...]
    rows: list[Row]
    opinions: list[tuple[str, str, str]]
    votes: list[tuple[str, str, str]]
    journal: list[tuple[str, str]]
    dispatch: list[tuple[str, str]]
    replies: list[tuple[int, str, str, str]]
    effect: list[tuple[str, str]]
    effect_drawing: Markup | None
    effect_said: str
    digest: str
    question: list[tuple[str, str]]


def render(session: Session, proposal: Proposal, language: str, table: str = "council") -> bytes:
    return render_both(session, proposal, language, table).read


def render_both(
    session: Session, proposal: Proposal, language: str, table: str = "council"
) -> pdf.Printed:
    """For readers and for the archive. The evidence travels inside as a table of values."""
    told = tell(session, proposal, language, table)
    page = printing.templates(language).get_template("print/dossier.html").render(told=told)
    attached = pdf.Attachment(
        name="evidence.csv", description=Words(language)._("The frozen figures of the proposal"),
        content=as_csv(evidence.of(session, proposal)), at=proposal.moved_at,
    )  # fmt: skip
    return pdf.render_both(page, attachments=[attached])


def tell(session: Session, proposal: Proposal, language: str, table: str = "council") -> Dossier:
    w, pack = Words(language), evidence.of(session, proposal)
    counted = _counted(w, pack)
    drawing, months = _months(w, pack)
    chart, effect = _effect_drawing(session, proposal, w)
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
        parts=_parts(proposal, w),
        counted=counted,
        months=drawing,
        months_said=months,
        spread=_spread(session, pack, w),
        cases=_cases(session, pack, w),
        columns=council.tables()[table],
        rows=rows_told(session, proposal, language),
        opinions=_opinions(session, proposal, w),
        votes=_votes(session, proposal, w),
        journal=_journal(session, proposal, language),
        dispatch=_dispatch(session, proposal, w),
        replies=_replies(session, proposal, language),
        effect=_effect(session, proposal, w),
        effect_drawing=chart,
        effect_said=effect,
        digest=pack.digest if pack else "",
        question=[(k, _plain(v)) for k, v in sorted(pack.query.items())] if pack else [],
    )


def as_csv(pack: EvidencePack | None) -> bytes:
    """Rows `part, name, measure, code, value`; few persons are never told exactly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("part", "name", "measure", "code", "value"))
    if pack is not None:
        for code, measure in MEASURES:
            writer.writerow(("total", "", measure, code, pack.result["total"][measure]))
            for part in ("month", "district", "agency", "subject"):
                for name, own in sorted(pack.result[part].items()):
                    value = evidence.shown(own[measure])
                    writer.writerow((part, name, measure, code, value))
    return text.getvalue().encode()


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
        edition=in_words(row.edition_on, language),
        current=current,
        proposed=list(comparison.pieces(current if changed else "", proposed))
        if changed else [Piece(proposed, changed=True)],
        why=row.why.get(language) or row.why.get("kk", ""),
        evidence=row.evidence,
        outdated=outdated,
        digest=(row.wording.digest if row.wording else "")[:HASH_SHOWN],
    )  # fmt: skip


def _parts(proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    """Parts of the memorandum that somebody wrote, with their headings."""
    headings = part_names(w)
    return [
        (headings[part], proposal.text(part, w.language))
        for part in proposals.FIELDS if proposal.text(part, w.language)
    ]  # fmt: skip


def part_names(w: Words) -> dict[str, str]:
    return {
        "title": w._("Name of the proposal"),
        "problem": w._("The problem"),
        "people": w._("Whom it concerns"),
        "aim": w._("What should change"),
        "path": w._("Path of a resident and the step that fails"),
        "options": w._("Other ways that were weighed"),
        "cost": w._("What it costs the state and the applicant"),
        "risk": w._("Risks, and who loses"),
        "practice": w._("How others do it"),
    }


def _counted(w: Words, pack: EvidencePack | None) -> list[Counted]:
    if pack is None:
        return []
    names = {
        "persons": (
            w._("Persons"), w._("different identification numbers; who has none counts once"),
        ),
        "appeals": (w._("Appeals"), w._("appeals with a matter of these topics")),
        "claims": (w._("Matters"), w._("matters of these topics, each for one agency")),
        "late": (
            w._("Answered late or overdue"),
            w._("matters whose answer came after the last day or not yet"),
        ),
        "days_late": (
            w._("Days lost"), w._("calendar days past the last day, summed over matters"),
        ),
        "redirections": (w._("Redirections"), w._("how often these matters were sent on")),
        "refused": (w._("Refused"), w._("matters that ended with a refusal")),
    }  # fmt: skip
    total = pack.result["total"]
    return [
        Counted(code, names[measure][0], w.number(total[measure]), names[measure][1])
        for code, measure in MEASURES
    ]


def _months(w: Words, pack: EvidencePack | None) -> tuple[Markup | None, str]:
    if pack is None:
        return None, ""
    by_month, total = pack.result["month"], pack.result["total"]
    finding = w._(
        "Appeals about this matter: %(n)s from %(persons)s persons",
        n=w.number(total["appeals"]),
        persons=w.number(total["persons"]),
    )
    names = sorted(by_month)
    counts = [by_month[name]["appeals"] for name in names]
    marks = [
        Mark(_month_mark(w, name, place), count, w.number(count))
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    return charts.columns(finding, marks, charts.PRINT), finding


def _month_mark(w: Words, name: str, place: int) -> str:
    year, number = name.split("-")
    short = w.month_name(int(number), width="narrow")
    return f"{short} {year[2:]}" if place == 0 or number == "01" else short


def _spread(
    session: Session, pack: EvidencePack | None, w: Words
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Where and at whom: districts and agencies, few persons hidden."""
    if pack is None:
        return []
    tables = []
    for caption, part, record in (
        (w._("Districts"), "district", District), (w._("Agencies"), "agency", Agency),
        (w._("Topics"), "subject", Subject),
    ):  # fmt: skip
        names = _names(session, record, list(pack.result[part]), w.language)
        found = pack.result[part].items()
        rows = [
            (
                names.get(code, w._("not known")), _hidden(w, own["persons"]),
                _hidden(w, own["appeals"]),
            )
            for code, own in sorted(found, key=lambda item: (-item[1]["persons"], item[0]))
        ]  # fmt: skip
        tables.append((caption, rows))
    return tables


def _hidden(w: Words, count: int) -> str:
    found = evidence.shown(count)
    return found if isinstance(found, str) else w.number(found)


def _names(session: Session, record: Any, codes: list[str], language: str) -> dict[str, str]:
    found = session.scalars(select(record).where(record.code.in_(codes)))
    return {one.code: named(one, language) for one in found}


def _cases(session: Session, pack: EvidencePack | None, w: Words) -> list[tuple[str, str, str]]:
    cases = pack.cases if pack else []
    names = _names(session, Subject, [case["subject"] for case in cases], w.language)
    return [
        (names.get(case["subject"], ""), w.number(case["persons"]), _in(case["words"], w.language))
        for case in cases
    ]


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("kk", "")


def _opinions(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str, str]]:
    return [
        (
            named(one.agency, w.language),
            said(one.position or "no_comment", w.language),
            one.words,
        )
        for one in opinions.opinions_of(session, proposal)
    ]


def _votes(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str, str]]:
    """Counts only: how a member voted is nobody's business but theirs."""
    return [
        (
            w._("Meeting %(n)s, %(day)s", n=item.meeting.number, day=w.day(item.meeting.begins_at)),
            w._(
                "for %(a)s, against %(b)s, abstained %(c)s, present %(d)s of %(e)s",
                a=item.votes_for, b=item.votes_against, c=item.abstained, d=item.present,
                e=item.meeting.members,
            ),
            said(item.decision or "pending", w.language),
        )
        for item in meetings.items_of(session, proposal)
    ]  # fmt: skip


def _journal(session: Session, proposal: Proposal, language: str) -> list[tuple[str, str]]:
    return [
        (in_words(local(entry.at).date(), language), said(entry.kind, language))
        for entry in proposals.entries(session, proposal)
        if entry.kind not in ("row", "row_dropped", "described")
    ]


def _dispatch(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    dispatch = recommendations.dispatch_of(session, proposal)
    if dispatch is None:
        return []
    basis = getattr(dispatch.policy, f"basis_{w.language}")
    told = [
        (w._("Sent"), w._("No. %(n)s of %(day)s", n=dispatch.outgoing_number,
                          day=in_words(dispatch.sent_on, w.language))),
        (w._("Answer due"), in_words(dispatch.due_on, w.language)),
        (w._("Basis of the term"), basis),
    ]  # fmt: skip
    if not dispatch.policy.verified:
        told.append((w._("About the term"), w._("expected; a lawyer has not confirmed it yet")))
    reply = recommendations.reply_of(session, proposal)
    if reply is not None:
        came = in_words(reply.received_on, w.language)
        number = w._("No. %(n)s of %(day)s", n=reply.incoming_number, day=came)
        told.append((w._("Answered"), number))
        told.append((w._("Answer"), said(reply.overall, w.language)))
    change = recommendations.change_of(session, proposal)
    if change is not None:
        told.append((w._("Act"), f"{change.act_number}, {in_words(change.adopted_on, w.language)}"))
        told.append((w._("In force from"), in_words(change.in_force_on, w.language)))
    return told


def _replies(
    session: Session, proposal: Proposal, language: str
) -> list[tuple[int, str, str, str]]:
    reply = recommendations.reply_of(session, proposal)
    if reply is None:
        return []
    reasons = council.reasons()
    return [
        (
            int(number), said(row["verdict"], language),
            named(reasons[row["reason"]], language) if row["reason"] else "", row["words"],
        )
        for number, row in sorted(reply.rows.items(), key=lambda item: int(item[0]))
    ]  # fmt: skip


def _effect(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    plan = effects.plan_of(session, proposal)
    if plan is None:
        return []
    control = _names(session, Subject, plan.control, w.language)
    told = [
        (w._("Registered on"), w.day(plan.registered_at)),
        (w._("Compared with"), ", ".join(control.values()) or w._("nothing: no comparison group")),
        (w._("Months left out after the change"), w.number(plan.transition)),
        (w._("Smallest ratio that twelve months would show"), w.number(plan.smallest, places=2)),
    ]
    for result in effects.results_of(session, proposal)[:1]:
        told += _result(result, w)
    return told


def _result(result: effects.EffectResult, w: Words) -> list[tuple[str, str]]:
    told = [(w._("Result"), said(result.effect, w.language))]
    if result.found["step"]:
        ratio, low, high = (w.number(v, places=2) for v in result.found["step"])
        told.append(
            (w._("Ratio of the appeals after to before"),
             w._("%(ratio)s (95 %% interval %(low)s to %(high)s)", ratio=ratio, low=low, high=high))
        )  # fmt: skip
    if not result.found["in_time"]:
        told.append(
            (w._("Caution"), w._("the plan was not registered before the norm was in force"))
        )
    return told


def _effect_drawing(session: Session, proposal: Proposal, w: Words) -> tuple[Markup | None, str]:
    results = effects.results_of(session, proposal)
    if not results:
        return None, ""
    found = results[0].found
    series = [Series(w._("this matter"), tuple(found["counts"]))]
    if found["control"]:
        series.append(Series(w._("comparison"), tuple(found["control"])))
    labels = [
        f"{name[2:4]}" if name.endswith("-01") else "" for name in found["months"]
    ]  # fmt: skip
    finding = w._("Appeals a month before and after the change: %(result)s",
                  result=said(results[0].effect, w.language))  # fmt: skip
    highest = w.number(max(max(each.values) for each in series))
    return charts.lines(finding, labels, series, charts.PRINT, highest=highest), finding


def _addressee(proposal: Proposal, language: str) -> str:
    found = council.addressees().get(proposal.addressee)
    return named(found, language) if found else ""


def _period(proposal: Proposal, language: str) -> str:
    def day(one: date | None) -> str:
        return in_words(one, language) if one else ""

    return f"{day(proposal.first)} – {day(proposal.last)}" if proposal.first else ""


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "*"
    return value.isoformat() if isinstance(value, datetime) else str(value)
