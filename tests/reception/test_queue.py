"""The queue's law: whoever has gathered most priority is called, and nobody is called twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from agencies.directory import Desk, PriorityCategory, Service, desk_by_code, service_by_code
from agencies.errors import Invalid, NotAllowed
from agencies.events import Event
from reception import disciplines, rules, tickets, visits
from reception.disciplines import Waiting
from reception.queue import calling, issuing, order, statements
from reception.tickets import Ticket, TicketState, moves
from tests.make import SECRET_KEY, make_officer, make_ticket

DESK = "D20"
arrivals = st.lists(
    st.tuples(st.sampled_from([None, "war_veteran", "elderly"]), st.integers(0, 3)),
    min_size=1,
    max_size=7,
)
"""Category and seconds since the visitor before; nought is the same moment."""


@pytest.fixture
def clerk(session):
    return make_officer(session)


@pytest.fixture
def desk(session):
    return desk_by_code(session, DESK)


def issue(session, *, now, service="housing-general", **more):
    return issuing.issue(
        session, service, language="kk", secret=SECRET_KEY, by=None, now=now, **more
    )  # fmt: skip


def arrive(session, drawn, now):
    """Each visitor's number, rank and moment, in the order of arrival."""
    came, moment = [], now
    for category, seconds in drawn:
        moment += timedelta(seconds=seconds)
        issued = issue(session, now=moment, priority=category)
        came.append((issued.label, issuing.priority_rank(session, category), moment))
    return came


def call_all(session, desk, clerk, now):
    called = []
    while found := calling.call_next(session, desk, by=clerk, now=now):
        called.append(found.label)
    return called


def by_the_rule(session, desk, came, now):
    """The numbers in the order that the pure rule gives."""
    rule = rules.in_force(session, desk.agency_id, now.date())
    line = [(Waiting(n, rank, due), label) for n, (label, rank, due) in enumerate(came)]
    line.sort(key=lambda one: disciplines.standing(rule, one[0], now), reverse=True)
    return [label for _, label in line]


def test_the_order_of_calls_is_that_of_the_rule(session, desk, clerk, now):
    @settings(max_examples=25, deadline=None)
    @given(arrivals)
    def check(drawn):
        came = arrive(session, drawn, now)
        later = now + timedelta(minutes=5)

        shown = [t.label for t in order.waiting_for(session, desk, now=later, most=20)]
        called = call_all(session, desk, clerk, later)
        session.rollback()

        assert called == by_the_rule(session, desk, came, later)
        assert shown == called, "the desk is shown the order in which it will call"

    check()


def test_within_a_rank_nobody_overtakes(session, desk, clerk, now):
    @settings(max_examples=25, deadline=None)
    @given(arrivals, st.integers(0, 6))
    def check(drawn, calls_between):
        """Also when desks call while visitors are still coming."""
        came = arrive(session, drawn, now)
        later = now + timedelta(minutes=5)
        called = []
        for _ in range(calls_between):
            found = calling.call_next(session, desk, by=clerk, now=later)
            called += [found.label] if found else []
        came += [(issue(session, now=later, priority=c).label, *_of(session, c, later))
                 for c, _ in drawn]  # fmt: skip
        called += call_all(session, desk, clerk, later)
        session.rollback()

        rank_of = {label: rank for label, rank, _ in came}
        for rank in set(rank_of.values()):
            mine = [label for label in called if rank_of[label] == rank]
            assert mine == [label for label, r, _ in came if r == rank]
        assert len(called) == len(set(called)) == len(came)

    check()


def _of(session, category, moment):
    return issuing.priority_rank(session, category), moment


def test_equal_arrivals_are_called_in_equal_order(session, desk, clerk, now):
    drawn = [(None, 0), ("elderly", 0), (None, 0), ("war_veteran", 2), ("elderly", 0)]

    orders = []
    for _ in range(3):
        arrive(session, drawn, now)
        orders.append(call_all(session, desk, clerk, now + timedelta(minutes=1)))
        session.rollback()

    assert orders[0] == orders[1] == orders[2]


