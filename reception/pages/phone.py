"""The ticket on the visitor's phone: place, desk when called, and leaving the queue."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from agencies.access import public
from agencies.calendar import clock
from agencies.db import db
from reception import nudges, outlook, queue, tickets

pages = Blueprint("phone", __name__)


@pages.get("/t/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    ticket = tickets.by_key(db.session(), key)
    now = clock()
    return render_template(
        "reception/phone.html", ticket=ticket, key=key,
        ahead=queue.ahead_of(db.session(), ticket, now=now),
        wait=outlook.wait_of(db.session(), ticket, now=now),
    )  # fmt: skip


@pages.post("/t/<key>/cancel")
@public
def leave(key: str) -> ResponseReturnValue:
    tickets.cancel(db.session(), tickets.by_key(db.session(), key), by=None, now=clock())
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show", key=key))
