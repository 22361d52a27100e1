"""Personal reception by heads: the published schedule, enrolling, and the day as staff see it."""

from datetime import date, time
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, readings
from agencies.access import HALL_STAFF, current_officer, public, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.directory import Agency, agency_by_code, hall_agencies
from agencies.errors import DomainError, Invalid, NotFound
from agencies.readings import Sight
from agencies.reference import labels
from agencies.staff import Officer, Role
from reception import head_receptions, nudges, problems
from reception.head_receptions import PLANNERS, EnrolmentState, HeadReception
from reception.language import LANGUAGES, current, named, say, say_each

pages = Blueprint("heads", __name__)
LOOK_BACK = 7
"""Days for which the staff still see a reception that is over."""
STATES = {
    EnrolmentState.ENROLLED: ("Has enrolled", "info"),
    EnrolmentState.RECEIVED: ("Received by the head", "good"),
    EnrolmentState.MISSED: ("Did not come", "warn"),
    EnrolmentState.CANCELLED: ("Given back", "quiet"),
}
Errors = dict[str, str]


@pages.get("/heads")
@public
def show_schedule() -> ResponseReturnValue:
    today = business_date(clock())
    by_agency: dict[Agency, list[HeadReception]] = {}
    for sitting in head_receptions.coming(db.session(), today=today):
        by_agency.setdefault(sitting.agency, []).append(sitting)
    return render_template(
        "reception/heads/schedule.html", by_agency=by_agency, now=clock(), **_law()
    )


def _law() -> dict[str, str]:
    return {"article": str(head_receptions.rule()[f"basis_{current()}"])}


@pages.get("/heads/<int:sitting_id>")
@public
def show_sitting(sitting_id: int) -> ResponseReturnValue:
    return _sitting(sitting_id, {}, {})


def _sitting(sitting_id: int, errors: Errors, given: dict[str, str]) -> ResponseReturnValue:
    sitting = head_receptions.by_id(db.session(), sitting_id)
    page = render_template(
        "reception/heads/enrol.html", sitting=sitting, errors=errors, given=given, **_law()
    )
    return (page, 422) if errors else page


