"""What every page's frame shows: the hall, the clock, the person's sections, the way out."""

from typing import Any

from flask import Flask, g, url_for
from flask_login import current_user
from sqlalchemy import select

from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Hall
from agencies.staff import Role
from agencies.veiling import veil
from reception import outlook
from reception.language import named, say
from reception.tickets import STATE_WORDS, minutes_waited

Section = tuple[str, str, str]
DESK: Section = ("desk.show", "Desk", "")
INTAKE: Section = ("intake.show", "Register an appeal", "")
TICKET: Section = ("floor.new_ticket", "Issue a ticket", "")
WORK: Section = ("workspace.show_list", "Appeals", "")
REPORTS: Section = ("reports.archive", "Reports", "")
REGISTER: Section = ("register.show_anchors", "Register", "")
ROUTING: Section = ("workspace.show_routing", "Routing", "")
FIGURES: Section = ("dashboards.show", "Figures now", "")
ALERTS: Section = ("alerts.show_list", "Alerts", "")
GUIDE: Section = ("guide.find", "Life situations", "")
COUNCIL: Section = ("council.show", "Public Council", "")
BESIDE: Section = ("center.show_beside", "Indicators beside appeals", "")
PROPOSALS: Section = ("proposals.register", "Proposals", "")
HALL: Section = ("supervisor.show", "Hall", "")
ADMINISTRATION: Section = ("administration.show_devices", "Administration", "")
SECTIONS: dict[Role, tuple[Section, ...]] = {
    Role.CLERK: (TICKET, INTAKE, DESK, WORK, GUIDE),
    Role.OFFICER: (DESK, INTAKE, TICKET, WORK, GUIDE),
    Role.HEAD: (WORK, DESK, INTAKE, REPORTS, FIGURES, PROPOSALS, GUIDE),
    Role.SUPERVISOR: (
        HALL,
        DESK,
        TICKET,
        INTAKE,
        WORK,
        REPORTS,
        FIGURES,
        ALERTS,
        PROPOSALS,
        ROUTING,
        REGISTER,
        GUIDE,
        ADMINISTRATION,
    ),
    Role.ADMIN: (
        HALL,
        DESK,
        TICKET,
        INTAKE,
        WORK,
        REPORTS,
        FIGURES,
        PROPOSALS,
        REGISTER,
        GUIDE,
        ADMINISTRATION,
    ),
    Role.COUNCIL: (COUNCIL, PROPOSALS, REPORTS, BESIDE, GUIDE),
    Role.ANALYST: (REPORTS, FIGURES, ALERTS, ROUTING, BESIDE, PROPOSALS, COUNCIL, GUIDE),
    Role.KIOSK: (),
    Role.BOARD: (),
}
"""Sections of each role in the order of its day; the first is where sign-in leads."""


def first_screen(role: Role) -> str:
    sections = SECTIONS[role]
    return url_for(sections[0][0]) if sections else url_for("kiosk.start")


def sections_of(role: Role) -> list[Section]:
    return [(endpoint, say(label), key) for endpoint, label, key in SECTIONS[role]]


def _hall_name() -> str:
    if g.get("register_unreachable"):
        return ""
    if "hall_name" not in g:
        hall = g.get("hall") or db.session.scalar(select(Hall).order_by(Hall.id).limit(1))
        g.hall_name = named(hall) if hall else ""
    return str(g.hall_name)


def frame() -> dict[str, Any]:
    person = current_user if current_user.is_authenticated else None
    return {
        "hall": _hall_name(),
        "now": clock(),
        "nav": sections_of(person.role) if person else [],
        "sign_out": url_for("login.sign_out") if person else None,
    }


def sprite() -> str:
    """Where the drawings are; a page shows some hundred of them and asks for the address once."""
    if "sprite" not in g:
        g.sprite = url_for("static", filename="img/icons.svg")
    return str(g.sprite)


def init_app(app: Flask) -> None:
    app.context_processor(frame)
    app.jinja_env.globals["sprite"] = sprite
    app.jinja_env.filters.update(
        ticket_state=lambda state: say(STATE_WORDS[state]),
        minutes_waited=minutes_waited,
        wait_range=outlook.in_words,
        veiled=veil,
    )
