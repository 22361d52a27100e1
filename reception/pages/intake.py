"""Taking an appeal in: one column, no mouse, nothing typed is ever lost, nobody is refused."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import attachments, contents, outlines, recusing, special_data, terms
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal, Channel
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import districts_of_almaty
from agencies.errors import Invalid, NotFound
from agencies.identity import read_number, read_phone
from agencies.notices import read_email
from agencies.pages.attachments import add_sent, folder
from agencies.pages.circle import title
from agencies.pages.kinds import case_choices
from agencies.reference import labels
from agencies.staff import Officer, Role
from reception import idempotency, intake, mailbox, nudges, papers
from reception.drafts import LONGEST_TEXT, AppealDraft, read
from reception.keyring import keys
from reception.language import LANGUAGES, NAMES, current, named, say
from reception.mailbox import MailLetter
from reception.tickets import Ticket

pages = Blueprint("intake", __name__, url_prefix="/intake")
CLAIMS_OFFERED = 8
CLERKS = (Role.CLERK, Role.SUPERVISOR, Role.ADMIN)
"""Who registers what came by e-mail."""
ASKED = "intake"
"""What the idempotency key stands for: this form, whatever was changed in it afterwards."""
TWICE = "This form was already registered under this number. Open an empty form for another appeal."
FIELD_OF = {
    "applicant.name": "name", "applicant.iin": "iin", "applicant.phone": "phone",
    "applicant.email": "email", "applicant.address": "home",
    "applicant.representative": "representative", "applicant.authority": "authority",
    "applicant.signatories": "signatories", "complained_of.0": "complained_of",
}  # fmt: skip
MISSING = {"kind": "Choose the kind of appeal.", "text": "Write the text of the appeal."}
"""What to do where a field that must be filled is empty: said so that it names its field."""


@dataclass(frozen=True)
class Typed:
    """The form as it stands: what was typed, and what has to be looked at again."""

    values: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    status: int = 200


@pages.get("")
@requires(*HALL_STAFF)
def show() -> ResponseReturnValue:
    ticket = _ticket(request.args.get("ticket", ""))
    start = {
        "language": ticket.language if ticket else current(), "channel": Channel.DESK,
        "ticket": str(ticket.id) if ticket else "", "idempotency_key": secrets.token_hex(16),
    }  # fmt: skip
    return _form(Typed(start | _written_by_mail(request.args.get("letter", ""))))


def _written_by_mail(asked: str) -> dict[str, str]:
    """The form as a letter by e-mail fills it in; a person checks every word of it."""
    letter = _letter(asked)
    if letter is None:
        return {}
    parts = letter.parts
    return {
        "letter": str(letter.id), "channel": Channel.EMAIL, "email": parts.sender,
        "name": parts.name, "text": (parts.text or parts.subject)[:LONGEST_TEXT],
    }  # fmt: skip


def _letter(asked: str) -> MailLetter | None:
    """For those who may read letters; to anybody else there is none."""
    if current_officer().role not in CLERKS:
        return None
    if not asked.isascii() or not asked.isdigit() or len(asked) > 12:
        return None
    return db.session.get(MailLetter, int(asked))


@pages.post("")
@requires(*HALL_STAFF)
def register() -> ResponseReturnValue:
    """A second press, a reload or the back button finds the appeal already registered."""
    typed = typed_values()
    key = typed.get("idempotency_key") or secrets.token_hex(16)
    officer, session = current_officer(), db.session()
    try:
        number, is_new = _register_once(session, typed, key=key[:100], officer=officer)
    except Invalid as error:
        session.rollback()
        return _form(Typed(typed, _messages(error), 422))
    session.commit()
    nudges.wake()
    if typed.get("letter") or any(file.filename for file in request.files.getlist("files")):
        nudges.nudge("examine_attachments")
    if not is_new:
        flash(say(TWICE), "info")
    return redirect(_next_place(session, number, officer))


def _next_place(session: Session, number: str, officer: Officer) -> str:
    """Whoever wrote down a complaint about themselves cannot open it from then on."""
    try:
        papers.readable(session, number, officer=officer)
    except NotFound:
        kept = say(
            "Registered under number %(number)s and kept from you now. "
            "A colleague prints the talon.",
            number=number,
        )
        flash(kept, "info")
        return url_for(".show")
    return url_for("papers.show_registered", number=number)


def _register_once(
    session: Session, typed: dict[str, str], *, key: str, officer: Officer
) -> tuple[str, bool]:
    now, owner, key = clock(), str(officer.id), f"{ASKED}-{key}"
    if not idempotency.claim_key(session, owner=owner, key=key, asked=ASKED, now=now):
        _, number = idempotency.first_answer(session, owner=owner, key=key, asked=ASKED)
        return number, False
    draft = read_draft(typed)
    found = _letter(typed.get("letter", ""))
    letter = mailbox.hold(session, found.id) if found else None
    done = intake.register(
        session, draft, law=terms.law(session), keys=keys(), by=officer, now=now,
        arrived_at=letter.arrived_at if letter else None,
    )  # fmt: skip
    if letter is not None:
        _settle(session, letter, done.appeal, officer)
    for refused in add_sent(session, done.appeal, by=officer):
        flash(refused, "bad")
    number = done.appeal.number
    idempotency.keep_answer(session, owner=owner, key=key, status=201, body=number)
    return number, True


def _settle(session: Session, letter: MailLetter, appeal: Appeal, officer: Officer) -> None:
    """What came with the letter comes with the appeal; a file that is not taken is told of."""
    mailbox.settle(letter, appeal, by=officer)
    for file in letter.parts.files:
        try:
            attachments.attach(session, appeal, file.name, file.content, folder=folder(),
                               by=None, now=clock())  # fmt: skip
        except Invalid as wrong:
            why = say(wrong.fields["file"])
            flash(say("“%(name)s” was not added. %(why)s", name=file.name, why=why), "bad")


def read_draft(typed: dict[str, str]) -> AppealDraft:
    """The form's values as a draft. Raises Invalid with every finding at once."""
    found = _person_findings(typed)
    try:
        draft = read(AppealDraft, _data(typed))
    except Invalid as error:
        found |= error.fields
    if found:
        raise Invalid(found)
    return draft


