"""Calls on what an agency asks of the applicant before it decides: a view, and missing papers."""

from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from agencies import attachments, hearings, minutes, terms
from agencies.access import requires
from agencies.appeals import Claim
from agencies.db import db
from agencies.errors import Invalid, NotFound
from agencies.minutes import Minutes
from agencies.staff import Role
from reception.api.bodies import Brought, Documents, Heard, Hearing, body
from reception.api.description import described
from reception.api.holding import AGENCY_STAFF, CLAIM, Answered, act, held
from reception.api.shapes import ClaimShape
from reception.idempotency import once

pages = Blueprint("hearings", __name__)
TAKERS = (*AGENCY_STAFF, Role.CLERK, Role.SUPERVISOR)
"""Whoever papers are brought to."""


@pages.post(f"{CLAIM}/hearing")
@described("Tell the preliminary decision and the day of the hearing.", body=Hearing,
           answers={200: ClaimShape})  # fmt: skip
@requires(*AGENCY_STAFF)
@once
def hear_claim(number: str, claim_id: int) -> Answered:
    draft, session, claim = body(Hearing), db.session(), held(number, claim_id)
    words = draft.model_dump() | {"law": terms.law(session)}
    return act(claim, hearings.hear, session, **words)


@pages.post(f"{CLAIM}/heard")
@described("Record a hearing: who was heard, how, and what came of it.", body=Heard,
           answers={200: ClaimShape})  # fmt: skip
@requires(*AGENCY_STAFF, Role.CLERK)
@once
def record_heard(number: str, claim_id: int) -> Answered:
    draft, session, claim = body(Heard), db.session(), held(number, claim_id)
    told = {name: getattr(draft, name) or "" for name in ("came", "way", "result", "protocol")}
    recording = _recording(session, claim, draft.recording)
    written = Minutes(**told, recording=recording, waived=draft.waived)

    def record(session: Session, claim: Claim, **who: Any) -> None:
        minutes.record(session, claim, written, **who)

    return act(claim, record, session)


def _recording(session: Session, claim: Claim, attachment_id: int | None) -> str:
    if attachment_id is None:
        return ""
    try:
        return attachments.one_of(session, claim.appeal, attachment_id).digest
    except NotFound as missing:
        raise Invalid({"recording": missing.message}) from None


@pages.post(f"{CLAIM}/documents")
@described("Ask the applicant for what is missing, with a day inside the term.", body=Documents,
           answers={200: ClaimShape})  # fmt: skip
@requires(*AGENCY_STAFF)
@once
def ask_documents(number: str, claim_id: int) -> Answered:
    draft, session, claim = body(Documents), db.session(), held(number, claim_id)
    words = draft.model_dump() | {"law": terms.law(session)}
    return act(claim, hearings.ask_documents, session, **words)


@pages.post(f"{CLAIM}/brought")
@described("Note what the applicant brought; its files are added to the appeal.", body=Brought,
           answers={200: ClaimShape})  # fmt: skip
@requires(*TAKERS)
@once
def note_brought(number: str, claim_id: int) -> Answered:
    draft, claim = body(Brought), held(number, claim_id)
    return act(claim, hearings.take_documents, db.session(), words=draft.words)
