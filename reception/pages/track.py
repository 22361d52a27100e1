"""Following an appeal by its secret link: no account, no names, phone first."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import (
    citing,
    complaints,
    contents,
    dossier,
    erasures,
    journal,
    leading,
    redress,
    story,
    terms,
)
from agencies.access import public
from agencies.appeals import GONE, Appeal, Claim, ClaimStatus
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.pages import hearing
from agencies.pages.articles import article_of, assumed
from agencies.pages.case import ending
from agencies.pages.story_lines import spoken
from agencies.redress import Rating
from agencies.reference import labels
from agencies.sealing import link_digest
from agencies.terms import Law
from agencies.veiling import veil
from reception import limits
from reception.language import current, named, say
from reception.letters import check_address
from reception.papers import tracking_address, whole

pages = Blueprint("track", __name__)
limits.guard(pages)
STAGES = ("Registered", "In work", "Answered")
S = ClaimStatus
STAGE_OF = {
    S.REGISTERED: 0, S.ROUTED: 0, S.IN_WORK: 1, S.IN_APPROVAL: 1, S.ANSWERED: 2, S.CLOSED: 2,
    S.WITHDRAWN: 2, S.MERGED: 2,
}  # fmt: skip
LONGEST_KEY = 64
SCORES = {1: "1 – very bad", 2: "2 – bad", 3: "3 – fair", 4: "4 – good", 5: "5 – very good"}
RATING_REASONS = {
    "late": "It came late",
    "not_solved": "The matter is not solved",
    "no_law": "No law is named",
    "not_clear": "It is hard to understand",
    "rude": "It is impolite",
}
"""Words for the codes of `redress.REASONS`."""


@dataclass(frozen=True)
class Sent:
    """A form that came back: which one, what was typed, and what has to be mended."""

    ordinal: int = 0
    verb: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""


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
    assumed: str
    overdue: bool
    article: str
    reason: str
    outcome: str
    answer: str
    open: bool
    asked: str
    asked_by: date | None
    asked_article: str
    hearing_on: date | None
    where_heard: str
    held: str
    decision: str
    hears: bool
    may_rate: bool
    rated: int
    reviewed_by: date | None
    may_complain: bool
    complaints: list[tuple[str, str]]
    unreached: bool
    """No way to tell the applicant of a complaint is known."""


@pages.get("/a/<key>")
@public
def show(key: str) -> ResponseReturnValue:
    return draw(key)


def draw(key: str, sent: Sent | None = None) -> Response:
    """The page of the appeal under the link, with a form that has to be mended if there is one."""
    session = db.session()
    appeal = by_key(session, key)
    if appeal is None:
        return unknown(key)
    law, today = terms.law(session), business_date(clock())
    claims = [_followed(session, claim, appeal, law, today) for claim in appeal.claims]
    page = render_template(
        "reception/track.html", appeal=appeal, claims=claims,
        stages=() if appeal.status in GONE else STAGES, key=key,
        sent=sent or Sent(), accepted=contents.ACCEPTED, scores=_scores(), reasons=_reasons(),
        stage=min((claim.stage for claim in claims), default=0),
        kind=named(labels("kind")[appeal.kind]), story=_story(session, appeal, law),
        overdue=any(claim.overdue for claim in claims),
        answered=any(claim.answer for claim in claims),
        letter=check_address(appeal) if leading.is_out(session, appeal, now=clock()) else "",
        lead=_lead(session, appeal), **_joined(session, appeal),
    )  # fmt: skip
    return _kept_private(page)


def unknown(key: str) -> Response:
    """Nothing is under the link, or nothing any more."""
    session = db.session()
    appeal = _under(session, key)
    gone = erasures.of_appeal(session, appeal) if appeal else None
    if gone is None:
        return _kept_private(render_template("reception/track_unknown.html"), 404)
    by_rule = gone.rule != erasures.DECISION
    return _kept_private(
        render_template("reception/track_erased.html", gone=gone, by_rule=by_rule), 410
    )


def by_key(session: Session, key: str) -> Appeal | None:
    """The appeal, as long as its words are there."""
    found = _under(session, key)
    return None if found is None or journal.is_erased(found) else found


def _under(session: Session, key: str) -> Appeal | None:
    if not key.isascii() or not key.isalnum() or len(key) > LONGEST_KEY:
        return None
    query = select(Appeal).where(Appeal.link_digest == link_digest(key))
    found: Appeal | None = session.scalar(query.options(*whole()))
    return found


def _lead(session: Session, appeal: Appeal) -> str:
    """Which of several agencies gathers the answers; empty where one answers alone."""
    if not leading.is_joint(appeal):
        return ""
    return named(leading.lead_of(appeal, leading.reply_of(session, appeal)))


def _joined(session: Session, appeal: Appeal) -> dict[str, list[tuple[str, str]]]:
    """Where the answer will come, and what else is answered here; all of the same person."""
    into = appeal.merged_into
    others = session.scalars(
        select(Appeal).where(Appeal.merged_into_id == appeal.id, Appeal.link_digest.is_not(None))
    )
    return {
        "into": [(into.number, tracking_address(into))] if into else [],
        "joined": [(one.number, tracking_address(one)) for one in others.unique()],
    }


def _scores() -> list[dict[str, str]]:
    return [{"value": str(score), "word": say(word)} for score, word in SCORES.items()]


def _reasons() -> list[dict[str, str]]:
    return [{"value": code, "word": say(word)} for code, word in RATING_REASONS.items()]


def _followed(session: Session, claim: Claim, appeal: Appeal, law: Law, today: date) -> Followed:
    state, tone = _state(claim)
    asked = _newest(appeal, claim, "documents_asked", "what") if claim.documents_by else ""
    defects = [row for row in law.rows if row.case == "defects"]
    who = appeal.applicant
    review, rating = redress.review_of(session, claim), session.get(Rating, claim.id)
    return Followed(
        ordinal=claim.ordinal, text=veil(claim.text),
        agency=named(claim.agency) if claim.agency else "",
        icon=claim.agency.icon if claim.agency else "other", state=state, tone=tone,
        stage=STAGE_OF[claim.status], due_on=claim.due_on,
        left=dossier.days_left(claim.due_on, today, law.workdays) if claim.is_open else None,
        assumed=assumed(law.workdays, claim.registered_on, claim.due_on) if claim.is_open else "",
        overdue=claim.is_overdue_on(today), article=article_of(claim),
        reason=say(dossier.reason_of_term(claim, appeal.journal)),
        outcome=ending(claim, claim.outcome) if claim.outcome else "", answer=veil(claim.answer),
        open=claim.is_open, asked=veil(asked), asked_by=claim.documents_by,
        asked_article=str(getattr(defects[-1], f"basis_{current()}")) if defects else "",
        held=hearing.told(claim), hearing_on=claim.hearing_on,
        where_heard=dossier.where_heard(claim, appeal.journal),
        decision=veil(_newest(appeal, claim, "hearing", "decision")) if claim.hearing_on else "",
        hears=claim.is_open and claim.hearing_on is not None and claim.heard_at is None,
        may_rate=redress.may_rate(session, claim, now=clock()),
        rated=rating.score if rating else 0,
        reviewed_by=review.target_on if review else None,
        may_complain=complaints.may_complain(session, claim),
        complaints=[
            (one.number, tracking_address(one)) for one in complaints.complaints_of(session, claim)
        ],
        unreached=not (who and (who.phone or who.email)),
    )  # fmt: skip


def _newest(appeal: Appeal, claim: Claim, kind: str, name: str) -> str:
    """What the last such row of the claim's journal says under the name."""
    said = [
        str(entry.payload.get(name, ""))
        for entry in appeal.journal
        if entry.kind == kind and entry.payload.get("claim") == claim.ordinal
    ]
    return said[-1] if said else ""


