"""Who of an agency is away: entered by its head, with what falls due meanwhile."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import absences
from agencies.absences import Absence, Wanted
from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.hearing import read_day
from agencies.pages.voice import in_words, say
from agencies.staff import Officer, Role

Form = dict[str, str]


@pages.get("/absences")
@requires(Role.HEAD)
def show_absences() -> ResponseReturnValue:
    return _draw({}, {})


def _draw(errors: Form, typed: Form) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    today = business_date(clock())
    people = [(str(one.id), one.name) for one in absences.people(session, officer)]
    return render_template(
        "agencies/absences.html", today=today, errors=errors, typed=typed,
        rows=[
            (one, absences.due_during(session, one, by=officer, today=today))
            for one in absences.of_agency(session, officer, today=today)
        ],
        people=[("", say("Choose a colleague")), *people],
        substitutes=[("", say("Nobody")), *people],
    ), 422 if errors else 200  # fmt: skip


@pages.post("/absences")
@requires(Role.HEAD)
def enter_absence() -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    form = {name: text.replace("\x00", "") for name, text in request.form.items()}
    try:
        absences.enter(session, _wanted(session, officer, form), by=officer, now=clock())
    except Invalid as wrong:
        session.rollback()
        return _draw({name: say(message) for name, message in wrong.fields.items()}, form)
    session.commit()
    flash(say("The absence is entered; what falls due meanwhile stands beside it."), "good")
    return redirect(url_for(".show_absences"))


def _wanted(session: Session, head: Officer, form: Form) -> Wanted:
    people = {str(one.id): one for one in absences.people(session, head)}
    other = form.get("substitute", "")
    if other and other not in people:
        raise Invalid({"substitute": "Choose another person of your agency to stand in."})
    return Wanted(
        people.get(form.get("officer", "")), read_day(form, "first_on"),
        read_day(form, "last_on"), people.get(other),
    )  # fmt: skip


@pages.post("/absences/<int(max=2147483647):absence_id>/end")
@requires(Role.HEAD)
def end_absence(absence_id: int) -> ResponseReturnValue:
    session = db.session()
    absences.end(session, absence_id, by=current_officer(), now=clock())
    session.commit()
    flash(say("At work again; rules and colleagues give to this person as before."), "good")
    return redirect(url_for(".show_absences"))


def warn_of_absence(session: Session, officer_id: str) -> None:
    """To whoever has just given a claim by hand: it was done, and the person is away."""
    if not officer_id.isdecimal() or len(officer_id) > 9:
        return
    key = int(officer_id)
    absence = absences.away(session, {key}, on=business_date(clock())).get(key)
    if absence is not None:
        flash(f"{absence.officer.name}: {told(absence)}", "warn")


def told(absence: Absence) -> str:
    day = in_words(absence.last_on)
    if absence.substitute is None:
        return say("Away until %(day)s; nobody stands in", day=day)
    return say("Away until %(day)s; stands in: %(other)s", day=day, other=absence.substitute.name)


def called(name: str, until: date | None) -> str:
    """A person to give to, by name, and whether they are away."""
    return f"{name} · {say('Away until %(day)s', day=in_words(until))}" if until else name
