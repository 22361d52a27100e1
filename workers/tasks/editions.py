"""Reports to the council, and what became of its proposals."""

import logging

from agencies.access import current_base
from agencies.calendar import business_date, clock, start_of
from agencies.db import db, take_time
from reception import nudges
from reports import (
    composing,
    dossier,
    editions,
    figure_sets,
    mailing,
    opinions,
    pdf,
    proposals,
    recommendations,
)
from reports.editions import Edition, EditionKind
from reports.periods import PeriodKind, containing
from reports.proposals import ProposalStatus
from workers.app import app

log = logging.getLogger("workers.tasks.editions")


@app.task
def render_editions() -> None:
    """Taken in one transaction, so that people see the work; kept in another."""
    while edition := editions.next_to_render(db.session(), now=clock()):
        db.session.commit()
        try:
            _render(edition)
        except Exception as error:
            log.exception("edition %d was not rendered", edition.id)
            known = isinstance(error, pdf.RenderingFailed)
            editions.fail(edition, str(error) if known else type(error).__name__)
        db.session.commit()


def _render(edition: Edition) -> None:
    """The record says how far the work has come, so that whoever waits sees it."""
    edition.progress = editions.TOLD
    db.session.commit()
    take_time(db.session())
    if edition.proposal is not None:
        if edition.proposal.journal_length != edition.proposal_position:
            raise pdf.RenderingFailed("The proposal has moved on. Ask for its dossier again.")
        printed = dossier.render_both(
            db.session(), edition.proposal, edition.language, base=current_base()
        )
        editions.keep(edition, printed.read, kept=printed.kept, now=clock())
    elif edition.figure_set is not None:
        made = composing.render(
            edition.figure_set, edition.language, note=edition.note,
            short=edition.kind is EditionKind.BRIEF, base=current_base(),
        )  # fmt: skip
        editions.keep(edition, made.read, kept=made.kept, workbook=made.workbook, now=clock())


@app.task
def compute_month_figures() -> None:
    """Once the month is over: its figures, the report and then the brief in each language."""
    _report_what_is_over(PeriodKind.MONTHLY)


@app.task
def request_editions() -> None:
    """Each week, quarter and year once it is over."""
    for kind in (PeriodKind.WEEKLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL):
        _report_what_is_over(kind)


@app.task
def request_bulletin() -> None:
    """In the evening: the hall's own day, on two sheets."""
    now = clock()
    today = containing(business_date(now), PeriodKind.DAILY)
    if not figure_sets.exists_since(db.session(), today, start_of(today.first)):
        for language in ("kk", "ru"):
            editions.request(db.session(), today, language=language, by=None, now=now)
        db.session.commit()
        nudges.nudge("render_editions")


@app.task
def follow_proposals() -> None:
    """Ends hearings whose term passed and reminds of answers that are late."""
    for proposal in proposals.in_status(db.session(), ProposalStatus.HEARING):
        opinions.close_if_heard(db.session(), proposal, now=clock())
    for reminder in recommendations.remind(db.session(), now=clock()):
        mailing.remind_of(db.session(), reminder, now=clock())
    db.session.commit()
    nudges.nudge("deliver_notices")


def _report_what_is_over(kind: PeriodKind) -> None:
    now = clock()
    going_on = containing(business_date(now), kind)
    over = going_on.before
    if figure_sets.exists_since(db.session(), over, start_of(going_on.first)):
        return
    for short in (False, True) if kind is PeriodKind.MONTHLY else (False,):
        for language in editions.LANGUAGES:
            editions.request(db.session(), over, language=language, by=None, now=now, short=short)
    db.session.commit()
    nudges.nudge("render_editions")
