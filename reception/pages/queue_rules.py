"""Administration of the queue: the dated rule of each agency, and which officer gives what."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import agency_by_code, hall_agencies
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer, Role
from reception import changes, editing, rule_changes
from reception.language import say, say_each
from reception.rule_changes import NUMBERS
from reception.rules import Discipline, in_force

pages = Blueprint("queue_rules", __name__, url_prefix="/administration")
ADMINISTRATION = (Role.ADMIN, Role.SUPERVISOR)
LABELS = {
    "rate_walk_in": "Rate in the general order",
    "rate_booked": "Rate of the booked",
    "rate_priority": "Rate out of turn",
    "rate_first": "Rate out of turn, first",
    "ceiling_min": "Before everybody after so many minutes",
    "ratio": "Privileged visitors before an ordinary one",
    "credit_max_min": "Waiting kept on a transfer, minutes",
    "walking_min": "Walk to the next desk, minutes",
    "return_within_min": "May come back within, minutes",
    "return_penalty_min": "Later in line after coming back, minutes",
    "misses_allowed": "Misses that end the visit",
    "hold_max_min": "Longest time aside, minutes",
    "basis": "Legal basis",
}
KINDS = {
    "accumulating": "Priority grows with waiting",
    "fifo": "Strictly in the order of arrival",
    "strict": "Higher classes always first",
    "ratio": "Classes in a fixed ratio",
}


@pages.get("/queue")
@requires(*ADMINISTRATION)
def show_rules() -> ResponseReturnValue:
    return _rules({}, {})


def _rules(errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    session, today = db.session(), business_date(clock())
    page = render_template(
        "reception/administration/queue.html", errors=errors, given=given, labels=LABELS,
        kinds=KINDS, bounds=NUMBERS, rules=rule_changes.rules_of(session), today=today,
        agencies=hall_agencies(session), now_rule=in_force(session, 0, today),
        subjects=editing.SUBJECTS, history=changes.history(session, "queue"),
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/queue")
@requires(*ADMINISTRATION)
def set_rule() -> ResponseReturnValue:
    session, given = db.session(), request.form.to_dict()
    try:
        agency = agency_by_code(session, given["agency"]) if given.get("agency") else None
        rule_changes.set_rule(
            session, agency, _values(given), valid_from=_first_day(given), by=current_officer(),
            now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _rules(say_each(error.fields), given)
    db.session.commit()
    flash(say("The new rule is in force from its day on."), "good")
    return redirect(url_for(".show_rules"))


def _first_day(given: dict[str, str]) -> date:
    try:
        return date.fromisoformat(given.get("valid_from", ""))
    except ValueError:
        raise Invalid({"valid_from": "Choose a day."}) from None


def _values(given: dict[str, str]) -> dict[str, Any]:
    """An empty ceiling is none; every other field has to be there."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, (least, most) in NUMBERS.items():
        text = given.get(name, "").strip().replace(",", ".")
        if name == "ceiling_min" and not text:
            values[name] = None
            continue
        number = _number(text, whole=not name.startswith("rate_"))
        if number is None or not least <= number <= most:
            wrong[name] = editing.NOT_POSSIBLE
        values[name] = number
    values["basis"] = given.get("basis", "").strip()[:500]
    if len(values["basis"]) < 3:
        wrong["basis"] = "Fill in this field."
    if given.get("discipline") not in KINDS:
        wrong["discipline"] = "Choose one of the values on the list."
    if wrong:
        raise Invalid(wrong)
    return values | {"discipline": Discipline(given["discipline"])}


def _number(text: str, *, whole: bool) -> float | None:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return None


@pages.get("/skills")
@requires(*ADMINISTRATION)
def show_officers() -> ResponseReturnValue:
    session = db.session()
    officers = rule_changes.skilled_officers(session)
    return render_template(
        "reception/administration/skills.html", subjects=editing.SUBJECTS,
        rows=[(each, rule_changes.skills_of(session, each)) for each in officers],
        history=changes.history(session, "skills"),
    )  # fmt: skip


@pages.get("/skills/<int:officer_id>")
@requires(*ADMINISTRATION)
def show_officer(officer_id: int) -> ResponseReturnValue:
    return _officer(_known(officer_id), {})


def _officer(officer: Officer, errors: dict[str, str]) -> ResponseReturnValue:
    page = render_template(
        "reception/administration/skills_of.html", officer=officer, errors=errors,
        services=rule_changes.services_for(db.session(), officer), subjects=editing.SUBJECTS,
        skills=rule_changes.skills_of(db.session(), officer),
    )  # fmt: skip
    return (page, 422) if errors else page


def _known(officer_id: int) -> Officer:
    officer = db.session.get(Officer, officer_id)
    if officer is None or officer.role not in rule_changes.SKILLED:
        raise NotFound(editing.NOWHERE)
    return officer


@pages.post("/skills/<int:officer_id>")
@requires(*ADMINISTRATION)
def set_skills(officer_id: int) -> ResponseReturnValue:
    officer = _known(officer_id)
    try:
        rule_changes.set_skills(
            db.session(), officer, _weights(), by=current_officer(), now=clock()
        )
    except Invalid as error:
        db.session.rollback()
        return _officer(officer, say_each(error.fields))
    db.session.commit()
    flash(say("The profile is in force from the next call on."), "good")
    return redirect(url_for(".show_officers"))


def _weights() -> dict[int, float]:
    """Of the services that were ticked; an empty weight is 1."""
    chosen = [int(text) for text in request.form.getlist("service") if text.isdecimal()]
    found = {}
    for service in chosen:
        text = request.form.get(f"weight-{service}", "").strip().replace(",", ".") or "1"
        weight = _number(text, whole=False)
        if weight is None:
            raise Invalid({"weight": editing.NOT_POSSIBLE})
        found[service] = weight
    return found