def test_each_visitor_is_told_exactly_how_many_will_be_called_before(session, desk, clerk, now):
    arrive(session, [(None, 1), ("elderly", 1), (None, 1), ("war_veteran", 1)], now)
    later = now + timedelta(minutes=1)

    ahead = {
        ticket.label: order.ahead_of(session, ticket, now=later)
        for ticket in session.scalars(select(Ticket))
    }
    called = call_all(session, desk, clerk, later)

    assert ahead == {label: place for place, label in enumerate(called)}


def test_the_place_told_with_the_number_is_that_of_the_queue(session, now):
    for category in (None, None, "elderly", None, "war_veteran"):
        issued = issue(session, now=now, priority=category)
        assert issued.ahead == order.ahead_of(session, tickets.by_id(session, issued.id), now=now)


def test_nobody_is_ahead_of_who_was_called(session, desk, clerk, now):
    make_ticket(session, now=now)
    called = make_ticket(session, now=now)
    for _ in range(2):
        calling.call_next(session, desk, by=clerk, now=now)
    session.refresh(called)

    assert order.ahead_of(session, called, now=now) == 0


def test_a_transferred_visitor_stands_where_the_arrival_says(session, desk, clerk, now):
    early = make_ticket(session, service="social-general", now=now)
    make_ticket(session, now=now + timedelta(minutes=5))
    social = session.scalars(select(Desk).where(Desk.agency_id == early.agency_id)).first()
    calling.call_next(session, social, by=clerk, now=now)
    session.refresh(early)
    housing = service_by_code(session, "housing-general")
    visits.transfer(session, early, to=housing, by=clerk, now=now + timedelta(minutes=9))

    called = calling.call_next(session, desk, by=clerk, now=now + timedelta(minutes=10))

    assert called.label == early.label


def test_numbers_of_a_series_follow_each_other_and_begin_anew_each_day(session, now):
    today = [issue(session, now=now).label for _ in range(3)]
    repairs = issue(session, now=now, service="housing-repair").label
    police = issue(session, now=now, service="police-general").label
    tomorrow = issue(session, now=now + timedelta(days=1)).label

    assert today == ["K101", "K102", "K103"]
    assert repairs == "K104", "one letter, one series"
    assert (police, tomorrow) == ("O101", "K101")


def test_the_day_of_a_ticket_is_that_of_almaty(session):
    before, after = (datetime(2026, 11, 22, 18, minute, tzinfo=UTC) for minute in (59, 0))
    late = issue(session, now=before)
    midnight = issue(session, now=after + timedelta(hours=1))

    days = [tickets.by_id(session, each.id).business_date for each in (late, midnight)]
    assert [f"{day:%d}" for day in days] == ["22", "23"]
    assert (late.label, midnight.label) == ("K101", "K101")


def test_yesterdays_visitors_are_not_called_today(session, desk, clerk, now):
    make_ticket(session, now=now - timedelta(days=1))

    assert calling.call_next(session, desk, by=clerk, now=now) is None
    assert order.waiting_count(session, desk, now=now) == 0


def test_a_desk_calls_for_its_own_agency_only(session, desk, clerk, now):
    make_ticket(session, service="police-general", now=now)

    assert calling.call_next(session, desk, by=clerk, now=now) is None


def test_all_desks_of_an_agency_draw_from_one_line(session, clerk, now):
    for _ in range(2):
        make_ticket(session, now=now)

    called = [
        calling.call_next(session, desk_by_code(session, code), by=clerk, now=now).label
        for code in ("D20", "D21")
    ]

    assert called == ["K101", "K102"]


def test_two_desks_that_call_at_once_do_not_wait_for_each_other(session, database, clerk, now):
    for _ in range(2):
        make_ticket(session, now=now)
    first = calling.call_next(session, desk_by_code(session, "D20"), by=clerk, now=now)

    with Session(database) as other:
        other.execute(text("SET LOCAL lock_timeout = '5s'"))
        second = calling.call_next(other, desk_by_code(other, "D21"), by=clerk, now=now)
        other.commit()

    assert {first.label, second.label} == {"K101", "K102"}


