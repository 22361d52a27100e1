"""Our register beside the national one: numbers that lack, numbers twice, a file compared."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies import appeals, reconciliation
from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError, Invalid
from agencies.pages.register import SUPERVISION, pages
from agencies.pages.voice import say
from agencies.reconciliation import Comparison

LABELS = {
    "not_here": "Only in the national register",
    "no_number": "Ours has no number yet",
    "other_number": "Ours has another number",
    "other_day": "The days of registration differ",
    "twice_there": "Twice in the file",
    "not_there": "Not in the file",
}


@pages.get("/reconciliation")
@requires(*SUPERVISION)
def show_reconciliation() -> ResponseReturnValue:
    return _shown({})


def _shown(
    errors: dict[str, str], compared: Comparison | None = None, number: str = "", given: str = ""
) -> ResponseReturnValue:
    count, missing = reconciliation.unnumbered(db.session())
    page = render_template(
        "agencies/register/reconciliation.html", count=count, missing=missing, errors=errors,
        twice=reconciliation.twice(db.session()), compared=compared, number=number, given=given,
        words={code: say(text) for code, text in LABELS.items()},
    )  # fmt: skip
    return page, 422 if errors else 200


@pages.post("/reconciliation/number")
@requires(*SUPERVISION)
def keep_number() -> ResponseReturnValue:
    """One number, typed in from the national register."""
    number = request.form.get("number", "").replace("\0", "").strip().upper()
    given = request.form.get("national", "").replace("\0", "")
    session, officer = db.session(), current_officer()
    try:
        appeal = appeals.hold(session, number, officer=officer)
        reconciliation.set_number(appeal, given, by=officer, now=clock())
    except DomainError as error:
        session.rollback()
        if isinstance(error, Invalid):
            return _shown({k: say(v) for k, v in error.fields.items()}, number=number, given=given)
        wrong = {"number": say(error.message, **error.values)}
        return _shown(wrong, number=number, given=given)
    session.commit()
    flash(say("The number is kept beside ours."), "good")
    return redirect(url_for(".show_reconciliation"))


@pages.post("/reconciliation")
@requires(*SUPERVISION)
def compare_file() -> ResponseReturnValue:
    """Shown at once; the file itself is not kept."""
    sent, session = request.files.get("file"), db.session()
    try:
        lines = reconciliation.read_file(sent.stream.read() if sent else b"")
    except Invalid as error:
        return _shown({k: say(text, **error.values) for k, text in error.fields.items()})
    compared = reconciliation.compare(
        session, lines, keep="keep" in request.form, by=current_officer(), now=clock()
    )
    session.commit()
    return _shown({}, compared)
