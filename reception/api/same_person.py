"""Calls on the appeals of one person: joined to an earlier one, or marked as a repeat of it."""

from flask import Blueprint
from sqlalchemy.orm import Session

from agencies import appeals, merging, repeating
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
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
    with intake.told_at(appeal="into"):
        appeal, earlier = _both(session, number, draft.into)
        merging.merge(session, appeal, into=earlier, by=by, now=clock())
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
    with intake.told_at(appeal="of"):
        appeal, earlier = _both(session, number, draft.of)
        repeating.mark(
            session, appeal, of=earlier, reason=draft.reason, new=draft.new, by=by, now=clock()
        )
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


def _both(session: Session, number: str, other: str) -> tuple[Appeal, Appeal]:
    """The appeal and the earlier one that was named."""
    appeal, earlier = appeals.hold_both(session, number, other, officer=current_officer())
    if earlier is None:
        raise Invalid({"appeal": "Choose an earlier appeal of the same person."})
    return appeal, earlier
