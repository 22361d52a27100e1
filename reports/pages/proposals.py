"""The register of proposals: what the city asked to be changed, and what became of it.

Open to everybody from the moment a proposal stands on the council's agenda; staff see the drafts.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from agencies.access import current_officer, public, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer, Role
from reception import nudges
from reception.language import current, day_and_time, in_words, say, say_each
from reports import (
    cause_tables,
    comments,
    comparison,
    dossier,
    evidence,
    evidence_tables,
    meetings,
    origins,
    proposal_steps,
    proposals,
    recommendations,
    sheets,
    uncoded,
)
from reports.causes import CODERS
from reports.fields import Field, Sent, in_three, options
from reports.pages.archive import XLSX
from reports.proposal_steps import WRITERS, Step
from reports.proposals import Proposal
from reports.states import said, tone
from reports.wording import Words

pages = Blueprint("proposals", __name__, url_prefix="/proposals", template_folder="../templates")
INSIDERS = (Role.ANALYST, Role.ADMIN, Role.SUPERVISOR, Role.HEAD, Role.COUNCIL)
ACTORS = (Role.ANALYST, Role.ADMIN, Role.SUPERVISOR, Role.HEAD, Role.COUNCIL)


@pages.get("")
@public
def register() -> ResponseReturnValue:
    found = proposals.all_of(db.session(), public_only=not _insider())
    lines = [_line(one) for one in found]
    officer = _insider()
    may_open = officer is not None and officer.role in (*WRITERS, Role.COUNCIL)
    waiting = uncoded.awaiting(db.session(), officer) if officer else []
    return render_template(
        "reports/proposals.html", lines=lines, may_open=may_open, language=current(),
        to_code=waiting,
    )  # fmt: skip


@pages.get("/register.json")
@public
def register_json() -> ResponseReturnValue:
    """The public register for whoever counts: numbers, titles, states, days."""
    return {"items": [_public(one) for one in proposals.all_of(db.session(), public_only=True)]}


@pages.route("/new", methods=["GET", "POST"])
@requires(*WRITERS, Role.COUNCIL)
def open_new() -> ResponseReturnValue:
    """By hand, or from an alert or a failed step (`?from=`), whose name its title begins as."""
    begun = request.args.get("from", "")
    try:
        origin = origins.read(db.session(), begun) if begun else None
    except Invalid as error:
        return _form(say("A new idea"), _titles({}), error)
    fields = _titles(origin.title if origin else {})
    if request.method == "GET":
        return _form(say("A new idea"), fields)
    title = {code: request.form.get(f"title_{code}", "") for code in proposals.LANGUAGES}
    try:
        made = proposals.open_idea(
            db.session(), title=title, origin=begun, by=current_officer(), now=clock()
        )
    except Invalid as error:
        db.session.rollback()
        return _form(say("A new idea"), fields, error)
    db.session.commit()
    return redirect(url_for(".show", number=made.number))


def _titles(begun: dict[str, str]) -> list[Field]:
    return in_three("title", say("What should change"), begun, "text")


@pages.get("/<number>")
@public
def show(number: str) -> ResponseReturnValue:
    return _page(_visible(number), {}), 200


@pages.post("/<number>/comments")
@requires(Role.COUNCIL, *WRITERS)
def comment(number: str) -> ResponseReturnValue:
    """What was refused stays in its box."""
    session, proposal = db.session(), _visible(number)
    words = request.form.get("words", "")
    try:
        comments.say(session, proposal, words=words, by=current_officer(), now=clock())
    except Invalid as error:
        session.rollback()
        return _page(_visible(number), say_each(error.fields)), error.status
    session.commit()
    flash(say("Your comment is kept. The council and the house read it."), "good")
    return redirect(url_for(".show", number=number))


def _page(proposal: Proposal, errors: dict[str, str]) -> str:
    told = dossier.tell(db.session(), proposal, current())
    officer = _insider()
    steps = proposal_steps.offered(proposal, officer) if officer else {}
    return render_template(
        "reports/proposal.html", told=told, proposal=proposal, tone=tone(proposal.status),
        steps=[(name, say(step.label), step.fields is not None) for name, step in steps.items()],
        lack=_lack(proposal, freezing="freeze" in steps),
        votes=_votes(proposal, told.votes, officer),
        begun=_begun(proposal, officer), drops=_drops(proposal, officer),
        said_of=_comments(proposal, officer), chosen=_chosen(proposal, officer),
        errors=errors, typed=request.form,
        may_code=officer is not None and officer.role in CODERS,
        may_comment=officer is not None and officer.role in (Role.COUNCIL, *WRITERS),
    )  # fmt: skip


@pages.get("/<number>/evidence.csv")
@public
def download_evidence(number: str) -> ResponseReturnValue:
    proposal = _visible(number)
    content = evidence_tables.as_csv(evidence.of(db.session(), proposal))
    named = {"Content-Disposition": f'attachment; filename="{proposal.number}-evidence.csv"'}
    return Response(content, mimetype="text/csv", headers=named)


@pages.get("/<number>/evidence.xlsx")
@public
def download_evidence_book(number: str) -> ResponseReturnValue:
    """The rows of the CSV as a workbook."""
    proposal = _visible(number)
    rows = evidence_tables.rows(evidence.of(db.session(), proposal))
    content = sheets.as_xlsx({"evidence": list(rows)})
    named = {"Content-Disposition": f'attachment; filename="{proposal.number}-evidence.xlsx"'}
    return Response(content, mimetype=XLSX, headers=named)


@pages.get("/<number>/steps/<name>")
@requires(*ACTORS)
def show_step(number: str, name: str) -> ResponseReturnValue:
    proposal = _visible(number)
    try:
        step = _step(proposal, name)
    except WrongStatus as error:
        return _gone_by(number, error)
    fields = step.fields(db.session(), proposal) if step.fields else []
    return _form(say(step.label), fields, back=url_for(".show", number=number))


@pages.post("/<number>/steps/<name>")
@requires(*ACTORS)
def take_step(number: str, name: str) -> ResponseReturnValue:
    session, now = db.session(), clock()
    _visible(number)
    proposal = proposals.hold(session, number)
    lists = {key: request.form.getlist(key) for key in request.form}
    try:
        step = _step(proposal, name)
        step.does(session, proposal, Sent(request.form, lists), current_officer(), now)
    except Invalid as error:
        session.rollback()
        return _again(number, step, error)
    except WrongStatus as error:
        session.rollback()
        return _gone_by(number, error)
    session.commit()
    if name == "dossier":
        nudges.nudge("render_editions")
        flash(say("The report is being made. This page shows when it is ready."), "good")
        return redirect(url_for("reports.archive"))
    flash(say("Done and written into the record."), "good")
    if name == "anew":
        number = proposals.all_of(session)[0].number
    return redirect(url_for(".show", number=number))


@pages.post("/<number>/drop/<sort>/<int:record_id>")
@requires(*WRITERS)
def drop(number: str, sort: str, record_id: int) -> ResponseReturnValue:
    session = db.session()
    proposal = proposals.hold(session, number)
    if sort == "row":
        comparison.drop_row(session, proposal, record_id, by=current_officer(), now=clock())
    else:
        evidence.drop_case(session, proposal, record_id)
    session.commit()
    flash(say("It was taken out."), "good")
    return redirect(url_for(".show", number=number))


def _gone_by(number: str, error: WrongStatus) -> ResponseReturnValue:
    """Back to the proposal, which says how it stands now."""
    values: dict[str, Any] = error.values
    flash(say(error.message, **values), "bad")
    return redirect(url_for(".show", number=number))


def _again(number: str, step: Step, error: Invalid) -> ResponseReturnValue:
    """The form as it was typed, or the page where there is no form."""
    back = url_for(".show", number=number)
    if step.fields is None:
        flash(" ".join(say(text) for text in dict.fromkeys(error.fields.values())), "bad")
        return redirect(back)
    fields = step.fields(db.session(), proposals.by_number(db.session(), number))
    return _form(say(step.label), fields, error, back=back)


def _form(
    title: str, fields: list[Field], error: Invalid | None = None, back: str = ""
) -> ResponseReturnValue:
    found = error.fields if error else {}
    values: dict[str, Any] = error.values if error else {}
    errors = {name: say(text, **values) for name, text in found.items()}
    page = render_template(
        "reports/form.html", title=title, fields=fields, errors=errors, typed=request.form,
        ticked={key: request.form.getlist(key) for key in request.form},
        back=back or url_for(".register"),
    )  # fmt: skip
    return page, (error.status if error else 200)


def _step(proposal: Proposal, name: str) -> Step:
    if name not in proposal_steps.STEPS:
        raise NotFound("There is no such step.")
    step, officer = proposal_steps.STEPS[name], current_officer()
    if officer.role not in step.roles:
        raise NotAllowed("This step is not for your role.")
    if name not in proposal_steps.offered(proposal, officer):
        raise WrongStatus(
            "This step is done already, or its turn has not come. The page shows how the proposal"
            " stands and what can be done now."
        )
    return step


def _insider() -> Officer | None:
    """The officer at the screen where the role may see drafts."""
    if current_user.is_authenticated and current_user.role in INSIDERS:
        return current_officer()
    return None


def _visible(number: str) -> Proposal:
    proposal = proposals.by_number(db.session(), number)
    if not proposal.is_public and _insider() is None:
        raise NotFound("There is no such proposal.")
    return proposal


def _line(proposal: Proposal) -> dict[str, Any]:
    dispatch = recommendations.dispatch_of(db.session(), proposal)
    reply = recommendations.reply_of(db.session(), proposal)
    return {
        "number": proposal.number, "title": proposal.text("title", current()),
        "state": said(proposal.status), "tone": tone(proposal.status),
        "moved": in_words(business_date(proposal.moved_at)),
        "due": in_words(dispatch.due_on) if dispatch else "",
        "answer": said(reply.overall) if reply else "",
    }  # fmt: skip


def _public(proposal: Proposal) -> dict[str, Any]:
    dispatch = recommendations.dispatch_of(db.session(), proposal)
    reply = recommendations.reply_of(db.session(), proposal)
    pack = evidence.of(db.session(), proposal)
    votes = meetings.items_of(db.session(), proposal)
    return {
        "number": proposal.number, "version": proposal.version, "status": str(proposal.status),
        "title": proposal.texts["title"], "addressee": proposal.addressee,
        "evidence_digest": pack.digest if pack else None,
        "votes": [
            {"for": v.votes_for, "against": v.votes_against, "abstained": v.abstained,
             "decision": v.decision and str(v.decision)} for v in votes
        ],
        "sent_on": dispatch.sent_on.isoformat() if dispatch else None,
        "due_on": dispatch.due_on.isoformat() if dispatch else None,
        "answer": str(reply.overall) if reply else None,
    }  # fmt: skip


def _votes(
    proposal: Proposal, told: list[tuple[str, str, str]], officer: Officer | None
) -> list[tuple[str, tuple[str, str, str]]]:
    """Each vote with the address of its meeting, for those who may open it."""
    numbers = [item.meeting.number for item in meetings.items_of(db.session(), proposal)]
    return [
        (url_for("council.show_meeting", number=number) if officer else "", vote)
        for number, vote in zip(numbers, told, strict=True)
    ]


def _chosen(proposal: Proposal, officer: Officer | None) -> dict[str, Any] | None:
    """What the evidence will count, and the cases told for it, to be looked at before freezing."""
    if officer is None or officer.role not in WRITERS:
        return None
    if proposal.status not in proposals.CHANGEABLE:
        return None
    session = db.session()
    names = {**dict(options(session, "subjects")), **dict(options(session, "agencies"))}
    days = [in_words(day) for day in (proposal.first, proposal.last) if day]
    return {
        "subjects": [names.get(code, code) for code in proposal.subjects],
        "agencies": [names.get(code, code) for code in proposal.agencies],
        "days": " – ".join(days),
        "cases": [
            (names.get(one.subject, one.subject), Words(current()).of(one.words))
            for one in evidence.cases_of(session, proposal)
        ],
    }  # fmt: skip


def _comments(proposal: Proposal, officer: Officer | None) -> list[tuple[str, str, str]]:
    """For the council and the house; not part of the public register."""
    if officer is None:
        return []
    session = db.session()
    return [
        (day_and_time(one.at), session.get_one(Officer, one.by_id).name, one.words)
        for one in comments.of(session, proposal)
    ]


def _lack(proposal: Proposal, *, freezing: bool) -> str:
    """What the coding of causes still lacks, for whoever may freeze the evidence now."""
    lack = uncoded.lacking(db.session(), proposal) if freezing else None
    return cause_tables.lack_said(lack, Words(current())) if lack else ""


def _begun(proposal: Proposal, officer: Officer | None) -> str:
    """Where what it began from is looked at, for those who write proposals."""
    if officer is None or officer.role not in WRITERS:
        return ""
    sort, _, which = proposal.origin.partition(":")
    if sort == "alert":
        return url_for("alerts.show_list", alert=which)
    if sort == "proposal":
        return url_for(".show", number=which)
    return url_for("guide_breaks.show") if sort == "step" else ""


def _drops(proposal: Proposal, officer: Officer | None) -> dict[str, list[int]]:
    if officer is None or officer.role not in WRITERS:
        return {}
    if proposal.status not in proposals.CHANGEABLE:
        return {}
    rows = comparison.rows_of(db.session(), proposal)
    return {
        "row": [row.id for row in rows],
        "case": [case.id for case in evidence.cases_of(db.session(), proposal)],
    }
