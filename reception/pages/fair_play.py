"""For everybody: how the queue treats people, by the same figures that the hall looks at."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from agencies.access import public
from agencies.calendar import business_date, clock
from agencies.db import db
from reception import fairness, forecast_scores
from reception.pages.history import account_of, as_csv, classes_of

pages = Blueprint("fair_play", __name__, url_prefix="/fair-play")
TOLD = timedelta(days=29)


def told() -> fairness.Account:
    """Thirty days, today included."""
    today = business_date(clock())
    return account_of(today - TOLD, today)


@pages.get("")
@public
def show() -> ResponseReturnValue:
    return render_template(
        "reception/fair_play.html", account=told(), classes=fairness.CLASSES,
        forecast=forecast_scores.verdict(db.session(), business_date(clock())),
    )  # fmt: skip


@pages.get("/waits.csv")
@public
def download() -> ResponseReturnValue:
    return as_csv(*classes_of(told()))
