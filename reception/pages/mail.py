"""Letters by e-mail: those that wait for a clerk, one of them, and what was set aside."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies import contents
from agencies.access import current_officer, requires
from agencies.db import db
from agencies.errors import Invalid
from reception import mailbox
from reception.language import say, say_each
from reception.letter_parts import File
from reception.mailbox import LetterStatus
from reception.pages.intake import CLERKS

pages = Blueprint("mail", __name__, url_prefix="/intake/letters")
ONE = "/<int(max=9223372036854775807):letter_id>"


@pages.get("")
@requires(*CLERKS)
def show_list() -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "reception/mail/list.html", waiting=mailbox.listed(session, LetterStatus.WAITING),
        aside=mailbox.listed(session, LetterStatus.SET_ASIDE, most=50),
    )  # fmt: skip


@pages.get(ONE)
@requires(*CLERKS)
def show(letter_id: int) -> ResponseReturnValue:
    return _shown(letter_id, {})


def _shown(letter_id: int, errors: dict[str, str]) -> ResponseReturnValue:
    letter = mailbox.by_id(db.session(), letter_id)
    parts = letter.parts
    page = render_template(
        "reception/mail/one.html", letter=letter, parts=parts, errors=errors,
        files=[(file.name, _wrong_with(file)) for file in parts.files],
    )  # fmt: skip
    return (page, 422) if errors else page


def _wrong_with(file: File) -> str:
    """Why the file will not be taken; empty where it will."""
    try:
        contents.inspect(file.name, file.content)
    except Invalid as wrong:
        return say(wrong.fields["file"])
    return ""


@pages.post(f"{ONE}/set-aside")
@requires(*CLERKS)
def set_aside(letter_id: int) -> ResponseReturnValue:
    letter = mailbox.hold(db.session(), letter_id)
    reason = request.form.get("reason", "").replace("\0", "")
    try:
        mailbox.set_aside(letter, reason=reason, by=current_officer())
    except Invalid as error:
        db.session.rollback()
        return _shown(letter_id, say_each(error.fields))
    db.session.commit()
    flash(say("The letter is set aside. It can be taken up again."), "info")
    return redirect(url_for(".show_list"))


@pages.post(f"{ONE}/take-up")
@requires(*CLERKS)
def take_up(letter_id: int) -> ResponseReturnValue:
    letter = mailbox.hold(db.session(), letter_id)
    mailbox.move(letter, LetterStatus.WAITING, by=current_officer())
    db.session.commit()
    return redirect(url_for(".show", letter_id=letter_id))
