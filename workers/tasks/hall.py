"""The running hall: its events, forecasts, warnings, slips and voice."""

import logging

import flask

from agencies import events
from agencies.access import current_base
from agencies.calendar import business_date, clock
from agencies.db import db
from reception import (
    bookings,
    closing,
    forecast_scores,
    nudges,
    printers,
    slip_drawing,
    slips,
    turns,
    voice,
    waits,
)
from reception.keyring import keys
from reports import pdf
from workers.app import app

log = logging.getLogger("workers.tasks.hall")


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
def make_voice() -> None:
    """Clips that are neither recorded nor made yet; without espeak-ng there are none to make."""
    voice.make(flask.current_app.config["SETTINGS"].data)