def test_calling_the_next_lets_go_of_who_did_not_come(session, desk, clerk, now):
    missed = make_ticket(session, now=now)
    make_ticket(session, now=now)
    calling.call_next(session, desk, by=clerk, now=now)

    calling.call_next(session, desk, by=clerk, now=now + timedelta(minutes=3))

    session.refresh(missed)
    assert (missed.state, missed.finished_at, missed.outcome) == (
        TicketState.NO_SHOW, now + timedelta(minutes=3), None,
    )  # fmt: skip


def test_calling_the_next_ends_a_service_whose_outcome_is_still_to_be_told(
    session, desk, clerk, now
):
    served = make_ticket(session, now=now)
    calling.call_next(session, desk, by=clerk, now=now)
    session.refresh(served)
    moves.start(session, served, by=clerk, now=now)

    assert calling.call_next(session, desk, by=clerk, now=now) is None, "nobody else waits"

    session.refresh(served)
    assert (served.state, served.outcome) == (TicketState.FINISHED, "not_recorded")
    told = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (told.kind, told.payload["cause"]) == ("ticket_finished", "next_called")


def test_a_call_tells_the_desk_what_it_needs_at_once(session, desk, clerk, now):
    make_ticket(session, language="ru", now=now)

    called = calling.call_next(session, desk, by=clerk, now=now + timedelta(minutes=1))

    assert (called.label, called.service, called.desk.agency) == (
        "K101",
        "housing-general",
        "housing",
    )
    assert (called.language, called.issued_at, called.called_at) == (
        "ru", now, now + timedelta(minutes=1),
    )  # fmt: skip


def test_an_officer_of_another_agency_calls_nobody_here(session, desk, now):
    waiting = make_ticket(session, now=now)
    stranger = make_officer(session, "officer", agency="police")

    with pytest.raises(NotAllowed):
        calling.call_next(session, desk, by=stranger, now=now)

    session.refresh(waiting)
    assert waiting.state is TicketState.WAITING


@pytest.mark.parametrize("code", ["", None])
def test_without_a_category_the_rank_is_the_general_one(session, code):
    assert issuing.priority_rank(session, code) == 0


def test_a_veteran_goes_before_an_elder_and_an_elder_before_the_rest(session):
    ranks = [issuing.priority_rank(session, code) for code in ("war_veteran", "elderly", None)]

    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


@pytest.mark.parametrize("code", ["no-such-category", "single_caregiver"])
def test_a_category_that_is_not_in_force_gives_no_rank(session, now, code):
    """`single_caregiver` is known and switched off."""
    with pytest.raises(Invalid) as refusal:
        issue(session, now=now, priority=code)

    assert set(refusal.value.fields) == {"priority"}


def test_a_category_that_is_switched_off_later_takes_no_place_from_anybody(session, now):
    issued = issue(session, now=now, priority="elderly")
    session.execute(update(PriorityCategory).values(enabled=False))

    assert tickets.by_id(session, issued.id).rank > 0
    session.rollback()


def test_a_service_that_is_closed_gives_no_number(session, now):
    session.execute(update(Service).where(Service.code == "housing-general").values(open=False))

    with pytest.raises(Invalid) as refusal:
        issue(session, now=now)

    assert set(refusal.value.fields) == {"service"}
    session.rollback()


def test_a_refused_ticket_uses_up_no_number(session, now):
    issue(session, now=now)
    session.commit()
    issue(session, now=now)
    session.rollback()

    assert issue(session, now=now).label == "K102"


def test_the_row_of_a_ticket_does_not_hold_the_key_of_its_page(session, now):
    issued = issue(session, now=now)

    row = session.execute(text("SELECT * FROM ticket")).one()
    assert issued.key not in str(row)
    assert tickets.by_key(session, issued.key).id == issued.id


def test_issuing_and_calling_each_take_few_statements(session, desk, clerk, now, statements):
    with statements() as at_issue:
        issue(session, now=now)
    with statements() as at_call:
        calling.call_next(session, desk, by=clerk, now=now)

    assert len(at_issue) == 1
    assert len(at_call) == 1


@pytest.mark.parametrize(
    "statement", [statements.ISSUE, statements.CALL_NEXT], ids=["issue", "call next"]
)
def test_the_driver_keeps_the_busiest_statements_ready(statement):
    assert len(statement) <= MAX_CACHED_STATEMENT_LENGTH
