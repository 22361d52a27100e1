"""Joint work on a case: notes for colleagues, opinions of other agencies, and questions to ours."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import appeals, dossier, joint_work, routing, tasks
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal, Claim
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import agency_by_code
from agencies.errors import DomainError, Invalid, NotFound
from agencies.pages import pages
from agencies.pages.case import Sent
from agencies.pages.hearing import read_day
from agencies.pages.moves import Form, Mover, read_form, sent_back
from agencies.pages.voice import named, say, wake
from agencies.staff import AGENCY_ROLES, Officer, Role
from agencies.tasks import ClaimTask

CASE = "/appeals/<number>/joint-work"
CLAIM = f"{CASE}/<int(max=9223372036854775807):claim_id>"


@dataclass(frozen=True)
class Shared:
    """One claim with what belongs to it."""

    claim: Claim
    agency: str
    notes: list[joint_work.InternalNote] = field(default_factory=list)
    opinions: list[joint_work.OpinionRequest] = field(default_factory=list)
    tasks: list[ClaimTask] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    """To whom a task may be given: key and name."""


@pages.get(CASE)
@requires(*HALL_STAFF)
def show_joint_work(number: str) -> ResponseReturnValue:
    return _draw(number)


def _draw(number: str, sent: Sent | None = None) -> ResponseReturnValue:
    sent, session, officer = sent or Sent(), db.session(), current_officer()
    appeal = appeals.by_number(session, number, officer=officer)
    choosable = routing.agencies_to_choose(session)
    return render_template(
        "agencies/joint.html", appeal=appeal, number=number, sent=sent,
        shared=shared_of(session, appeal, officer), today=business_date(clock()),
        may_ask=officer.role in AGENCY_ROLES, may_finish=lambda t: tasks.may_finish(t, officer),
        agencies=[("", say("Choose an agency")), *(
            (a.code, named(a)) for a in choosable if a.id != officer.agency_id
        )],
    ), sent.status  # fmt: skip


def shared_of(session: Session, appeal: Appeal, officer: Officer) -> list[Shared]:
    """An agency reads the joint work on its own claims only."""
    own = [claim for claim in appeal.claims if dossier.is_own(claim, officer)]
    notes, opinions = joint_work.notes_of(session, own), joint_work.opinions_of(session, own)
    given = tasks.of_claims(session, own)
    people = tasks.colleagues(session, officer, {claim.agency_id for claim in own})
    return [
        Shared(
            claim, named(claim.agency), [n for n in notes if n.claim_id == claim.id],
            [o for o in opinions if o.claim_id == claim.id],
            [t for t in given if t.claim_id == claim.id],
            [(str(p.id), p.name) for p in people if tasks.sees(session, p, claim)],
        )
        for claim in own
    ]  # fmt: skip


@pages.post(f"{CLAIM}/note")
@requires(*HALL_STAFF)
def add_note(number: str, claim_id: int) -> ResponseReturnValue:
    return _add(number, claim_id, "note", _note, say("The note is kept."))


@pages.post(f"{CLAIM}/task")
@requires(*HALL_STAFF)
def add_task(number: str, claim_id: int) -> ResponseReturnValue:
    return _add(number, claim_id, "task", _give, say("The task is given."))


@pages.post(f"{CLAIM}/opinion")
@requires(Role.OFFICER, Role.HEAD)
def ask_opinion(number: str, claim_id: int) -> ResponseReturnValue:
    said = say("The agency is asked. The term goes on meanwhile.")
    return _add(number, claim_id, "opinion", _ask, said)


def _add(number: str, claim_id: int, what: str, mover: Mover, said: str) -> ResponseReturnValue:
    session, officer, form = db.session(), current_officer(), read_form(what, claim_id)
    claim = appeals.hold_claim(session, number, claim_id, officer=officer)
    try:
        mover(session, claim, form, officer, clock())
    except DomainError as error:
        session.rollback()
        return _draw(number, sent_back(error, claim_id, what, form))
    session.commit()
    wake()
    flash(said, "good")
    return redirect(url_for(".show_joint_work", number=number, _anchor=f"claim-{claim_id}"))


def _note(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    joint_work.add_note(session, claim, words=form.get("words", ""), by=by, now=now)


def _give(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    people = tasks.colleagues(session, by, {claim.agency_id})
    chosen = [one for one in people if str(one.id) == form.get("to")]
    if not chosen:
        raise Invalid({"to": "Choose a colleague who may see this claim."})
    due_on, words = read_day(form, "due_on"), form.get("words", "")
    tasks.add(session, claim, to=chosen[0], words=words, due_on=due_on, by=by, now=now)


def _ask(session: Session, claim: Claim, form: Form, by: Officer, now: datetime) -> None:
    try:
        agency = agency_by_code(session, form.get("agency", ""))
    except NotFound:
        raise Invalid({"agency": "Choose an agency from the list."}) from None
    until, question = read_day(form, "until"), form.get("question", "")
    joint_work.ask_opinion(
        session, claim, of=agency, question=question, until=until, by=by, now=now
    )


@pages.get("/questions")
@requires(Role.OFFICER, Role.HEAD)
def show_questions() -> ResponseReturnValue:
    return _draw_questions()


def _draw_questions(sent: Sent | None = None) -> ResponseReturnValue:
    sent, officer = sent or Sent(), current_officer()
    return render_template(
        "agencies/questions.html", sent=sent, today=business_date(clock()),
        questions=joint_work.questions_to(db.session(), officer),
    ), sent.status  # fmt: skip


@pages.post("/questions/<int(max=9223372036854775807):request_id>")
@requires(Role.OFFICER, Role.HEAD)
def give_opinion(request_id: int) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    form = read_form("answer", request_id)
    asked = joint_work.question_to(session, request_id, officer=officer)
    appeals.lock(session, asked.claim.appeal)
    session.refresh(asked)
    try:
        joint_work.give_opinion(
            session, asked, answer=form.get("answer", ""), by=officer, now=clock()
        )
    except DomainError as error:
        session.rollback()
        return _draw_questions(sent_back(error, request_id, "answer", form))
    session.commit()
    wake()
    flash(say("Your opinion is given."), "good")
    return redirect(url_for(".show_questions"))
