"""What people came upon in a period, kept for its edition: alerts with what was found out, steps of
life situations that failed, causes that two people coded behind proposals.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from agencies.calendar import after, business_date, start_of
from reception.guide import consultations
from reports import naming
from reports.alerts import Alert, JudgedWeek
from reports.evidence import EvidencePack
from reports.measures import LANGUAGES
from reports.periods import Period, PeriodKind
from reports.proposals import Proposal

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
ALERTS_TOLD = STEPS_TOLD = 10
SORTS = ("category:%", "agency:%", "district:%", "step:%")
"""Series of the register. New words of letters, loads of the hall and silent feeds are for those
who look into them.
"""
HIDDEN_SERVICE = "N5"
"""The cause: a service that exists in practice and is in no register."""


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    last = min(period.last, business_date(as_of))
    return {
        "alerts": _alerts(session, period.first, last, as_of=as_of),
        "steps": _steps(session, period.first, last),
        "causes": _causes(session, period, as_of=as_of),
    }


def _alerts(session: Session, first: date, last: date, *, as_of: datetime) -> dict[str, Any]:
    """Of weeks that began in the period; the least likely by chance first."""
    found = session.scalars(
        select(Alert).where(
            Alert.week.between(first, last), Alert.raised_at <= as_of, _of_register()
        ).order_by(Alert.p, Alert.week, Alert.series)
    ).all()  # fmt: skip
    judged = _judged(session, first, last, as_of=as_of)
    tested = judged | {one.week: one.tested for one in found}
    return {
        "raised": len(found), "weeks": len({one.week for one in found}), "judged": len(tested),
        "tested": max(tested.values(), default=0),
        "rows": [_alert(session, one, as_of) for one in found[:ALERTS_TOLD]],
    }  # fmt: skip


def _judged(session: Session, first: date, last: date, *, as_of: datetime) -> dict[date, int]:
    query = select(JudgedWeek).where(
        JudgedWeek.week.between(first, last), JudgedWeek.judged_at <= as_of
    )
    return {one.week: one.tested for one in session.scalars(query)}


def _of_register() -> ColumnElement[bool]:
    return or_(*(Alert.series.like(sort) for sort in SORTS))


def _alert(session: Session, one: Alert, as_of: datetime) -> dict[str, Any]:
    judged = one.judged_at is not None and one.judged_at <= as_of
    return {
        "week": one.week.isoformat(),
        "name": {c: naming.names(session, [one.series], c)[one.series] for c in LANGUAGES},
        "observed": one.observed, "expected": round(one.expected, 1), "bound": one.bound,
        "finding": str(one.finding) if judged and one.finding else "",
    }  # fmt: skip


def _steps(session: Session, first: date, last: date) -> dict[str, Any]:
    """`consulted`: contacts about the situations that a failed step is told of."""
    found = consultations.breaks(session, first, last)
    return {
        "failed": sum(one.failed for one in found), "steps": len(found),
        "rows": [
            {
                "situation": {c: one.version.procedure.title.said(c) for c in LANGUAGES},
                "step": {c: one.title.said(c) for c in LANGUAGES},
                "failed": one.failed, "contacts": one.contacts,
            }
            for one in found[:STEPS_TOLD]
        ],
    }  # fmt: skip


def _causes(session: Session, period: Period, *, as_of: datetime) -> list[dict[str, Any]]:
    """Packs that were frozen in the period with their causes, by the numbers of the proposals."""
    query = (
        select(EvidencePack, Proposal)
        .join(Proposal, Proposal.id == EvidencePack.proposal_id)
        .where(
            EvidencePack.as_of >= start_of(period.first), EvidencePack.as_of < after(period.last),
            EvidencePack.as_of <= as_of, EvidencePack.version == Proposal.version,
        )
        .order_by(Proposal.number)
    )  # fmt: skip
    return [
        {"number": one.number, "title": one.texts["title"], **_coded(pack.result)}
        for pack, one in session.execute(query)
    ]


def _coded(result: dict[str, Any]) -> dict[str, Any]:
    """None of the cases where two people had not coded them to the end."""
    kept = result.get("causes")
    if not kept:
        return {"cases": 0, "in_law": 0, "hidden": 0, "kappa": None}
    counts = kept["counts"]
    return {
        "cases": kept["cases"], "kappa": kept["kappa"], "hidden": counts.get(HIDDEN_SERVICE, 0),
        "in_law": sum(n for code, n in counts.items() if code.startswith("N")),
    }  # fmt: skip
