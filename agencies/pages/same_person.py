"""Other appeals of the same person: what this one repeats, or was registered twice beside."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, merging, readings, repeating
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotFound
from agencies.pages import pages
from agencies.pages.likeness import EXCERPT
from agencies.pages.listing import short_name
from agencies.pages.voice import in_words, named, say, wake
from agencies.pages.words import STATUS, Look
from agencies.readings import Sight
from agencies.reference import labels
from agencies.staff import Officer, Role
from agencies.veiling import veil


@dataclass(frozen=True)
class Line:
    """Another appeal of the person. `obstacle` says why this one cannot end in it."""

    number: str
    language: str
    name: str
    kind: str
    day: str
    agencies: str
    excerpt: str
    look: Look
    earlier: bool
    obstacle: str


@dataclass(frozen=True)
class Asked:
    """The form as it came back."""

    typed: dict[str, str]
    errors: dict[str, str]
    message: str = ""
    status: int = 200


@pages.get("/appeals/<number>/same-person")
@requires(*HALL_STAFF)
def show_same_person(number: str) -> ResponseReturnValue:
    return _draw(number)


def _draw(number: str, asked: Asked | None = None) -> ResponseReturnValue:
    """That the cards of one person were looked at together is on record."""
    session, officer = db.session(), current_officer()
    asked = asked or Asked({}, {})
    appeal = appeals.by_number(session, number, officer=officer)
    found = repeating.of_the_same_person(session, appeal, officer=officer)
    page = render_template(
        "agencies/same_person.html", appeal=appeal, number=number, asked=asked,
        lines=[_line(one, appeal) for one in found],
        reasons=_reasons(),
        repeats=appeal.repeats, may_merge=appeals.has_in_hand(appeal, officer),
    )  # fmt: skip
    readings.note(session, appeal, Sight.PERSON, by=officer, now=clock())
    session.commit()
    return page, asked.status


def _reasons() -> list[tuple[str, str]]:
    known = [(code, named(one)) for code, one in labels("repeat_reason").items()]
    return [("", say("Choose the reason")), *known]


def _line(one: Appeal, appeal: Appeal) -> Line:
    text = veil(" ".join(one.text.split()))
    names = dict.fromkeys(short_name(claim.agency) for claim in one.claims if claim.agency)
    obstacle = merging.fits(appeal, one)
    return Line(
        one.number, one.language, one.applicant.name if one.applicant else "",
        named(labels("kind")[one.kind]), in_words(business_date(one.received_at)),
        ", ".join(names), text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]}…",
        STATUS[one.status], repeating.is_earlier(one, appeal), say(obstacle) if obstacle else "",
    )  # fmt: skip


@pages.post("/appeals/<number>/repeat")
@requires(*HALL_STAFF)
def mark_repeat(number: str) -> ResponseReturnValue:
    def unmark(session: Session, officer: Officer) -> str:
        appeal = appeals.hold(session, number, officer=officer)
        repeating.unmark(appeal, by=officer, now=clock())
        return say("It is no longer marked as a repeat.")

    def mark(session: Session, officer: Officer) -> str:
        appeal, earlier = _both(session, number, officer)
        repeating.mark(
            session, appeal, of=earlier, reason=request.form.get("reason", ""),
            new=bool(request.form.get("new")), by=officer, now=clock(),
        )  # fmt: skip
        return say("Marked as a repeat; the journal keeps why.")

    return _done(number, unmark if request.form.get("not_a_repeat") else mark)


@pages.post("/appeals/<number>/merge")
@requires(Role.CLERK, Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
def merge(number: str) -> ResponseReturnValue:
    def do(session: Session, officer: Officer) -> str:
        appeal, earlier = _both(session, number, officer)
        merging.merge(session, appeal, into=earlier, by=officer, now=clock())
        return say("Joined; the applicant is told where the answer will come.")

    return _done(number, do)


def _both(session: Session, number: str, officer: Officer) -> tuple[Appeal, Appeal]:
    """The appeal and the earlier one that was chosen."""
    chosen = request.form.get("appeal", "")
    appeal, earlier = appeals.hold_both(session, number, chosen, officer=officer)
    if earlier is None:
        raise Invalid({"appeal": "Choose an earlier appeal of the same person."})
    return appeal, earlier


def _done(number: str, do: Callable[[Session, Officer], str]) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    try:
        said = do(session, officer)
    except NotFound:
        raise
    except DomainError as error:
        session.rollback()
        return _draw(number, _sent_back(error))
    session.commit()
    wake()
    flash(said, "good")
    return redirect(url_for(".show_case", number=number))


def _sent_back(error: DomainError) -> Asked:
    fields = error.fields if isinstance(error, Invalid) else {}
    typed = {name: value.replace("\x00", "") for name, value in request.form.items()}
    errors = {name: say(message) for name, message in fields.items()}
    message = "" if errors else say(error.message, **error.values)
    return Asked(typed, errors, message, error.status)
