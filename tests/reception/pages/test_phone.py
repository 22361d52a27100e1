"""The ticket on the visitor's phone: the place, then the desk, and the way out of the queue."""

import pytest
from sqlalchemy import select

from agencies.directory import desk_by_code
from agencies.events import Event
from agencies.sealing import link_key
from reception import queue, tickets
from reception.language import say
from reception.tickets import Ticket, TicketState
from tests.make import SECRET_KEY, make_officer, make_ticket


def address(ticket):
    return f"/t/{link_key(SECRET_KEY, 'ticket', ticket.link_seed)}"


@pytest.fixture
def call(session, clock):
    def _call(ticket):
        clerk = make_officer(session)
        queue.call_next(session, desk_by_code(session, "D20"), by=clerk, now=clock.moment)
        session.commit()
        session.refresh(ticket)
        return clerk

    return _call


def state(session, ticket):
    session.expire_all()
    return session.get(Ticket, ticket.id).state


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_tells_the_place_in_the_visitors_language(client, session, lang):
    make_ticket(session)
    mine = make_ticket(session)

    page = client.get(f"{address(mine)}?lang={lang}").text

    assert f'<html lang="{lang}"' in page
    assert "K102" in page
    assert "<dd>1</dd>" in page
    assert getattr(mine.service, f"name_{lang}") in page
    assert say("Leave the queue", lang) in page


def test_when_called_it_tells_the_desk_and_no_place(client, session, call):
    mine = make_ticket(session)
    call(mine)

    page = client.get(f"{address(mine)}?lang=en").text

    assert "Go to desk" in page
    assert "<strong>20</strong>" in page
    assert "People before you" not in page
    assert "Leave the queue" not in page


def test_who_was_called_and_did_not_come_is_told_what_to_do(client, session, call, clock):
    mine = make_ticket(session)
    clerk = call(mine)
    tickets.no_show(session, mine, by=clerk, now=clock.moment)
    session.commit()

    assert "Ask at reception" in client.get(f"{address(mine)}?lang=en").text


def test_a_visitor_leaves_the_queue(client, session):
    first, second = make_ticket(session), make_ticket(session)

    page = client.post(f"{address(first)}/cancel?lang=en", follow_redirects=True)

    assert state(session, first) is TicketState.CANCELLED
    assert "Left the queue" in page.text
    assert "<dd>0</dd>" in client.get(address(second)).text, "the next one has moved up"
    told = session.scalars(select(Event).where(Event.kind == "ticket_cancelled")).one()
    assert (told.ticket_id, told.officer_id) == (first.id, None)


def test_who_has_left_cannot_leave_again(client, session):
    mine = make_ticket(session)
    client.post(f"{address(mine)}/cancel")

    answer = client.post(f"{address(mine)}/cancel?lang=en")

    assert answer.status_code == 409
    assert "K101 has moved on" in answer.text


def test_who_is_being_helped_does_not_leave_by_mistake(client, session, call, clock):
    mine = make_ticket(session)
    clerk = call(mine)
    tickets.start(session, mine, by=clerk, now=clock.moment)
    session.commit()

    assert client.post(f"{address(mine)}/cancel").status_code == 409
    assert state(session, mine) is TicketState.SERVING


@pytest.mark.parametrize("key", ["a" * 26, "x", "1", "a" * 300, "%00"])
def test_a_key_that_opens_nothing_gets_help(client, session, key):
    make_ticket(session)

    for answer in (client.get(f"/t/{key}?lang=en"), client.post(f"/t/{key}/cancel?lang=en")):
        assert answer.status_code == 404
        assert "Check the slip or ask at reception." in answer.text


def test_the_page_belongs_to_its_visitor_alone(client, session):
    mine = make_ticket(session)

    answer = client.get(address(mine))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert 'content="noindex"' in answer.text


def test_leaving_needs_the_token_of_the_page(guarded_client, session):
    mine = make_ticket(session)

    assert guarded_client.post(f"{address(mine)}/cancel").status_code == 400
    assert state(session, mine) is TicketState.WAITING
