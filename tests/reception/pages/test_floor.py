"""Beside the next visitor: tickets for others, out of turn, breaks, notes, taking a step back."""

import re

import pytest
from sqlalchemy import select

from agencies.directory import Desk
from agencies.events import Event
from agencies.staff import Role
from reception.rules import Rank
from reception.tickets import Ticket, TicketState
from tests.make import make_officer, make_ticket, sign_in

T = TicketState


@pytest.fixture
def officer(client, session):
    """An officer of housing who sits at desk 20."""
    officer = make_officer(session, Role.OFFICER, desk="D20")
    sign_in(client, officer)
    return officer


@pytest.fixture
def post(client):
    def _post(address, **form):
        return client.post(f"/desk/{address}?lang=en", data=form, follow_redirects=True)

    return _post


@pytest.fixture
def serving(client, session, officer, post):
    ticket = make_ticket(session)
    post("next")
    post(f"tickets/{ticket.id}/start")
    return fresh(session, ticket)


def fresh(session, ticket):
    session.expire_all()
    return session.get(Ticket, ticket.id)


def said(page):
    return " ".join(re.findall(r'class="toast.*?</div>', page.text, re.DOTALL))


def test_the_need_of_the_next_visitor_is_seen_before_the_call(client, session, officer):
    ticket = make_ticket(session, priority="elderly", language="ru")

    waiting = client.get("/desk?lang=en").text.partition('id="waiting"')[2]

    card = waiting.partition('class="desk-next"')[2].partition("</div>")[0]
    assert ticket.service.name_en in card
    assert ticket.service.documents_en in card
    assert "Proof:" in card
    assert "Русский" in card


def test_a_ticket_is_issued_without_leaving_the_desk(session, officer, post):
    page = post("tickets", service="police-general", language="ru")

    issued = session.scalars(select(Ticket)).one()
    assert (issued.language, issued.state) == ("ru", T.WAITING)
    assert f"Ticket {issued.label} is issued" in said(page)
    assert "Slip and QR code" in said(page)
    assert 'value="ru" checked' in page.text, "the language stays for the next one"


@pytest.mark.parametrize("form", [{"service": "nowhere"}, {}, {"service": "police-general",
                                                               "language": "de"}])  # fmt: skip
def test_a_ticket_that_cannot_be_issued_is_told(session, officer, post, form):
    page = post("tickets", **form)

    assert 'class="toast toast-bad"' in page.text
    assert session.scalars(select(Ticket)).all() == []


def test_what_is_asked_for_most_is_the_first_digit(client, session, officer):
    for service in ("police-general", "housing-repair", "police-general"):
        make_ticket(session, service=service)

    quick = client.get("/desk").text.partition('id="issue"')[2].partition("</form>")[0]

    offered = re.findall(r'name="service" value="([\w-]+)"', quick)
    assert offered[:2] == ["police-general", "housing-repair"]
    assert len(offered) == 9


def test_out_of_turn_needs_a_reason_that_stays_on_record(session, officer, post):
    make_ticket(session)
    second = make_ticket(session)

    assert "Choose why" in said(post(f"out-of-turn/{second.id}", reason="because"))
    assert fresh(session, second).state is T.WAITING
    post(f"out-of-turn/{second.id}", reason="frail")

    assert fresh(session, second).state is T.CALLED
    told = session.scalars(select(Event).where(Event.kind == "ticket_called")).one()
    assert (told.payload["reason"], told.payload["passed"]) == ("frail", 1)


def test_a_ticket_is_found_by_its_number_as_people_say_it(client, session, officer):
    make_ticket(session)
    foreign = make_ticket(session, service="police-general")

    assert 'id="found"' in client.get("/desk?find=k 101").text
    for label in ("K999", foreign.label, "x", "101", "K" + "9" * 30):
        page = client.get("/desk", query_string={"find": label, "lang": "en"}).text
        assert "There is no such ticket today." in page, label


