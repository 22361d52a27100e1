"""The ticket on the visitor's phone: the place, then the desk, and the way out of the queue."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies.directory import desk_by_code
from agencies.events import Event
from agencies.notices import Notice
from agencies.sealing import link_key
from reception import announcements, ratings, turns, visits
from reception.language import say
from reception.queue import calling
from reception.tickets import Ticket, TicketState, moves
from tests.make import SECRET_KEY, make_officer, make_ticket


def address(ticket):
    return f"/t/{link_key(SECRET_KEY, 'ticket', ticket.link_seed)}"


@pytest.fixture
def call(session, clock):
    def _call(ticket):
        clerk = make_officer(session)
        calling.call_next(session, desk_by_code(session, "D20"), by=clerk, now=clock.moment)
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
    moves.no_show(session, mine, by=clerk, now=clock.moment)
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
    moves.start(session, mine, by=clerk, now=clock.moment)
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


def post(client, ticket, what, lang="en", **form):
    return client.post(f"{address(ticket)}/{what}?lang={lang}", data=form, follow_redirects=True)


def test_a_visitor_chooses_when_to_be_warned_and_is_warned_once(client, session, clock):
    first, mine = make_ticket(session), make_ticket(session)
    make_ticket(session)
    post(client, mine, "warn", ahead="1", channel="sms", to="+7 701 000 00 01")
    post(client, mine, "warn", ahead="1", channel="sms", to="+7 701 000 00 01")

    assert turns.warn(session, now=clock.moment) == 1
    session.commit()
    assert turns.warn(session, now=clock.moment) == 0

    told = session.scalars(select(Notice)).one()
    assert (told.kind, told.about) == ("ticket_near", f"ticket/{mine.id}")
    assert session.scalars(select(turns.TurnWarning)).one().address == ""
    assert first.label not in str(told.particulars)


def test_nobody_is_warned_while_the_turn_is_far(client, session, clock):
    for _ in range(3):
        make_ticket(session)
    mine = make_ticket(session)
    post(client, mine, "warn", ahead="2", channel="email", to="a@example.kz")

    assert turns.warn(session, now=clock.moment) == 0
    page = client.get(f"{address(mine)}?lang=en").text
    assert 'data-ahead="3" data-warn-at="2"' in page
    assert "Your turn is near" not in page


def test_who_is_called_first_is_told_the_desk(client, session, call, clock):
    mine = make_ticket(session)
    post(client, mine, "warn", ahead="1", channel="sms", to="+7 701 000 00 01")
    call(mine)

    turns.warn(session, now=clock.moment)
    session.commit()

    assert session.scalars(select(Notice)).one().particulars["desk"] == 20


def test_without_an_address_the_page_alone_warns(client, session, clock):
    mine = make_ticket(session)

    page = post(client, mine, "warn", ahead="3")

    assert "You will be warned." in page.text
    assert "Your turn is near" in page.text
    assert turns.warn(session, now=clock.moment) == 0
    assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    "form",
    [{"ahead": "4"}, {"ahead": "x"}, {"ahead": "3", "channel": "sms", "to": "12"},
     {"ahead": "3", "channel": "email", "to": "a@b.kz, c@d.kz"}],
)  # fmt: skip
def test_a_wish_that_cannot_be_met_is_told_and_kept_typed(client, session, form):
    mine = make_ticket(session)

    answer = client.post(f"{address(mine)}/warn?lang=en", data=form)

    assert answer.status_code == 422
    assert form.get("to", "") in answer.text
    assert session.scalars(select(turns.TurnWarning)).all() == []


def test_who_is_late_keeps_the_place_and_is_not_called_meanwhile(client, session, clock):
    mine, other = make_ticket(session), make_ticket(session)
    clerk = make_officer(session)
    page = post(client, mine, "late", minutes="10")
    assert "You are not called before 10:10" in page.text

    desk = desk_by_code(session, "D20")
    called = calling.call_next(session, desk, by=clerk, now=clock.moment)
    session.commit()
    assert called.id == other.id

    post(client, mine, "here")
    called = calling.call_next(session, desk, by=clerk, now=clock.moment)
    assert called.id == mine.id


def test_the_place_is_kept_for_half_an_hour_at_most(client, session):
    mine = make_ticket(session)
    for _ in range(2):
        post(client, mine, "late", minutes="15")

    answer = client.post(f"{address(mine)}/late?lang=en", data={"minutes": "5"})

    assert answer.status_code == 422
    assert "half an hour at most" in answer.text
    assert client.post(f"{address(mine)}/late", data={"minutes": "500"}).status_code == 422


def test_who_missed_the_call_comes_back_by_the_own_phone(client, session, call, clock):
    mine = make_ticket(session)
    clerk = call(mine)
    moves.no_show(session, mine, by=clerk, now=clock.moment)
    session.commit()

    post(client, mine, "here")

    assert state(session, mine) is TicketState.WAITING


def test_a_message_to_the_queue_reaches_the_phone(client, session, clock):
    mine, other = make_ticket(session), make_ticket(session, service="police-general")
    texts = {"kk": "20 минут кешігеміз", "ru": "Задержка 20 минут", "en": "20 minutes late"}
    announcements.announce(
        session, mine.hall, texts, sort=announcements.Sort.QUEUE, agency=mine.service.agency,
        until=clock.moment + timedelta(minutes=30), by=make_officer(session, "supervisor"),
        now=clock.moment,
    )  # fmt: skip
    session.commit()

    assert "20 minutes late" in client.get(f"{address(mine)}?lang=en").text
    assert "20 minutes late" not in client.get(f"{address(other)}?lang=en").text


def test_a_visit_is_rated_after_it_and_corrected(client, session, call, clock):
    mine = make_ticket(session)
    assert client.post(f"{address(mine)}/rate", data={"score": "5"}).status_code == 409
    visits.finish(session, mine, outcome="solved", by=call(mine), now=clock.moment)
    session.commit()

    post(client, mine, "rate", score="2", fault="long_wait")
    page = post(client, mine, "rate", score="4", fault="")

    assert "Thank you." in page.text
    kept = session.scalars(select(ratings.VisitRating)).one()
    assert (kept.score, kept.fault) == (4, "")
    for form in ({"score": "6"}, {"score": ""}, {"score": "3", "fault": "<script>"}):
        assert client.post(f"{address(mine)}/rate", data=form).status_code == 422
    clock.advance(days=8)
    assert client.post(f"{address(mine)}/rate", data={"score": "1"}).status_code == 409
