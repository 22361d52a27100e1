"""Calls on the appeals of one person: joined to an earlier one, or marked as a repeat of it."""

from flask import Blueprint
from sqlalchemy.orm import Session

from agencies import appeals, merging, repeating
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid, NotFound
from agencies.staff import Role
from reception import intake
from reception.api import showing
from reception.api.bodies import Merge, Nothing, Repeat, body
from reception.api.description import described
from reception.api.shapes import SamePersonShape
from reception.idempotency import once

pages = Blueprint("same_person", __name__)
Answered = tuple[SamePersonShape, int]


@pages.post("/appeals/<number>/merge")
@described(
    "Join the appeal to an earlier one of the same person, which answers both.",
    body=Merge,
    answers={200: SamePersonShape},
)
@requires(Role.CLERK, Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
@once
def merge(number: str) -> Answered:
    draft, session, by = body(Merge), db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=by)
    with intake.told_at(appeal="into"):
        merging.merge(session, appeal, into=_other(session, draft.into), by=by, now=clock())
    return showing.same_person(appeal), 200


@pages.post("/appeals/<number>/repeat")
@described(
    "Mark the appeal as a repeat of an earlier one of the same person.",
    body=Repeat,
    answers={200: SamePersonShape},
)
@requires(*HALL_STAFF)
@once
def mark_repeat(number: str) -> Answered:
    draft, session, by = body(Repeat), db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=by)
    with intake.told_at(appeal="of"):
        repeating.mark(
            session, appeal, of=_other(session, draft.of), reason=draft.reason, new=draft.new,
            by=by, now=clock(),
        )  # fmt: skip
    return showing.same_person(appeal), 200


@pages.post("/appeals/<number>/no-repeat")
@described("Take the mark of a repeat off.", body=Nothing, answers={200: SamePersonShape})
@requires(*HALL_STAFF)
@once
def unmark_repeat(number: str) -> Answered:
    body(Nothing)
    by = current_officer()
    appeal = appeals.hold(db.session(), number, officer=by)
    repeating.unmark(appeal, by=by, now=clock())
    return showing.same_person(appeal), 200


def _other(session: Session, number: str) -> Appeal:
    """The later appeal is held first and the earlier one after it, by everybody alike."""
    try:
        return appeals.hold(session, number, officer=current_officer())
    except NotFound:
        raise Invalid({"appeal": "Choose an earlier appeal of the same person."}) from None
