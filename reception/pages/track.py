"""Following an appeal by its secret link: no account, no names, phone first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import dossier, story
from agencies.access import public
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.calendar import Workdays, business_date, clock, workdays
from agencies.db import db
from agencies.pages.case import outcome_word, spoken
from agencies.reference import labels
from agencies.sealing import link_digest
from reception.language import current, named, say
from reception.papers import whole

pages = Blueprint("track", __name__)
STAGES = ("Registered", "In work", "Answered")
S = ClaimStatus
STAGE_OF = {
    S.REGISTERED: 0, S.ROUTED: 0, S.IN_WORK: 1, S.IN_APPROVAL: 1, S.ANSWERED: 2, S.CLOSED: 2,
    S.WITHDRAWN: 2,
}  # fmt: skip
LONGEST_KEY = 64


@dataclass(frozen=True)
class Followed:
    """A claim as its applicant sees it."""

    ordinal: int
    text: str
    agency: str
    icon: str
    state: str
    tone: str
    stage: int
    due_on: date
    left: int | None
    overdue: bool
    reason: str
    outcome: str
    answer: str


@pages.get("/a/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    session = db.session()
    appeal = _by_key(session, key)
    if appeal is None:
        return _kept_private(render_template("reception/track_unknown.html"), 404)
    days, today = workdays(session), business_date(clock())
    claims = [_followed(claim, appeal, days, today) for claim in appeal.claims]
    page = render_template(
        "reception/track.html", appeal=appeal, claims=claims, stages=STAGES,
        stage=min((claim.stage for claim in claims), default=0),
        kind=named(labels("kind")[appeal.kind]), story=_story(session, appeal),
        article=getattr(appeal.policy, f"basis_{current()}"),
        overdue=any(claim.overdue for claim in claims),
        answered=any(claim.answer for claim in claims),
    )  # fmt: skip
    return _kept_private(page)


def _by_key(session: Session, key: str) -> Appeal | None:
    if not key.isascii() or not key.isalnum() or len(key) > LONGEST_KEY:
        return None
    query = select(Appeal).where(Appeal.link_digest == link_digest(key))
    found: Appeal | None = session.scalar(query.options(*whole()))
    return found


def _followed(claim: Claim, appeal: Appeal, days: Workdays, today: date) -> Followed:
    state, tone = _state(claim)
    return Followed(
        ordinal=claim.ordinal, text=claim.text,
        agency=named(claim.agency) if claim.agency else "",
        icon=claim.agency.icon if claim.agency else "other", state=state, tone=tone,
        stage=STAGE_OF[claim.status], due_on=claim.due_on,
        left=dossier.days_left(claim.due_on, today, days) if claim.is_open else None,
        overdue=claim.is_overdue_on(today),
        reason=say(dossier.reason_of_term(claim, appeal.journal)),
        outcome=outcome_word(claim.outcome) if claim.outcome else "", answer=claim.answer,
    )  # fmt: skip


def _state(claim: Claim) -> tuple[str, str]:
    """The public states: registered, in work, answered or refused, withdrawn."""
    if claim.status is S.WITHDRAWN:
        return say("Withdrawn"), "quiet"
    stage = STAGE_OF[claim.status]
    if stage == 2 and claim.outcome == "refused":
        return say("Refused"), "warn"
    return say(STAGES[stage]), ("info", "info", "good")[stage]


def _story(session: Session, appeal: Appeal) -> list[dict[str, Any]]:
    """Newest first. The text of an answer stands above, with its claim."""
    agencies = dossier.agencies_by_code(session, story.agency_codes(appeal.journal))
    told = story.tell_applicant(appeal.journal, agencies=agencies, named=named)
    lines = [spoken(line, several=len(appeal.claims) > 1) for line in reversed(told)]
    return [line | {"detail": ""} if line["tone"] == "good" else line for line in lines]


def _kept_private(page: str, status: int = 200) -> Response:
    """Whoever has the link reads the appeal: no search engine and no cache may keep it."""
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
