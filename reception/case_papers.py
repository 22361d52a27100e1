"""A whole case on paper: what its page shows to one reader, from the cover to the list of files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import dossier, merging, routing, terms
from agencies.appeals import Appeal
from agencies.db import db
from agencies.directory import the_hall
from agencies.notices import Notice, NoticeChannel, NoticeStatus
from agencies.pages import case, story_lines
from agencies.pages.articles import article
from agencies.pages.files import file_views
from agencies.pages.joint import shared_of
from agencies.pages.lead import lead_view
from agencies.pages.person import masked, whole
from agencies.pages.words import STATUS
from agencies.reference import labels
from agencies.veiling import veil
from reception import documents, letters
from reception.case_prints import CasePrint
from reception.documents import DocumentKind
from reception.keyring import keys
from reception.language import named, say, speaking

SHEET = "static/css/case.css"
LETTERS = (
    "hearing", "heard", "hearing_held", "hearing_missed", "documents_asked", "documents_added",
    "answered_interim", "answered", "joint_sent", "letter_signed", "rated",
    "review_opened", "review_decided", "complained", "complains", "passed_higher",
)  # fmt: skip
"""Rows of the journal that are words between the house and the applicant."""
MESSAGES = {
    "appeal_registered": "The appeal is registered",
    "claim_redirected": "A claim was sent on",
    "claim_set_apart": "A further matter is answered by itself",
    "term_extended": "The term was extended",
    "kind_corrected": "The kind of appeal was corrected",
    "appeal_merged": "The appeal was joined to another one",
    "documents_asked": "Something is missing",
    "appeal_goes_on": "The appeal goes on by itself",
    "appeal_goes_on_late": "The appeal goes on by itself",
    "hearing_at": "The preliminary decision and the hearing",
    "hearing_set": "The preliminary decision and the hearing",
    "claim_answered": "The answer is ready",
    "joint_sent": "The joint letter is ready",
    "claim_reopened": "The appeal is open again",
    "review_decided": "The answer was looked at again",
    "deemed_refused": "The term is over without an answer",
    "complaint_passed": "The complaint went to the higher body",
    "complaint_decided": "The complaint is decided",
}
CHANNELS = {
    NoticeChannel.SMS: "Text message",
    NoticeChannel.EMAIL: "E-mail",
    NoticeChannel.TELEGRAM: "Telegram",
}
STATES = {
    NoticeStatus.WAITING: "waits to be sent",
    NoticeStatus.SENDING: "waits to be sent",
    NoticeStatus.SENT: "sent",
    NoticeStatus.FAILED: "could not be delivered",
    NoticeStatus.EXPIRED: "could not be delivered",
    NoticeStatus.UNSURE: "perhaps sent",
}


@dataclass(frozen=True)
class Message:
    """A notice to the applicant: what it was about, by which way, and whether it went."""

    at: datetime
    what: str
    channel: str
    to: str
    state: str


@dataclass(frozen=True)
class Paper:
    """A letter of answer that was made, or a signature over it."""

    what: str
    at: datetime | None
    digest: str


def case_html(asked: CasePrint) -> str:
    """The whole page for the PDF. Raises NotFound where the reader may no longer see the case."""
    with speaking(asked.language):
        template = current_app.jinja_env.get_template("reception/case_paper.html")
        style = (Path(current_app.root_path) / SHEET).read_text(encoding="utf-8")
        return template.render(
            **_facts(db.session(), asked), lang=asked.language, asked=asked,
            style=Markup(style),  # noqa: S704  a file of this package
        )  # fmt: skip


def _facts(session: Session, asked: CasePrint) -> dict[str, Any]:
    reader, law = asked.officer, terms.law(session)
    found = dossier.read(session, asked.appeal.number, officer=reader)
    appeal = found.appeal
    agencies = {one.code: one for one in routing.agencies_to_choose(session)}
    joined, files = merging.joined_with_files(session, appeal, officer=reader)
    card = whole(appeal.applicant, keys().seal) if asked.whole else masked(appeal)
    told = story_lines.lines(appeal, reader, agencies, law)
    return {
        "appeal": appeal, "card": card, "veil": str if card.is_whole else veil,
        "article": article(appeal.policy, binds=True), "state": say(STATUS[appeal.status].word),
        "claims": case.claim_views(appeal, reader, agencies, law), "joined": joined,
        "joint": lead_view(appeal, found.reply, reader), "story": told[::-1],
        "exchanged": story_lines.lines(appeal, reader, agencies, law, only=LETTERS)[::-1],
        "messages": _messages(session, appeal), "shared": shared_of(session, appeal, reader),
        "files": file_views(files, {one.id: one.number for one in joined}),
        "papers": _papers(session, appeal), "hall": named(the_hall(session)),
        "special": named(labels("special")[appeal.special]) if appeal.special else "",
        **case.facts(appeal),
    }  # fmt: skip


def _messages(session: Session, appeal: Appeal) -> list[Message]:
    query = select(Notice).where(
        Notice.about == f"appeal/{appeal.number}", Notice.kind.in_(MESSAGES)
    )
    return [
        Message(
            one.created_at, say(MESSAGES[one.kind]), say(CHANNELS.get(one.channel, "")),
            one.masked, say(STATES[one.status]),
        )
        for one in session.scalars(query.order_by(Notice.id))
    ]  # fmt: skip


def _papers(session: Session, appeal: Appeal) -> list[Paper]:
    letter = documents.find(session, appeal, DocumentKind.LETTER, appeal.language)
    made = [letter] if letter is not None and letter.digest else []
    signed = letters.signatures_of(session, appeal)
    return [
        *(Paper(say("Letter of answer"), one.rendered_at, one.digest) for one in made),
        *(Paper(say("Electronic signature over the letter"), one.added_at, one.digest)
          for one in signed),
    ]  # fmt: skip
