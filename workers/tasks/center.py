"""The Situation Center's feeds, derived indicators and checks."""

import logging

from agencies.calendar import clock
from agencies.db import db
from reports.center import collecting, derived, own, quality, silence
from reports.center.connectors import Unreachable
from reports.center.staging import UnreadableHeader
from workers.app import app

log = logging.getLogger("workers.tasks.center")


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
