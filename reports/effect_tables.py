"""The effect of a changed norm: how it is measured, what was found, and the drawing of it."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from agencies.directory import Subject
from reports import charts, effects
from reports.charts import Series
from reports.naming import by_code
from reports.proposals import Proposal
from reports.states import said
from reports.wording import Words


def plan_and_result(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    plan = effects.plan_of(session, proposal)
    if plan is None:
        return []
    control = by_code(session, Subject, plan.control, w.language)
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


def drawing(session: Session, proposal: Proposal, w: Words) -> tuple[Markup | None, str]:
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
