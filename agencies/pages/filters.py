"""Filters of the list that a person keeps by name, shares with colleagues, and lets go."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from agencies import saved_filters
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.listing import filters
from agencies.pages.voice import say

SHARED = {
    "share": "Your colleagues see the filter too; each sees in it what the own rights show.",
    "withdraw": "The filter is yours alone again.",
}


@pages.post("/filters")
@requires(*HALL_STAFF)
def keep_filter() -> ResponseReturnValue:
    """What the address of the list asked for, under a name."""
    session = db.session()
    asked = {name: value.replace("\x00", "")[:200] for name, value in filters(request.form).items()}
    try:
        name = request.form.get("name", "")
        saved_filters.keep(session, current_officer(), name=name, asked=asked)
    except Invalid as wrong:
        session.rollback()
        flash(say(wrong.fields["name"]), "bad")
        return redirect(url_for(".show_list", **asked))
    session.commit()
    flash(say("The filter is kept above your list."), "good")
    return redirect(url_for(".show_list", **asked))


@pages.post("/filters/<int(max=9223372036854775807):filter_id>/forget")
@requires(*HALL_STAFF)
def forget_filter(filter_id: int) -> ResponseReturnValue:
    session = db.session()
    gone = saved_filters.forget(session, current_officer(), filter_id)
    asked: dict[str, Any] = gone.asked if gone else {}
    session.commit()
    flash(say("The filter is forgotten; what it showed is still here to be kept again."), "good")
    return redirect(url_for(".show_list", **asked))


@pages.post("/filters/<int(max=9223372036854775807):filter_id>/<any(share,withdraw):verb>")
@requires(*HALL_STAFF)
def share_filter(filter_id: int, verb: str) -> ResponseReturnValue:
    """With colleagues, or with them no more."""
    session, officer = db.session(), current_officer()
    try:
        if verb == "share":
            found = saved_filters.share(session, officer, filter_id, now=clock())
        else:
            found = saved_filters.withdraw(session, officer, filter_id)
    except Invalid as wrong:
        session.rollback()
        flash(say(wrong.fields["name"]), "bad")
        return redirect(url_for(".show_list"))
    asked: dict[str, Any] = found.asked
    session.commit()
    flash(say(SHARED[verb]), "good")
    return redirect(url_for(".show_list", **asked))
