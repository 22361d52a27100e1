"""Who may see a case: special personal data in it, and officials whom it complains of."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, recusing, special_data
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotFound
from agencies.pages import pages
from agencies.pages.case import Sent
from agencies.pages.listing import short_name
from agencies.pages.moves import Form, read_form, sent_back
from agencies.pages.voice import named, say
from agencies.reference import labels
from agencies.staff import Officer

PAGE, WHOLE = "/appeals/<number>/circle", 0
Change = Callable[[Session, Appeal, Form], object]


@pages.get(PAGE)
@requires(*HALL_STAFF)
def show_circle(number: str) -> ResponseReturnValue:
    return _draw(number)


def _draw(number: str, sent: Sent | None = None) -> ResponseReturnValue:
    sent, session, officer = sent or Sent(), db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    named_before = [one.officer for one in appeal.complained_of]
    offered = recusing.colleagues(session) if officer.role in recusing.NAMERS else []
    return render_template(
        "agencies/circle.html", appeal=appeal, number=number, sent=sent,
        special=named(labels("special").get(appeal.special)),
        sorts=[("", say("Choose")), *((c, named(one)) for c, one in labels("special").items())],
        proposed=special_data.proposed(appeal),
        officials=[title(one) for one in named_before],
        kept=_choice(named_before), people=_choice(offered),
        **_rights(officer),
    ), sent.status  # fmt: skip


def title(officer: Officer) -> str:
    """A person of the house by name and agency."""
    return ", ".join(filter(None, [officer.name, short_name(officer.agency)]))


def _choice(people: list[Officer]) -> list[tuple[str, str]]:
    return [("", say("Choose")), *((str(one.id), title(one)) for one in people)]


def _rights(officer: Officer) -> dict[str, Any]:
    return {
        "may_mark": officer.role in special_data.MARKERS,
        "may_clear": officer.role in special_data.CLEARERS,
        "may_name": officer.role in recusing.NAMERS,
        "may_drop": officer.role in recusing.CLEARERS,
    }


def _mark(_session: Session, appeal: Appeal, form: Form) -> None:
    special_data.mark(appeal, form.get("sort", ""), by=current_officer(), now=clock())


def _clear(_session: Session, appeal: Appeal, form: Form) -> None:
    special_data.clear(appeal, reason=form.get("reason", ""), by=current_officer(), now=clock())


def _name(session: Session, appeal: Appeal, form: Form) -> None:
    chosen = _key(form, "official")
    recusing.name_official(session, appeal, chosen, by=current_officer(), now=clock())


def _drop(session: Session, appeal: Appeal, form: Form) -> None:
    recusing.clear_official(
        session, appeal, _key(form, "official"), reason=form.get("reason", ""),
        by=current_officer(), now=clock(),
    )  # fmt: skip


def _key(form: Form, name: str) -> int:
    text = form.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Invalid({name: "Choose somebody of the house."})
    return int(text)


CHANGES: dict[str, Change] = {"mark": _mark, "clear": _clear, "name": _name, "drop": _drop}


@pages.post(f"{PAGE}/<any(mark,clear,name,drop):verb>")
@requires(*HALL_STAFF)
def change_circle(number: str, verb: str) -> ResponseReturnValue:
    session, form = db.session(), read_form(verb, WHOLE)
    try:
        appeal = appeals.hold(session, number, officer=current_officer())
        CHANGES[verb](session, appeal, form)
    except NotFound:
        raise
    except DomainError as error:
        session.rollback()
        return _draw(number, sent_back(error, WHOLE, verb, form))
    session.commit()
    flash(say("Who may see the case is changed; its journal tells it."), "good")
    return redirect(_next_place(session, number))


def _next_place(session: Session, number: str) -> str:
    """Whoever marks special data may be outside of the circle from then on."""
    try:
        appeals.by_number(session, number, officer=current_officer())
    except NotFound:
        return url_for(".show_list")
    return url_for(".show_circle", number=number)
