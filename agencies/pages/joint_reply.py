"""Steps of a joint reply: the reception names who leads, the lead prepares it and lets it leave."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, leading
from agencies.access import current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError
from agencies.pages import pages
from agencies.pages.case import draw
from agencies.pages.moves import Form, read_form, sent_back
from agencies.pages.voice import nudge, say, wake
from agencies.staff import AGENCY_ROLES, Officer, Role

WHOLE = 0
"""In place of a claim, in names of fields: these forms are of the whole appeal."""
Mover = Callable[[Session, Appeal, Form, Officer, datetime], None]


@pages.post("/appeals/<number>/lead")
@requires(*leading.NAMERS)
def name_lead(number: str) -> ResponseReturnValue:
    return _do(number, "lead", _name, say("It is recorded who leads; the agencies see it."))


@pages.post("/appeals/<number>/joint-reply")
@requires(*sorted(AGENCY_ROLES))
def prepare_joint_reply(number: str) -> ResponseReturnValue:
    return _do(number, "reply", _prepare, say("The joint reply is prepared; the head may send it."))


@pages.post("/appeals/<number>/joint-reply/send")
@requires(Role.HEAD)
def send_joint_reply(number: str) -> ResponseReturnValue:
    return _do(number, "send", _send, say("The joint reply has left; the applicant is told."))


def _do(number: str, what: str, mover: Mover, said: str) -> ResponseReturnValue:
    session, officer, form = db.session(), current_officer(), read_form(what, WHOLE)
    appeal = appeals.hold(session, number, officer=officer)
    try:
        mover(session, appeal, form, officer, clock())
    except DomainError as error:
        session.rollback()
        return draw(number, sent_back(error, WHOLE, what, form))
    session.commit()
    wake()
    nudge("deliver_notices")
    flash(said, "good")
    return redirect(url_for(".show_case", number=number, _anchor="joint-reply"))


def _name(session: Session, appeal: Appeal, form: Form, by: Officer, now: datetime) -> None:
    leading.name_lead(session, appeal, code=form.get("agency", ""), by=by, now=now)


def _prepare(session: Session, appeal: Appeal, form: Form, by: Officer, now: datetime) -> None:
    words = form.get("opening", "").replace("\r\n", "\n")
    leading.prepare(session, appeal, opening=words, by=by, now=now)


def _send(session: Session, appeal: Appeal, _form: Form, by: Officer, now: datetime) -> None:
    leading.send(session, appeal, by=by, now=now)
