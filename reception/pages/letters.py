"""The letter of answer as a PDF, its signature, and the page that tells a copy from a forgery."""

import hashlib
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from agencies import appeals, journal, leading, readings, terms
from agencies.access import HALL_STAFF, current_officer, public, requires
from agencies.appeals import Appeal
from agencies.appeals.moves import is_answered
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError, Invalid, NotFound
from agencies.pages.files import size_in_words
from agencies.readings import Sight
from agencies.staff import Role
from reception import containers, documents, letters, limits, papers, problems
from reception.documents import Document, DocumentKind
from reception.language import say, speaking
from reception.letters import Signature
from reception.pages import track
from reception.pages.papers import RELOAD_S, as_pdf, is_rendered

pages = Blueprint("letters", __name__)
limits.guard(pages)
NOT_YET = "The letter is made when every agency has answered."


@pages.get("/appeals/<number>/letter.pdf")
@requires(*HALL_STAFF)
def show(number: str) -> ResponseReturnValue:
    return _given(papers.readable(db.session(), number, officer=current_officer()))


@pages.get("/appeals/<number>/letter-preview")
@requires(Role.OFFICER, Role.HEAD, Role.SUPERVISOR)
def preview(number: str) -> str:
    """The letter as it would leave now: on the screen only, and nothing of it is kept."""
    session, officer, now = db.session(), current_officer(), clock()
    appeal = appeals.by_number(session, number, officer=officer)
    letter = letters.preview_of(session, appeal, terms.law(session), reader=officer, now=now)
    if letter is None:
        raise NotFound("No draft waits for an approval here.")
    with speaking(letter.language):
        sheet = render_template("reception/_letter.html", letter=letter, lang=letter.language)
    readings.note(session, appeal, Sight.PAPER, by=officer, now=now)
    session.commit()
    return render_template(
        "reception/letter_preview.html", number=number, sheet=Markup(sheet),  # noqa: S704  ours
        lang_of_letter=letter.language,
    )  # fmt: skip


@pages.get("/a/<key>/letter.pdf")
@public
def show_applicant(key: str) -> ResponseReturnValue:
    appeal = track.by_key(db.session(), key)
    if appeal is None:
        return track.unknown(key)
    if not leading.is_out(db.session(), appeal, now=clock()):
        raise NotFound(NOT_YET)
    return _given(appeal)


def _given(appeal: Appeal) -> ResponseReturnValue:
    """Made by a worker; the page waits a little, and then says that it is on its way."""
    if not is_answered(appeal):
        raise NotFound(NOT_YET)
    if journal.is_erased(appeal):
        raise NotFound("The text was erased by the rules of storage: no letter is made of it.")
    document = _document(db.session(), appeal)
    db.session.commit()
    if is_rendered(document):
        return as_pdf(document.content or b"", f"letter-{appeal.number}.pdf")
    waiting = render_template("reception/letter_preparing.html", number=appeal.number)
    return Response(waiting, 202, {"Refresh": str(RELOAD_S)})


def _document(session: Session, appeal: Appeal) -> Document:
    document = documents.request_document(
        session, appeal, kind=DocumentKind.LETTER, language=appeal.language, now=clock()
    )
    documents.renew(document, since=letters.changed_at(session, appeal), now=clock())
    return document


@pages.post("/appeals/<number>/signature")
@requires(Role.HEAD)
def sign(number: str) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=officer)
    file = request.files.get("container")
    try:
        letters.sign(
            session, appeal, _document(session, appeal), file.stream.read() if file else b"",
            by=officer, now=clock(),
        )  # fmt: skip
    except DomainError as error:
        session.rollback()
        wrong = error.fields["container"] if isinstance(error, Invalid) else ""
        flash(say(wrong) if wrong else problems.in_words(error), "bad")
    else:
        session.commit()
        flash(say("The signature is kept beside the letter."), "good")
    return redirect(url_for("workspace.show_case", number=number, _anchor="letter"))


@pages.get("/appeals/<number>/signatures")
@requires(*HALL_STAFF)
def list_signatures(number: str) -> str:
    """What each container says of itself; the page of the case takes the list from here."""
    session, officer = db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    document = documents.find(session, appeal, DocumentKind.LETTER, appeal.language)
    digest = document.digest if document else ""
    kept = letters.signatures_of(session, appeal)
    return render_template(
        "reception/signatures.html", number=number, signatures=[_told(o, digest) for o in kept]
    )


def _told(signature: Signature, digest: str) -> dict[str, Any]:
    return {
        "kept": signature, "times": containers.stated_times(signature.content),
        "size": size_in_words(len(signature.content)),
        "of_earlier": signature.letter_digest != digest,
    }  # fmt: skip


@pages.get("/appeals/<number>/signatures/<int(max=9223372036854775807):signature_id>.cms")
@requires(*HALL_STAFF)
def give_signature(number: str, signature_id: int) -> Response:
    """A container may carry the letter itself, so that it counts as read."""
    session, officer = db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    signature = letters.signature_of(session, appeal, signature_id)
    readings.note(session, appeal, Sight.PAPER, by=officer, now=clock())
    session.commit()
    return _as_container(signature, number)


def _as_container(signature: Signature, number: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{number}.cms"'}
    return Response(signature.content, mimetype="application/pkcs7-mime", headers=named)


@pages.get("/check/<number>/<code>")
@public
def check(number: str, code: str) -> ResponseReturnValue:
    return _checked(number, code)


@pages.post("/check/<number>/<code>")
@public
def compare(number: str, code: str) -> ResponseReturnValue:
    """The file is only counted, never kept."""
    file = request.files.get("letter")
    content = file.stream.read() if file else b""
    return _checked(number, code, hashlib.sha256(content).hexdigest() if content else "")


def _checked(number: str, code: str, given: str | None = None) -> ResponseReturnValue:
    session = db.session()
    appeal = letters.by_check_code(session, number, code)
    if appeal is None:
        return render_template("reception/check.html", found=None, given=None), 404
    document = documents.find(session, appeal, DocumentKind.LETTER, appeal.language)
    return render_template(
        "reception/check.html", found=letters.facts_to_check(appeal, document), given=given,
        signatures=letters.signatures_of(session, appeal), code=code,
    )  # fmt: skip


@pages.get("/check/<number>/<code>/<int(max=9223372036854775807):signature_id>.cms")
@public
def download_signature(number: str, code: str, signature_id: int) -> ResponseReturnValue:
    session = db.session()
    appeal = letters.by_check_code(session, number, code)
    if appeal is None:
        raise NotFound("There is no such signature.")
    return _as_container(letters.signature_of(session, appeal, signature_id), number)
