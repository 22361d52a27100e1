"""The desk: who is next, who is here, and what came of it. Every action is one key."""

import secrets
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from agencies import reference
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import (
    Desk,
    PriorityCategory,
    desk_by_code,
    open_services,
    service_by_code,
)
from agencies.errors import DomainError, Invalid, NotFound
from agencies.staff import AGENCY_ROLES, Officer
from reception import nudges, problems, queue, tickets, visits
from reception.drafts import TicketDraft, read
from reception.language import say
from reception.tickets import AT_DESK, CONTACT_OUTCOMES, Ticket, TicketState

pages = Blueprint("desk", __name__, url_prefix="/desk")
LISTED = 12


@pages.get("")
@requires(*HALL_STAFF)
def show() -> ResponseReturnValue:
    officer = current_officer()
    if officer.desk is None:
        return redirect(url_for(".choose"))
    return render_template("reception/desk/show.html", **view(officer.desk))


def view(desk: Desk) -> dict[str, Any]:
    """Everything the desk shows, in a fixed number of statements."""
    now = clock()
    mine = select(Ticket).where(Ticket.desk_id == desk.id)
    mine = mine.where(Ticket.business_date == business_date(now))
    here = db.session.scalar(mine.where(Ticket.state.in_(AT_DESK)))
    held = list(db.session.scalars(mine.where(Ticket.state == TicketState.HELD)))
    recorded = mine.where(Ticket.outcome == tickets.OUTCOME_NOT_RECORDED)
    missed = mine.where(Ticket.state == TicketState.NO_SHOW).order_by(Ticket.finished_at.desc())
    return {
        "desk": desk, "here": here, "held": held, "now": now,
        "waiting": queue.waiting_for(db.session(), desk, now=now, most=LISTED),
        "count": queue.waiting_count(db.session(), desk, now=now),
        "missed": list(db.session.scalars(missed.limit(LISTED))),
        "unrecorded": list(db.session.scalars(recorded)),
        "outcomes": [reference.labels("contact_outcome")[code] for code in CONTACT_OUTCOMES],
        "services": open_services(db.session()),
    }  # fmt: skip


def at_desk(desk: Desk) -> Ticket | None:
    query = select(Ticket).where(Ticket.desk_id == desk.id, Ticket.state.in_(AT_DESK))
    return db.session.scalar(query)


@pages.get("/choose")
@requires(*HALL_STAFF)
def choose() -> ResponseReturnValue:
    """Desks of the officer's agency; reception and supervision may sit at any."""
    return render_template("reception/desk/choose.html", desks=desks_for(current_officer()))


def desks_for(officer: Officer) -> list[Desk]:
    query = select(Desk).order_by(Desk.number)
    if officer.role in AGENCY_ROLES:
        query = query.where(Desk.agency_id == officer.agency_id)
    return list(db.session.scalars(query))


@pages.post("/choose")
@requires(*HALL_STAFF)
def sit_down() -> ResponseReturnValue:
    officer, desk = current_officer(), desk_by_code(db.session(), request.form.get("desk", ""))
    tickets.must_staff(desk.agency_id, officer)
    officer.desk = desk
    db.session.commit()
    return redirect(url_for(".show"))


def own_desk() -> Desk:
    desk = current_officer().desk
    if desk is None:
        raise NotFound("Choose your desk first.")
    return desk


@pages.post("/next")
@requires(*HALL_STAFF)
def call_next() -> ResponseReturnValue:
    desk = own_desk()
    here = at_desk(desk)
    if request.form.get("seen", "") != (str(here.id) if here else ""):
        return done(say("Somebody has called at this desk meanwhile. This is how it stands now."))
    called = queue.call_next(db.session(), desk, by=current_officer(), now=clock())
    return done("" if called else say("Nobody is waiting for this agency."))


@pages.post("/tickets/<int:ticket_id>/<action>")
@requires(*HALL_STAFF)
def act(ticket_id: int, action: str) -> ResponseReturnValue:
    officer, now = current_officer(), clock()
    ticket = tickets.by_id(db.session(), ticket_id)
    tickets.must_handle(ticket, officer)
    try:
        perform(action, ticket, officer, now)
    except Invalid as error:
        db.session.rollback()
        return done(problems.fields_in_words(error), tone="bad")
    except DomainError as error:
        db.session.rollback()
        return done(problems.in_words(error), tone="bad")
    return done()


def perform(action: str, ticket: Ticket, by: Officer, now: Any) -> None:
    outcome = request.form.get("outcome", "")
    if action == "finish":
        visits.finish(db.session(), ticket, outcome=outcome, by=by, now=now)
    elif action == "outcome":
        visits.record_outcome(db.session(), ticket, outcome=outcome, by=by, now=now)
    elif action == "transfer":
        to = service_by_code(db.session(), request.form.get("service", ""))
        visits.transfer(db.session(), ticket, to=to, by=by, now=now)
    elif action in SIMPLE:
        SIMPLE[action](db.session(), ticket, by=by, now=now)
    else:
        raise NotFound("There is no such step.")


SIMPLE: dict[str, Any] = {
    "recall": tickets.recall,
    "start": tickets.start,
    "hold": tickets.hold,
    "resume": tickets.resume,
    "no-show": tickets.no_show,
    "put-back": tickets.put_back,
}


def done(word: str = "", tone: str = "info") -> ResponseReturnValue:
    if word:
        flash(word, tone)
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show"))


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
        draft = read(TicketDraft, given)
        issued = queue.issue(
            db.session(), draft.service, language=draft.language,
            secret=current_app.config["SECRET_KEY"], by=current_officer(), now=clock(),
            priority=draft.priority,
        )  # fmt: skip
    except Invalid as error:
        return new_ticket_page({k: say(v) for k, v in error.fields.items()}, given)
    db.session.commit()
    nudges.wake()
    return redirect(url_for("kiosk.show_ticket", key=issued.key))
