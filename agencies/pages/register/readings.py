"""Who read whose card in a month: those who stand out first, and the rows behind each."""

from datetime import date

from flask import render_template, request
from sqlalchemy.orm import Session

from agencies import readings, vigilance
from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.errors import NotFound
from agencies.pages.register import SUPERVISION, pages
from agencies.readings import Sight
from agencies.staff import Officer

MONTHS = 12
SIGHTS = {
    Sight.CASE: "The case was opened", Sight.CARD: "The whole card was opened",
    Sight.FILE: "A file was opened", Sight.PAPER: "A paper was opened",
    Sight.PERSON: "A card was looked up by its number",
    Sight.ARCHIVE: "The whole case was given out",
}  # fmt: skip


@pages.get("/readings")
@requires(*SUPERVISION)
def show_readings() -> str:
    session, month = db.session(), _month(request.args.get("month", ""))
    found = vigilance.report(session, month, days=workdays(session))
    return render_template(
        "agencies/register/readings.html", rows=found, month=month, months=_months()
    )


@pages.get("/readings/<int:officer_id>")
@requires(*SUPERVISION)
def show_reader(officer_id: int) -> str:
    session, month = db.session(), _month(request.args.get("month", ""))
    officer = _officer(session, officer_id)
    rows = readings.of_officer(
        session,
        officer,
        since=month,
        until=vigilance.month_after(month),
        by=current_officer(),
    )
    return render_template(
        "agencies/register/reader.html", reader=officer, rows=rows, month=month, sights=SIGHTS
    )


def _officer(session: Session, officer_id: int) -> Officer:
    found = session.get(Officer, officer_id) if officer_id < 2**31 else None
    if found is None:
        raise NotFound("There is no such person.")
    return found


def _month(asked: str) -> date:
    """The month asked for, or the one going on."""
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        return business_date(clock()).replace(day=1)


def _months() -> list[date]:
    found = [business_date(clock()).replace(day=1)]
    while len(found) < MONTHS:
        found.append(vigilance.month_before(found[-1]))
    return found