def _person_findings(typed: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        if typed.get("iin", "").strip():
            read_number(typed["iin"], today=business_date(clock()))
    except Invalid as error:
        found |= error.fields
    try:
        read_phone(typed.get("phone", ""))
    except Invalid as error:
        found |= error.fields
    try:
        if typed.get("email", "").strip():
            read_email(typed["email"])
    except Invalid as error:
        found |= error.fields
    return found


def _data(typed: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": typed.get("kind", ""), "case": typed.get("case") or "ordinary",
        "language": typed.get("language", ""),
        "text": typed.get("text", ""), "channel": typed.get("channel", ""),
        "higher_body": typed.get("higher_body", ""),
        "district": typed.get("district", ""), "address": typed.get("address", ""),
        "ticket": typed.get("ticket") or None,
        "applicant": {
            "name": typed.get("name", ""), "iin": typed.get("iin", ""),
            "phone": typed.get("phone", ""), "email": typed.get("email", ""),
            "address": typed.get("home", ""), "is_organisation": "is_organisation" in typed,
            "representative": typed.get("representative", ""),
            "authority": typed.get("authority", ""), "signatories": typed.get("signatories") or 1,
        },
        "claims": [text for _, text in _claims(typed)],
        "special": typed.get("special", ""),
        "complained_of": list(filter(None, [typed.get("complained_of", "")])),
    }  # fmt: skip


def _claims(typed: dict[str, str]) -> list[tuple[str, str]]:
    """Claims that were written, with the field each stands in; empty ones are left out."""
    numbered = (f"claim-{n}" for n in range(1, CLAIMS_OFFERED + 1))
    return [(name, typed[name]) for name in numbered if typed.get(name, "").strip()]


def _messages(error: Invalid) -> dict[str, str]:
    """Messages by the field of the form that each belongs to, in the reader's language."""
    typed = typed_values()
    found = error.fields | {
        name: text
        for name, text in MISSING.items()
        if name in error.fields and not typed.get(name, "").strip()
    }
    return {_field_of(name): say(text) for name, text in found.items()}


def _field_of(name: str) -> str:
    claim = re.match(r"claims\.(\d+)", name)
    if claim:
        written = [field for field, _ in _claims(typed_values())]
        place = int(claim[1])
        return written[place] if place < len(written) else "claim-1"
    return FIELD_OF.get(name, name)


def typed_values() -> dict[str, str]:
    return {name: text.replace("\x00", "") for name, text in request.form.items()}


def _ticket(asked: str) -> Ticket | None:
    if not asked.isascii() or not asked.isdigit() or len(asked) > 12:
        return None
    return db.session.get(Ticket, int(asked))


def _form(typed: Typed) -> ResponseReturnValue:
    kinds = [
        {"value": code, "word": named(kind), "hint": getattr(kind, f"meaning_{current()}"),
         "key": str(place)}
        for place, (code, kind) in enumerate(labels("kind").items(), start=1)
    ]  # fmt: skip
    channels = [(c, named(label)) for c, label in labels("channel").items() if c != Channel.IMPORT]
    bodies = [(code, named(label)) for code, label in labels("higher_body").items()]
    districts = [(d.code, named(d)) for d in districts_of_almaty(db.session())]
    cases = case_choices(terms.law(db.session()), business_date(clock()))
    ticket = _ticket(typed.values.get("ticket", ""))
    letter, officer = _letter(typed.values.get("letter", "")), current_officer()
    return render_template(
        "reception/intake.html", values=typed.values, fields=typed.fields, kinds=kinds, cases=cases,
        channels=channels, bodies=[("", say("Nobody: it came to us at once")), *bodies],
        districts=[("", say("Not known")), *districts],
        city=_city(dict(districts)),
        tongues=[(code, NAMES[code]) for code in LANGUAGES], ticket=ticket, letter=letter,
        claims=range(1, CLAIMS_OFFERED + 1), accepted=contents.ACCEPTED,
        dictation=current_app.config["SETTINGS"].dictation,
        letters=mailbox.waiting(db.session()), clerks=CLERKS,
        sorts=_sorts(officer), people=_people(db.session(), officer),
        shown=max([int(name[6:]) for name, _ in _claims(typed.values)], default=0),
    ), typed.status  # fmt: skip


def _city(names: dict[str, str]) -> dict[str, Any]:
    """The districts as areas to press, with their names."""
    areas = [
        {"code": code, "name": names[code], "path": outlines.path(rings),
         "label": outlines.label(code, names[code])}
        for code, (rings, _) in outlines.of_districts().items() if code in names
    ]  # fmt: skip
    return {"areas": areas, "wide": outlines.WIDTH, "tall": outlines.tall()}


def _sorts(officer: Officer) -> list[tuple[str, str]]:
    """Of special data, for whoever may mark them."""
    if officer.role not in special_data.MARKERS:
        return []
    return [
        ("", say("No special personal data")),
        *((code, named(one)) for code, one in labels("special").items()),
    ]


def _people(session: Session, officer: Officer) -> list[tuple[str, str]]:
    """Of the house, for whoever may say that one of them is complained of."""
    if officer.role not in recusing.NAMERS:
        return []
    found = ((one.login, title(one)) for one in recusing.colleagues(session))
    return [("", say("Nobody of the house")), *found]
