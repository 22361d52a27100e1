"""What a desk does beside its next visitor: tickets for others, out of turn, breaks, no ticket."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from flask import Blueprint, current_app, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import PriorityCategory, open_services, the_hall
from agencies.errors import DomainError, Invalid
from reception import desks, nudges, problems, tickets
from reception.desks import PauseKind
from reception.drafts import TicketDraft, read
from reception.language import current, say
from reception.pages.desk import LANGUAGE, done, own_desk, remember
from reception.pages.slips import print_issued
from reception.queue import calling, issuing
from reception.queue.issuing import Issued
from reception.rules import Rank
from reception.tickets import moves

pages = Blueprint("floor", __name__, url_prefix="/desk")
LONGEST_BREAK = 240
NO_PROOF, EMERGENCY = "no_proof", "emergency"
View = Callable[..., ResponseReturnValue]


def told(view: View) -> View:
    """What cannot be done is said on the desk, and nothing has changed."""

    @wraps(view)
    def careful(*args: object, **words: object) -> ResponseReturnValue:
        try:
            return view(*args, **words)
        except Invalid as error:
            db.session.rollback()
            return done(problems.fields_in_words(error), tone="bad")
        except DomainError as error:
            db.session.rollback()
            return done(problems.in_words(error), tone="bad")

    return careful


@pages.get("/new-ticket")
@requires(*HALL_STAFF)
def new_ticket() -> ResponseReturnValue:
    return new_ticket_page({}, {})


def new_ticket_page(errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    enabled = select(PriorityCategory).where(PriorityCategory.enabled)
    page = render_template(
        "reception/desk/new_ticket.html", services=open_services(db.session()), errors=errors,
        given=given, key=secrets.token_hex(16),
        categories=list(db.session.scalars(enabled.order_by(PriorityCategory.level.desc()))),
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/new-ticket")
@requires(*HALL_STAFF)
def issue_ticket() -> ResponseReturnValue:
    given = {k: v for k, v in request.form.items() if k in TicketDraft.model_fields}
    try:
        issued = issue(given)
    except Invalid as error:
        return new_ticket_page({k: say(v) for k, v in error.fields.items()}, given)
    return told_of(issued)


@pages.post("/tickets")
@requires(*HALL_STAFF)
@told
def issue_at_once() -> ResponseReturnValue:
    """From the desk's own screen: a digit or the first of the narrowed list."""
    return told_of(issue({k: v for k, v in request.form.items() if k in TicketDraft.model_fields}))


def issue(given: dict[str, str]) -> Issued:
    """The language stays as it was chosen for the next visitor."""
    draft = read(TicketDraft, {"language": current()} | given)
    issued = issuing.issue(
        db.session(), draft.service, language=draft.language,
        secret=current_app.config["SECRET_KEY"], by=current_officer(), now=clock(),
        priority=draft.priority,
    )  # fmt: skip
    session[LANGUAGE] = draft.language
    return issued


def told_of(issued: Issued) -> ResponseReturnValue:
    """The number at once, the slip from the printer, and the way to it; the screen stays."""
    printing = print_issued(issued, the_hall(db.session()), by=current_officer(), now=clock())
    sentence = say("Ticket %(number)s is issued. Before it: %(ahead)s.", number=issued.label,
                   ahead=issued.ahead)  # fmt: skip
    way = Markup('{} <a href="{}">{}</a>').format(
        sentence, url_for("kiosk.show_ticket", key=issued.key), say("Slip and QR code")
    )
    answer = done(way, tone="good")
    if printing:
        nudges.nudge("print_slips")
    return answer


@pages.post("/out-of-turn/<int:ticket_id>")
@requires(*HALL_STAFF)
@told
def call_out_of_turn(ticket_id: int) -> ResponseReturnValue:
    now, ticket = clock(), tickets.by_id(db.session(), ticket_id)
    reason = request.form.get("reason", "")
    calling.call_this(
        db.session(), ticket, own_desk(), reason=reason, by=current_officer(), now=now
    )
    remember(ticket_id, now)
    return done()


@pages.post("/serve")
@requires(*HALL_STAFF)
@told
def serve_directly() -> ResponseReturnValue:
    """Somebody without a ticket, who is helped at once and counted."""
    now = clock()
    ticket = calling.serve_directly(
        db.session(), own_desk(), request.form.get("service", ""), language=current(),
        secret=current_app.config["SECRET_KEY"], by=current_officer(), now=now,
    )  # fmt: skip
    remember(ticket.id, now)
    return done()


@pages.post("/rank/<int:ticket_id>")
@requires(*HALL_STAFF)
@told
def rank(ticket_id: int) -> ResponseReturnValue:
    """Without the proof a visitor waits in the general order; an emergency goes first."""
    ticket, why = tickets.by_id(db.session(), ticket_id), request.form.get("reason", "")
    tickets.must_handle(ticket, current_officer())
    to = {NO_PROOF: Rank.WALK_IN, EMERGENCY: Rank.EMERGENCY}.get(why)
    if to is None:
        raise Invalid({"reason": "Say why."})
    moves.set_rank(db.session(), ticket, rank=to, reason=why, by=current_officer(), now=clock())
    return done()


@pages.post("/pause")
@requires(*HALL_STAFF)
@told
def pause() -> ResponseReturnValue:
    """`kind` is `break:15`: what for, and for how many minutes where that is known."""
    kind, _, minutes = request.form.get("kind", "").partition(":")
    if kind not in set(PauseKind) or (minutes and not minutes.isdecimal()):
        raise Invalid({"kind": "Choose one of the values on the list."})
    now = clock()
    until = now + timedelta(minutes=min(int(minutes), LONGEST_BREAK)) if minutes else None
    desks.pause(db.session(), own_desk(), kind, by=current_officer(), now=now, until=until)
    return done()


@pages.post("/open")
@requires(*HALL_STAFF)
@told
def reopen() -> ResponseReturnValue:
    desks.reopen(db.session(), own_desk(), by=current_officer(), now=clock())
    nudges.wake()
    return done()
