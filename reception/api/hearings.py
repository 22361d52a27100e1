"""Calls on what an agency asks of the applicant before it decides: a view, and missing papers."""

from flask import Blueprint

from agencies import hearings, terms
from agencies.access import requires
from agencies.db import db
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
@described("Record the applicant's view of the preliminary decision.", body=Heard,
           answers={200: ClaimShape})  # fmt: skip
@requires(*AGENCY_STAFF, Role.CLERK)
@once
def record_heard(number: str, claim_id: int) -> Answered:
    draft, claim = body(Heard), held(number, claim_id)
    return act(claim, hearings.record_view, db.session(), view=draft.view)


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
