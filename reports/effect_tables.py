"""The effect of a changed norm: how it is measured, and what was found."""

from sqlalchemy.orm import Session

from agencies.directory import Subject
from reports import effects, recommendations
from reports.effects import EffectPlan, EffectResult
from reports.naming import by_code
from reports.proposals import Proposal
from reports.states import said
from reports.wording import Words


def plan_and_result(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    """Nothing where it was neither planned nor measured; what was measured without a plan says
    so.
    """
    plan, results = effects.plan_of(session, proposal), effects.results_of(session, proposal)
    told = _planned(session, proposal, plan, w) if plan else []
    if results and not plan:
        told = [(w._("Registered on"), w._("no plan was registered before the measurement"))]
    for result in results[:1]:
        told += _result(result, w)
    return told


def _planned(
    session: Session, proposal: Proposal, plan: EffectPlan, w: Words
) -> list[tuple[str, str]]:
    own, control = (
        by_code(session, Subject, codes, w.language) for codes in (proposal.subjects, plan.control)
    )
    change = recommendations.change_of(session, proposal)
    return [
        (w._("Registered on"), w.day(plan.registered_at)),
        (w._("What is counted"),
         w._("appeals a month (E2) about: %(topics)s", topics=", ".join(own.values()))),
        (w._("Counted as changed from (T0)"), w.long_day(change.in_force_on) if change
         else w._("the first day in force; no act is adopted yet")),
        (w._("Compared with"), ", ".join(control.values()) or w._("nothing: no comparison group")),
        (w._("Months left out after the change"), w.number(plan.transition)),
        (w._("Smallest ratio that twelve months would show"), w.number(plan.smallest, places=2)
         if plan.smallest else w._("not known: too few months are on record")),
    ]  # fmt: skip


def _result(result: EffectResult, w: Words) -> list[tuple[str, str]]:
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
