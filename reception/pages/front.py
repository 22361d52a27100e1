"""The first page: where a visitor, an applicant or an officer goes from here."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from agencies.access import public
from agencies.db import db
from agencies.sealing import link_digest
from reception.tickets import Ticket

pages = Blueprint("front", __name__)
LONGEST_KEY = 64
"""More than any key has, and little enough for an address."""


@pages.get("/")
@public
def show() -> ResponseReturnValue:
    return render_template("reception/front.html")


@pages.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """What the house holds to, how it is checked, and what is not good yet."""
    return render_template("reception/accessibility.html")


@pages.post("/find")
@public
def find() -> ResponseReturnValue:
    """The key from a slip or a talon, typed by hand: a ticket of today or an appeal."""
    typed = request.form.get("key", "").strip().rsplit("/", 1)[-1]
    key = "".join(c for c in typed.lower() if c.isalnum())[:LONGEST_KEY]
    if not key:
        return redirect(url_for("front.show"))
    mine = select(Ticket.id).where(Ticket.link_digest == link_digest(key))
    endpoint = "phone.show" if db.session.scalar(mine) else "track.show"
    return redirect(url_for(endpoint, key=key))
