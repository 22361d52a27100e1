"""The whole case as one paper (PDF), for a reason that stays."""

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue

from agencies import appeals
from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.staff import Role
from reception import case_prints
from reception.language import current, say
from reception.pages.papers import RELOAD_S, as_pdf, is_rendered

pages = Blueprint("case_prints", __name__)
PREPARED = "case_prints"
LONG = timedelta(seconds=30)
READERS = (Role.OFFICER, Role.HEAD, Role.SUPERVISOR, Role.ADMIN)


def _prepared() -> dict[str, list[int]]:
    """Papers asked for in this browser and still kept, by number of the case."""
    since = int((clock() - case_prints.KEPT_FOR).timestamp())
    kept: dict[str, list[int]] = browser.get(PREPARED, {})
    return {number: one for number, one in kept.items() if one[1] > since}


@pages.app_template_global()
def prepared_print(number: str) -> str:
    """Where the paper of the case that this person asked for today is; empty without one."""
    found = _prepared().get(number)
    return url_for("case_prints.give", number=number, print_id=found[0]) if found else ""


@pages.post("/appeals/<number>/print")
@requires(*READERS)
def ask(number: str) -> ResponseReturnValue:
    """That it was given out is committed before it is made."""
    session, officer, form = db.session(), current_officer(), request.form
    appeal = appeals.hold(session, number, officer=officer)
    try:
        asked = case_prints.ask(
            session, appeal, language=current(), whole=form.get("print-whole") == "yes",
            reason=form.get("print-reason", "").replace("\0", ""), by=officer, now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        flash(say(error.fields["reason"]), "bad")
        return redirect(url_for("workspace.show_case", number=number, _anchor="print"))
    session.commit()
    browser[PREPARED] = {**_prepared(), number: [asked.id, int(asked.requested_at.timestamp())]}
    return redirect(url_for(".give", number=number, print_id=asked.id))


@pages.get("/appeals/<number>/print/<int(max=9223372036854775807):print_id>.pdf")
@requires(*READERS)
def give(number: str, print_id: int) -> ResponseReturnValue:
    """Made by a worker; the page waits a little, and then says that it is on its way."""
    asked = case_prints.find(db.session(), number, print_id, officer=current_officer())
    if is_rendered(asked):
        return as_pdf(asked.content or b"", f"case-{number}-{asked.language}.pdf")
    late = clock() - asked.requested_at > LONG
    waiting = render_template("reception/case_preparing.html", number=number, late=late)
    return Response(waiting, 202, {"Refresh": str(RELOAD_S)})
