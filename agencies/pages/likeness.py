"""Similar appeals as lines on a screen."""

from dataclasses import dataclass

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import appeals, similar
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.anonymising import anonymised
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import District
from agencies.pages import pages
from agencies.pages.voice import in_words, named
from agencies.pages.words import STATUS, Look
from agencies.similar import Similar
from agencies.staff import Officer

EXCERPT = 140
MOST_TOGETHER = 20


@dataclass(frozen=True)
class Line:
    number: str
    language: str
    day: str
    place: str
    excerpt: str
    percent: int
    look: Look
    same_object: bool


@dataclass(frozen=True)
class Likeness:
    """`together` are on the same object, `count` of them in all; `others` are only similar."""

    together: list[Line]
    count: int
    others: list[Line]


@pages.get("/appeals/<number>/similar")
@requires(*HALL_STAFF)
def show_similar(number: str) -> str:
    """Looked for when somebody wants to see it; a case opens without waiting for it."""
    session, officer = db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    found = beside(session, appeal, officer=officer)
    return render_template("agencies/similar.html", number=number, likeness=found)


def beside(session: Session, appeal: Appeal, *, officer: Officer) -> Likeness:
    """What stands beside a case. The group is looked for only where one other is known."""
    now = clock()
    found = similar.like(session, appeal, officer=officer, now=now)
    group = (
        similar.about_the_same(session, appeal, officer=officer, now=now)
        if any(one.same_object for one in found)
        else []
    )
    known = {one.appeal_id for one in group}
    others = [one for one in found if one.appeal_id not in known]
    return Likeness(lines(session, group[-MOST_TOGETHER:]), len(group), lines(session, others))


def lines(session: Session, found: list[Similar]) -> list[Line]:
    keys = {one.district_id for one in found if one.district_id}
    query = select(District).where(District.id.in_(keys))
    districts = {row.id: named(row) for row in session.scalars(query)} if keys else {}
    return [_line(one, districts.get(one.district_id or 0, "")) for one in found]


def _line(one: Similar, district: str) -> Line:
    text = anonymised(" ".join(one.text.split()), one.persons)
    return Line(
        one.number, one.language, in_words(business_date(one.received_at)),
        ", ".join(part for part in (district, one.address) if part),
        text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(' ', 1)[0]}…",
        round(one.score * 100), STATUS[one.status], one.same_object,
    )  # fmt: skip
