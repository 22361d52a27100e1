"""Calls on appeals: registering one, finding those one may see, and the way of each claim."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint
from sqlalchemy.orm import Session

from agencies import (
    appeals,
    leading,
    readings,
    redress,
    resolution,
    routing,
    setting_apart,
    staff,
    terms,
    withdrawing,
)
from agencies.access import HALL_STAFF, current_base, current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.readings import Sight
from agencies.staff import Officer, Role
from reception import intake
from reception.api import showing
from reception.api.bodies import (
    Answer,
    AppealsQuery,
    Assign,
    Extend,
    Nothing,
    Reason,
    Redirect,
    Route,
    SetApart,
    body,
    query,
)
from reception.api.description import described
from reception.api.holding import AGENCY_STAFF, CLAIM, Answered, act, agency_named, held
from reception.api.listing import page_of
from reception.api.shapes import AppealShape, AppealsShape, ClaimShape, RegisteredShape
from reception.drafts import AppealDraft, ApplicantDraft
from reception.idempotency import once
from reception.keyring import keys

pages = Blueprint("appeals", __name__)
ROUTERS = (Role.CLERK, Role.SUPERVISOR, Role.ADMIN, Role.HEAD)
REDIRECTORS = (Role.OFFICER, Role.HEAD, Role.SUPERVISOR, Role.CLERK)
JUDGES = (Role.HEAD, Role.SUPERVISOR)
"""The supervisor in the place of a head who is complained of; the verbs see to it."""
ENDERS = (Role.CLERK, Role.SUPERVISOR, Role.OFFICER, Role.HEAD)


@pages.post("/appeals")
@described("Register an appeal.", body=AppealDraft, answers={201: RegisteredShape})
@requires(*HALL_STAFF)
@once
def register_appeal() -> Answered:
    draft, session, by, now = body(AppealDraft), db.session(), current_officer(), clock()
    chosen = intake.chosen_agencies(session, draft)
    law = terms.law(session)
    with _told_by_place():
        done = intake.register(session, draft, law=law, keys=keys(), by=by, now=now)
    for claim in done.appeal.claims:
        if claim.ordinal in chosen:
            with intake.told_at(agency=f"claims.{claim.ordinal - 1}.agency"):
                routing.route(session, claim, to=chosen[claim.ordinal], by=by, now=now)
    return showing.registered(done, base=current_base()), 201


@contextmanager
def _told_by_place() -> Iterator[None]:
    """The register knows a person's fields by their bare names; a caller sent them nested."""
    try:
        yield
    except Invalid as wrong:
        nested = ApplicantDraft.model_fields
        places = {f"applicant.{f}" if f in nested else f: m for f, m in wrong.fields.items()}
        raise Invalid(places) from None


@pages.get("/appeals")
@described(
    "Appeals that the caller may see, newest first, fifty a page.",
    query=AppealsQuery,
    answers={200: AppealsShape},
)
@requires(*HALL_STAFF)
def list_appeals() -> AppealsShape:
    return page_of(
        db.session(), query(AppealsQuery), officer=current_officer(), today=business_date(clock())
    )


@pages.get("/appeals/<number>")
@described(
    "One appeal with its claims; numbers of persons in the texts are masked.",
    answers={200: AppealShape},
)
@requires(*HALL_STAFF)
def show_appeal(number: str) -> AppealShape:
    session, officer, now = db.session(), current_officer(), clock()
    found = appeals.by_number(session, number, officer=officer)
    reply = leading.reply_of(session, found) if leading.is_joint(found) else None
    judged = redress.judged(session, found)
    shown = showing.appeal(found, reply, judged, today=business_date(now))
    readings.note(session, found, Sight.CASE, by=officer, now=now)
    session.commit()
    return shown


@pages.post(f"{CLAIM}/route")
@described("Send the claim to the competent agency.", body=Route, answers={200: ClaimShape})
@requires(*ROUTERS)
@once
def route_claim(number: str, claim_id: int) -> Answered:
    session, draft = db.session(), body(Route)
    claim = held(number, claim_id)
    return act(claim, routing.route, session, to=agency_named(session, draft.agency))


@pages.post(f"{CLAIM}/urgent")
@described("Pass on at once the news of an offence or a threat.", body=Redirect,
           answers={200: ClaimShape})  # fmt: skip
@requires(*ROUTERS)
@once
def pass_claim_at_once(number: str, claim_id: int) -> Answered:
    session, draft, claim = db.session(), body(Redirect), held(number, claim_id)
    to = agency_named(session, draft.agency)
    return act(claim, routing.pass_at_once, session, to=to, reason=draft.reason)


