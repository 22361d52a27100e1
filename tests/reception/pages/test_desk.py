"""The desk: choose it, call, help, say what came of it. A slip is told and costs nothing."""

import re

import pytest
from sqlalchemy import select

from agencies.staff import Officer, Role
from reception import tickets
from reception.language import say
from reception.tickets import CONTACT_OUTCOMES, Ticket, TicketState
from tests.make import make_officer, make_ticket, sign_in

T = TicketState
LANGUAGES = ("kk", "ru", "en")


@pytest.fixture
def officer(client, session):
    """An officer of housing who sits at desk 20."""
    officer = make_officer(session, Role.OFFICER, desk="D20")
    sign_in(client, officer)
    return officer


@pytest.fixture
def act(client):
    """Take a step and come back to the desk, as a browser does."""

    def _act(ticket, action, lang="en", **form):
        address = f"/desk/tickets/{ticket.id}/{action}?lang={lang}"
        return client.post(address, data=form, follow_redirects=True)

    return _act


@pytest.fixture
def called(client, session, officer):
    ticket = make_ticket(session)
    client.post("/desk/next")
    return fresh(session, ticket)


def fresh(session, ticket):
    session.expire_all()
    return session.get(Ticket, ticket.id)


def said(page):
    """What the toasts say."""
    return " ".join(re.findall(r'class="toast.*?</div>', page.text, re.DOTALL))


def test_who_has_no_desk_chooses_one_of_the_own_agency(client, session):
    sign_in(client, make_officer(session, Role.OFFICER, agency="housing"))

    page = client.get("/desk?lang=en", follow_redirects=True)

    assert "Choose your desk" in page.text
    assert re.findall(r'name="desk" value="(\w+)"', page.text) == ["D20", "D21", "D22", "D23"]


