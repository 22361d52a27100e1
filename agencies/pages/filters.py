"""Filters of the list that a person keeps by name, shares with colleagues, and lets go."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import routing, saved_filters, worklist
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.directory import districts_of_almaty, offered_subjects
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.listing import (
    chip,
    filters,
    kept_and_names,
    read_choice,
    short_name,
    status_options,
)
from agencies.pages.voice import named, say
from agencies.pages.words import STATUS
from agencies.staff import Officer
from agencies.worklist import NOT_KNOWN, SOON_WORKING_DAYS

Options = list[tuple[str, str]]
SPANS = (7, 30, 90, 365)
MOST_SHOWN = 999
"""The count beside a kept filter has room for so many."""
SHARED = {
    "share": "Your colleagues see the filter too; each sees in it what the own rights show.",
    "withdraw": "The filter is yours alone again.",
}


@pages.get("/filters")
@requires(*HALL_STAFF)
def choose_filters() -> str:
    """Everything that narrows the list on one page; the list itself has room for a few."""
    session, officer = db.session(), current_officer()
    return render_template(
        "agencies/filters.html", asked=filters(request.args), options=_options(session, officer)
    )


@pages.get("/filters/counts")
@requires(*HALL_STAFF)
def count_filters() -> str:
    """How many open claims each kept filter shows this reader. The list takes it from here when it
    has come: a supervisor's cost as much again as the page.
    """
    session, officer, today = db.session(), current_officer(), business_date(clock())
    soon = workdays(session).add(today, SOON_WORKING_DAYS)
    kept, _ = kept_and_names(session, officer, {})
    choices = [read_choice(one.asked, soon=soon) for one, _ in kept]
    counts = worklist.counts_of_open(session, officer, choices, today=today) if kept else []
    shown = [
        chip(one, owner, officer, {}) | {"count": _capped(count)}
        for (one, owner), count in zip(kept, counts, strict=True)
    ]
    return render_template("agencies/filter_counts.html", kept=shown)


def _capped(count: int) -> str:
    return f"{MOST_SHOWN}+" if count > MOST_SHOWN else str(count)


def _options(session: Session, officer: Officer) -> dict[str, Options]:
    """By field; the value that narrows nothing first. People of an agency see only its claims."""
    agencies = [] if officer.agency_id else routing.agencies_to_choose(session)
    topics = session.scalars(offered_subjects())
    return {
        "status": status_options({one: say(look.word) for one, look in STATUS.items()}),
        "agency": [("", say("All")), *((one.code, short_name(one)) for one in agencies)],
        "district": [
            ("", say("All")), *((one.code, named(one)) for one in districts_of_almaty(session)),
            (NOT_KNOWN, say("District not known")),
        ],
        "topic": [("", say("All")), *((one.code, f"{one.code} {named(one)}") for one in topics)],
        "days": [
            ("", say("Whenever")),
            *((str(n), say("Received in the last %(n)s days", n=n)) for n in SPANS),
        ],
    }  # fmt: skip


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
