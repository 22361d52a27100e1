"""Calls of those who judge: who is competent, whether an answer is good, whether it stands."""

from flask import Blueprint

from agencies import complaints, quality, redress, routing, terms
from agencies.access import requires
from agencies.db import db
from agencies.errors import Invalid
from agencies.reference import labels
from agencies.staff import Role
from reception.api.bodies import Explanation, Higher, Nothing, Reason, Redirect, Rework, body
from reception.api.description import described
from reception.api.holding import AGENCY_STAFF, CLAIM, Answered, act, agency_named, held
from reception.api.shapes import ClaimShape
from reception.idempotency import once

pages = Blueprint("judging", __name__)
REVIEWERS = (Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
ARBITERS = tuple(sorted(routing.ARBITERS))


@pages.post(f"{CLAIM}/ask")
@described("Ask the supervisor who is competent; the term goes on.", body=Reason,
           answers={200: ClaimShape})  # fmt: skip
@requires(*AGENCY_STAFF)
@once
def ask_arbitration(number: str, claim_id: int) -> Answered:
    draft, claim = body(Reason), held(number, claim_id)
    return act(claim, routing.ask_arbitration, db.session(), reason=draft.reason)


@pages.post(f"{CLAIM}/arbitrate")
@described("Decide who is competent: the claim stays, or goes on with a new term.", body=Redirect,
           answers={200: ClaimShape})  # fmt: skip
@requires(*ARBITERS)
@once
def arbitrate_claim(number: str, claim_id: int) -> Answered:
    draft, session, claim = body(Redirect), db.session(), held(number, claim_id)
    to, law = agency_named(session, draft.agency), terms.law(session)
    return act(claim, routing.arbitrate, session, to=to, reason=draft.reason, law=law)


@pages.post(f"{CLAIM}/higher")
@described("Note to which higher body a complaint went with its case; the term goes on.",
           body=Higher, answers={200: ClaimShape})  # fmt: skip
@requires(Role.CLERK, Role.SUPERVISOR, *AGENCY_STAFF)
@once
def pass_claim_higher(number: str, claim_id: int) -> Answered:
    draft, claim = body(Higher), held(number, claim_id)
    return act(claim, complaints.pass_higher, db.session(), body=draft.body)


@pages.post(f"{CLAIM}/reopen")
@described("Open an answered claim again with a new term, as another person than who decided.",
           body=Reason, answers={200: ClaimShape})  # fmt: skip
@requires(*REVIEWERS)
@once
def reopen_claim(number: str, claim_id: int) -> Answered:
    draft, session, claim = body(Reason), db.session(), held(number, claim_id)
    law = terms.law(session)
    return act(claim, redress.reopen, session, reason=draft.reason, law=law)


@pages.post(f"{CLAIM}/uphold")
@described("Let the answer stand after a review, with the explanation that the applicant reads.",
           body=Explanation, answers={200: ClaimShape})  # fmt: skip
@requires(*REVIEWERS)
@once
def uphold_claim(number: str, claim_id: int) -> Answered:
    draft, claim = body(Explanation), held(number, claim_id)
    return act(claim, redress.uphold, db.session(), explanation=draft.explanation)


@pages.post(f"{CLAIM}/control")
@described("Take an answer for quality control before it leaves.", body=Nothing,
           answers={200: ClaimShape})  # fmt: skip
@requires(*quality.CONTROLLERS)
@once
def control_claim(number: str, claim_id: int) -> Answered:
    body(Nothing)
    return act(held(number, claim_id), quality.take)


@pages.post(f"{CLAIM}/good")
@described("Find the answer under one's own control good; the head may let it leave.",
           body=Nothing, answers={200: ClaimShape})  # fmt: skip
@requires(*quality.CONTROLLERS)
@once
def pass_claim(number: str, claim_id: int) -> Answered:
    body(Nothing)
    return act(held(number, claim_id), quality.find_good)


@pages.post(f"{CLAIM}/rework")
@described("Return the answer under one's own control to the officer, with what is wanting.",
           body=Rework, answers={200: ClaimShape})  # fmt: skip
@requires(*quality.CONTROLLERS)
@once
def rework_claim(number: str, claim_id: int) -> Answered:
    draft, claim, known = body(Rework), held(number, claim_id), labels("quality_reason")
    if set(draft.reasons) - set(known):
        raise Invalid({"reasons": "Choose what is wanting."})
    return act(claim, quality.send_back, reasons=draft.reasons, known=known, words=draft.words)
