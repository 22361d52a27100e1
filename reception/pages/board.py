"""The board of a hall: which ticket goes to which desk now, shown and spoken."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select

from agencies.access import public
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import Desk, Hall, desk_by_code, hall_by_code, the_hall
from agencies.events import Event
from reception import announcements, voice
from reception.devices import Device
from reception.pages.devices import device_here
from reception.tickets import AT_DESK, Ticket, TicketState

pages = Blueprint("board", __name__)
SHOWN = 6
MARKED = timedelta(seconds=60)
MOVING = timedelta(seconds=8)
SPOKEN_WITHIN = timedelta(seconds=20)
"""A call older than this is shown only: its visitor has been looked for long enough."""
CALLS = ("ticket_called", "ticket_recalled")


@pages.get("/board")
@pages.get("/board/<hall>")
@public
def show(hall: str = "") -> ResponseReturnValue:
    """The enrolled board shows its own hall and floor; any other browser the one it asks for."""
    device = device_here()
    place = hall_by_code(db.session(), hall) if hall else _hall_of(device)
    floor = device.floor if device and not hall else request.args.get("floor", type=int)
    return _board(place, newest(place.id, clock(), floor=floor), silent=_silent(device))


@pages.get("/board/desk/<code>")
@public
def show_desk(code: str) -> ResponseReturnValue:
    """The small board above one desk: who is called here."""
    desk = desk_by_code(db.session(), code)
    calls = newest(desk.hall_id, clock()).where(Ticket.desk_id == desk.id).limit(1)
    return _board(desk.hall, calls, silent=True, desk=desk)


def _hall_of(device: Device | None) -> Hall:
    return device.hall if device else the_hall(db.session())


def _silent(device: Device | None) -> bool:
    return bool(device and not device.speaks) or "silent" in request.args


def _board(
    hall: Hall, calls: Select[Ticket, Event], *, silent: bool, desk: Desk | None = None
) -> ResponseReturnValue:
    now = clock()
    g.hall = hall
    said = announcements.of_whole_hall(db.session(), hall, now=now)
    return render_template(
        "reception/board.html", board_hall=hall, desk=desk, now=now, said=said, silent=silent,
        emergency=announcements.emergency_of(said), newest_event=_newest_event(hall),
        calls=[line(ticket, call, now, silent) for ticket, call in db.session.execute(calls)],
    )  # fmt: skip


def _newest_event(hall: Hall) -> int:
    """Calls up to this one were made before the page: they are shown and not spoken."""
    query = select(func.max(Event.id)).where(Event.topic == f"hall/{hall.code}")
    return db.session.scalar(query.where(Event.kind.in_(CALLS))) or 0


def newest(hall_id: int, now: datetime, floor: int | None = None) -> Select[Ticket, Event]:
    """Visitors called or being helped and their last call, the newest call first."""
    last = select(func.max(Event.id)).where(Event.ticket_id == Ticket.id, Event.kind.in_(CALLS))
    query = (
        select(Ticket, Event)
        .join(Event, Event.id == last.correlate(Ticket).scalar_subquery())
        .where(Ticket.hall_id == hall_id, Ticket.business_date == business_date(now))
        .where(Ticket.state.in_(AT_DESK))
    )
    if floor is not None:
        query = query.join(Desk, Desk.id == Ticket.desk_id).where(Desk.floor == floor)
    return query.order_by(Event.at.desc(), Event.id.desc()).limit(SHOWN)


def line(ticket: Ticket, call: Event, now: datetime, silent: bool) -> dict[str, object]:  # noqa: FBT001
    age = now - call.at
    waits = ticket.state is TicketState.CALLED
    desk = ticket.desk.number if ticket.desk else 0
    spoken = waits and desk and age < SPOKEN_WITHIN and not silent
    folder = current_app.config["SETTINGS"].data
    return {
        "number": ticket.label,
        "desk": desk or "",
        "agency": ticket.service.agency,
        "new": waits and age < MARKED,
        "moving": waits and age < MOVING,
        "event": call.id,
        "speech": voice.speech(ticket.label, desk, language=ticket.language, folder=folder)
        if spoken
        else "",
    }