def _state(claim: Claim) -> tuple[str, str]:
    """The public states: registered, in work, answered or refused, withdrawn or joined."""
    if claim.status in GONE:
        return say(
            "Withdrawn" if claim.status is S.WITHDRAWN else "Joined to another appeal"
        ), "quiet"
    stage = STAGE_OF[claim.status]
    if stage == 2 and claim.outcome == "refused":
        return say("Refused"), "warn"
    return say(STAGES[stage]), ("info", "info", "good")[stage]


def _story(session: Session, appeal: Appeal, law: Law) -> list[dict[str, Any]]:
    """Newest first. An answer that stands is read above, with its claim; an earlier one here."""
    agencies = dossier.agencies_by_code(session, story.agency_codes(appeal.journal))
    told = story.tell_applicant(
        appeal.journal, agencies=agencies, named=named,
        bases=citing.bases(appeal.journal, law.rows),
    )  # fmt: skip
    standing = {claim.ordinal for claim in appeal.claims if claim.answer}
    return [_told(line, appeal, standing) for line in reversed(told)]


def _told(line: story.Line, appeal: Appeal, standing: set[int]) -> dict[str, Any]:
    """`standing` loses the claim whose newest answer is met: what comes after is an earlier one."""
    row = spoken(line, appeal)
    if line.tone != "good":
        return row | {"detail": veil(row["detail"])}
    if line.claim in standing:
        standing.discard(line.claim)
        return row | {"detail": ""}
    return row | {"detail": veil(row["detail"]), "fold": say("The earlier answer")}


def _kept_private(page: str, status: int = 200) -> Response:
    """Whoever has the link reads the appeal: no search engine and no cache may keep it."""
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
