"""A meeting of the council: called, moved, held with its votes, closed with its minutes."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import ALMATY, business_date, clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.staff import Role
from reception.language import current, day_and_time, in_words, say, say_each
from reports import (
    council,
    meetings,
    proposals,
    voting,
)
from reports.meetings import Meeting
from reports.pages.council import READERS, SECRETARIES, pages, told_of
from reports.proposals import ProposalStatus
from reports.states import said, tone
from reports.voting import Choice

LONGEST = 500


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
        flash(told_of(error), "bad")
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
    voting.attend(db.session(), meeting, member=current_officer(), now=clock())
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
        voting.vote(
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
    voting.count(session, item, returned=returned, by=current_officer(), now=clock())
    return _done(number)


@pages.post("/meetings/<int:number>/close")
@requires(*SECRETARIES)
def close(number: int) -> ResponseReturnValue:
    session = db.session()
    meeting = meetings.by_number(session, number, for_change=True)
    kk, ru = (request.form.get(f"minutes_{code}", "") for code in ("kk", "ru"))
    try:
        voting.close(
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
        "reports/meeting.html", meeting=meeting_shown(meeting), items=items_shown(meeting),
        ready=[
            (p.number, f"{p.number} {p.text('title', current())}")
            for p in ready if p.status is ProposalStatus.HEARD
        ],
        secretary=officer.role in SECRETARIES, member=officer.role is Role.COUNCIL,
        material_days=council.rules()["material_days"],
        here=voting.is_present(session, meeting, officer), minutes=_minutes(meeting),
        errors=errors or {}, typed=request.form,
    )  # fmt: skip
    return page, 422 if errors else 200


def _minutes(meeting: Meeting) -> str:
    return meeting.minutes_kk if current() == "kk" else meeting.minutes_ru


def meeting_shown(meeting: Meeting) -> dict[str, Any]:
    session = db.session()
    here = voting.present(session, meeting)
    return {
        "number": meeting.number, "when": day_and_time(meeting.begins_at), "place": meeting.place,
        "state": said(meeting.status), "tone": tone(meeting.status),
        "status": str(meeting.status), "present": here, "members": meeting.members,
        "quorum": voting.has_quorum(session, meeting), "digest": meeting.digest,
        "items": len(meeting.agenda), "changes": [_change(one) for one in meeting.changes],
    }  # fmt: skip


def _change(one: dict[str, Any]) -> str:
    day = in_words(business_date(datetime.fromisoformat(one["at"])))
    if one["kind"] == "cancelled":
        return say("Cancelled on %(day)s: %(why)s", day=day, why=one["why"])
    was = day_and_time(datetime.fromisoformat(one["was"]))
    return say("Moved from %(was)s on %(day)s: %(why)s", was=was, day=day, why=one["why"])


def items_shown(meeting: Meeting) -> list[dict[str, Any]]:
    session, officer = db.session(), current_officer()
    found = []
    for item in meeting.agenda:
        own = session.get(voting.Ballot, (item.id, officer.id))
        found.append(
            {
                "position": item.position, "number": item.proposal.number,
                "title": item.proposal.text("title", current()),
                "digest": item.evidence_digest[:16],
                "decided": item.decision is not None, "decision": said(item.decision or "pending"),
                "votes": (item.votes_for, item.votes_against, item.abstained),
                "mine": said(own.choice) if own else "", "words": own.words if own else "",
                "opinions": voting.opinions_on(session, item) if item.decision else [],
                "ahead": meetings.days_ahead(session, item),
            }
        )  # fmt: skip
    return found


def _moment(text: str) -> datetime:
    """`2026-12-14T15:00`, in the hall's time. Raises Invalid."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ALMATY)
    except ValueError as error:
        raise Invalid({"begins_at": "Choose the day and the time."}) from error
