"""Writing an answer together: the text kept at each pause, templates, what others had written."""

from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, drafting, replies
from agencies.access import current_officer, requires
from agencies.appeals import Claim, ClaimStatus
from agencies.appeals.moves import must_be
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.drafting import Draft
from agencies.errors import DomainError, TakenByAnother
from agencies.pages import pages
from agencies.pages.case import draw
from agencies.pages.listing import filters
from agencies.pages.moves import read_draft, read_form, sent_back
from agencies.pages.voice import reason, say
from agencies.staff import Officer, Role

CLAIM = "/appeals/<number>/claims/<int(max=9223372036854775807):claim_id>"


@pages.post(f"{CLAIM}/draft")
@requires(Role.OFFICER, Role.HEAD)
def keep_draft(number: str, claim_id: int) -> ResponseReturnValue:
    """Sent from beside the form (`X-Background`) it says how it went, else the case comes again."""
    session, officer, beside = db.session(), current_officer(), "X-Background" in request.headers
    form = read_form("answer", claim_id)
    claim = appeals.hold_claim(session, number, claim_id, officer=officer)
    try:
        _keep(session, claim, form, officer, clock())
    except DomainError as error:
        session.rollback()
        if beside:
            return _state(claim, error), error.status
        return draw(number, sent_back(error, claim_id, "answer", form))
    session.commit()
    if beside:
        return _state(claim)
    flash(say("The draft is kept; colleagues of your agency see it."), "good")
    return _back(number, claim_id)


def _state(claim: Claim, error: DomainError | None = None) -> str:
    """How the shared draft stands, for the form beside which it is shown."""
    return render_template(
        "agencies/_draft_state.html", claim=claim, taken=isinstance(error, TakenByAnother),
        refused=reason(error) if error else "",
    )  # fmt: skip


def _keep(
    session: Session, claim: Claim, form: dict[str, str], officer: Officer, now: datetime
) -> None:
    seen = form.get("version", "")
    codes = {name: form.get(name, "")[:32] for name in ("outcome", "ground")}
    drafting.keep(
        session, claim, read_draft(form | codes),
        seen=int(seen) if seen.isdecimal() else -1, by=officer, now=now,
    )  # fmt: skip


@pages.get(f"{CLAIM}/writing")
@requires(Role.OFFICER, Role.HEAD)
def show_writing(number: str, claim_id: int) -> str:
    """Templates that fit the claim, filled in, and texts that colleagues had written before."""
    session, officer, today = db.session(), current_officer(), business_date(clock())
    appeal = appeals.by_number(session, number, officer=officer)
    claim = appeals.claim_of(appeal, claim_id, officer=officer)
    return render_template(
        "agencies/writing.html", number=number, claim=claim, language=appeal.language,
        offers=[
            (template, replies.filled(template.newest.text, claim, today=today))
            for template in replies.offered(session, claim)
        ],
        turns=drafting.turns(session, claim), may_write=claim.status is ClaimStatus.IN_WORK,
    )  # fmt: skip


@pages.post(f"{CLAIM}/writing/<int(max=9223372036854775807):template_id>")
@requires(Role.OFFICER, Role.HEAD)
def use_reply(number: str, claim_id: int, template_id: int) -> ResponseReturnValue:
    """The filled text is put after what stands in the draft already."""
    session, officer, now = db.session(), current_officer(), clock()
    claim = appeals.hold_claim(session, number, claim_id, officer=officer)
    must_be(claim, ClaimStatus.IN_WORK)
    template = replies.one_of(session, template_id, officer=officer)
    words = replies.filled(template.newest.text, claim, today=business_date(now))
    text = "\n\n".join(part for part in (claim.draft.rstrip(), words) if part)
    drafting.write(session, claim, replace(Draft.of(claim), text=text), by=officer, now=now)
    session.commit()
    return _back(number, claim_id)


def _back(number: str, claim_id: int) -> ResponseReturnValue:
    asked = filters(request.args)
    return redirect(url_for(".show_case", number=number, **asked, _anchor=f"answer-{claim_id}"))
