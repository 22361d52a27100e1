"""What a changed norm did to the appeals: planned before it came into force, measured after.

The series are appeals a month about the topics of the proposal, and about topics that the norm does
not touch. Published with its interval whatever it says; "cannot tell" is a result.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.calendar import after, business_date, start_of
from agencies.db import Base
from agencies.errors import Invalid, WrongStatus
from agencies.journal import canonical
from agencies.staff import Officer
from reports import interruption, periods, proposals, recommendations
from reports.interruption import Effect, Finding, Series
from reports.periods import Period, PeriodKind
from reports.proposals import Proposal, ProposalStatus

MONTHS_BEFORE = 36
DEFAULT_TRANSITION = 2
MOST_TRANSITION = 6

MONTHLY = text("""
SELECT to_char(timezone('Asia/Almaty', a.received_at), 'YYYY-MM') AS month,
       count(DISTINCT a.id) AS appeals
FROM appeal a JOIN claim c ON c.appeal_id = a.id
JOIN subject s ON s.id = coalesce(c.subject_id, a.subject_id)
LEFT JOIN subject parent ON parent.id = s.parent_id
WHERE a.received_at >= :start AND a.received_at < :end
  AND (s.code IN :subjects OR parent.code IN :subjects)
GROUP BY 1 ORDER BY 1
""").bindparams(bindparam("subjects", expanding=True))

KEPT = text("SELECT min(received_at) AS first, max(received_at) AS last FROM appeal")


class EffectPlan(Base):
    """Stated before anybody knows the result."""

    __tablename__ = "effect_plan"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    control: Mapped[list[str]] = mapped_column(JSONB)
    """Topics that the norm does not touch; none where there is nothing to compare with."""
    transition: Mapped[int]
    """Months after the change that belong to neither side."""
    smallest: Mapped[float | None]
    """The ratio that twelve months would show in 8 of 10 cases."""
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    digest: Mapped[str] = mapped_column(String(64))


class EffectResult(Base):
    """One measurement; later months are a further one, and none is taken back."""

    __tablename__ = "effect_result"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    measured_at: Mapped[datetime]
    effect: Mapped[Effect]
    found: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Ratio with both intervals, dispersion, months, both series: all that a reader may ask."""
    digest: Mapped[str] = mapped_column(String(64))


def plan(
    session: Session, proposal: Proposal, *, control: list[str], transition: int, by: Officer,
    now: datetime,
) -> EffectPlan:  # fmt: skip
    """Register how the effect will be measured. Once, and before the norm is in force."""
    _must_be_in_time(session, proposal, now=now)
    if not 0 <= transition <= MOST_TRANSITION:
        raise Invalid({"transition": "Leave out between 0 and 6 months."})
    if set(control) & set(proposal.subjects):
        raise Invalid({"control": "A topic of the proposal cannot be what it is compared with."})
    ends = periods.containing(business_date(now), PeriodKind.MONTHLY).before
    past = on_record(session, months_until(ends, MONTHS_BEFORE))
    enough = len(past) >= interruption.LEAST_MONTHS
    series = series_of(session, proposal.subjects, past) if enough else None
    made = EffectPlan(
        proposal_id=proposal.id, control=sorted(set(control)), transition=transition,
        smallest=interruption.smallest_seen(series) if series else None, registered_at=now,
        registered_by_id=by.id,
        digest="",
    )  # fmt: skip
    made.digest = _digest(
        {"proposal": proposal.number, "control": made.control, "transition": transition,
         "subjects": proposal.subjects, "registered_at": now.isoformat()}
    )  # fmt: skip
    session.add(made)
    proposals.note(session, proposal, "effect_planned", by=by, now=now, digest=made.digest)
    session.flush()
    return made