@pages.post("/heads/<int:sitting_id>")
@public
def enrol(sitting_id: int) -> ResponseReturnValue:
    """By the visitor, or by a clerk who is signed in for somebody at the desk."""
    session, given = db.session(), _typed()
    try:
        made = head_receptions.enrol(
            session, head_receptions.by_id(session, sitting_id, hold=True),
            name=given.get("name", ""), phone=given.get("phone", ""),
            essence=given.get("essence", ""), language=current(), by=_staff(), now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _sitting(sitting_id, say_each(error.fields), given)
    except DomainError as error:
        session.rollback()
        return _sitting(sitting_id, {"place": problems.in_words(error)}, given)
    session.commit()
    return redirect(url_for(".show_enrolment", code=made.code))


def _staff() -> Officer | None:
    from flask_login import current_user

    return current_officer() if current_user.is_authenticated else None


def _typed() -> dict[str, str]:
    return {name: value.replace("\0", "") for name, value in request.form.items()}


@pages.get("/heads/enrolment/<code>")
@public
def show_enrolment(code: str) -> ResponseReturnValue:
    """Without the name and the words: the code is all that is needed to give the place back."""
    found = head_receptions.by_code(db.session(), code)
    page = render_template(
        "reception/heads/enrolled.html", enrolment=found, states=_states(), **_law()
    )
    answer: Response = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@pages.post("/heads/enrolment/<code>/cancel")
@public
def give_back(code: str) -> ResponseReturnValue:
    head_receptions.give_back(head_receptions.by_code(db.session(), code))
    db.session.commit()
    return redirect(url_for(".show_enrolment", code=code))


def _states() -> dict[str, tuple[str, str]]:
    return {state: (say(word), tone) for state, (word, tone) in STATES.items()}


@pages.get("/desk/heads")
@requires(*HALL_STAFF)
def show_desk() -> ResponseReturnValue:
    return _desk({}, {})


def _desk(errors: Errors, given: dict[str, str]) -> ResponseReturnValue:
    """Names and words of who enrolled are personal: that they were looked at is on record."""
    session, officer, today = db.session(), current_officer(), business_date(clock())
    sittings = head_receptions.coming(
        session, today=today, agency_id=officer.agency_id, back=LOOK_BACK
    )
    agencies = [officer.agency] if officer.agency else hall_agencies(session)
    page = render_template(
        "reception/heads/desk.html", sittings=sittings, errors=errors, given=given,
        states=_states(), today=today, outcomes=_outcomes(), agencies=agencies,
        may_plan=officer.role in PLANNERS, lacking=head_receptions.lacking(
            sittings, agencies, today=today),
        **_law(),
    )  # fmt: skip
    if any(one.enrolments for one in sittings):
        readings.note(session, None, Sight.PERSON, by=officer, now=clock())
        session.commit()
    return (page, 422) if errors else page


def _outcomes() -> list[tuple[str, str]]:
    known = labels("contact_outcome")
    told = [(code, named(known[code])) for code in head_receptions.OUTCOMES]
    return [("", say("Choose what came of it")), *told, ("missed", say("Did not come"))]


@pages.post("/desk/heads")
@requires(Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
def plan() -> ResponseReturnValue:
    session, officer, given = db.session(), current_officer(), _typed()
    try:
        head_receptions.plan(
            session, _agency(session, officer, given), receiver=given.get("receiver", ""),
            positions={f"position_{code}": given.get(f"position_{code}", "") for code in LANGUAGES},
            day=_day(given), begins=_time(given, "begins"), ends=_time(given, "ends"),
            place=given.get("place", ""), places=_number(given), workdays=workdays(session),
            by=officer, now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _desk(say_each(error.fields), given)
    session.commit()
    flash(say("The day stands in the published schedule."), "good")
    return redirect(url_for(".show_desk"))


def _agency(session: Session, officer: Officer, given: dict[str, str]) -> Agency:
    if officer.agency is not None:
        return officer.agency
    try:
        return agency_by_code(session, given.get("agency", ""))
    except NotFound:
        raise Invalid({"agency": "Choose an agency."}) from None


def _day(given: dict[str, str]) -> date:
    try:
        found = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise Invalid({"day": "Choose a day."}) from None
    if not 2000 < found.year < 2200:
        raise Invalid({"day": "Choose a day."})
    return found


def _time(given: dict[str, str], name: str) -> time:
    try:
        return time.fromisoformat(given.get(name, "")).replace(tzinfo=None)
    except ValueError:
        raise Invalid({name: "Choose a time."}) from None


def _number(given: dict[str, str]) -> int:
    typed = given.get("places", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0


@pages.post("/desk/heads/<int:sitting_id>/cancel")
@requires(Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
def cancel(sitting_id: int) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    sitting = _own_sitting(session, sitting_id, officer)
    try:
        head_receptions.cancel(
            session, sitting, reason=request.form.get("reason", ""), by=officer, now=clock()
        )
    except DomainError as error:
        session.rollback()
        flash(_first_words(error), "bad")
        return redirect(url_for(".show_desk"))
    session.commit()
    nudges.nudge("deliver_notices")
    flash(say("Cancelled. Those who enrolled are told by a text message."), "good")
    return redirect(url_for(".show_desk"))


def _own_sitting(session: Session, sitting_id: int, officer: Officer) -> HeadReception:
    sitting = head_receptions.by_id(session, sitting_id, hold=True)
    if officer.agency_id not in (None, sitting.agency_id):
        raise NotFound("There is no such reception.")
    return sitting


@pages.post("/desk/heads/enrolments/<int:enrolment_id>")
@requires(*HALL_STAFF)
def conclude(enrolment_id: int) -> ResponseReturnValue:
    session, officer, given = db.session(), current_officer(), _typed()
    enrolment = head_receptions.hold_enrolment(session, enrolment_id)
    if officer.agency_id not in (None, enrolment.sitting.agency_id):
        raise NotFound("There is no enrolment with this code.")
    try:
        head_receptions.conclude(
            enrolment, outcome=given.get("outcome", ""), appeal=_appeal(session, officer, given),
            by=officer, now=clock(),
        )  # fmt: skip
    except DomainError as error:
        session.rollback()
        flash(_first_words(error), "bad")
        return redirect(url_for(".show_desk", _anchor=f"enrolment-{enrolment_id}"))
    session.commit()
    return redirect(url_for(".show_desk", _anchor=f"enrolment-{enrolment_id}"))


def _appeal(session: Session, officer: Officer, given: dict[str, str]) -> Appeal | None:
    number = given.get("appeal", "").strip()
    if not number or given.get("outcome") != "appeal_registered":
        return None
    return appeals.by_number(session, number, officer=officer)


def _first_words(error: DomainError) -> str:
    fields: dict[str, Any] = error.fields if isinstance(error, Invalid) else {}
    return say(next(iter(fields.values()))) if fields else problems.in_words(error)
