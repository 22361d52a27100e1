"""The council's own page: what is new, what awaits my vote, what became of what we asked."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import ALMATY, business_date, clock, workdays
from agencies.db import db
from agencies.errors import DomainError, Invalid, WrongStatus
from agencies.staff import Role
from reception.language import NAMES, current, day_and_time, in_words, say, say_each
from reports import (
    council,
    editions,
    mailing,
    measured,
    meetings,
    newest_month,
    opinions,
    proposals,
    publication,
    recommendations,
)
from reports.editions import KINDS, EditionKind, EditionStatus
from reports.meetings import Choice, Meeting, MeetingStatus
from reports.proposals import ProposalStatus
from reports.states import said, tone
from reports.wording import Words

pages = Blueprint("council", __name__, url_prefix="/council", template_folder="../templates")
READERS = (Role.COUNCIL, Role.ANALYST, Role.ADMIN, Role.SUPERVISOR, Role.HEAD)
SECRETARIES = (Role.ANALYST, Role.ADMIN)
NEW, LONGEST = 6, 500
ASKED = frozenset(
    {
        ProposalStatus.SENT, ProposalStatus.UNANSWERED, ProposalStatus.ANSWERED,
        ProposalStatus.TRACKING, ProposalStatus.IN_FORCE, ProposalStatus.MEASURED,
    }
)  # fmt: skip


@pages.errorhandler(WrongStatus)
def stay(error: WrongStatus) -> ResponseReturnValue:
    """On the meeting's own page, which says how it stands now, with the reason."""
    db.session.rollback()
    flash(say(error.message, **_values(error)), "bad")
    return redirect(url_for(".show_meeting", **(request.view_args or {}) | {"position": None}))


@pages.get("")
@requires(*READERS)
def show() -> ResponseReturnValue:
    return _council({})


def _council(errors: dict[str, str]) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    reader = mailing.of(session, officer)
    page = render_template(
        "reports/council.html", errors=errors, reader=reader, typed=request.form,
        languages_offered=[(code, NAMES[code]) for code in editions.LANGUAGES],
        month=newest_month.of(session, Words(current())),
        new=_new(), awaiting=_awaiting(), asked=_asked(),
        dates=_dates(), meetings=[_meeting(one) for one in meetings.coming(session)],
        held=[_meeting(one) for one in meetings.held(session)],
        votes=officer.role is Role.COUNCIL,
        hearing=opinions.waiting_for(session, officer) if officer.role is Role.HEAD else [],
        language=current(), may_call=officer.role in SECRETARIES,
    )  # fmt: skip
    return page, 422 if errors else 200


def _dates() -> list[dict[str, Any]]:
    """When reports come out, a year ahead."""
    words, today = Words(current()), business_date(clock())
    return [
        {
            "day": one.day, "report": say(KINDS[EditionKind(one.kind)]),
            "period": measured.period_name(one.period, words),
        }
        for one in publication.a_year_ahead(workdays(db.session()), today)
    ]  # fmt: skip


@pages.post("/mail")
@requires(*READERS)
def read_by_mail() -> ResponseReturnValue:
    """Each for oneself: an address and a language, or nothing to end it."""
    session, email = db.session(), request.form.get("email", "")
    try:
        language = request.form.get("language", "")
        mailing.subscribe(session, current_officer(), email=email, language=language)
    except Invalid as error:
        session.rollback()
        return _council(say_each(error.fields))
    session.commit()
    kept = say("Reports that are issued to you will be announced at this address.")
    flash(kept if email.strip() else say("No more messages about reports will come."), "good")
    return redirect(url_for(".show"))


