"""Calls on the files of an appeal: added as base64 in JSON, given out as they are kept."""

import binascii
from base64 import b64decode

from flask import Blueprint
from flask.typing import ResponseReturnValue

from agencies import appeals, attachments
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.pages.attachments import folder, seen_file, sent
from reception import nudges
from reception.api import showing
from reception.api.bodies import File, body
from reception.api.description import described
from reception.api.shapes import AttachmentShape, AttachmentsShape
from reception.idempotency import once

pages = Blueprint("attachments", __name__)
FILES = "/appeals/<number>/attachments"


@pages.get(FILES)
@described("Files of an appeal.", answers={200: AttachmentsShape})
@requires(*HALL_STAFF)
def list_attachments(number: str) -> AttachmentsShape:
    session = db.session()
    appeal = appeals.by_number(session, number, officer=current_officer())
    return {"items": [showing.attachment(one) for one in attachments.of_appeal(session, appeal)]}


@pages.post(FILES)
@described("Add a file to an appeal.", body=File, answers={201: AttachmentShape})
@requires(*HALL_STAFF)
@once
def add_file(number: str) -> tuple[AttachmentShape, int]:
    draft, session, officer = body(File), db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=officer)
    added = attachments.attach(
        session, appeal, draft.name, _decoded(draft.content), folder=folder(), by=officer,
        now=clock(),
    )  # fmt: skip
    session.flush()
    nudges.nudge("examine_attachments")
    return showing.attachment(added), 201


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid({"content": "This is not base64."}) from None


@pages.get(f"{FILES}/<int(max=9223372036854775807):attachment_id>")
@described("The bytes of a file, once it was checked.", answers={200: bytes},
           media="application/octet-stream")  # fmt: skip
@requires(*HALL_STAFF)
def give_file(number: str, attachment_id: int) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    return sent(seen_file(session, appeal, attachment_id, officer))
