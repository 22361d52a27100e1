"""After registration: the number and the term, the route of each claim, the talon to take home."""

import time
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, danger, handling, readings, routing, special_data
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.directory import agency_by_code
from agencies.dossier import days_left
from agencies.errors import DomainError, Invalid, NotAllowed, NotFound, WrongStatus
from agencies.pages.articles import assumed
from agencies.pages.case import complained, offers
from agencies.pages.subjects import view_of
from agencies.pages.words import STEPS
from agencies.readings import Sight
from agencies.reference import labels
from agencies.staff import Officer
from reception import documents, nudges, papers, problems, qr
from reception.case_prints import CasePrint
from reception.documents import Document, DocumentKind
from reception.language import LANGUAGES, current, named, say, speaking

pages = Blueprint("papers", __name__, url_prefix="/appeals")
PATIENCE_S = 6.0
LOOK_EVERY_S = 0.15
RELOAD_S = 3
ROUTED = ("routed", "passed_at_once", "redirected")


@pages.get("/<number>/registered")
@requires(*HALL_STAFF)
def show_registered(number: str) -> ResponseReturnValue:
    return _registered(number)


def _registered(
    number: str, *, claim_id: int = 0, message: str = "", status: int = 200
) -> tuple[str, int]:
    officer, session = current_officer(), db.session()
    calendar = workdays(session)
    appeal = papers.readable(session, number, officer=officer)
    texts = handling.of_claims(session, appeal)
    choosable = routing.agencies_to_choose(session)
    agencies = {agency.code: agency for agency in choosable}
    hands_out = papers.hands_out(officer, appeal, now=clock())
    address = papers.tracking_address(appeal) if hands_out else ""
    return render_template(
        "reception/registered.html", appeal=appeal, wrong_claim=claim_id, message=message,
        claims=[
            {"claim": claim, "offers": offers(claim, agencies), "open": _may_route(claim, officer),
             "handling": view_of(texts.get(claim.id))}
            for claim in appeal.claims
        ],
        agencies=[("", say("Choose an agency")), *((a.code, named(a)) for a in choosable)],
        kind=named(labels("kind")[appeal.kind]),
        article=getattr(appeal.policy, f"basis_{current()}"),
        left=days_left(appeal.due_on, business_date(clock()), calendar),
        assumed=assumed(calendar, appeal.registered_on, appeal.due_on),
        overdue=appeal.due_on < business_date(clock()),
        address=address, code=qr.square(address) if address else None, hands_out=hands_out,
        **complained(session, appeal),
        proposes=not appeal.special and special_data.proposed(appeal),
        danger=danger.is_told_in(appeal.text),
    ), status  # fmt: skip


def _may_route(claim: Claim, officer: Officer) -> bool:
    step = STEPS["route"]
    return claim.status in step.states and officer.role in step.roles


@pages.post("/<number>/claims/<int:claim_id>/route")
@requires(*HALL_STAFF)
def route_claim(number: str, claim_id: int) -> ResponseReturnValue:
    """The person's choice. A choice that was made already is not made again."""
    try:
        _route(db.session(), number, claim_id, request.form.get("agency", ""))
    except NotFound:
        db.session.rollback()
        message = say("Choose an agency from the list.")
        return _registered(number, claim_id=claim_id, message=message, status=422)
    except DomainError as error:
        db.session.rollback()
        message = (
            problems.fields_in_words(error)
            if isinstance(error, Invalid)
            else problems.in_words(error)
        )
        return _registered(number, claim_id=claim_id, message=message, status=error.status)
    db.session.commit()
    nudges.wake()
    return redirect(url_for(".show_registered", number=number, _anchor=f"claim-{claim_id}"))


def _route(session: Session, number: str, claim_id: int, code: str) -> None:
    officer = current_officer()
    if officer.role not in STEPS["route"].roles:
        raise NotAllowed("Your role does not take this step.")
    appeal = appeals.hold(session, number, officer=officer)
    claim = appeals.claim_of(appeal, claim_id, officer=officer)
    agency = agency_by_code(session, code)
    sent_twice = claim.status is ClaimStatus.ROUTED and claim.agency_id == agency.id
    if not sent_twice:
        _must_be_unrouted(claim)
        routing.route(session, claim, to=agency, by=officer, now=clock())


