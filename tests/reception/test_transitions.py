"""Every transition raced eight-fold: exactly one wins, and the event of it is there once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agencies.directory import desk_by_code, service_by_code
from agencies.errors import DomainError
from agencies.events import Event
from agencies.staff import Officer
from reception import closing, desks, rules, tickets, visits
from reception.desks import PauseKind
from reception.queue import calling
from reception.tickets import Ticket, moves
from tests.make import make_officer, make_ticket

RACERS = 8
DESKS = ("D20", "D21", "D22", "D23")


def police(session):
    return service_by_code(session, "police-general")


VERBS = {
    "recall": ("called", lambda s, t, **w: moves.recall(s, t, **w)),
    "start": ("called", lambda s, t, **w: moves.start(s, t, **w)),
    "hold": ("serving", lambda s, t, **w: moves.hold(s, t, **w)),
    "resume": ("held", lambda s, t, **w: moves.resume(s, t, **w)),
    "no-show": ("called", lambda s, t, **w: moves.no_show(s, t, **w)),
    "return": ("no_show", lambda s, t, **w: moves.put_back(s, t, **w)),
    "cancel": ("waiting", lambda s, t, **w: moves.cancel(s, t, **w)),
    "rank": ("waiting", lambda s, t, **w: moves.set_rank(
        s, t, rank=rules.Rank.EMERGENCY, reason="?", **w)),
    "finish": ("serving", lambda s, t, **w: visits.finish(s, t, outcome="solved", **w)),
    "next step": ("planned", lambda s, t, **w: visits.finish(s, t, outcome="solved", **w)),
    "transfer": ("serving", lambda s, t, **w: visits.transfer(s, t, to=police(s), **w)),
    "transfer and come back": ("serving", lambda s, t, **w: visits.transfer(
        s, t, to=police(s), come_back=True, **w)),
    "plan": ("waiting", lambda s, t, **w: visits.plan(s, t, [police(s)], **w)),
    "outcome": ("unrecorded", lambda s, t, **w: visits.record_outcome(
        s, t, outcome="explained", **w)),
    "undo": ("held", lambda s, t, **w: visits.undo(s, t, **w)),
    "close": ("waiting", lambda s, t, **w: closing.close(s, t, outcome="left", **w)),
    "out of turn": ("waiting", lambda s, t, **w: calling.call_this(
        s, t, desk_by_code(s, "D20"), reason="frail", **w)),
}  # fmt: skip


@pytest.fixture
def clerk(session):
    return make_officer(session)


def make(session, state, clerk, now):
    """A ticket that has come to that state by real steps at desk 20."""
    ticket = make_ticket(session, now=now)
    words = {"by": clerk, "now": now}
    if state == "planned":
        visits.plan(session, ticket, [police(session)], **words)
    if state != "waiting":
        calling.call_next(session, "D20", **words)
        session.refresh(ticket)
    if state in ("serving", "planned", "unrecorded"):
        moves.start(session, ticket, **words)
    if state == "unrecorded":
        calling.call_next(session, "D20", **words)
    if state == "held":
        moves.hold(session, ticket, **words)
    if state == "no_show":
        moves.no_show(session, ticket, **words)
    session.commit()
    return ticket


def race(database, attempt):
    """How many of eight, each in a transaction of its own, came through."""
    start = Barrier(RACERS, timeout=20)

    def one(n):
        with Session(database) as own:
            own.execute(text("SET LOCAL lock_timeout = '8s'"))
            try:
                attempt(own, n, start)
                own.commit()
            except (DomainError, IntegrityError):
                return 0
            return 1

    with ThreadPoolExecutor(RACERS) as threads:
        return sum(threads.map(one, range(RACERS)))


@pytest.mark.parametrize("verb", VERBS)
def test_of_eight_at_once_exactly_one_comes_through(session, database, clerk, now, verb):
    state, act = VERBS[verb]
    ticket = make(session, state, clerk, now)
    before = session.scalar(select(func.count()).select_from(Event))

    def attempt(own, _, start):
        read, by = own.get_one(Ticket, ticket.id), own.get_one(Officer, clerk.id)
        start.wait()
        act(own, read, by=by, now=now)

    assert race(database, attempt) == 1
    told = session.scalar(select(func.count()).select_from(Event)) - before
    assert told == 1


def test_eight_desks_call_the_one_who_waits_once(session, database, clerk, now):
    waiting = make_ticket(session, now=now)
    called = []

    def attempt(own, n, start):
        by = own.get_one(Officer, clerk.id)
        start.wait()
        found = calling.call_next(own, DESKS[n % len(DESKS)], by=by, now=now)
        called.extend([found.id] if found else [])

    race(database, attempt)

    assert called == [waiting.id]


@pytest.mark.parametrize("act", ["pause", "reopen"])
def test_a_desk_is_closed_and_opened_by_one_of_eight(session, database, clerk, now, act):
    if act == "reopen":
        desks.pause(session, desk_by_code(session, "D20"), PauseKind.BREAK, by=clerk, now=now)
        session.commit()

    def attempt(own, _, start):
        desk, by = desk_by_code(own, "D20"), own.get_one(Officer, clerk.id)
        start.wait()
        if act == "pause":
            desks.pause(own, desk, PauseKind.BREAK, by=by, now=now)
        else:
            desks.reopen(own, desk, by=by, now=now)

    assert race(database, attempt) == 1


def test_no_visit_is_ever_active_at_two_desks(session, database, clerk, now):
    """Desks call, hold and resume the same few visitors against each other."""
    for _ in range(3):
        make_ticket(session, now=now)

    def attempt(own, n, start):
        by = own.get_one(Officer, clerk.id)
        start.wait()
        for turn in range(6):
            try:
                _one_step(own, DESKS[(n + turn) % len(DESKS)], by, now, hold=turn % 2)
                own.commit()
            except (DomainError, IntegrityError):
                own.rollback()

    race(database, attempt)

    active = Counter(session.scalars(
        select(Ticket.desk_id).where(Ticket.state.in_(tickets.AT_DESK))))  # fmt: skip
    assert all(count == 1 for count in active.values()), "one visitor a desk"
    calls = select(Event.ticket_id).where(Event.kind == "ticket_called")
    most = Counter(session.scalars(calls))
    assert set(most.values()) <= {1}, "nobody was called twice"


def _one_step(own, desk, by, now, *, hold):
    called = calling.call_next(own, desk, by=by, now=now)
    if called is not None and hold:
        moves.hold(own, tickets.by_id(own, called.id), by=by, now=now)