@pages.route("/meetings/new", methods=["GET", "POST"])
@requires(*SECRETARIES)
def call_meeting() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("reports/meeting_new.html", errors={}, typed={})
    try:
        begins = _moment(request.form.get("begins_at", ""))
        made = meetings.call(
            db.session(), begins_at=begins, place=request.form.get("place", "")[:200],
            by=current_officer(), now=clock(),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        told = say_each(error.fields)
        page = render_template("reports/meeting_new.html", errors=told, typed=request.form)
        return page, error.status
    db.session.commit()
    return redirect(url_for(".show_meeting", number=made.number))


@pages.get("/meetings/<int:number>")
@requires(*READERS)
def show_meeting(number: int) -> ResponseReturnValue:
    return _page(number)


@pages.post("/meetings/<int:number>/agenda")
@requires(*SECRETARIES)
def put_on_agenda(number: int) -> ResponseReturnValue:
    session = db.session()
    meeting = meetings.by_number(session, number, for_change=True)
    proposal = proposals.hold(session, request.form.get("proposal", ""))
    try:
        meetings.put_on_agenda(session, meeting, proposal, by=current_officer(), now=clock())
    except Invalid as error:
        session.rollback()
        flash(say(error.message, **_values(error)), "bad")
        return redirect(url_for(".show_meeting", number=number))
    return _done(number)


@pages.post("/meetings/<int:number>/open")
@requires(*SECRETARIES)
def open_meeting(number: int) -> ResponseReturnValue:
    meeting = meetings.by_number(db.session(), number, for_change=True)
    meetings.open_meeting(db.session(), meeting, now=clock())
    return _done(number)


@pages.post("/meetings/<int:number>/cancel")
@requires(*SECRETARIES)
def cancel_meeting(number: int) -> ResponseReturnValue:
    session, why = db.session(), request.form.get("because", "")[:LONGEST]
    meeting = meetings.by_number(session, number, for_change=True)
    try:
        meetings.cancel(session, meeting, why=why, by=current_officer(), now=clock())
    except Invalid as error:
        session.rollback()
        return _page(number, errors=say_each(error.fields))
    return _done(number)


@pages.post("/meetings/<int:number>/move")
@requires(*SECRETARIES)
def move_meeting(number: int) -> ResponseReturnValue:
    session, why = db.session(), request.form.get("why", "")[:LONGEST]
    meeting = meetings.by_number(session, number, for_change=True)
    try:
        begins = _moment(request.form.get("begins_at", ""))
        meetings.move(meeting, begins_at=begins, why=why, by=current_officer(), now=clock())
    except Invalid as error:
        session.rollback()
        return _page(number, errors=say_each(error.fields))
    return _done(number)


@pages.post("/meetings/<int:number>/attend")
@requires(Role.COUNCIL)
def attend(number: int) -> ResponseReturnValue:
    meeting = meetings.by_number(db.session(), number)
    meetings.attend(db.session(), meeting, member=current_officer(), now=clock())
    return _done(number)


@pages.post("/meetings/<int:number>/items/<int:position>/vote")
@requires(Role.COUNCIL)
def vote(number: int, position: int) -> ResponseReturnValue:
    session, chosen = db.session(), request.form.get("choice", "")
    meeting = meetings.by_number(session, number, for_change=True)
    if chosen not in [*map(str, Choice)]:
        flash(say("Choose for, against or abstain."), "bad")
        return redirect(url_for(".show_meeting", number=number))
    item = meetings.item_at(meeting, position)
    words = request.form.get("words", "")
    try:
        meetings.vote(
            session, item, choice=Choice(chosen), words=words, member=current_officer(),
            now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _page(number, errors={f"words-{position}": say(error.fields["words"])})
    return _done(number)


@pages.post("/meetings/<int:number>/items/<int:position>/count")
@requires(*SECRETARIES)
def count(number: int, position: int) -> ResponseReturnValue:
    session = db.session()
    meeting = meetings.by_number(session, number, for_change=True)
    item = meetings.item_at(meeting, position)
    proposals.hold(session, item.proposal.number)
    returned = request.form.get("returned") == "1"
    meetings.count(session, item, returned=returned, by=current_officer(), now=clock())
    return _done(number)


@pages.post("/meetings/<int:number>/close")
@requires(*SECRETARIES)
def close(number: int) -> ResponseReturnValue:
    session = db.session()
    meeting = meetings.by_number(session, number, for_change=True)
    kk, ru = (request.form.get(f"minutes_{code}", "") for code in ("kk", "ru"))
    try:
        meetings.close(
            session, meeting, minutes_kk=kk, minutes_ru=ru, by=current_officer(), now=clock()
        )
    except Invalid as error:
        session.rollback()
        return _page(number, errors=say_each(error.fields))
    return _done(number)


def _done(number: int) -> ResponseReturnValue:
    db.session.commit()
    flash(say("Done and written into the record."), "good")
    return redirect(url_for(".show_meeting", number=number))


def _page(number: int, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    meeting = meetings.by_number(session, number)
    ready = proposals.all_of(session)
    page = render_template(
        "reports/meeting.html", meeting=_meeting(meeting), items=_items(meeting),
        ready=[
            (p.number, f"{p.number} {p.text('title', current())}")
            for p in ready if p.status is ProposalStatus.HEARD
        ],
        secretary=officer.role in SECRETARIES, member=officer.role is Role.COUNCIL,
        material_days=council.rules()["material_days"],
        here=meetings.is_present(session, meeting, officer), minutes=_minutes(meeting),
        errors=errors or {}, typed=request.form,
    )  # fmt: skip
    return page, 422 if errors else 200


def _minutes(meeting: Meeting) -> str:
    return meeting.minutes_kk if current() == "kk" else meeting.minutes_ru


def _meeting(meeting: Meeting) -> dict[str, Any]:
    session = db.session()
    here = meetings.present(session, meeting)
    return {
        "number": meeting.number, "when": day_and_time(meeting.begins_at), "place": meeting.place,
        "state": said(meeting.status), "tone": tone(meeting.status),
        "status": str(meeting.status), "present": here, "members": meeting.members,
        "quorum": meetings.has_quorum(session, meeting), "digest": meeting.digest,
        "items": len(meeting.agenda), "changes": [_change(one) for one in meeting.changes],
    }  # fmt: skip


def _change(one: dict[str, Any]) -> str:
    day = in_words(business_date(datetime.fromisoformat(one["at"])))
    if one["kind"] == "cancelled":
        return say("Cancelled on %(day)s: %(why)s", day=day, why=one["why"])
    was = day_and_time(datetime.fromisoformat(one["was"]))
    return say("Moved from %(was)s on %(day)s: %(why)s", was=was, day=day, why=one["why"])


def _items(meeting: Meeting) -> list[dict[str, Any]]:
    session, officer = db.session(), current_officer()
    found = []
    for item in meeting.agenda:
        own = session.get(meetings.Ballot, (item.id, officer.id))
        found.append(
            {
                "position": item.position, "number": item.proposal.number,
                "title": item.proposal.text("title", current()),
                "digest": item.evidence_digest[:16],
                "decided": item.decision is not None, "decision": said(item.decision or "pending"),
                "votes": (item.votes_for, item.votes_against, item.abstained),
                "mine": said(own.choice) if own else "", "words": own.words if own else "",
                "opinions": meetings.opinions_on(session, item) if item.decision else [],
                "ahead": meetings.days_ahead(session, item),
            }
        )  # fmt: skip
    return found


def _new() -> list[dict[str, Any]]:
    """Editions that were issued, each with its file; withdrawn ones say why.

    What does not exist in the reader's language is shown in those in which it does.
    """
    words = Words(current())
    kinds = [kind for kind in EditionKind if kind not in editions.INTERNAL]
    found = [
        one for one in editions.recent(db.session(), kinds=kinds)
        if one.status in (EditionStatus.ISSUED, EditionStatus.WITHDRAWN)
    ]  # fmt: skip
    own = {(one.kind, one.period) for one in found if one.language == current()}
    found = [
        one for one in found
        if one.language == current() or (one.kind, one.period) not in own
    ]  # fmt: skip
    return [
        {
            "id": one.id, "kind": say(KINDS[one.kind]), "withdrawal": one.withdrawal,
            "language": "" if one.language == current() else NAMES[one.language],
            "title": measured.period_name(one.figure_set.period, words)
            if one.figure_set else one.period,
        }
        for one in found[:NEW]
    ]  # fmt: skip


def _awaiting() -> list[dict[str, Any]]:
    """Votes that are open or coming, with the meeting they belong to."""
    found = []
    for meeting in meetings.coming(db.session()):
        for item in _items(meeting):
            if not item["decided"]:
                open_now = meeting.status is MeetingStatus.OPEN
                found.append({**item, "meeting": _meeting(meeting), "open": open_now})
    return found


def _asked() -> list[dict[str, Any]]:
    session, lines = db.session(), []
    for proposal in proposals.all_of(session, public_only=True):
        if proposal.status in ASKED:
            dispatch = recommendations.dispatch_of(session, proposal)
            reply = recommendations.reply_of(session, proposal)
            lines.append(
                {
                    "number": proposal.number, "title": proposal.text("title", current()),
                    "state": said(proposal.status), "tone": tone(proposal.status),
                    "due": dispatch.due_on if dispatch else None,
                    "answer": said(reply.overall) if reply else "",
                }
            )  # fmt: skip
    return lines


def _values(error: DomainError) -> dict[str, Any]:
    return dict(error.values)


def _moment(text: str) -> datetime:
    """`2026-12-14T15:00`, in the hall's time. Raises Invalid."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ALMATY)
    except ValueError as error:
        raise Invalid({"begins_at": "Choose the day and the time."}) from error
