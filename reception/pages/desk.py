"""The desk: who is next, who is here, and what came of it. Every action is one key."""

from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

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
from agencies.errors import DomainError, Invalid, NotFound, WrongStatus
from agencies.staff import AGENCY_ROLES, Officer
from reception import demand, desks, nudges, problems, slips, tickets, visits, wall
from reception.language import current, say
from reception.pages.slips import not_printed, to_print
from reception.queue import calling, order
from reception.queue.calling import OUT_OF_TURN
from reception.tickets import AT_DESK, CONTACT_OUTCOMES, Ticket, TicketState, moves
from reception.tickets.moves import HOLD_REASONS

pages = Blueprint("desk", __name__, url_prefix="/desk")
LISTED = 12
MOVED, LANGUAGE = "moved", "ticket_language"
"""In the session: the ticket this person moved last and when, and the language issued last."""
LABELS = {
    "documents": "Brings a document",
    "fills_form": "Fills in a form",
    "consults": "Asks a colleague",
    "break": "Break",
    "other": "Another reason",
    "came_back": "Came back as agreed",
    "short_question": "A short question",
    "frail": "Cannot stand or wait",
    "mistake": "Our mistake",
    "supervisor": "Supervision asks for it",
    "back_office": "Work with papers",
    "closed": "Closed for today",
}


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
    waiting = order.waiting_for(db.session(), desk, now=now, most=LISTED)
    here = at_desk(desk)
    norms = wall.norms_on(db.session(), business_date(now))
    looked_for = found(desk, now)
    return {
        "desk": desk, "here": here, "now": now, "waiting": waiting,
        "count": order.waiting_count(db.session(), desk, now=now),
        "norm": wall.norm_of(norms, here.service_id if here else 0),
        "steps": visits.planned(db.session(), here) if here and here.steps_left else [],
        "outcomes": [reference.labels("contact_outcome")[code] for code in CONTACT_OUTCOMES],
        "services": open_services(db.session()), "pause": desks.pause_of(db.session(), desk),
        "categories": {c.code: c for c in db.session.scalars(select(PriorityCategory))},
        "usual": demand.most_asked(db.session(), day=business_date(now)),
        "ticket_language": session.get(LANGUAGE) or current(), "undoable": undoable(now),
        "labels": LABELS, "hold_reasons": HOLD_REASONS, "find": request.args.get("find", "")[:20],
        "out_of_turn": [reason for reason in OUT_OF_TURN if reason in LABELS],
        "found": looked_for, "slip": to_print(looked_for), "slip_reasons": slips.REASONS,
        "not_printed": not_printed(desk.hall, now=now), "slip_states": slips.STATE_WORDS,
        **left_over(desk, now),
    }  # fmt: skip


def left_over(desk: Desk, now: datetime) -> dict[str, list[Ticket]]:
    """Visitors of this desk who are not here and not done with."""
    mine = select(Ticket).where(Ticket.desk_id == desk.id)
    mine = mine.where(Ticket.business_date == business_date(now))
    recorded = mine.where(Ticket.outcome == tickets.OUTCOME_NOT_RECORDED)
    missed = mine.where(Ticket.state == TicketState.NO_SHOW).order_by(Ticket.finished_at.desc())
    return {
        "held": list(db.session.scalars(mine.where(Ticket.state == TicketState.HELD))),
        "missed": list(db.session.scalars(missed.limit(LISTED))),
        "unrecorded": list(db.session.scalars(recorded)),
    }


def undoable(now: datetime) -> Ticket | None:
    """The ticket this person moved last, while the step can still be taken back."""
    ticket_id, at = session.get(MOVED) or (0, 0)
    if now.timestamp() - at > visits.UNDO_WITHIN.total_seconds():
        return None
    ticket = db.session.get(Ticket, ticket_id)
    return ticket if ticket is not None and ticket.undo else None


def remember(ticket_id: int, now: datetime) -> None:
    session[MOVED] = (ticket_id, int(now.timestamp()))


def found(desk: Desk, now: datetime) -> Ticket | None:
    """The ticket of today that was looked for, where this person may handle it."""
    label, officer = request.args.get("find", ""), current_officer()
    ticket = tickets.by_label(db.session(), desk.hall_id, label, day=business_date(now))
    if ticket is None or tickets.only_agency(officer) not in (None, ticket.agency_id):
        return None
    return ticket


def at_desk(desk: Desk) -> Ticket | None:
    """Who is called or helped here now, today's or not: nobody else can be called before."""
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
    try:
        called = calling.call_next(db.session(), desk, by=current_officer(), now=clock())
    except WrongStatus as error:
        db.session.rollback()
        return done(problems.in_words(error), tone="bad")
    if called:
        remember(called.id, called.called_at)
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
    remember(ticket_id, now)
    return done(say("The step is taken back.") if action == "undo" else "")


def leave(session: Session, ticket: Ticket, *, by: Officer, now: datetime) -> None:
    """The visitor gives the ticket back, and with it whatever was planned on it."""
    visits.drop_plan(session, ticket)
    moves.cancel(session, ticket, by=by, now=now)


def perform(action: str, ticket: Ticket, by: Officer, now: datetime) -> None:
    outcome = request.form.get("outcome", "")
    if action == "finish":
        visits.finish(db.session(), ticket, outcome=outcome, by=by, now=now)
    elif action == "outcome":
        visits.record_outcome(db.session(), ticket, outcome=outcome, by=by, now=now)
    elif action == "transfer":
        to = service_by_code(db.session(), request.form.get("service", ""))
        visits.transfer(
            db.session(), ticket, to=to, by=by, now=now, note=request.form.get("note", ""),
            come_back="come_back" in request.form,
        )  # fmt: skip
    elif action == "hold":
        reason = request.form.get("reason", "other")
        moves.hold(db.session(), ticket, by=by, now=now, reason=reason)
    elif action == "plan":
        then = service_by_code(db.session(), request.form.get("service", ""))
        visits.plan(db.session(), ticket, [then], by=by, now=now)
    elif action in SIMPLE:
        SIMPLE[action](db.session(), ticket, by=by, now=now)
    else:
        raise NotFound("There is no such step.")


SIMPLE: dict[str, Any] = {
    "recall": moves.recall,
    "start": moves.start,
    "resume": moves.resume,
    "no-show": moves.no_show,
    "put-back": moves.put_back,
    "undo": visits.undo,
    "leave": leave,
}


def done(word: str = "", tone: str = "info") -> ResponseReturnValue:
    if word:
        flash(word, tone)
    db.session.commit()
    nudges.wake()
    return redirect(url_for("desk.show"))