def measure(
    session: Session, proposal: Proposal, *, by: Officer | None, now: datetime
) -> EffectResult:
    """With the months that are over. What was not planned before is marked so."""
    change = recommendations.change_of(session, proposal)
    if change is None:
        raise WrongStatus("No norm was changed yet.")
    planned = plan_of(session, proposal)
    turn = periods.containing(change.in_force_on, PeriodKind.MONTHLY)
    last = periods.containing(business_date(now), PeriodKind.MONTHLY).before
    whole = [*months_until(turn.before, MONTHS_BEFORE), *_from(turn, last)]
    span = on_record(session, whole) or whole
    own = series_of(session, proposal.subjects, span)
    control_codes = planned.control if planned else []
    control = series_of(session, control_codes, span) if control_codes else None
    finding = interruption.study(
        own, change=sum(one.first < turn.first for one in span),
        left_out=planned.transition if planned else DEFAULT_TRANSITION,
        control=control,
    )  # fmt: skip
    found = _as_json(finding, span, own, control)
    found["in_time"] = planned is not None and business_date(planned.registered_at) < (
        change.in_force_on
    )
    result = EffectResult(
        proposal_id=proposal.id, measured_at=now, effect=finding.effect, found=found,
        digest=_digest(found),
    )  # fmt: skip
    session.add(result)
    proposals.move(
        session, proposal, ProposalStatus.MEASURED, "measured", by=by, now=now,
        effect=str(finding.effect), digest=result.digest,
    )  # fmt: skip
    session.flush()
    return result


def plan_of(session: Session, proposal: Proposal) -> EffectPlan | None:
    return session.scalars(select(EffectPlan).filter_by(proposal_id=proposal.id)).first()


def results_of(session: Session, proposal: Proposal) -> list[EffectResult]:
    """The newest first."""
    query = select(EffectResult).filter_by(proposal_id=proposal.id)
    return list(session.scalars(query.order_by(EffectResult.id.desc())))


def series_of(session: Session, subjects: list[str], span: list[Period]) -> Series:
    values = {
        "start": start_of(span[0].first), "end": after(span[-1].last), "subjects": subjects or [""],
    }  # fmt: skip
    found: dict[str, int] = {
        row.month: row.appeals for row in session.execute(MONTHLY, values)
    }  # fmt: skip
    return Series([found.get(one.name, 0) for one in span], [1.0] * len(span))


def on_record(session: Session, span: list[Period]) -> list[Period]:
    """Those within which the register was kept: outside it, no appeal is no nought."""
    kept = session.execute(KEPT).one()
    if kept.first is None:
        return []
    first, last = business_date(kept.first), business_date(kept.last)
    return [one for one in span if first <= one.last and one.first <= last]


def months_until(last: Period, count: int) -> list[Period]:
    """So many months that end with the one given, the oldest first."""
    span = [last]
    while len(span) < count:
        span.append(span[-1].before)
    return span[::-1]


def _from(first: Period, last: Period) -> list[Period]:
    span: list[Period] = []
    own = last
    while own.first >= first.first:
        span.append(own)
        own = own.before
    return span[::-1]


def _must_be_in_time(session: Session, proposal: Proposal, *, now: datetime) -> None:
    if plan_of(session, proposal) is not None:
        raise WrongStatus("The effect is already planned, and a plan is not changed.")
    change = recommendations.change_of(session, proposal)
    if change is not None and change.in_force_on <= business_date(now):
        raise WrongStatus("The norm is in force already: it is too late to plan.")


def _as_json(
    finding: Finding, span: list[Period], own: Series, control: Series | None
) -> dict[str, Any]:
    """Rounded to six places, so that the same data give the same digest anywhere."""
    intervals = {"step": finding.step, "alike_months": finding.alike_months}
    told: dict[str, Any] = {
        name: None if one is None else [round(v, 6) for v in (one.ratio, one.low, one.high)]
        for name, one in intervals.items()
    }
    spread = finding.dispersion
    return told | {
        "dispersion": None if spread is None else round(spread, 6),
        "months": [one.name for one in span], "counts": list(own.counts),
        "control": list(control.counts) if control else None,
    }  # fmt: skip


def _digest(told: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(told)).hexdigest()
