"""Calls on the joint reply of an appeal with claims at several agencies: who leads, and its way."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from agencies import appeals, leading
from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.staff import AGENCY_ROLES, Role
from reception.api import showing
from reception.api.bodies import Lead, Nothing, Opening, body
from reception.api.description import described
from reception.api.shapes import JointReplyShape
from reception.idempotency import once

pages = Blueprint("joint", __name__)
Answered = tuple[JointReplyShape, int]


@pages.post("/appeals/<number>/lead")
@described("Name the agency that leads the joint reply.", body=Lead, answers={200: JointReplyShape})
@requires(*leading.NAMERS)
@once
def name_lead(number: str) -> Answered:
    return _act(number, leading.name_lead, code=body(Lead).agency)


@pages.post("/appeals/<number>/joint-reply")
@described(
    "Gather the answers of the agencies in one reply, as the lead.",
    body=Opening,
    answers={200: JointReplyShape},
)
@requires(*sorted(AGENCY_ROLES))
@once
def prepare_joint_reply(number: str) -> Answered:
    return _act(number, leading.prepare, opening=body(Opening).opening)


@pages.post("/appeals/<number>/joint-reply/send")
@described(
    "Let the joint reply leave, as the head of the lead; never one's own.",
    body=Nothing,
    answers={200: JointReplyShape},
)
@requires(Role.HEAD)
@once
def send_joint_reply(number: str) -> Answered:
    body(Nothing)
    return _act(number, leading.send)


def _act(number: str, verb: Callable[..., None], **words: Any) -> Answered:
    session, officer = db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=officer)
    verb(session, appeal, by=officer, now=clock(), **words)
    session.flush()
    return showing.joint_reply(appeal, leading.reply_of(session, appeal)), 200
