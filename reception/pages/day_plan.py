"""The plan of a day, for who decides which desks open when."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import requires
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.directory import the_hall
from agencies.errors import Invalid
from agencies.staff import Role
from reception import day_plan

pages = Blueprint("day_plan", __name__, url_prefix="/hall/plan")
SUPERVISION = (Role.SUPERVISOR, Role.ADMIN)
FARTHEST = timedelta(days=60)


@pages.get("")
@requires(*SUPERVISION)
def show() -> ResponseReturnValue:
    """Of the day asked for; of today otherwise."""
    session, today = db.session(), business_date(clock())
    day, calendar = day_of(today), workdays(session)
    plan = day_plan.plan(session, the_hall(session), day)
    hours = sorted({hour for line in plan.lines for hour in line.hours})
    return render_template(
        "reception/day_plan.html", plan=plan, day=day, today=today, hours=hours,
        before=calendar.add(day, -1), after=calendar.add(day, 1),
        lines=[line for line in plan.lines if line.hours or line.desks],
    )  # fmt: skip


def day_of(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day") or today.isoformat())
    except ValueError:
        raise Invalid({"day": "Choose a day."}) from None
    if abs(day - today) > FARTHEST:
        raise Invalid({"day": "Choose a day."})
    return day
