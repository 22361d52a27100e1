"""A ticket's way through the hall: the table of moves, one visitor a desk, an event each step."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agencies.directory import desk_by_code, service_by_code
from agencies.errors import Invalid, NotAllowed, NotFound, TakenByAnother, WrongStatus
from agencies.events import Event
from agencies.sealing import link_key
from agencies.staff import Role
from reception import tickets, visits
from reception.queue import calling, issuing
from reception.tickets import AT_DESK, Ticket, TicketState, moves
from reception.tickets.moves import CALLS_ALLOWED, MOVES
from tests.make import SECRET_KEY, make_officer, make_ticket

T = TicketState
DESK = "D20"
VERBS = {
    "recall": ({T.CALLED}, T.CALLED),
    "start": ({T.CALLED, T.HELD}, T.SERVING),
    "hold": ({T.CALLED, T.SERVING}, T.HELD),
    "resume": ({T.HELD}, T.SERVING),
    "finish": ({T.CALLED, T.SERVING}, T.FINISHED),
    "no_show": ({T.CALLED}, T.NO_SHOW),
    "transfer": ({T.CALLED, T.SERVING, T.HELD, T.NO_SHOW}, T.WAITING),
    "cancel": ({T.WAITING, T.CALLED, T.HELD}, T.CANCELLED),
}
"""From which states each step leads where, written a second time."""


@pytest.fixture
def clerk(session):
    return make_officer(session)


@pytest.fixture
def called(session, clerk, now):
    """A ticket that desk 20 has just called."""
    ticket = make_ticket(session, now=now)
    call(session, clerk, now=now)
    session.refresh(ticket)
    return ticket


def call(session, by, *, now, desk=DESK):
    found = calling.call_next(session, desk_by_code(session, desk), by=by, now=now)
    session.commit()
    return found


def take_step(session, verb, ticket, *, by, now):
    more = {}
    if verb == "finish":
        more["outcome"] = "solved"
    if verb == "transfer":
        more["to"] = ticket.service
    subject = visits if verb in ("finish", "transfer") else moves
    getattr(subject, verb)(session, ticket, by=by, now=now, **more)


def kinds(session, ticket):
    query = select(Event.kind).where(Event.ticket_id == ticket.id).order_by(Event.id)
    return session.scalars(query).all()


def test_every_state_has_its_moves_and_two_are_the_end():
    assert set(MOVES) == set(TicketState)
    assert {state for state, to in MOVES.items() if not to} == {T.FINISHED, T.CANCELLED}


def test_every_move_of_the_table_is_a_step_that_somebody_can_take():
    """A called visitor is finished by way of being served; who waits is called by the queue."""
    steps = {(source, to) for sources, to in VERBS.values() for source in sources}
    steps = steps - {(T.CALLED, T.FINISHED)} | {(T.WAITING, T.CALLED)}

    assert steps == {(source, to) for source in MOVES for to in MOVES[source]}


def test_the_database_knows_the_same_states(session, called):
    source = session.scalar(
        text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conname = 'ck_ticket_ticketstate'"
        )
    )

    assert set(source.split("'")[1::2]) == {state.value for state in TicketState}
    with pytest.raises(IntegrityError, match="ck_ticket_ticketstate"):
        session.execute(text("UPDATE ticket SET state = 'lost'"))
    session.rollback()


class TwoVisitorsAndADesk(RuleBasedStateMachine):
    """What a careful reader of the rules expects, beside what the rows say."""

    def __init__(self, session, clerk, now):
        super().__init__()
        self.session, self.clerk, self.now = session, clerk, now
        self.desk = desk_by_code(session, DESK)
        self.tickets = [self.issue() for _ in range(2)]
        self.expected = [T.WAITING, T.WAITING]
        self.calls = [0, 0]
        self.events = [1, 1]

    def issue(self):
        issued = issuing.issue(
            self.session, "housing-general", language="kk", secret=SECRET_KEY, by=None,
            now=self.now,
        )  # fmt: skip
        return tickets.by_id(self.session, issued.id)

    def moved(self, place, to):
        self.expected[place] = to
        self.events[place] += 1

    def allowed(self, place, verb):
        state, (sources, to) = self.expected[place], VERBS[verb]
        called_enough = verb == "recall" and self.calls[place] >= CALLS_ALLOWED
        desk_taken = (state, to) == (T.HELD, T.SERVING) and self.expected[1 - place] in AT_DESK
        return state in sources and not called_enough and not desk_taken

    @rule()
    def call_next(self):
        calling.call_next(self.session, self.desk, by=self.clerk, now=self.now)
        for place, state in enumerate(self.expected):
            if state in AT_DESK:
                self.moved(place, T.FINISHED if state is T.SERVING else T.NO_SHOW)
        if T.WAITING in self.expected:
            place = self.expected.index(T.WAITING)
            self.calls[place] = 1
            self.moved(place, T.CALLED)
        for ticket in self.tickets:
            self.session.refresh(ticket)

    @rule(place=st.integers(0, 1), verb=st.sampled_from(sorted(VERBS)))
    def step(self, place, verb):
        ticket, later = self.tickets[place], {"by": self.clerk, "now": self.now}
        if not self.allowed(place, verb):
            with pytest.raises((WrongStatus, IntegrityError)), self.session.begin_nested():
                take_step(self.session, verb, ticket, **later)
            return
        take_step(self.session, verb, ticket, **later)
        if verb == "finish" and self.expected[place] is T.CALLED:
            self.moved(place, T.SERVING)
        counted = {"recall": self.calls[place] + 1, "transfer": 0}
        self.calls[place] = counted.get(verb, self.calls[place])
        self.moved(place, VERBS[verb][1])

    @invariant()
    def rows_agree(self):
        ids = [ticket.id for ticket in self.tickets]
        rows = select(Ticket.state, Ticket.calls).where(Ticket.id.in_(ids)).order_by(Ticket.id)
        assert [tuple(row) for row in self.session.execute(rows)] == [
            *zip(self.expected, self.calls, strict=True)
        ]
        told = select(func.count()).where(Event.ticket_id.in_(ids)).group_by(Event.ticket_id)
        assert self.session.scalars(told.order_by(Event.ticket_id)).all() == self.events
        assert sum(state in AT_DESK for state in self.expected) <= 1

    def teardown(self):
        self.session.rollback()


def test_tickets_move_by_the_table_and_a_desk_never_has_two(session, clerk, now):
    run_state_machine_as_test(
        lambda: TwoVisitorsAndADesk(session, clerk, now),
        settings=settings(max_examples=25, stateful_step_count=15, deadline=None),
    )


def test_each_step_is_told_once_and_in_order(session, clerk, called, now):
    for verb in ("recall", "start", "hold", "resume", "finish"):
        take_step(session, verb, called, by=clerk, now=now)
    session.commit()

    assert kinds(session, called) == [
        "ticket_issued", "ticket_called", "ticket_recalled", "ticket_started", "ticket_held",
        "ticket_started", "ticket_finished",
    ]  # fmt: skip


def test_an_event_names_ticket_desk_and_agency_and_no_person(session, clerk, called):
    last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()

    assert last.topic == f"hall/{called.hall.code}"
    assert last.officer_id == clerk.id
    assert last.payload == {
        "ticket": "K101", "desk": 20, "agency": "housing", "calls": 1, "language": "kk",
    }  # fmt: skip


def test_a_visitor_is_called_three_times_and_no_more(session, clerk, called, now):
    for _ in range(CALLS_ALLOWED - 1):
        moves.recall(session, called, by=clerk, now=now)

    with pytest.raises(WrongStatus, match="three times"):
        moves.recall(session, called, by=clerk, now=now)

    assert called.calls == CALLS_ALLOWED


def test_who_reads_an_old_state_comes_too_late(session, database, clerk, called, now):
    with Session(database) as other:
        seen = other.get(Ticket, called.id)
        moves.start(session, called, by=clerk, now=now)
        session.commit()

        with pytest.raises(TakenByAnother):
            moves.no_show(other, seen, by=clerk, now=now)

    session.refresh(called)
    assert called.state is T.SERVING


def test_two_who_recall_at_once_count_as_one(session, database, clerk, called, now):
    with Session(database) as other:
        seen = other.get(Ticket, called.id)
        moves.recall(session, called, by=clerk, now=now)
        session.commit()

        with pytest.raises(TakenByAnother):
            moves.recall(other, seen, by=clerk, now=now)


def test_a_refused_step_leaves_no_event(session, clerk, called, now):
    before = kinds(session, called)

    with suppress(WrongStatus):
        moves.resume(session, called, by=clerk, now=now)
    session.commit()

    assert kinds(session, called) == before


def test_a_called_visitor_who_is_finished_counts_as_served(session, clerk, called, now):
    visits.finish(session, called, outcome="explained", by=clerk, now=now)

    assert (called.started_at, called.finished_at) == (now, now)
    assert (called.state, called.outcome) == (T.FINISHED, "explained")


@pytest.mark.parametrize("outcome", ["", "victory", "SOLVED"])
def test_an_outcome_is_one_of_the_list(session, clerk, called, now, outcome):
    with pytest.raises(Invalid) as refusal:
        visits.finish(session, called, outcome=outcome, by=clerk, now=now)

    assert set(refusal.value.fields) == {"outcome"}
    assert called.state is T.CALLED


def test_a_visitor_on_hold_keeps_the_beginning_of_the_service(session, clerk, called, now):
    moves.start(session, called, by=clerk, now=now)
    moves.hold(session, called, by=clerk, now=now + timedelta(minutes=5))

    moves.resume(session, called, by=clerk, now=now + timedelta(minutes=9))

    assert called.started_at == now


def test_a_visitor_on_hold_waits_until_the_desk_is_free(session, clerk, called, now):
    moves.start(session, called, by=clerk, now=now)
    moves.hold(session, called, by=clerk, now=now)
    make_ticket(session, now=now)
    call(session, clerk, now=now)

    with pytest.raises(WrongStatus, match="Finish with the visitor"):
        moves.resume(session, called, by=clerk, now=now)


def test_the_database_lets_no_desk_have_two_visitors(session, clerk, called):
    other = make_ticket(session)

    with pytest.raises(IntegrityError, match="uq_ticket_desk_busy"):
        session.execute(
            text("UPDATE ticket SET state = 'called', desk_id = :desk WHERE id = :id"),
            {"desk": called.desk_id, "id": other.id},
        )

    session.rollback()


def test_a_transferred_visitor_keeps_number_and_arrival(session, clerk, called, now):
    before = (called.label, called.issued_at, called.due_at)

    visits.transfer(
        session, called, to=service_by_code(session, "social-general"), by=clerk,
        now=now + timedelta(minutes=20),
    )  # fmt: skip

    assert (called.label, called.issued_at, called.due_at) == before
    assert (called.state, called.desk, called.calls) == (T.WAITING, None, 0)
    assert called.service.code == "social-general"
    assert called.agency_id == called.service.agency_id


def test_the_wait_of_a_transferred_visitor_goes_on(session, clerk, called, now):
    assert tickets.minutes_waited(called, now + timedelta(minutes=30)) == 0, "called at once"

    visits.transfer(session, called, to=called.service, by=clerk, now=now)

    assert tickets.minutes_waited(called, now + timedelta(minutes=30, seconds=59)) == 30


def test_the_wait_ends_with_the_call(session, clerk, now):
    ticket = make_ticket(session, now=now)
    call(session, clerk, now=now + timedelta(minutes=12))
    session.refresh(ticket)

    assert tickets.minutes_waited(ticket, now + timedelta(hours=2)) == 12


def test_what_came_of_a_visit_can_be_told_later_and_once(session, clerk, called, now):
    moves.start(session, called, by=clerk, now=now)
    call(session, clerk, now=now)
    session.refresh(called)
    assert called.outcome == tickets.OUTCOME_NOT_RECORDED

    visits.record_outcome(session, called, outcome="solved", by=clerk, now=now)

    assert called.outcome == "solved"
    with pytest.raises(WrongStatus, match="recorded already"):
        visits.record_outcome(session, called, outcome="left", by=clerk, now=now)


def test_not_recorded_is_no_outcome_that_a_person_chooses_later(session, clerk, called, now):
    with pytest.raises(Invalid):
        visits.record_outcome(
            session, called, outcome=tickets.OUTCOME_NOT_RECORDED, by=clerk, now=now
        )


@pytest.mark.parametrize(
    ("role", "agency", "may"),
    [
        (Role.CLERK, None, True),
        (Role.SUPERVISOR, None, True),
        (Role.ADMIN, None, True),
        (Role.OFFICER, "housing", True),
        (Role.HEAD, "housing", True),
        (Role.OFFICER, "police", False),
        (Role.COUNCIL, None, False),
        (Role.KIOSK, None, False),
    ],
)
def test_who_staffs_a_desk_and_handles_its_visitors(session, called, role, agency, may):
    officer = make_officer(session, role, agency=agency)

    if may:
        tickets.must_staff(called.desk.agency_id, officer)
        tickets.must_handle(called, officer)
    else:
        with pytest.raises(NotAllowed):
            tickets.must_staff(called.desk.agency_id, officer)
        with pytest.raises(NotFound):
            tickets.must_handle(called, officer)


def test_a_key_opens_its_ticket_as_it_was_typed(session, now):
    ticket = make_ticket(session, now=now)
    key = link_key(SECRET_KEY, "ticket", ticket.link_seed)

    assert tickets.by_key(session, f" {key.upper()} ") == ticket
    with pytest.raises(NotFound):
        tickets.by_key(session, key[:-1])


def test_a_ticket_that_does_not_exist(session):
    with pytest.raises(NotFound):
        tickets.by_id(session, 999)
