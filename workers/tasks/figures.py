"""Values of the measures, the snapshot they are asked of, and what stands out in them."""

import logging
from datetime import timedelta

from agencies.calendar import business_date, clock
from agencies.db import db
from reception.settings import read_settings
from reports import measuring, releases, snapshot, topics, watch
from reports.opened import releases as open_releases
from reports.series import last_full_week
from workers.app import app

log = logging.getLogger("workers.tasks.figures")


@app.task
def measure_periods() -> None:
    """Values of every period that ended and has none yet; a night that failed is made good, and
    of months before the house measured a few are taken each night.
    """
    today = business_date(clock())
    due = measuring.due(db.session(), today=today)
    for period in [*due, *measuring.unmeasured(db.session(), today=today)]:
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        measuring.take(db.session(), period, now=clock())
        db.session.commit()


@app.task
def publish_figures() -> None:
    """After the measures: months that ended and are not published yet, and what moved in others."""
    made = releases.publish_ended(db.session(), now=clock())
    db.session.commit()
    opened = open_releases.publish_all(db.session(), now=clock())
    db.session.commit()
    log.info("%d releases of the figures were published, %d of open data", len(made), len(opened))


@app.task
def refresh_snapshot() -> None:
    """The whole register anew, as one moment; the old files serve until the new ones are there."""
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    snapshot.refresh(db.session(), snapshot.folder_in(read_settings().data), now=clock())
    db.session.commit()


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