def test_the_last_step_is_taken_back_by_who_took_it(client, session, officer, post, clock):
    ticket = make_ticket(session)
    page = post("next")
    assert "Take back the step with K101" in page.text

    post(f"tickets/{ticket.id}/undo")

    assert fresh(session, ticket).state is T.WAITING
    post("next")
    clock.advance(minutes=3)
    sign_in(client, officer)
    assert "Take back the step" not in client.get("/desk?lang=en").text


def test_a_visitor_steps_aside_for_a_reason_with_an_end(client, session, serving, post, clock):
    page = post(f"tickets/{serving.id}/hold", reason="documents")

    assert fresh(session, serving).hold_reason == "documents"
    assert "Brings a document" in page.text.partition('id="held-title"')[2]
    clock.advance(minutes=25)
    client.get("/desk/choose")
    assert "time is up" in client.get("/desk?lang=en").text


def test_a_hold_for_no_reason_of_the_list_is_told(session, serving, post):
    page = post(f"tickets/{serving.id}/hold", reason="lunch")

    assert "Choose why the visitor steps aside." in said(page)
    assert fresh(session, serving).state is T.SERVING


def test_a_transfer_carries_a_note_and_a_way_back(client, session, serving, post):
    form = {"service": "police-general", "note": "Көшірме жасалды", "come_back": "on"}

    post(f"tickets/{serving.id}/transfer", **form)

    moved = fresh(session, serving)
    assert (moved.note, moved.steps_left) == ("Көшірме жасалды", 1)
    sign_in(client, make_officer(session, Role.OFFICER, agency="police", desk=desk_of(session)))
    assert "Көшірме жасалды" in client.get("/desk").text


def desk_of(session, agency="police"):
    return session.scalars(select(Desk.code).where(Desk.agency.has(code=agency))).first()


def test_one_more_service_goes_on_the_same_number(session, serving, post):
    page = post(f"tickets/{serving.id}/plan", service="police-general")
    assert "Afterwards" in page.text

    post(f"tickets/{serving.id}/finish", outcome="solved")

    assert fresh(session, serving).service.code == "police-general"


def test_who_has_no_ticket_is_helped_at_once_and_counted(session, officer, post):
    page = post("serve", service="housing-general")

    assert session.scalars(select(Ticket)).one().state is T.SERVING
    assert "Being helped" in page.text


def test_a_break_closes_the_desk_until_it_is_opened(session, officer, post):
    waiting = make_ticket(session)

    page = post("pause", kind="break:15")
    assert "back at 10:15" in page.text
    assert "closed for a break" in said(post("next"))
    assert fresh(session, waiting).state is T.WAITING

    post("open")
    post("next")
    assert fresh(session, waiting).state is T.CALLED


@pytest.mark.parametrize("kind", ["", "holiday", "break:-1", "break:x", "break:99999999"])
def test_a_break_of_an_unknown_kind_or_length_is_refused_or_cut(session, officer, post, kind):
    page = post("pause", kind=kind)

    assert ("Open the desk" in page.text) == (kind == "break:99999999")


def test_without_the_proof_a_visitor_waits_in_the_general_order(session, officer, post):
    ticket = make_ticket(session, priority="war_veteran")

    post(f"rank/{ticket.id}", reason="no_proof")
    assert fresh(session, ticket).rank == Rank.WALK_IN
    post(f"rank/{ticket.id}", reason="emergency")
    assert fresh(session, ticket).rank == Rank.EMERGENCY
    assert "Say why." in said(post(f"rank/{ticket.id}", reason="bribe"))


@pytest.mark.parametrize("address", ["out-of-turn", "rank"])
def test_a_ticket_of_another_agency_is_out_of_reach(session, officer, post, address):
    foreign = make_ticket(session, service="police-general")

    post(f"{address}/{foreign.id}", reason="frail")

    assert fresh(session, foreign).state is T.WAITING
    assert fresh(session, foreign).rank == Rank.WALK_IN


def test_giving_the_ticket_back_ends_the_visit(session, officer, post):
    ticket = make_ticket(session)

    post(f"tickets/{ticket.id}/leave")

    assert fresh(session, ticket).state is T.CANCELLED
