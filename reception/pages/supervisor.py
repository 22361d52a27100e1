"""Supervision: is the hall well, and what is done about it from where the trouble shows."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import agency_by_code, desk_by_code, hall_agencies, the_hall
from agencies.errors import DomainError, Invalid, NotFound
from agencies.staff import Role
from reception import announcements, changes, forecast_scores, nudges, problems, slips, wall
from reception.announcements import Announcement, Sort
from reception.language import say, say_each
from reception.pages.desk import LABELS
from reception.pages.slips import not_printed

pages = Blueprint("supervisor", __name__, url_prefix="/hall")
MESSAGES = Path(__file__).parent.parent / "data" / "messages.toml"
SUPERVISION = (Role.SUPERVISOR, Role.ADMIN)
MINUTES = (15, 30, 60, 120, 480)
EMERGENCY_LASTS = timedelta(hours=2)


@cache
def emergencies() -> dict[str, dict[str, str]]:
    found = tomllib.loads(MESSAGES.read_text(encoding="utf-8"))["emergency"]
    return {row["code"]: row for row in found}


@pages.get("")
@requires(*SUPERVISION)
def show() -> ResponseReturnValue:
    return _wall({}, {})


def _wall(errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    session, now = db.session(), clock()
    hall = the_hall(session)
    desks = wall.desks(session, hall, now=now)
    page = render_template(
        "reception/supervisor.html", place=hall, lines=wall.lines(session, hall, now=now),
        desks=desks, today=wall.today(session, hall, now=now), now=now,
        said=announcements.of_whole_hall(session, hall, now=now), minutes=MINUTES,
        agencies=hall_agencies(session), emergencies=emergencies(), errors=errors, given=given,
        labels=LABELS, now_paused=sum(desk.pause is not None for desk in desks),
        forecast=forecast_scores.verdict(session, business_date(now)),
        not_printed=not_printed(hall, now=now), slip_reasons=slips.REASONS,
        long_helped=sum(desk.over for desk in desks),
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/announcements")
@requires(*SUPERVISION)
def announce() -> ResponseReturnValue:
    """To the whole hall, or to the queue of the agency that was chosen."""
    given = {name: request.form.get(name, "") for name in
             ("text_kk", "text_ru", "text_en", "agency", "minutes")}  # fmt: skip
    try:
        _say(given)
    except Invalid as error:
        db.session.rollback()
        return _wall(say_each(error.fields), given)
    return _done(say("Said on the boards."), "good")


def _say(given: dict[str, str]) -> None:
    session, now = db.session(), clock()
    agency = agency_by_code(session, given["agency"]) if given["agency"] else None
    minutes = int(given["minutes"]) if given["minutes"].isdecimal() else 0
    announcements.announce(
        session, the_hall(session), {code: given[f"text_{code}"] for code in ("kk", "ru", "en")},
        sort=Sort.QUEUE if agency else Sort.NOTICE, agency=agency, by=current_officer(), now=now,
        until=now + timedelta(minutes=min(minutes, 60 * 24 * 40)),
    )  # fmt: skip


@pages.post("/emergency/<code>")
@requires(*SUPERVISION)
def raise_emergency(code: str) -> ResponseReturnValue:
    """One press: every board of the hall is covered until somebody ends it."""
    row, session, now = emergencies().get(code), db.session(), clock()
    if row is None:
        raise NotFound("There is no such message.")
    texts = {language: row[f"text_{language}"] for language in ("kk", "ru", "en")}
    announcements.announce(
        session, the_hall(session), texts, sort=Sort.EMERGENCY, by=current_officer(), now=now,
        until=now + EMERGENCY_LASTS,
    )  # fmt: skip
    return _done(say("The boards show the emergency. End it here when it is over."), "warn")


@pages.post("/announcements/<int:said_id>/end")
@requires(*SUPERVISION)
def end(said_id: int) -> ResponseReturnValue:
    said = db.session.get(Announcement, said_id)
    if said is None:
        raise NotFound("There is no such message.")
    try:
        announcements.end(db.session(), said, by=current_officer(), now=clock())
    except DomainError as error:
        db.session.rollback()
        return _done(problems.in_words(error), "bad")
    return _done(say("It is no longer said."), "good")


@pages.post("/desks")
@requires(*SUPERVISION)
def reassign() -> ResponseReturnValue:
    """The desk works for another agency from its next visitor on."""
    session, now = db.session(), clock()
    desk = desk_by_code(session, request.form.get("desk", ""))
    agency = agency_by_code(session, request.form.get("agency", ""))
    was = desk.agency.code
    if was != agency.code:
        desk.agency = agency
        changes.note(session, "desk", desk.code, "agency", was, agency.code,
                     by=current_officer(), now=now)  # fmt: skip
    return _done(say("Desk %(number)s works for another agency now.", number=desk.number), "good")


def _done(word: str, tone: str) -> ResponseReturnValue:
    flash(word, tone)
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show"))
