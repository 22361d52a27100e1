"""What waits for a person of the house: reminders of terms, and answers to be looked at again."""

from dataclasses import dataclass, field
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies import happenings, joint_work, leading, redress, reminders, tasks, unrouted
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.dossier import days_left
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.articles import article, article_of
from agencies.pages.voice import named, say
from agencies.pages.words import HAPPENINGS, STAGES, Look
from agencies.reminders import Reach
from agencies.staff import Role


@dataclass(frozen=True)
class Line:
    """One reminder as it is shown."""

    href: str
    number: str
    look: Look
    due_on: date
    left: int
    overdue: bool
    article: str
    fresh: bool


@dataclass(frozen=True)
class Typed:
    email: str
    telegram: str
    language: str
    errors: dict[str, str] = field(default_factory=dict)


@pages.get("/reminders")
@requires(*HALL_STAFF)
def show_reminders() -> ResponseReturnValue:
    return _draw()


def _draw(typed: Typed | None = None) -> ResponseReturnValue:
    session, officer, now = db.session(), current_officer(), clock()
    days, today = workdays(session), business_date(now)
    found = reminders.of_officer(session, officer, now=now)
    reach = session.get(Reach, officer.id) or Reach(email="", telegram="", language="kk")
    return render_template(
        "agencies/reminders.html",
        lines=[
            Line(
                href=url_for(".show_case", number=one.claim.appeal.number),
                number=one.claim.appeal.number, look=STAGES[one.stage], due_on=one.due_on,
                left=days_left(one.due_on, today, days), overdue=one.due_on < today,
                article=article_of(one.claim), fresh=one.seen_at is None,
            )
            for one in found
        ],
        tasks=tasks.waiting(session, officer), today=today,
        owed=[
            (appeal, article(appeal.policy))
            for appeal in leading.waiting(session, officer, today=today)
        ],
        happenings=[
            (one, HAPPENINGS[one.kind])
            for one in happenings.to_claims_of(session, officer, now=now)
        ],
        waiting=unrouted.told_to(session, officer, now=now), hours=unrouted.patience().hours,
        mentions=joint_work.mentions_of(session, officer, now=now),
        typed=typed or Typed(reach.email, reach.telegram, reach.language),
    ), 422 if typed else 200  # fmt: skip


@pages.get("/reviews")
@requires(Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
def show_reviews() -> str:
    """Answers that applicants do not accept, the oldest target first."""
    session, officer = db.session(), current_officer()
    today = business_date(clock())
    return render_template(
        "agencies/reviews.html",
        lines=[
            {
                "href": url_for(
                    ".show_case", number=one.claim.appeal.number, _anchor=f"claim-{one.claim_id}"
                ),
                "number": one.claim.appeal.number, "words": one.words, "target": one.target_on,
                "late": one.target_on < today, "agency": named(one.claim.agency),
                "language": one.claim.appeal.language,
            }
            for one in redress.waiting(session, officer)
        ],
    )  # fmt: skip


@pages.post("/reminders/seen")
@requires(*HALL_STAFF)
def see_reminders() -> ResponseReturnValue:
    reminders.mark_seen(db.session(), current_officer(), now=clock())
    db.session.commit()
    return redirect(url_for(".show_reminders"))


@pages.post("/reminders/reach")
@requires(*HALL_STAFF)
def set_reach() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("email", "telegram", "language")}
    try:
        reminders.set_reach(db.session(), current_officer(), **given)
    except Invalid as wrong:
        db.session.rollback()
        errors = {name: say(message) for name, message in wrong.fields.items()}
        return _draw(Typed(**given, errors=errors))
    db.session.commit()
    flash(say("Saved. The next digest goes there."), "good")
    return redirect(url_for(".show_reminders"))
