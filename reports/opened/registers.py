"""Rows of the register of proposals, its tables, answers and effects, and of the corrections.

All of it stands on public pages already; a proposal is in no set before it is public.
"""

# ruff: noqa: ARG001  every set is read alike, whatever it needs

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from reports import comparison, effects, evidence, meetings, proposals, recommendations
from reports.opened.sets import Row
from reports.proposals import Proposal
from reports.releases import Release


def _public(session: Session) -> list[Proposal]:
    return proposals.all_of(session, public_only=True)


def of_proposals(session: Session, now: datetime) -> Iterator[Row]:
    for one in _public(session):
        yield _proposal(session, one)


def _proposal(session: Session, one: Proposal) -> Row:
    pack, items = evidence.of(session, one), meetings.items_of(session, one)
    sent, reply = recommendations.dispatch_of(session, one), recommendations.reply_of(session, one)
    change, results = recommendations.change_of(session, one), effects.results_of(session, one)
    vote = next((item for item in reversed(items) if item.decision), None)
    total = pack.result["total"] if pack else {}
    return {
        "number": one.number, "version": one.version, "status": str(one.status),
        **{f"title_{code}": one.texts["title"].get(code, "") for code in proposals.LANGUAGES},
        "addressee": one.addressee, "persons": total.get("persons"),
        "appeals": total.get("appeals"), "evidence_sha256": pack.digest if pack else "",
        "votes_for": vote.votes_for if vote else None,
        "votes_against": vote.votes_against if vote else None,
        "abstained": vote.abstained if vote else None,
        "sent_on": _day(sent.sent_on if sent else None),
        "due_on": _day(sent.due_on if sent else None),
        "answer": str(reply.overall) if reply else "",
        "act_number": change.act_number if change else "",
        "in_force_on": _day(change.in_force_on if change else None),
        "effect": str(results[0].effect) if results else "",
    }  # fmt: skip


def of_proposal_rows(session: Session, now: datetime) -> Iterator[Row]:
    for one in _public(session):
        for place, row in enumerate(comparison.rows_of(session, one), start=1):
            yield {
                "number": one.number, "row": place, "act": row.act, "element": row.element,
                "change": str(row.change), "edition_on": row.edition_on.isoformat(),
                **{f"current_{c}": comparison.current_text(row, c) for c in ("kk", "ru")},
                **{f"proposed_{c}": comparison.proposed_text(row, c) for c in ("kk", "ru")},
                **{f"why_{c}": row.why.get(c, "") for c in ("kk", "ru")},
                "evidence": row.evidence,
            }  # fmt: skip


def of_proposal_answers(session: Session, now: datetime) -> Iterator[Row]:
    """Silence is a row too: it stays in every count of what was answered."""
    for one in _public(session):
        sent = recommendations.dispatch_of(session, one)
        if sent is None:
            continue
        reply = recommendations.reply_of(session, one)
        silent = "silent" if business_date(now) > sent.due_on else "awaited"
        for place in range(1, len(comparison.rows_of(session, one)) + 1):
            told = (reply.rows if reply else {}).get(str(place), {})
            yield {
                "number": one.number, "row": place, "due_on": _day(sent.due_on),
                "received_on": _day(reply.received_on if reply else None),
                "verdict": told.get("verdict", silent), "reason": told.get("reason", ""),
            }  # fmt: skip


def of_proposal_effects(session: Session, now: datetime) -> Iterator[Row]:
    for one in _public(session):
        plan = effects.plan_of(session, one)
        # Measured twice on a day, the later one holds.
        by_day = {business_date(r.measured_at): r for r in effects.results_of(session, one)[::-1]}
        for day, result in by_day.items():
            ratio, low, high = result.found.get("step") or (None, None, None)
            yield {
                "number": one.number, "measured_on": day.isoformat(),
                "effect": str(result.effect), "ratio": ratio, "low": low, "high": high,
                "planned_on": _day(business_date(plan.registered_at) if plan else None),
                "smallest": plan.smallest if plan else None,
                "control": " ".join(plan.control) if plan else "",
            }  # fmt: skip


def of_corrections(session: Session, now: datetime) -> Iterator[Row]:
    """Numbers of the monthly figures that moved, and releases that were withdrawn."""
    found = session.scalars(select(Release).order_by(Release.period, Release.version))
    for one in found:
        if one.withdrawn_at:
            yield {
                "period": one.period, "release": one.version, "reason": one.withdrawal,
                "day": business_date(one.withdrawn_at).isoformat(),
            }  # fmt: skip
            continue
        for moved in one.changes:
            yield {
                "period": one.period, "release": one.version,
                "day": business_date(one.as_of).isoformat(), **moved,
            }  # fmt: skip


def _day(found: date | None) -> str:
    return found.isoformat() if found else ""