@pages.post(f"{CLAIM}/redirect")
@described("Send the claim on to another agency, with the reason.", body=Redirect,
           answers={200: ClaimShape})  # fmt: skip
@requires(*REDIRECTORS)
@once
def redirect_claim(number: str, claim_id: int) -> Answered:
    session, draft = db.session(), body(Redirect)
    claim, to = held(number, claim_id), agency_named(db.session(), draft.agency)
    law = terms.law(session)
    return act(claim, routing.redirect, session, to=to, reason=draft.reason, law=law)


@pages.post(f"{CLAIM}/set-apart")
@described("Make a second matter of the claim a claim of its own, with the same term.",
           body=SetApart, answers={201: ClaimShape})  # fmt: skip
@requires(*REDIRECTORS)
@once
def set_claim_apart(number: str, claim_id: int) -> Answered:
    session, draft, claim = db.session(), body(SetApart), held(number, claim_id)
    new = setting_apart.set_apart(
        session, claim, text=draft.text, subject=draft.subject, by=current_officer(), now=clock(),
        agency=agency_named(session, draft.agency) if draft.agency else None,
    )  # fmt: skip
    session.flush()
    return showing.claim(new, None, today=business_date(clock())), 201


@pages.post(f"{CLAIM}/take")
@described("Become the officer responsible for the claim.", body=Nothing, answers={200: ClaimShape})
@requires(*AGENCY_STAFF)
@once
def take_claim(number: str, claim_id: int) -> Answered:
    body(Nothing)
    return act(held(number, claim_id), resolution.take)


@pages.post(f"{CLAIM}/assign")
@described("Give the claim to an officer of its agency.", body=Assign, answers={200: ClaimShape})
@requires(*JUDGES)
@once
def assign_claim(number: str, claim_id: int) -> Answered:
    session, draft, claim = db.session(), body(Assign), held(number, claim_id)
    with intake.told_at(to="officer"):
        return act(claim, resolution.assign, session, to=_colleague(session, draft.officer))


def _colleague(session: Session, login: str) -> Officer:
    found = staff.colleague_by_login(session, login)
    if found is None:
        raise Invalid({"to": "Choose somebody of the agency that has the claim."})
    return found


@pages.post(f"{CLAIM}/extend")
@described("Lengthen the term, with the reason.", body=Extend, answers={200: ClaimShape})
@requires(*JUDGES)
@once
def extend_claim(number: str, claim_id: int) -> Answered:
    draft = body(Extend)
    claim = held(number, claim_id)
    return act(claim, resolution.extend, db.session(), until=draft.until, reason=draft.reason)


@pages.post(f"{CLAIM}/answer")
@described("Put an answer before the head of the agency.", body=Answer, answers={200: ClaimShape})
@requires(*AGENCY_STAFF)
@once
def answer_claim(number: str, claim_id: int) -> Answered:
    draft, claim = body(Answer), held(number, claim_id)
    told = draft.model_dump() | {"ground": draft.ground or ""}
    return act(claim, resolution.draft_answer, db.session(), **told)


@pages.post(f"{CLAIM}/approve")
@described("Let the answer leave; never one's own.", body=Nothing, answers={200: ClaimShape})
@requires(*JUDGES)
@once
def approve_claim(number: str, claim_id: int) -> Answered:
    body(Nothing)
    return act(held(number, claim_id), resolution.approve, db.session())


@pages.post(f"{CLAIM}/return")
@described("Give the draft back with what has to be mended.", body=Reason,
           answers={200: ClaimShape})  # fmt: skip
@requires(*JUDGES)
@once
def return_claim(number: str, claim_id: int) -> Answered:
    draft, claim = body(Reason), held(number, claim_id)
    return act(claim, resolution.return_draft, db.session(), reason=draft.reason)


@pages.post(f"{CLAIM}/withdraw")
@described("The applicant takes the claim back.", body=Reason, answers={200: ClaimShape})
@requires(*ENDERS)
@once
def withdraw_claim(number: str, claim_id: int) -> Answered:
    draft = body(Reason)
    claim = held(number, claim_id)
    return act(claim, withdrawing.withdraw, db.session(), reason=draft.reason)


@pages.post(f"{CLAIM}/close")
@described("Nothing is left to do after the answer.", body=Nothing, answers={200: ClaimShape})
@requires(*ENDERS)
@once
def close_claim(number: str, claim_id: int) -> Answered:
    body(Nothing)
    return act(held(number, claim_id), resolution.close)
