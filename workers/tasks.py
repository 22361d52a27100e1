"""Thin tasks: each looks for rows that wait, does one verb a row, and commits.

All may run twice or be cut off anywhere; the row says what is left to do. Nothing is passed to
them, so that no person's data ever stands in the broker.
"""

import logging
from datetime import timedelta

import flask

from agencies import (
    anchors,
    attachments,
    clocks,
    erasures,
    events,
    notices,
    proof,
    reminders,
    retraining,
    search,
    terms,
)
from agencies.access import current_base
from agencies.calendar import business_date, clock, start_of, workdays
from agencies.db import db
from agencies.errors import DomainError
from agencies.notices import NoticeChannel, NoticeStatus
from reception import (
    bookings,
    closing,
    deliveries,
    documents,
    forecast_scores,
    idempotency,
    letters,
    mailbox,
    nudges,
    papers,
    printers,
    slip_drawing,
    slips,
    turns,
    visitors,
    voice,
    waits,
    webhooks,
)
from reception.couriers import couriers_of
from reception.deliveries import Links
from reception.documents import DocumentKind
from reception.guide import links
from reception.keyring import keys
from reception.mailbox import Box
from reception.settings import read_settings
from reports import (
    composing,
    dossier,
    editions,
    figure_sets,
    mailing,
    measuring,
    opinions,
    pdf,
    proposals,
    recommendations,
    snapshot,
    topics,
    watch,
)
from reports.center import collecting, derived, own, quality, silence
from reports.center.connectors import Unreachable
from reports.center.staging import UnreadableHeader
from reports.editions import Edition
from reports.periods import PeriodKind, containing
from reports.proposals import ProposalStatus
from reports.series import last_full_week
from workers.app import app, beat_seen, broker

log = logging.getLogger("workers.tasks")
KEYS_KEPT = timedelta(days=1)
PAPERS = {DocumentKind.TALON: papers.talon_html, DocumentKind.LETTER: letters.letter_html}


@app.task
def publish_events() -> None:
    """Number what has been committed and wake the listeners."""
    published = events.publish(db.session())
    db.session.commit()
    if published:
        nudges.wake()


@app.task
def forecast_waits() -> None:
    """What who waits, and who would come now, has to expect."""
    waits.refresh(db.session(), now=clock())
    db.session.commit()


@app.task
def close_yesterday() -> None:
    """Whatever nobody ended: tickets get an outcome, bookings that were not used are missed."""
    now = clock()
    today = business_date(now)
    closed = closing.close_rest(db.session(), before=today, now=now)
    missed = bookings.mark_missed(db.session(), before=today)
    db.session.commit()
    if closed or missed:
        log.info("%d visits were left open, %d bookings were not used", closed, missed)


@app.task
def score_forecasts() -> None:
    """Each day that is over and has no account yet: was what was told true?"""
    now = clock()
    for day in forecast_scores.due(db.session(), business_date(now)):
        forecast_scores.score(db.session(), day, now=now)
        db.session.commit()
    judged = forecast_scores.verdict(db.session(), business_date(now))
    if judged.alarming:
        log.warning("the forecast of the wait held for %.2f of %d", judged.coverage, judged.n)


@app.task
def warn_visitors() -> None:
    """Whose turn is as near as they chose."""
    told = turns.warn(db.session(), now=clock())
    db.session.commit()
    if told:
        nudges.nudge("deliver_notices")


@app.task
def print_slips() -> None:
    """One transaction a paper; the row stays locked while the printer works."""
    while slip := slips.next_to_print(db.session(), now=clock()):
        try:
            _print(slip)
        except printers.PrinterFails as error:
            slips.failed(db.session(), slip, error.reason, now=clock())
        else:
            slips.came_out(db.session(), slip, now=clock())
        db.session.commit()


def _print(slip: slips.PrintedSlip) -> None:
    now = clock()
    if slips.is_stale(slip, now=now):
        raise printers.PrinterFails(slip.reason or slips.TOO_LATE)
    content = slips.content_of(
        db.session(), slip, secret=keys().secret, base_url=current_base(), now=now
    )
    picture = slip_drawing.draw(content, width_mm=slip.device.paper_mm, fonts=pdf.STATIC / "fonts")
    printers.put_out(slip.device.printer, picture)


