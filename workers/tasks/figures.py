"""Values of the measures, the snapshot they are asked of, and what stands out in them."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from agencies.calendar import business_date, clock
from agencies.db import db
from reception.settings import read_settings
from reports import measuring, releases, snapshot, topics, watch
from reports.opened import releases as open_releases
from reports.periods import Period, PeriodKind
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
    _measure([*due, *measuring.unmeasured(db.session(), today=today)])


def _measure(due: Iterable[Period]) -> None:
    for period in due:
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
def open_figures() -> None:
    """In a hall that is new: the last month is measured and published; the rest can wait for
    the night, since others are at work now.
    """
    due = measuring.due(db.session(), today=business_date(clock()))
    _measure(period for period in due if period.kind is PeriodKind.MONTHLY)
    publish_figures()


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
