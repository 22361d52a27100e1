"""What goes out to people, and what falls due."""

import logging

import flask

from agencies import clocks, notices, reminders, terms, unrouted
from agencies.access import current_base
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from agencies.notices import NoticeChannel, NoticeStatus
from reception import deliveries, mailbox, nudges, webhooks
from reception.couriers import couriers_of
from reception.deliveries import Links
from reception.keyring import keys
from reception.mailbox import Box
from workers.app import app

log = logging.getLogger("workers.tasks.notices")


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
    days, now = workdays(session), clock()
    made = reminders.remind(session, workdays=days, now=now)
    made += unrouted.remind(session, workdays=days, now=now)
    session.commit()
    if made:
        nudges.nudge("deliver_notices")