@app.task
def render_documents() -> None:
    """One transaction a paper: its row stays locked, so a worker that dies lets it go.

    A paper that cannot be made goes to the end of the line and never holds up the others.
    """
    while document := documents.next_to_render(db.session()):
        try:
            page = PAPERS[document.kind](document)
            documents.keep(document, pdf.render(page), now=clock())
        except (pdf.RenderingFailed, DomainError):
            document.requested_at = clock()
            raise
        finally:
            db.session.commit()


@app.task
def examine_attachments() -> None:
    """One transaction a file. One that is missing on the disk is looked for again later."""
    settings = flask.current_app.config["SETTINGS"]
    while file := attachments.next_to_examine(db.session(), now=clock()):
        try:
            attachments.examine(file, folder=settings.data, scanner=settings.clamav, now=clock())
        except DomainError as error:
            log.warning("file %d was not examined: %s", file.id, error.message)
        if file.words:
            search.note_again(db.session(), file.appeal_id)
        db.session.commit()


@app.task
def note_words() -> None:
    """Appeals that came without words for the search, a part at a time."""
    while search.note_missing(db.session()):
        db.session.commit()


@app.task
def sweep_attachments() -> None:
    settings = flask.current_app.config["SETTINGS"]
    attachments.sweep(db.session(), folder=settings.data, now=clock())


@app.task
def anchor_journals() -> None:
    """The evening's anchor, then the whole proof: damage is shouted into the log of the house."""
    session = db.session()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    anchors.take(session, now=clock())
    session.commit()
    found = proof.verify(session)
    if not found.holds:
        log.error("%d journals do not hold; ask `reception journal verify`", len(found.damages))


@app.task
def erase_by_rule() -> None:
    """One transaction an appeal: what was erased stays erased, whatever happens to the next."""
    settings, now = flask.current_app.config["SETTINGS"], clock()
    for _ in erasures.run(db.session(), folder=settings.data, now=now):
        db.session.commit()
    visitors.forget_unused(db.session(), now=now)
    db.session.commit()


@app.task
def check_links() -> None:
    """Each address of the guide once a day; one transaction an address."""
    for url in links.due(db.session(), now=clock()):
        links.look_at(db.session(), [url], ask=links.ask_once, now=clock())
        db.session.commit()


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
    if edition.proposal is not None:
        if edition.proposal.journal_length != edition.proposal_position:
            raise pdf.RenderingFailed("The proposal has moved on. Ask for its dossier again.")
        printed = dossier.render_both(db.session(), edition.proposal, edition.language)
        editions.keep(edition, printed.read, kept=printed.kept, now=clock())
    elif edition.figure_set is not None:
        made = composing.render(edition.figure_set, edition.language, note=edition.note)
        editions.keep(edition, made.read, kept=made.kept, workbook=made.workbook, now=clock())


@app.task
def compute_month_figures() -> None:
    """Once the month is over: its figures, and an edition in each language."""
    _report_what_is_over(PeriodKind.MONTHLY)


@app.task
def request_editions() -> None:
    """The bulletin of the day that is over, and each week, quarter and year once it is over."""
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
    for language in editions.LANGUAGES:
        editions.request(db.session(), over, language=language, by=None, now=now)
    db.session.commit()
    nudges.nudge("render_editions")


@app.task
def deliver_notices() -> None:
    """Three transactions a notice: taken, handed over outside of any, marked."""
    session, links = db.session(), Links(keys().secret, current_base(), keys().seal)
    notices.expire(session, now=clock())
    notices.recover(session, now=clock())
    session.commit()
    for channel, courier in couriers_of(flask.current_app.config["SETTINGS"]).items():
        while notice := notices.take_next(session, channel, now=clock()):
            session.commit()
            parcel = deliveries.prepared(session, notice, links=links)
            session.commit()
            if parcel is not None:
                deliveries.hand_over(notice, parcel, courier)
                if channel is NoticeChannel.WEBHOOK and notice.status is NoticeStatus.WAITING:
                    webhooks.rest(session, notice)
                session.commit()


@app.task
def collect_mail() -> None:
    """One transaction a letter, with the mark up to which the mailbox was read."""
    url = flask.current_app.config["SETTINGS"].imap_url
    if not url:
        return
    try:
        for _letter in mailbox.collect(db.session(), Box.of(url), now=clock()):
            db.session.commit()
    except (mailbox.Unreachable, ValueError) as error:
        log.warning("the mailbox was not read: %s", error)


