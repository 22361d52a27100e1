"""What is done with a claim: one form, one verb, one commit.

A form carries how the claim stood when it was drawn. Where somebody was faster, or the form is sent
twice, nothing happens twice: the newest state is shown with what was typed.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import (
    appeals,
    complaints,
    dossier,
    grounds,
    quality,
    redress,
    resolution,
    routing,
    setting_apart,
    tasks,
    terms,
    withdrawing,
)
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Claim
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Agency, agency_by_code
from agencies.drafting import Draft
from agencies.errors import DomainError, Invalid, NotAllowed, NotFound, TakenByAnother
from agencies.pages import hearing, pages
from agencies.pages.absences import warn_of_absence
from agencies.pages.case import Sent, draw
from agencies.pages.listing import filters
from agencies.pages.voice import nudge, say, wake
from agencies.pages.words import OF_HEADS, STEPS
from agencies.reference import labels
from agencies.staff import AGENCY_ROLES, Officer, Role

Form = dict[str, str]
Mover = Callable[[Session, Claim, Form, Officer, datetime], None]
DONE = {
    "route": "Sent to the agency.",
    "urgent": "Passed at once; the journal keeps when and why.",
    "take": "The claim is yours now.",
    "assign": "Given to the colleague.",
    "answer": "The draft waits for approval by the head.",
    "approve": "The answer is approved and given to the applicant.",
    "return": "The draft is back with the officer.",
    "apart": "Set apart as a claim of its own; the applicant is told.",
    "redirect": "Redirected; the applicant sees it with the reason.",
    "hearing": "The hearing is set; the applicant sees it.",
    "extend": "The term is extended; the applicant sees it with the reason.",
    "withdraw": "The withdrawal is recorded.",
    "close": "The claim is closed.",
    "heard": "The hearing is recorded; the applicant sees its day, form and result.",
    "documents": "The applicant is asked for what is missing.",
    "brought": "Noted; the agency sees it now.",
    "ask": "The supervisor is asked to decide. The term goes on.",
    "reopen": "The claim is open again with a new term; the applicant sees it with the reason.",
    "uphold": "The answer stands; the applicant reads why.",
    "higher": "Noted; the applicant is told which body has the complaint now.",
    "control": "The answer waits for your word.",
    "good": "The answer is found good; the head may let it leave.",
    "rework": "The answer is back with the officer.",
    "arbitrate": "Decided; the applicant sees it with the reason.",
}


def _route(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    routing.route(session, claim, to=_agency(session, form), by=by, now=now)


def _pass_at_once(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    reason = form.get("reason", "")
    routing.pass_at_once(session, claim, to=_agency(session, form), reason=reason, by=by, now=now)


def _redirect(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    reason = form.get("reason", "")
    if not form.get("agency") and not reason.strip():
        raise Invalid(
            {
                "agency": "Choose an agency.",
                "reason": "Say why this agency is not competent; the applicant reads it.",
            }
        )
    to = _agency(session, form)
    law = terms.law(session)
    routing.redirect(session, claim, to=to, reason=reason, law=law, by=by, now=now)


def _set_apart(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    """Without an agency it waits for the reception, with the suggestions of its own words."""
    to = _agency(session, form) if form.get("agency") else None
    text = form.get("text", "").replace("\r\n", "\n")
    setting_apart.set_apart(session, claim, text=text, agency=to, by=by, now=now)


def _take(_session: Session, claim: Claim, _form: Form, by: Officer, now: datetime) -> None:
    resolution.take(claim, by=by, now=now)


def _assign(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    people = tasks.colleagues(session, by, {claim.agency_id})
    chosen = [one for one in people if str(one.id) == form.get("to")]
    if not chosen:
        raise Invalid({"to": "Choose somebody of the agency that has the claim."})
    resolution.assign(session, claim, to=chosen[0], by=by, now=now)


def _answer(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    seen = form.get("version", "")
    grounds.must_be_named(form.get("outcome", ""), form.get("ground", ""))
    resolution.draft_answer(
        session, claim, **asdict(read_draft(form)), by=by, now=now,
        seen=int(seen) if seen.isdecimal() else None,
    )  # fmt: skip


def read_draft(form: Form) -> Draft:
    """The form of an answer."""
    names = ("text", "outcome", "rule", "remedy", "lesson", "ground")
    return Draft(**{name: form.get(name, "").replace("\r\n", "\n") for name in names})


def _control(_session: Session, claim: Claim, _form: Form, by: Officer, now: datetime) -> None:
    quality.take(claim, by=by, now=now)


def _find_good(_session: Session, claim: Claim, _form: Form, by: Officer, now: datetime) -> None:
    quality.find_good(claim, by=by, now=now)


def _rework(_session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    known = labels("quality_reason")
    quality.send_back(
        claim, reasons=[code for code in known if form.get(f"wanting-{code}")], known=known,
        words=form.get("words", ""), by=by, now=now,
    )  # fmt: skip


def _approve(session: Session, claim: Claim, _form: Form, by: Officer, now: datetime) -> None:
    resolution.approve(session, claim, by=by, now=now)


def _return(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    resolution.return_draft(session, claim, reason=form.get("reason", ""), by=by, now=now)


def _extend(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    until, reason = hearing.read_day(form, "until"), form.get("reason", "")
    resolution.extend(session, claim, until=until, reason=reason, by=by, now=now)


def _ask_arbitration(
    session: Session, claim: Claim, form: Form, by: Officer, now: datetime
) -> None:
    routing.ask_arbitration(session, claim, reason=form.get("reason", ""), by=by, now=now)


def _arbitrate(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    to, law = _agency(session, form), terms.law(session)
    reason = form.get("reason", "")
    routing.arbitrate(session, claim, to=to, reason=reason, law=law, by=by, now=now)


def _reopen(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    reason, law = form.get("reason", ""), terms.law(session)
    redress.reopen(session, claim, reason=reason, law=law, by=by, now=now)


def _uphold(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    redress.uphold(session, claim, explanation=form.get("explanation", ""), by=by, now=now)


def _pass_higher(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    complaints.pass_higher(session, claim, body=form.get("body", ""), by=by, now=now)


def _withdraw(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    reason = form.get("reason", "").strip()
    if not reason:
        raise Invalid({"reason": "Name the applicant's written request: its date and number."})
    withdrawing.withdraw(session, claim, reason=reason, by=by, now=now)


def _close(_session: Session, claim: Claim, _form: Form, by: Officer, now: datetime) -> None:
    resolution.close(claim, by=by, now=now)


MOVERS: dict[str, Mover] = {
    "route": _route, "urgent": _pass_at_once, "redirect": _redirect, "take": _take,
    "apart": _set_apart,
    "assign": _assign,
    "answer": _answer, "approve": _approve, "return": _return, "extend": _extend,
    "withdraw": _withdraw, "close": _close, "control": _control,
    "good": _find_good, "rework": _rework,
    "ask": _ask_arbitration, "arbitrate": _arbitrate, "reopen": _reopen, "uphold": _uphold,
    "hearing": hearing.set_day, "heard": hearing.record, "documents": hearing.ask_documents,
    "brought": hearing.note_brought, "higher": _pass_higher,
}  # fmt: skip


def _agency(session: Session, form: Form) -> Agency:
    code = form.get("agency", "")
    if not code:
        raise Invalid({"agency": "Choose an agency."})
    try:
        return agency_by_code(session, code)
    except NotFound:
        raise Invalid({"agency": "Choose an agency from the list."}) from None


@pages.post("/appeals/<number>/claims/<int:claim_id>/<any({}):verb>".format(",".join(STEPS)))
@requires(*HALL_STAFF)
def move(number: str, claim_id: int, verb: str) -> ResponseReturnValue:
    form = read_form(verb, claim_id)
    try:
        perform(number, claim_id, verb, form)
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        return draw(number, sent_back(error, claim_id, verb, form))
    db.session.commit()
    wake()
    if request.files:
        nudge("examine_attachments")
    flash(say(DONE[verb]), "good")
    if verb == "assign":
        warn_of_absence(db.session(), form.get("to", ""))
    return redirect(_next_place(number, claim_id, verb))


def _next_place(number: str, claim_id: int, verb: str) -> str:
    """A claim that went to another agency is no longer here to be looked at."""
    asked = filters(request.args)
    if verb in ("route", "urgent", "redirect") and current_officer().role in AGENCY_ROLES:
        return url_for(".show_list", **asked)
    return url_for(".show_case", number=number, **asked, _anchor=f"claim-{claim_id}")


def perform(number: str, claim_id: int, verb: str, form: Form) -> None:
    """Hold the appeal, see that it stands as the person saw it, and do the verb."""
    officer, session, now = current_officer(), db.session(), clock()
    may = officer.role in STEPS[verb].roles
    if not may and (officer.role is not Role.SUPERVISOR or verb not in OF_HEADS):
        raise NotAllowed("Your role does not take this step.")
    claim = appeals.hold_claim(session, number, claim_id, officer=officer)
    if not may and not _stands_in(session, claim, officer, verb):
        raise NotAllowed("Your role does not take this step.")
    seen = form.get("stand", "")
    if seen and seen != dossier.stand(claim, claim.appeal.journal):
        raise TakenByAnother(
            "Somebody moved this claim on after you opened it. Below is its newest state; "
            "what you typed is kept."
        )
    MOVERS[verb](session, claim, form, officer, now)


def _stands_in(session: Session, claim: Claim, officer: Officer, verb: str) -> bool:
    if verb == "assign":
        return appeals.gives_away(session, claim, officer)
    return appeals.stands_in(claim, officer)


def read_form(verb: str, claim_id: int) -> Form:
    """Values by plain name: on the page each carries its verb and claim, to be unique there."""
    prefix = f"{verb}-{claim_id}-"
    return {
        name.removeprefix(prefix): value.replace("\x00", "")
        for name, value in request.form.items()
        if name.startswith(prefix)
    }


def sent_back(error: DomainError, claim_id: int, verb: str, form: Form) -> Sent:
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: say(message) for name, message in fields.items()}
    return Sent(
        claim_id, verb, typed=form, errors=errors,
        message="" if errors else say(error.message, **error.values), status=error.status,
    )  # fmt: skip
