"""The hall's own indicators, published like those of any other source: hourly and nightly.

Only counts and medians leave the hall: no person, number, text or address. What counts persons by
district or topic has a least published number.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, business_date, start_of
from reports.center import loading, moments
from reports.center.loading import Delivery, Loaded
from reports.center.moments import Freq, Moment

SOURCE = "reception-hall"
HEADER = ("indicator_code", "ref_area", "time_period", "freq", "dimension", "value", "obs_status")
CITY = "ALMATY"
NIGHTS = 7
"""Days counted again each night, for outcomes that came later."""
HOURS = 3
Row = list[str]

VISITS = text("""
SELECT coalesce('agency=' || a.code, 'all') AS dimension, count(*) AS taken,
       count(*) FILTER (WHERE t.state = 'finished') AS served,
       count(*) FILTER (WHERE t.state = 'no_show') AS no_shows,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM t.called_at - t.issued_at) / 60
       ) FILTER (WHERE t.called_at IS NOT NULL) AS wait
FROM ticket t JOIN agency a ON a.id = t.agency_id
WHERE t.issued_at >= :first AND t.issued_at < :before
GROUP BY GROUPING SETS ((a.code), ())""")

CONTACTS = text("""
SELECT count(*) AS closed, count(*) FILTER (WHERE outcome IN ('solved', 'explained')) AS at_once
FROM ticket WHERE state = 'finished' AND outcome IS NOT NULL
  AND finished_at >= :first AND finished_at < :before""")

APPEALS = text("""
SELECT coalesce(d.code, 'ALMATY') AS area, count(*) AS received
FROM appeal p LEFT JOIN district d ON d.id = p.district_id AND d.origin = 'hall'
WHERE p.source = 'hall' AND p.received_at >= :first AND p.received_at < :before
GROUP BY GROUPING SETS ((d.code), ())""")

OVERDUE = text("""
SELECT coalesce(d.code, 'ALMATY') AS area, count(*) AS overdue
FROM appeal p LEFT JOIN district d ON d.id = p.district_id AND d.origin = 'hall'
WHERE p.source = 'hall' AND p.received_at < :before AND p.due_on < :day
  AND (p.answered_at IS NULL OR p.answered_at >= :before)
  AND p.status NOT IN ('withdrawn', 'merged')
GROUP BY GROUPING SETS ((d.code), ())""")


def publish_hours(session: Session, *, now: datetime) -> Loaded:
    """The hours that ended last, each line and the hall as a whole."""
    rows: list[Row] = []
    running = moments.containing(now, Freq.HOUR).starts
    for n in range(HOURS, 0, -1):
        hour = Moment(running - timedelta(hours=n), Freq.HOUR)
        rows += _of_hour(session, hour)
    return _publish(session, "hours of the hall", rows, now=now)


def _of_hour(session: Session, hour: Moment) -> Iterator[Row]:
    asked = {"first": hour.starts, "before": moments.after(hour)}
    for found in session.execute(VISITS, asked):
        counted = {
            "HALL_TICKETS_TAKEN": found.taken, "HALL_TICKETS_SERVED": found.served,
            "HALL_NO_SHOWS": found.no_shows,
        }  # fmt: skip
        for code, count in counted.items():
            yield _row(code, CITY, hour, found.dimension, count)
        if found.wait is not None:
            yield _row("HALL_WAIT_MEDIAN", CITY, hour, found.dimension, round(found.wait, 1))


def publish_days(session: Session, *, now: datetime) -> Loaded:
    """The last days again, for what became of them later."""
    today = business_date(now)
    rows: list[Row] = []
    for n in range(NIGHTS, 0, -1):
        rows += _of_day(session, today - timedelta(days=n))
    return _publish(session, "days of the hall", rows, now=now)


def _of_day(session: Session, day: date) -> Iterator[Row]:
    moment = Moment(start_of(day), Freq.DAY)
    asked = {"first": moment.starts, "before": after(day), "day": day}
    contacts = session.execute(CONTACTS, asked).one()
    yield _row("HALL_CONTACTS_CLOSED", CITY, moment, "all", contacts.closed)
    yield _row("HALL_CONTACTS_AT_ONCE", CITY, moment, "all", contacts.at_once)
    for statement, code, name in (
        (APPEALS, "HALL_APPEALS_RECEIVED", "received"),
        (OVERDUE, "HALL_APPEALS_OVERDUE", "overdue"),
    ):
        counts: dict[str, int] = {}
        for found in session.execute(statement, asked):
            counts[found.area] = max(counts.get(found.area, 0), getattr(found, name))
        for area in sorted(counts):
            yield _row(code, area, moment, "all", counts[area])


def _row(code: str, area: str, moment: Moment, dimension: str, value: Any) -> Row:
    return [code, area, str(moment), moment.precision.value, dimension, str(value), "A"]


def _publish(session: Session, name: str, rows: list[Row], *, now: datetime) -> Loaded:
    digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    delivery = Delivery(name, digest, SOURCE, {"transform": name, "code_version": 1})
    return loading.load(session, delivery, HEADER, enumerate(rows, start=1), now=now)
