"""Correcting the kind of an appeal, or the row of law that its term rests on."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from agencies import appeals, recasting, terms
from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError, NotFound
from agencies.pages import pages
from agencies.pages.case import draw
from agencies.pages.moves import read_form, sent_back
from agencies.pages.voice import say, wake
from agencies.staff import Role

VERB, WHOLE = "recast", 0


@pages.post("/appeals/<number>/recast")
@requires(Role.CLERK, Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
def recast(number: str) -> ResponseReturnValue:
    session, form = db.session(), read_form(VERB, WHOLE)
    officer = current_officer()
    try:
        appeal = appeals.hold(session, number, officer=officer)
        recasting.recast(
            session, appeal, kind=form.get("kind", ""), case=form.get("case", ""),
            reason=form.get("reason", ""), law=terms.law(session), by=officer, now=clock(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        session.rollback()
        return draw(number, sent_back(error, WHOLE, VERB, form))
    session.commit()
    wake()
    flash(say("The kind is corrected; the applicant sees it with the reason."), "good")
    return redirect(url_for(".show_case", number=number))
