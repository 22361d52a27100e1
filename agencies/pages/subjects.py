"""Topics with what is known of handling them: read by the house, kept by heads and supervisor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies import handling
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Subject
from agencies.errors import DomainError, Invalid
from agencies.handling import PARTS, Handling, Told
from agencies.languages import LANGUAGES
from agencies.pages import pages
from agencies.pages.voice import language, say
from agencies.staff import Role

WRITERS = (Role.HEAD, Role.SUPERVISOR)
LABELS = {
    "check": "What to check", "ask": "What to ask",
    "deadline": "Usual deadline", "consult": "Whom to consult",
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """The form as it stands; `seen` is the version it was made from."""

    values: dict[str, str]
    seen: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200


@pages.get("/subjects")
@requires(*HALL_STAFF)
def show_subjects() -> str:
    officer = current_officer()
    return render_template(
        "agencies/subjects.html", lines=handling.lines(db.session(), officer.agency_id),
        own=officer.agency is not None,
    )  # fmt: skip


@pages.get("/subjects/<code>")
@requires(*HALL_STAFF)
def show_subject(code: str) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    topic = handling.topic_by_code(session, code)
    texts = handling.texts_of(session, topic, officer.agency_id)
    kept = next((one for one in texts if one.agency_id == officer.agency_id), None)
    return _draw(topic, texts, _as_typed(kept))


@pages.post("/subjects/<code>")
@requires(*WRITERS)
def write_handling(code: str) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    topic = handling.topic_by_code(session, code)
    values = {name: text.replace("\x00", "") for name, text in request.form.items()}
    seen = values.get("version", "")
    typed = Typed(values, int(seen) if seen.isdecimal() else 0)
    try:
        words = {part: {one: _typed(values, part, one) for one in LANGUAGES} for part in PARTS}
        handling.write(session, topic, words, seen=typed.seen, by=officer, now=clock())
    except DomainError as error:
        session.rollback()
        texts = handling.texts_of(session, topic, officer.agency_id)
        return _draw(topic, texts, _sent_back(typed, error))
    session.commit()
    flash(say("The text is kept; it stands beside every matter of this subject."), "good")
    return redirect(url_for(".show_subject", code=code))


def _typed(values: Mapping[str, str], part: str, code: str) -> str:
    return values.get(f"{part}_{code}", "").replace("\r\n", "\n")


def _as_typed(kept: Handling | None) -> Typed:
    if kept is None:
        return Typed({})
    values = {
        f"{part}_{code}": text for part, said in kept.words.items() for code, text in said.items()
    }
    return Typed(values, kept.version)


def _sent_back(typed: Typed, error: DomainError) -> Typed:
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: say(message) for name, message in fields.items()}
    said = "" if errors else say(error.message, **error.values)
    return Typed(typed.values, typed.seen, errors, said, error.status)


def _draw(topic: Subject, texts: list[Handling], typed: Typed) -> ResponseReturnValue:
    officer = current_officer()
    may_write = officer.role in WRITERS
    others = [one for one in texts if not may_write or one.agency_id != officer.agency_id]
    read = [
        Told(one.words, of_house=one.agency_id is None, topic=topic.id)
        for one in sorted(others, key=lambda one: one.agency_id is None) if one.words
    ]  # fmt: skip
    return render_template(
        "agencies/subject.html", topic=topic, typed=typed, may_write=may_write,
        texts=[view_of(one) for one in read], of_house=officer.agency is None,
        parts=[(part, say(LABELS[part])) for part in PARTS],
    ), typed.status  # fmt: skip


def view_of(told: Told | None) -> dict[str, Any] | None:
    """A text of handling as a page reads it out, in the reader's language."""
    if told is None:
        return None
    said = {part: told.words.get(part, {}).get(language(), "") for part in PARTS}
    lines = [(say(LABELS[part]), text) for part, text in said.items() if text]
    return {"of_house": told.of_house, "lines": lines}
