"""Calls that find appeals like another one or like a text."""

from datetime import datetime

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import appeals, similar, texts
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.anonymising import anonymised
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import District
from agencies.similar import Asked, Similar
from reception.api import showing
from reception.api.bodies import Likeness, body
from reception.api.description import described
from reception.api.shapes import LikeItShape, SimilarShape, SimilarsShape

pages = Blueprint("likeness", __name__)
EXCERPT = 200


@pages.get("/appeals/<number>/similar")
@described("Appeals similar to this one, and those on the same object.", answers={200: LikeItShape})
@requires(*HALL_STAFF)
def show_similar(number: str) -> LikeItShape:
    session, officer, now = db.session(), current_officer(), clock()
    appeal = appeals.by_number(session, number, officer=officer)
    found = similar.like(session, appeal, officer=officer, now=now)
    together = similar.about_the_same(session, appeal, officer=officer, now=now)
    return {"items": _shown(session, found), "same_object": _shown(session, together)}


@pages.post("/appeals/similar")
@described(
    "Appeals similar to a text, within the caller's rights.",
    body=Likeness,
    answers={200: SimilarsShape},
)
@requires(*HALL_STAFF)
def find_similar() -> SimilarsShape:
    asked, session = body(Likeness), db.session()
    found = similar.similar(
        session,
        Asked(asked.text, asked.language or "", asked.address, asked.district or ""),
        officer=current_officer(), now=clock(),
    )  # fmt: skip
    return {"items": _shown(session, found)}


def _shown(session: Session, found: list[Similar]) -> list[SimilarShape]:
    query = select(District.id, District.code).where(
        District.id.in_({one.district_id for one in found if one.district_id})
    )
    codes = {row.id: row.code for row in session.execute(query)} if found else {}
    return [_one(one, codes.get(one.district_id or 0)) for one in found]


def _one(one: Similar, district: str | None) -> SimilarShape:
    """Neither the excerpt nor the words in common tell of a person."""
    text = anonymised(one.text, one.persons)
    told = set(texts.words(text, one.language))
    return {
        "number": one.number, "status": one.status, "received_at": _instant(one.received_at),
        "district": district, "address": one.address,
        "text": text[:EXCERPT], "score": one.score,
        "words": [word for word in one.words if word in told],
        "place": one.nearness, "same_object": one.same_object,
    }  # fmt: skip


def _instant(moment: datetime) -> str:
    return showing.instant(moment) or ""