@app.task
def announce_steps() -> None:
    """New steps of appeals become notices for the webhooks that asked to hear of them."""
    made = webhooks.announce(db.session(), now=clock())
    db.session.commit()
    if made:
        nudges.nudge("deliver_notices")


@app.task
def note_silence() -> None:
    """Terms that passed without an answer: one transaction an appeal, told in working hours."""
    session, now = db.session(), clock()
    law = terms.law(session)
    session.commit()
    for number, ordinal in clocks.silent(session, today=business_date(now)):
        clocks.note_silence(session, number, ordinal, law=law, now=now)
        session.commit()
    nudges.nudge("deliver_notices")


@app.task
def remind() -> None:
    """Reminders and their digests in one transaction; outside working hours there are none."""
    session = db.session()
    made = reminders.remind(session, workdays=workdays(session), now=clock())
    session.commit()
    if made:
        nudges.nudge("deliver_notices")


@app.task
def measure_periods() -> None:
    """Values of every period that ended and has none yet; a night that failed is made good."""
    for period in measuring.due(db.session(), today=business_date(clock())):
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        measuring.take(db.session(), period, now=clock())
        db.session.commit()


@app.task
def refresh_snapshot() -> None:
    """The whole register anew, as one moment; the old files serve until the new ones are there."""
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    snapshot.refresh(db.session(), snapshot.folder_in(read_settings().data), now=clock())
    db.session.commit()


@app.task
def collect_feeds() -> None:
    """One transaction to take a source, none while it is asked, one to enter what it sent."""
    session = db.session()
    while feed := collecting.take_due(session, now=clock()):
        session.commit()
        try:
            fetched = feed.fetch()
            collecting.enter(session, feed, fetched, now=clock())
        except (Unreachable, UnreadableHeader) as error:
            session.rollback()
            collecting.note_failure(session, feed, str(error), now=clock())
            log.warning("the source %s was not collected: %s", feed.code, error)
        session.commit()
    for source in silence.mark_quiet(session, now=clock()):
        log.warning("the source %s has gone quiet", source.code)
    session.commit()


@app.task
def derive_indicators() -> None:
    """One transaction a rule; where no input has changed, nothing does."""
    for rule in derived.rules():
        derived.derive(db.session(), rule, now=clock())
        db.session.commit()


@app.task
def publish_hours() -> None:
    """The hall's own hours, like those of any other source."""
    own.publish_hours(db.session(), now=clock())
    db.session.commit()


@app.task
def publish_days() -> None:
    own.publish_days(db.session(), now=clock())
    db.session.commit()


@app.task
def check_quality() -> None:
    found = quality.run(db.session(), now=clock())
    db.session.commit()
    log.info("%d findings of quality are open", found)


@app.task
def watch_series() -> None:
    """The week that ended last and the day before; looked at again, they add nothing."""
    now = clock()
    today = business_date(now)
    raised = watch.watch_week(db.session(), last_full_week(today), now=now)
    raised += topics.watch_texts(db.session(), last_full_week(today), now=now)
    raised += watch.watch_hall(db.session(), today - timedelta(days=1), now=now)
    db.session.commit()
    log.info("%d alerts were raised", raised)


@app.task
def forget_idempotency_keys() -> None:
    idempotency.forget_before(db.session(), clock() - KEYS_KEPT)
    db.session.commit()


@app.task
def make_voice() -> None:
    """Clips that are neither recorded nor made yet; without espeak-ng there are none to make."""
    voice.make(flask.current_app.config["SETTINGS"].data)


@app.task
def heartbeat() -> None:
    """Sent by beat, so that its mark shows beat alive; a worker leaves its own."""
    beat_seen("beat", broker())


@app.task
def retrain_routing() -> None:
    """Learn from the decisions of people; the gate decides whether the new model speaks."""
    now = clock()
    found = retraining.retrain(db.session(), now=now)
    db.session.commit()
    if found is not None:
        log.info("routing model %d: %s %s", found.id, found.standing, found.measures)
    worse = retraining.drift(retraining.decisions(db.session()), now=now)
    if worse is not None and worse.alarming:
        log.warning("routing has become worse: %.3f, before %.3f", worse.lately, worse.before)
