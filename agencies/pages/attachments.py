"""Files of a case: added on its page, opened by those who may open the case."""

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, attachments, readings
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.attachments import Attachment
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.listing import filters
from agencies.pages.voice import nudge, say
from agencies.readings import Sight
from agencies.staff import Officer

ALONE = "default-src 'none'; sandbox"
"""Nothing inside a file may act as a page of ours."""


def folder() -> Path:
    kept: Path = current_app.config["SETTINGS"].data
    return kept


@pages.post("/appeals/<number>/attachments")
@requires(*HALL_STAFF)
def add_attachment(number: str) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=officer)
    refused = add_sent(session, appeal, by=officer)
    session.commit()
    nudge("examine_attachments")
    for line in refused:
        flash(line, "bad")
    asked = filters(request.args)
    return redirect(url_for(".show_case", number=number, **asked, _anchor="files"))


def add_sent(session: Session, appeal: Appeal, *, by: Officer) -> list[str]:
    """Adds every file of the form under `files`; a refused one is told of and stops no other."""
    refused = []
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        content = file.stream.read()
        try:
            attachments.attach(
                session, appeal, file.filename, content, folder=folder(), by=by, now=clock()
            )
        except Invalid as wrong:
            name, why = attachments.plain_name(file.filename), say(wrong.fields["file"])
            refused.append(say("“%(name)s” was not added. %(why)s", name=name, why=why))
    return refused


@pages.get("/appeals/<number>/attachments/<int(max=9223372036854775807):attachment_id>")
@requires(*HALL_STAFF)
def open_attachment(number: str, attachment_id: int) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    return sent(seen_file(session, appeal, attachment_id, officer))


def seen_file(session: Session, appeal: Appeal, attachment_id: int, officer: Officer) -> Attachment:
    """The file, with the record that it was opened; committed before it is given out."""
    found = attachments.one_of(session, appeal, attachment_id)
    readings.note(session, appeal, Sight.FILE, by=officer, now=clock())
    session.commit()
    return found


def sent(attachment: Attachment) -> Response:
    """To be saved, never shown by the browser as a page of ours."""
    content: Any = BytesIO(attachments.read(attachment, folder=folder()))
    answer = send_file(
        content, mimetype=attachment.media, as_attachment=True, download_name=attachment.name,
        etag=False,
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cache-Control"] = "no-store"
    return answer