def test_a_clerk_may_sit_at_any_desk(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    offered = re.findall(r'name="desk" value="(\w+)"', client.get("/desk/choose").text)

    assert len(offered) > 30


def test_sitting_down_opens_the_desk(client, session):
    officer = make_officer(session, Role.OFFICER)
    sign_in(client, officer)

    page = client.post("/desk/choose?lang=en", data={"desk": "D21"}, follow_redirects=True)

    assert "Desk 21" in page.text
    session.expire_all()
    assert session.get(Officer, officer.id).desk.code == "D21"


@pytest.mark.parametrize(("desk", "status"), [("D01", 403), ("nowhere", 404), ("", 404)])
def test_a_desk_of_others_or_of_nobody_is_not_taken(client, session, officer, desk, status):
    answer = client.post("/desk/choose?lang=en", data={"desk": desk})

    assert answer.status_code == status
    session.expire_all()
    assert session.get(Officer, officer.id).desk.code == "D20"


def test_who_calls_without_a_desk_is_told_to_choose_one(client, session):
    sign_in(client, make_officer(session, Role.CLERK))

    answer = client.post("/desk/next?lang=en")

    assert answer.status_code == 404
    assert "Choose your desk first." in answer.text


def test_the_desk_shows_who_waits_in_the_order_of_calls(client, session, officer):
    for priority in (None, "elderly", None):
        make_ticket(session, priority=priority)
    make_ticket(session, service="police-general")

    page = client.get("/desk?lang=en").text

    waiting = page.partition('id="waiting"')[2].partition("</section>")[0]
    assert list(dict.fromkeys(re.findall(r"\bK\d+\b", waiting))) == ["K102", "K101", "K103"]
    assert "3 visitors wait" in waiting
    assert "O101" not in page


def test_the_next_one_is_called_to_the_desk(client, session, called):
    page = client.get("/desk?lang=en").text

    assert (called.state, called.desk.code) == (T.CALLED, "D20")
    here = page.partition('id="here-title"')[2].partition("</section>")[0]
    assert "K101" in here
    assert "Recall" in here


@pytest.mark.parametrize("lang", LANGUAGES)
def test_when_nobody_waits_it_is_said(client, officer, lang):
    page = client.post(f"/desk/next?lang={lang}", follow_redirects=True)

    assert say("Nobody is waiting for this agency.", lang) in said(page)


@pytest.mark.parametrize("outcome", CONTACT_OUTCOMES)
def test_a_visit_from_call_to_outcome(client, session, act, called, outcome):
    act(called, "recall")
    act(called, "start")
    page = act(called, "finish", outcome=outcome)

    done = fresh(session, called)
    assert (done.state, done.outcome, done.calls) == (T.FINISHED, outcome, 2)
    assert "The desk is free" in page.text


def test_every_outcome_is_a_key_of_the_desk(client, called):
    page = client.get("/desk?lang=en").text

    assert re.findall(r'name="outcome" value="(\w+)"', page) == list(CONTACT_OUTCOMES)


def test_a_finish_without_an_outcome_is_told_and_nothing_changes(session, act, called):
    page = act(called, "finish", outcome="")

    assert "Choose what came of the visit." in said(page)
    assert fresh(session, called).state is T.CALLED


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_step_that_comes_too_late_gets_a_clear_message(session, act, called, lang):
    act(called, "no-show")

    page = act(called, "start", lang=lang)

    sentence = "This is not possible now: ticket %(ticket)s has moved on."
    assert page.status_code == 200
    assert say(sentence, lang, ticket="K101") in said(page)
    assert fresh(session, called).state is T.NO_SHOW


def test_after_three_calls_the_desk_says_what_to_do(act, called):
    for _ in range(2):
        act(called, "recall")

    assert "called three times" in said(act(called, "recall"))


def test_on_hold_a_visitor_stays_in_sight_and_comes_back(client, session, act, called):
    act(called, "start")
    held = act(called, "hold").text
    assert "K101" in held.partition('id="held-title"')[2]
    assert "The desk is free" in held

    act(called, "resume")

    assert fresh(session, called).state is T.SERVING


def test_a_visitor_sent_to_another_service_leaves_the_desk(client, session, act, called):
    page = act(called, "transfer", service="housing-repair")

    moved = fresh(session, called)
    assert (moved.state, moved.service.code, moved.label) == (T.WAITING, "housing-repair", "K101")
    assert "The desk is free" in page.text


def test_a_transfer_to_nowhere_is_told(session, act, called):
    assert "no service" in said(act(called, "transfer", service="nowhere"))
    assert fresh(session, called).state is T.CALLED


def test_a_window_that_is_behind_calls_nobody_over_a_colleague(client, session, called):
    make_ticket(session, service="housing-general")

    page = client.post("/desk/next?lang=en", data={"seen": ""}, follow_redirects=True)

    assert "Somebody has called at this desk meanwhile." in page.text
    assert fresh(session, called).state is T.CALLED


def test_an_outcome_left_open_is_asked_for_and_recorded(client, session, act, called):
    act(called, "start")
    client.post("/desk/next", data={"seen": called.id})
    assert "Outcome still to be recorded" in client.get("/desk?lang=en").text

    page = act(called, "outcome", outcome="explained")

    assert fresh(session, called).outcome == "explained"
    assert "Outcome still to be recorded" not in page.text


@pytest.mark.parametrize("action", ["start", "recall", "hold", "finish", "no-show", "transfer"])
def test_a_ticket_of_another_agency_is_not_found(client, session, officer, action):
    foreign = make_ticket(session, service="police-general")

    answer = client.post(f"/desk/tickets/{foreign.id}/{action}?lang=en", data={"outcome": "solved"})

    assert answer.status_code == 404
    assert "There is no such ticket." in answer.text
    assert fresh(session, foreign).state is T.WAITING


def test_a_ticket_or_a_step_that_does_not_exist(client, act, called):
    assert client.post("/desk/tickets/999999/start").status_code == 404
    assert "There is no such step." in said(act(called, "applaud"))


def test_who_was_moved_to_another_agency_calls_no_longer_at_the_old_desk(client, session):
    officer = make_officer(session, Role.OFFICER, agency="police", desk="D20")
    waiting = make_ticket(session)
    sign_in(client, officer)

    answer = client.post("/desk/next?lang=en")

    assert answer.status_code == 403
    assert fresh(session, waiting).state is T.WAITING


def test_a_busy_hall_takes_no_more_statements_than_an_empty_one(
    client, session, officer, statements
):
    client.get("/desk")
    with statements() as empty:
        client.get("/desk")
    for _ in range(8):
        make_ticket(session)

    with statements() as busy:
        client.get("/desk")

    assert len(busy) <= len(empty) + 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_desk_speaks_the_officers_language(client, called, lang):
    page = client.get(f"/desk?lang={lang}").text

    assert f'<html lang="{lang}"' in page
    assert getattr(called.service, f"name_{lang}") in page


def test_reception_issues_a_ticket_for_a_visitor(client, session):
    sign_in(client, make_officer(session, Role.CLERK))
    form = {"service": "housing-general", "language": "ru", "priority": "elderly"}

    slip = client.post("/desk/new-ticket?lang=en", data=form, follow_redirects=True)

    assert "K101" in slip.text
    ticket = session.scalars(select(Ticket)).one()
    assert (ticket.language, ticket.priority) == ("ru", "elderly")
    assert ticket.rank > 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"service": ""}, "service"),
        ({"service": "nowhere"}, "There is no service with this code."),
        ({"language": "de"}, "Choose one of the values on the list."),
        ({"priority": "nobody"}, "This priority category is not in force."),
    ],
)
def test_a_ticket_that_cannot_be_issued_keeps_the_form(client, session, changes, told):
    sign_in(client, make_officer(session, Role.CLERK))
    form = {"service": "housing-general", "language": "ru", "priority": ""} | changes

    answer = client.post("/desk/new-ticket?lang=en", data=form)

    assert answer.status_code == 422
    assert told in answer.text
    assert session.scalars(select(Ticket)).all() == []


def test_a_step_needs_the_token_of_the_page(guarded_client, session):
    sign_in(guarded_client, make_officer(session, Role.OFFICER, desk="D20"))
    waiting = make_ticket(session)

    answer = guarded_client.post("/desk/next?lang=en")

    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert fresh(session, waiting).state is T.WAITING
    assert tickets.by_id(session, waiting.id).calls == 0
