"""Anchors of the journals: the list, the file of an evening, and the page to print and sign."""

from datetime import date

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from agencies import anchors
from agencies.access import requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import NotFound
from agencies.pages.register import SUPERVISION, pages
from agencies.pages.voice import say

GROUP = 8


@pages.get("")
@requires(*SUPERVISION)
def show_anchors() -> str:
    known = anchors.listed(db.session())
    return render_template("agencies/register/anchors.html", anchors=known, spaced=spaced)


@pages.post("/anchors")
@requires(*SUPERVISION)
def take_anchor() -> ResponseReturnValue:
    """Before the evening, for an inspection that stands at the desk now."""
    taken = anchors.take(db.session(), now=clock())
    db.session.commit()
    if taken is None:
        flash(say("Today has its anchor already."), "info")
    else:
        flash(say("The anchor of today is taken. Print it and keep its file outside."), "good")
    return redirect(url_for(".show_anchors"))


@pages.get("/anchors/<day>")
@requires(*SUPERVISION)
def print_anchor(day: str) -> str:
    row = anchors.of_day(db.session(), _day(day))
    return render_template("agencies/register/anchor.html", anchor=row, spaced=spaced)


@pages.get("/anchors/<day>/file")
@requires(*SUPERVISION)
def give_anchor(day: str) -> Response:
    row = anchors.of_day(db.session(), _day(day))
    answer = Response(anchors.text_of(anchors.from_row(row)), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f"attachment; filename=anchor-{row.day}.txt"
    return answer


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("There is no anchor of that day.") from None


def spaced(digest: bytes) -> str:
    """In groups, to be compared by eye with a printed page."""
    text = digest.hex()
    return " ".join(text[i : i + GROUP] for i in range(0, len(text), GROUP))
