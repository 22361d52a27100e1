"""The council's own page: what is new, what awaits my vote, what became of what we asked."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.errors import Invalid
from agencies.staff import Role
from reception.language import NAMES, current, say, say_each
from reports import (
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
from reports.meetings import MeetingStatus
from reports.pages.council import READERS, SECRETARIES, pages
from reports.pages.council.meeting import items_shown, meeting_shown
from reports.proposals import ProposalStatus
from reports.states import said, tone
from reports.wording import Words

NEW = 6
ASKED = frozenset(
    {
        ProposalStatus.SENT, ProposalStatus.UNANSWERED, ProposalStatus.ANSWERED,
        ProposalStatus.TRACKING, ProposalStatus.IN_FORCE, ProposalStatus.MEASURED,
    }
)  # fmt: skip


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
        dates=_dates(), meetings=[meeting_shown(one) for one in meetings.coming(session)],
        held=[meeting_shown(one) for one in meetings.held(session)],
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
        for item in items_shown(meeting):
            if not item["decided"]:
                open_now = meeting.status is MeetingStatus.OPEN
                found.append({**item, "meeting": meeting_shown(meeting), "open": open_now})
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
