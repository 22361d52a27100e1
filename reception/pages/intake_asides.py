"""Beside the form of an appeal while it is typed: agencies, like appeals, who the person is."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import (
    appeals,
    danger,
    handling,
    readings,
    similar,
    special_data,
    splitting,
    suggesting,
)
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import agency_by_code, district_by_code, subjects_to_give
from agencies.errors import Invalid, NotFound
from agencies.lexicon import lexicon
from agencies.pages import likeness
from agencies.pages.subjects import view_of
from agencies.readings import Sight
from agencies.reference import labels
from agencies.similar import Asked
from agencies.staff import Officer
from agencies.suggesting import Suggestions
from reception import visitors
from reception.guide import finding
from reception.guide.finding import Found
from reception.keyring import keys
from reception.language import current, named, say
from reception.pages.intake import typed_values

pages = Blueprint("intake_asides", __name__, url_prefix="/intake")
MOST_SITUATIONS = 3
LONG_ENOUGH = 12
"""Fewer letters say nothing about the agency."""


@pages.post("/suggestions")
@requires(*HALL_STAFF)
def suggest() -> str:
    """Agencies that the words so far speak for; read aloud, decided by a person later."""
    typed, session = typed_values(), db.session()
    text = typed.get("text", "")
    if len(text.strip()) < LONG_ENOUGH:
        return render_template("reception/intake_suggestions.html", offers=None)
    found = suggesting.suggest(
        session, text, day=business_date(clock()), language=typed.get("language", ""),
        district=_district(session, typed.get("district", "")),
    )  # fmt: skip
    offers = _offers(session, found)
    return render_template(
        "reception/intake_suggestions.html", offers=offers, sure=found.sure,
        similar=_similar(session, typed), other_city=found.other_city,
        special=named(labels("special").get(special_data.said_in(text))),
        danger=danger.is_told_in(text),
        parts=_parts(session, text), situations=_situations(session, text),
    )  # fmt: skip


def _offers(session: Session, found: Suggestions) -> list[dict[str, Any]]:
    """Each with the topic that was heard and what is known of handling it there."""
    heard = {(one.subject, one.agency) for one in found.offered}
    texts = handling.of_topics(session, heard)
    topics = subjects_to_give(session, {topic for topic, _ in heard if topic})
    return [
        {"agency": agency_by_code(session, one.agency), "percent": round(one.score * 100),
         "words": ", ".join(one.reasons), "advice": one.advice,
         "subject": topics.get(one.subject),
         "handling": view_of(texts.get((one.subject, one.agency)))}
        for one in found.offered
    ]  # fmt: skip


def _situations(session: Session, text: str) -> list[Found]:
    """Pages of life situations near the words: what they answer needs no appeal."""
    return finding.offered(session, text, language=current(), most=MOST_SITUATIONS)


def _parts(session: Session, text: str) -> list[dict[str, Any]]:
    """Matters for different agencies in one text, offered as claims of their own."""
    day = business_date(clock())
    return [
        {"text": part.text, "agency": agency_by_code(session, part.kind) if part.kind else None}
        for part in splitting.split(lexicon(session), text, day=day)
    ]


def _similar(session: Session, typed: dict[str, str]) -> list[likeness.Line]:
    """Appeals on file that the words and the place so far resemble."""
    text, language, address, district = (
        typed.get(name, "") for name in ("text", "language", "address", "district")
    )
    asked = Asked(text, language, address, district)
    found = similar.similar(session, asked, officer=current_officer(), now=clock())
    return likeness.lines(session, found)


def _district(session: Session, code: str) -> Any:
    try:
        return district_by_code(session, code) if code else None
    except NotFound:
        return None


@pages.post("/person")
@requires(*HALL_STAFF)
def person() -> str:
    """What the number says and what is on file; by POST, so that it stands in no address."""
    iin, session, seal = typed_values().get("iin", ""), db.session(), keys().seal
    if not iin.strip():
        return ""
    try:
        number = visitors.decoded(iin, today=business_date(clock()))
    except Invalid as error:
        return render_template("reception/intake_person.html", error=say(error.fields["iin"]))
    card = visitors.find(session, number.digits, seal=seal)
    earlier = visitors.earlier_appeals(session, number.digits, seal=seal)
    if card or earlier:
        readings.note(session, None, Sight.PERSON, by=current_officer(), now=clock())
    page = render_template(
        "reception/intake_person.html", number=number, card=card,
        earlier=_visible(session, earlier, current_officer()),
    )  # fmt: skip
    session.commit()
    return page


def _visible(session: Session, found: list[Appeal], officer: Officer) -> list[Appeal]:
    """An agency's people are told only of appeals that they may open."""
    ids = [appeal.id for appeal in found]
    query = appeals.visible(select(Appeal.id).where(Appeal.id.in_(ids)), officer)
    allowed = set(session.scalars(query))
    return [appeal for appeal in found if appeal.id in allowed]
