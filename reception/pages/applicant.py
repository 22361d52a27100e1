"""What an applicant does by the secret link: add, answer, withdraw, rate, complain.

One form, one verb, one commit. Nothing here asks who it is: whoever has the link is the applicant.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import attachments, hearings, redress, terms, withdrawing
from agencies.access import public
from agencies.appeals import Appeal, Claim
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotFound
from reception import complaining, limits, nudges, problems
from reception.drafts import LONGEST_TEXT
from reception.keyring import keys
from reception.language import say
from reception.pages import track
from reception.pages.track import Sent

pages = Blueprint("applicant", __name__)
limits.guard(pages)
Form = dict[str, str]
Mover = Callable[[Session, Claim, Form, datetime], None]
DONE = {
    "documents": "Added. The agency sees it now.",
    "view": "Your view is recorded. The agency reads it before it decides.",
    "withdraw": "The claim is withdrawn. You may lodge it again at any time.",
    "rating": "Thank you. Your rating is kept.",
    "complaint": "Your complaint is registered. Its number and its own link stand below.",
}


def _add_documents(session: Session, claim: Claim, form: Form, now: datetime) -> None:
    """A file that is refused is explained, and then nothing of the form is kept."""
    words = form.get("words", "").strip()
    files = [file for file in request.files.getlist("files") if file.filename]
    if not words and not files:
        raise Invalid({"words": "Write something, or choose a file."})
    hearings.note_documents(session, claim, words=words, by=None, now=now)
    folder = current_app.config["SETTINGS"].data
    for file in files:
        try:
            attachments.attach(
                session, claim.appeal, file.filename or "", file.stream.read(), folder=folder,
                by=None, now=now,
            )  # fmt: skip
        except Invalid as wrong:
            raise Invalid({"files": wrong.fields["file"]}) from None


def _state_view(session: Session, claim: Claim, form: Form, now: datetime) -> None:
    hearings.record_view(
        session, claim, view=form.get("view", ""), by=None, now=now,
        waived=form.get("waived") == "yes",
    )  # fmt: skip


def _withdraw(session: Session, claim: Claim, form: Form, now: datetime) -> None:
    if form.get("sure") != "yes":
        raise Invalid({"sure": "Confirm that you take the claim back."})
    withdrawing.withdraw(session, claim, reason=withdrawing.BY_LINK, by=None, now=now)


def _rate(session: Session, claim: Claim, form: Form, now: datetime) -> None:
    score, agrees = form.get("score", ""), form.get("agrees", "")
    problems = {}
    if score not in ("1", "2", "3", "4", "5"):
        problems["score"] = "Choose from one to five."
    if agrees not in ("yes", "no"):
        problems["agrees"] = "Say whether you agree with the answer."
    if problems:
        raise Invalid(problems)
    redress.rate(
        session, claim, score=int(score), agrees=agrees == "yes",
        reasons=request.form.getlist(f"rating-{claim.ordinal}-reasons"),
        words=form.get("words", "").strip(), law=terms.law(session), now=now,
    )  # fmt: skip


def _complain(session: Session, claim: Claim, form: Form, now: datetime) -> None:
    text = form.get("text", "").strip()
    if not text:
        raise Invalid({"text": "Write what you disagree with and what you ask for."})
    law = terms.law(session)
    complaining.lodge(
        session, claim, text=text, law=law, keys=keys(), now=now, phone=form.get("phone", ""),
        email=form.get("email", ""),
    )  # fmt: skip


MOVERS: dict[str, Mover] = {
    "documents": _add_documents, "view": _state_view, "withdraw": _withdraw, "rating": _rate,
    "complaint": _complain,
}  # fmt: skip


@pages.post("/a/<key>/claims/<int(max=999):ordinal>/<any({}):verb>".format(",".join(MOVERS)))
@public
def act(key: str, ordinal: int, verb: str) -> ResponseReturnValue:
    session = db.session()
    appeal = track.by_key(session, key)
    if appeal is None:
        return track.unknown(key)
    form = _form(verb, ordinal)
    try:
        MOVERS[verb](session, _held(session, appeal, ordinal), form, clock())
    except DomainError as error:
        session.rollback()
        return track.draw(key, _sent_back(error, ordinal, verb, form)), error.status
    session.commit()
    nudges.wake()
    nudges.nudge("deliver_notices")
    if verb == "documents":
        nudges.nudge("examine_attachments")
    flash(say(DONE[verb]), "good")
    return redirect(url_for("track.show", key=key, _anchor=f"claim-{ordinal}"))


def _held(session: Session, appeal: Appeal, ordinal: int) -> Claim:
    """The claim of the appeal, locked until the commit."""
    lock = select(Appeal).where(Appeal.id == appeal.id).with_for_update(of=Appeal)
    held = session.scalars(lock.execution_options(populate_existing=True)).one()
    for claim in held.claims:
        if claim.ordinal == ordinal:
            session.refresh(claim)
            return claim
    raise NotFound("There is no such claim among those you may see.")


def _form(verb: str, ordinal: int) -> Form:
    prefix = f"{verb}-{ordinal}-"
    return {
        name.removeprefix(prefix): value.replace("\x00", "")[:LONGEST_TEXT]
        for name, value in request.form.items()
        if name.startswith(prefix)
    }


def _sent_back(error: DomainError, ordinal: int, verb: str, form: Form) -> Sent:
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: say(message) for name, message in fields.items()}
    message = "" if errors else problems.in_words(error)
    return Sent(ordinal, verb, typed=form, errors=errors, message=message)
