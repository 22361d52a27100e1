"""The ticket on the visitor's phone: place, warning, being late, leaving, and rating the visit."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import public
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from reception import (
    absence,
    announcements,
    limits,
    nudges,
    outlook,
    problems,
    ratings,
    tickets,
    turns,
    visits,
)
from reception.language import say
from reception.queue import order
from reception.tickets import Ticket, moves

pages = Blueprint("phone", __name__)
limits.guard(pages, deeds=limits.A_MINUTE)  # all phones of the hall may share one address
LABELS = {
    "long_wait": "The wait was long",
    "not_solved": "The matter is not solved",
    "unclear": "It was not explained clearly",
    "unkind": "I was treated unkindly",
    "sent_about": "I was sent from desk to desk",
    "email": "By e-mail",
    "sms": "By text message",
    "telegram": "By Telegram, the number of the chat",
}


@pages.get("/t/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    return _page(key, {})


def _page(key: str, errors: dict[str, str]) -> ResponseReturnValue:
    session, now = db.session(), clock()
    ticket = tickets.by_key(session, key)
    page = render_template(
        "reception/phone.html", ticket=ticket, key=key, errors=errors, labels=LABELS,
        given=request.form, ahead=order.ahead_of(session, ticket, now=now),
        wait=outlook.wait_of(session, ticket, now=now), wish=turns.of(session, ticket),
        late=absence.is_late(ticket, now), **_choices(ticket),
        said=announcements.current(session, ticket.hall, now=now, agency_id=ticket.agency_id),
        rating=ratings.of(session, ticket), may_rate=ratings.may_rate(ticket, now),
    )  # fmt: skip
    return (page, 422) if errors else page


def _choices(ticket: Ticket) -> dict[str, Any]:
    return {
        "numbers": turns.CHOICES, "minutes": absence.MINUTES, "scores": ratings.SCORES,
        "faults": ratings.FAULTS, "series": ticket.series,
    }  # fmt: skip


@pages.post("/t/<key>/warn")
@public
def warn(key: str) -> ResponseReturnValue:
    ticket, number = tickets.by_key(db.session(), key), request.form.get("ahead", "")
    try:
        turns.ask(
            db.session(), ticket, ahead=int(number) if number.isdecimal() else 0, now=clock(),
            channel=request.form.get("channel", ""), to=request.form.get("to", ""),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        return _page(key, {"to": problems.fields_in_words(error)})
    return _done(key, say("You will be warned."))


@pages.post("/t/<key>/late")
@public
def be_late(key: str) -> ResponseReturnValue:
    ticket, minutes = tickets.by_key(db.session(), key), request.form.get("minutes", "")
    try:
        absence.put_off(
            db.session(), ticket, minutes=int(minutes) if minutes.isdecimal() else 0, now=clock()
        )
    except Invalid as error:
        db.session.rollback()
        return _page(key, {"minutes": problems.fields_in_words(error)})
    return _done(key, say("Your place is kept."))


@pages.post("/t/<key>/here")
@public
def come(key: str) -> ResponseReturnValue:
    absence.come(db.session(), tickets.by_key(db.session(), key), now=clock())
    return _done(key, say("You are in the queue again."))


@pages.post("/t/<key>/rate")
@public
def rate(key: str) -> ResponseReturnValue:
    ticket, score = tickets.by_key(db.session(), key), request.form.get("score", "")
    ratings.rate(
        db.session(), ticket, score=int(score) if score.isdecimal() else 0,
        fault=request.form.get("fault", ""), now=clock(),
    )  # fmt: skip
    return _done(key, say("Thank you. The hall reads every rating."))


@pages.post("/t/<key>/cancel")
@public
def leave(key: str) -> ResponseReturnValue:
    ticket = tickets.by_key(db.session(), key)
    visits.drop_plan(db.session(), ticket)
    moves.cancel(db.session(), ticket, by=None, now=clock())
    return _done(key, "")


def _done(key: str, word: str) -> ResponseReturnValue:
    if word:
        flash(word, "good")
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show", key=key))
