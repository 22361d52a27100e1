"""How good the routing is: measures of suggestions against the last word of a person."""

from collections.abc import Iterable
from typing import Any

from flask import render_template
from sqlalchemy import select

from agencies import classifier, retraining
from agencies.access import requires
from agencies.calendar import business_date, clock
from agencies.classifier import RoutingModel
from agencies.db import db
from agencies.directory import Agency, Origin
from agencies.measuring import calibration, confusion, grouped, measures
from agencies.pages import pages
from agencies.pages.voice import named, number, percent
from agencies.staff import Role

MOST_MISTAKES = 15
MOST_MODELS = 8
Row = list[str]


@pages.get("/routing")
@requires(Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
def show_routing() -> str:
    session = db.session()
    rows = retraining.decisions(session)
    trials = [retraining.trial_of(row) for row in rows]
    names = _names()
    months = {f"{business_date(row.suggested_at):%Y-%m}" for row in rows}
    by_month = {
        month: measures([t for t, row in zip(trials, rows, strict=True)
                         if f"{business_date(row.suggested_at):%Y-%m}" == month])
        for month in sorted(months, reverse=True)
    }  # fmt: skip
    return render_template(
        "agencies/routing.html", silent=_is_silent(), told=measures(trials),
        drift=retraining.drift(rows, now=clock()), bins=calibration(trials),
        by_agency=_lines(grouped(trials, "right"), names),
        by_language=_lines(grouped(trials, "language"), {}), by_month=_lines(by_month, {}),
        mistakes=_mistakes(confusion(trials)[:MOST_MISTAKES], names), models=_models(),
    )  # fmt: skip


def _is_silent() -> bool:
    """The model that should speak cannot."""
    row = classifier.champion(db.session())
    return row is not None and classifier.usable(row) is None


def _names() -> dict[str, str]:
    query = select(Agency).where(Agency.origin == Origin.HALL, Agency.district_id.is_(None))
    return {agency.kind: named(agency) for agency in db.session().scalars(query)}


def _lines(groups: dict[str, dict[str, Any]], names: dict[str, str]) -> list[Row]:
    return [
        [names.get(name, name), number(own["n"]), percent(own["top1"]), percent(own["top3"])]
        for name, own in groups.items()
    ]


def _mistakes(pairs: Iterable[tuple[str, str, int]], names: dict[str, str]) -> list[Row]:
    return [
        [names.get(right, right), names.get(first, first) or "–", number(count)]
        for right, first, count in pairs
    ]


def _models() -> list[RoutingModel]:
    query = select(RoutingModel).order_by(RoutingModel.id.desc()).limit(MOST_MODELS)
    return list(db.session().scalars(query))
