"""What keeps the register sound: anchors, erasure, words for the search, learning."""

import logging
from datetime import timedelta

import flask

from agencies import (
    anchors,
    contacts,
    erasure_proposals,
    erasures,
    outlooks,
    proof,
    retraining,
    sampling,
    search,
)
from agencies.calendar import business_date, clock, workdays
from agencies.db import db
from reception import head_receptions, idempotency, visitors
from reception.guide import links
from workers.app import app, beat_seen, broker

log = logging.getLogger("workers.tasks.upkeep")
KEYS_KEPT = timedelta(days=1)


@app.task
def note_words() -> None:
    """Appeals that came without words for the search, a part at a time."""
    while search.note_missing(db.session()):
        db.session.commit()


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
def foresee_lateness() -> None:
    """The forecast of each open claim, as the register stands now."""
    session = db.session()
    outlooks.refresh(session, days=workdays(session), now=clock())
    session.commit()


@app.task
def score_lateness() -> None:
    session = db.session()
    outlooks.keep_score(session, days=workdays(session), now=clock())
    session.commit()


@app.task
def draw_quality_sample() -> None:
    """Of the month that ended last; drawn once, a night that failed is made good."""
    month = sampling.before(business_date(clock()))
    drawn = sampling.draw(db.session(), month, now=clock())
    db.session.commit()
    if drawn:
        log.info("a sample was drawn of %d answers", drawn.answers)


@app.task
def erase_by_rule() -> None:
    """One transaction an appeal: what was erased stays erased, whatever happens to the next."""
    settings, now = flask.current_app.config["SETTINGS"], clock()
    for _ in erasures.run(db.session(), folder=settings.data, now=now):
        db.session.commit()
    for _ in contacts.run(db.session(), now=now):
        db.session.commit()
    for _ in erasure_proposals.expire(db.session(), now=now):
        db.session.commit()
    visitors.forget_unused(db.session(), now=now)
    head_receptions.forget(db.session(), now=now)
    db.session.commit()


@app.task
def check_links() -> None:
    """Each address of the guide once a day; one transaction an address."""
    for url in links.due(db.session(), now=clock()):
        links.look_at(db.session(), [url], ask=links.ask_once, now=clock())
        db.session.commit()


@app.task
def forget_idempotency_keys() -> None:
    idempotency.forget_before(db.session(), clock() - KEYS_KEPT)
    db.session.commit()


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
