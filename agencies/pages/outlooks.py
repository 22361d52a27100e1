"""How well the forecasts of lateness fit: what was said beside what came."""

from flask import render_template

from agencies import outlooks
from agencies.access import HALL_STAFF, requires
from agencies.db import db
from agencies.pages import pages
from agencies.worklist import AT_RISK


@pages.get("/lateness")
@requires(*HALL_STAFF)
def show_outlooks() -> str:
    kept = outlooks.last_score(db.session())
    return render_template(
        "agencies/outlooks.html", kept=kept, score=kept.told if kept else None,
        at_risk=AT_RISK // 10,
    )  # fmt: skip
