"""The end of the day: no visit stays open unseen, and nobody is served by the clock."""

import pytest

from agencies.directory import desk_by_code
from agencies.staff import Role
from reception.queue import calling
from reception.tickets import Ticket, TicketState, moves
from tests.make import make_officer, make_ticket, sign_in

T = TicketState


@pytest.fixture
def supervisor(client, session):
    officer = make_officer(session, Role.SUPERVISOR)
    sign_in(client, officer)
    return officer


@pytest.fixture
def post(client):
    def _post(address, **form):
        return client.post(f"/hall/day-end/{address}?lang=en", data=form, follow_redirects=True)

    return _post


def fresh(session, ticket):
    session.expire_all()
    return session.get(Ticket, ticket.id)


def test_only_supervision_closes_the_day(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    assert client.get("/hall/day-end").status_code == 403
    assert client.post("/hall/day-end/waiting").status_code == 403


def test_who_was_helped_gets_an_outcome_and_who_waits_another(session, clock, supervisor, post):
    helped, waiting = make_ticket(session), make_ticket(session)
    desk = desk_by_code(session, "D20")
    calling.call_next(session, desk, by=supervisor, now=clock.moment)
    session.refresh(helped)
    moves.start(session, helped, by=supervisor, now=clock.moment)
    session.commit()

    refused = post(str(waiting.id), outcome="solved")
    post(str(helped.id), outcome="explained")
    page = post(str(waiting.id), outcome="left")

    assert "Choose what came of the visit." in refused.text
    assert (fresh(session, helped).state, helped.outcome) == (T.FINISHED, "explained")
    assert (fresh(session, waiting).state, waiting.outcome) == (T.CANCELLED, "left")
    assert "Every visit is closed" in page.text


def test_all_who_wait_are_closed_once_the_doors_are_shut(client, session, clock, supervisor, post):
    waiting = [make_ticket(session) for _ in range(3)]
    assert "The hall is still open." in post("waiting").text
    assert fresh(session, waiting[0]).state is T.WAITING

    clock.advance(hours=12)
    sign_in(client, supervisor)
    page = post("waiting")

    assert "Closed: 3." in page.text
    assert {fresh(session, ticket).outcome for ticket in waiting} == {"closed_unserved"}