def _must_be_unrouted(claim: Claim) -> None:
    if claim.status is not ClaimStatus.REGISTERED:
        raise WrongStatus("The claim was sent already. To send it elsewhere, redirect it.")


@pages.get("/<number>/talon")
@requires(*HALL_STAFF)
def show_talon(number: str) -> ResponseReturnValue:
    """In the language of the appeal, unless another is asked for."""
    appeal, session, officer = _appeal(number), db.session(), current_officer()
    page = _talon(appeal, with_link=papers.hands_out(officer, appeal, now=clock()))
    readings.note(session, appeal, Sight.PAPER, by=officer, now=clock())
    session.commit()
    return page


def _talon(appeal: Appeal, *, with_link: bool, error: str = "") -> str:
    language = language_of_paper(appeal)
    talon = papers.talon_of(db.session(), appeal, language)
    with speaking(language):
        return render_template(
            "reception/talon.html", talon=talon if with_link else papers.without_link(talon),
            hands_out=papers.hands_out(current_officer(), appeal, now=clock()),
            reprints=bool(talon.address) and not with_link, error=say(error) if error else "",
        )  # fmt: skip


@pages.post("/<number>/talon")
@requires(*HALL_STAFF)
def reprint_talon(number: str) -> ResponseReturnValue:
    """With the link, by POST, so that no address and no history of the browser opens it again."""
    session, officer, appeal = db.session(), current_officer(), _appeal(number)
    appeals.lock(session, appeal)
    try:
        readings.reprint(
            session, appeal, reason=request.form.get("reason", "").replace("\x00", ""),
            by=officer, now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _talon(_appeal(number), with_link=False, error=error.fields["reason"]), 422
    page = Response(_talon(appeal, with_link=True), headers={"Cache-Control": "no-store"})
    session.commit()
    return page


@pages.get("/<number>/talon.pdf")
@requires(*HALL_STAFF)
def talon_pdf(number: str) -> ResponseReturnValue:
    """Made by a worker; the page waits a little, and then says that it is on its way.

    It carries the link; whoever may not hand that out is led to the page that asks for a reason.
    """
    appeal = _appeal(number)
    language = language_of_paper(appeal)
    if not papers.hands_out(current_officer(), appeal, now=clock()):
        return redirect(url_for(".show_talon", number=number, lang=language))
    moved = _last_move(appeal)
    document = documents.request_document(
        db.session(), appeal, kind=DocumentKind.TALON, language=language, now=clock()
    )
    documents.renew(document, since=moved, now=clock())
    db.session.commit()
    if is_rendered(document):
        return as_pdf(document.content or b"", f"talon-{number}-{language}.pdf")
    waiting = render_template("reception/preparing.html", number=number)
    return Response(waiting, 202, {"Refresh": str(RELOAD_S)})


def _appeal(number: str) -> Appeal:
    return papers.readable(db.session(), number, officer=current_officer())


def language_of_paper(appeal: Appeal) -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else appeal.language


def _last_move(appeal: Appeal) -> datetime | None:
    """When a claim last changed its agency: an older paper names the wrong one."""
    moves = [entry.at for entry in appeal.journal if entry.kind in ROUTED]
    return max(moves, default=None)


def is_rendered(document: Document | CasePrint) -> bool:
    """True as soon as a worker has kept the paper. Each look is a transaction of its own."""
    if _is_ready(document):
        return True
    nudges.nudge("render_documents")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        db.session.rollback()
        if _is_ready(document):
            return True
        time.sleep(LOOK_EVERY_S)
    return False


def _is_ready(document: Document | CasePrint) -> bool:
    return document.rendered_at is not None


def as_pdf(content: bytes, name: str) -> Response:
    shown = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=shown)
