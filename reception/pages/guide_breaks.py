"""The desk says which step failed a visitor; supervision and council see where procedures break."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from agencies import appeals
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import DomainError, Invalid
from agencies.staff import Officer, Role
from reception import problems
from reception.guide import consultations, law, situations
from reception.guide.consultations import Cause
from reception.language import current, say
from reception.tickets import AT_DESK, Ticket

pages = Blueprint("guide_breaks", __name__)
READERS = (Role.SUPERVISOR, Role.ANALYST, Role.COUNCIL, Role.ADMIN)
SHOWN = timedelta(days=90)
WORDS = {
    Cause.PAPER: "A paper is missing or cannot be had",
    Cause.REFUSED: "The agency refused",
    Cause.LATE: "The term was not kept",
    Cause.UNCLEAR: "It was not clear what to do",
    Cause.FEE: "The fee",
    Cause.SYSTEM: "A system did not work",
    Cause.OTHER: "Something else",
}


@pages.post("/guide/<slug>/consultation")
@requires(*HALL_STAFF)
def record(slug: str) -> ResponseReturnValue:
    """About the visitor at the officer's desk, or about the appeal that is named."""
    officer, now = current_officer(), clock()
    given = {k: v for k, v in request.args.items() if k not in ("lang", "as_of")}
    version = situations.version_on(db.session(), slug.replace("\0", ""), business_date(now))
    try:
        consultations.record(
            db.session(), version, **_about(officer), facts=given, language=current(),
            failed_step=request.form.get("failed_step", ""), cause=request.form.get("cause", ""),
            by=officer, now=now,
        )  # fmt: skip
    except Invalid as error:
        flash(problems.fields_in_words(error), "bad")
    except DomainError as error:
        flash(problems.in_words(error), "bad")
    else:
        flash(say("Noted. It counts in “Where procedures break”."), "good")
    db.session.commit()
    return redirect(url_for("guide.show", **{**_plain(given), "slug": slug}))


def _plain(given: dict[str, str]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key.isidentifier() and key[0] != "_"}


def _about(officer: Officer) -> dict[str, int | None]:
    number = request.form.get("appeal", "").strip().replace("\0", "")
    if number:
        visible = appeals.visible(select(Appeal.id).where(Appeal.number == number), officer)
        found = db.session.scalar(visible)
        if found is None:
            raise Invalid({"appeal": "There is no appeal with this number that you may see."})
        return {"appeal_id": found}
    query = select(Ticket.id).where(Ticket.desk_id == officer.desk_id, Ticket.state.in_(AT_DESK))
    return {"ticket_id": db.session.scalar(query)}


@pages.get("/guide-breaks")
@requires(*READERS)
def show() -> ResponseReturnValue:
    last = _day("to") or business_date(clock())
    first = _day("from") or last - SHOWN
    found = consultations.breaks(db.session(), first, last)
    return render_template(
        "reception/guide/breaks.html",
        breaks=found,
        first=first,
        last=last,
        words=WORDS,
        acts=law.acts(db.session(), {code for one in found for code in one.acts}),
        may_propose=current_officer().role in (Role.ANALYST, Role.ADMIN, Role.COUNCIL),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
