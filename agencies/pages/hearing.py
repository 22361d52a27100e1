"""Forms of what is asked of the applicant before a decision: a hearing, its minutes, papers."""

from datetime import date, datetime

from flask import request
from sqlalchemy.orm import Session

from agencies import attachments, hearings, minutes, terms
from agencies.appeals import Claim
from agencies.errors import Invalid
from agencies.minutes import Minutes
from agencies.pages.attachments import folder
from agencies.pages.voice import in_words, named, say
from agencies.reference import labels
from agencies.staff import Officer

Form = dict[str, str]
CODES = {"came": "hearing_came", "way": "hearing_way", "result": "hearing_result"}
"""Where the words of the codes of minutes stand."""


def set_day(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    on, decision = read_day(form, "on"), form.get("decision", "")
    law = terms.law(session)
    hearings.hear(
        session, claim, on=on, decision=decision, law=law, by=by, now=now,
        hour=form.get("hour", ""), place=form.get("place", ""),
    )  # fmt: skip


def record(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    """A recording that is refused is explained, and then nothing of the form is kept."""
    told = {name: form.get(name, "") for name in CODES}
    protocol = form.get("protocol", "").replace("\r\n", "\n")
    digest = _recording(session, claim, by, now)
    waived = form.get("waived") == "yes"
    written = Minutes(**told, protocol=protocol, recording=digest, waived=waived)
    minutes.record(session, claim, written, by=by, now=now)


def _recording(session: Session, claim: Claim, by: Officer, now: datetime) -> str:
    file = request.files.get(f"heard-{claim.id}-recording")
    if file is None or not file.filename:
        return ""
    try:
        kept = attachments.attach(
            session, claim.appeal, file.filename, file.stream.read(), folder=folder(), by=by,
            now=now,
        )  # fmt: skip
    except Invalid as wrong:
        raise Invalid({"recording": wrong.fields["file"]}) from None
    return kept.digest


def ask_documents(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    until, law = read_day(form, "until"), terms.law(session)
    hearings.ask_documents(
        session, claim, until=until, what=form.get("what", ""), law=law, by=by, now=now
    )


def note_brought(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    hearings.take_documents(session, claim, words=form.get("words", ""), by=by, now=now)


def read_day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError:
        raise Invalid({name: "Choose a day."}) from None


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a form of minutes may say, by the name of its field."""
    return {
        name: [("", say("Choose")), *((code, named(one)) for code, one in labels(sort).items())]
        for name, sort in CODES.items()
    }


def told(claim: Claim) -> str:
    """The minutes of the newest hearing in one sentence; empty where there are none."""
    found = minutes.newest(claim, claim.appeal.journal)
    if not found:
        return ""
    on = in_words(date.fromisoformat(found["on"]))
    if found["came"] == minutes.NOBODY:
        return say("Nobody came to the hearing on %(on)s.", on=on)
    words = {name: named(labels(sort)[found[name]]) for name, sort in CODES.items()}
    return say("The hearing was held on %(on)s: %(came)s, %(way)s. Result: %(result)s.",
               on=on, **words)  # fmt: skip


def recording_of(claim: Claim) -> str:
    return str(minutes.newest(claim, claim.appeal.journal).get("recording", ""))
