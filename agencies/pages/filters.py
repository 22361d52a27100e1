"""Filters of the list that a person keeps by name, and lets go."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from agencies import saved_filters
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.db import db
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.listing import filters
from agencies.pages.voice import say


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
