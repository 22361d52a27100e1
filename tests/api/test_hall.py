"""Tickets over HTTP: from the kiosk to the end of the contact."""

import pytest
from sqlalchemy import select

from agencies.directory import PriorityCategory
from agencies.events import Event
from reception import tickets
from reception.tickets import Ticket
from tests.make import make_appeal, make_ticket

HOUSING_DESK, ANOTHER_HOUSING_DESK = "D20", "D21"


def draft(**more):
    return {"service": "housing-general", "language": "kk"} | more


def test_a_kiosk_issues_a_ticket(api, now):
    answer = api("kiosk").post("/tickets", draft())

    assert answer.status_code == 201
    assert set(answer.json) == {"id", "number", "state", "ahead", "track_url"}
    assert (answer.json["number"], answer.json["state"]) == ("K101", "waiting")
    assert answer.json["track_url"].startswith("http://hall.test/t/")


def test_the_link_of_a_ticket_opens_that_ticket(api, session):
    made = api("kiosk").post("/tickets", draft()).json

    assert tickets.by_key(session, made["track_url"].rpartition("/")[2]).id == made["id"]


def test_each_ticket_sees_one_more_ahead_and_a_priority_sees_fewer(api, session):
    kiosk = api("kiosk")
    category = session.scalars(select(PriorityCategory).where(PriorityCategory.enabled)).first()

    ahead = [kiosk.post("/tickets", draft()).json["ahead"] for _ in range(3)]
    first = kiosk.post("/tickets", draft(priority=category.code)).json

    assert ahead == [0, 1, 2]
    assert first["ahead"] == 0


def test_a_ticket_tells_its_place_and_then_its_desk(api):
    kiosk, officer = api("kiosk"), api("officer")
    kiosk.post("/tickets", draft())
    mine = kiosk.post("/tickets", draft()).json["id"]
    assert (kiosk.get(f"/tickets/{mine}").json["position"]) == 2

    officer.post(f"/desks/{HOUSING_DESK}/call-next")
    officer.post(f"/desks/{ANOTHER_HOUSING_DESK}/call-next")

    shown = kiosk.get(f"/tickets/{mine}").json
    assert (shown["state"], shown["position"]) == ("called", None)
    assert shown["desk"]["code"] == ANOTHER_HOUSING_DESK


def test_nobody_waiting_is_an_empty_answer(api):
    answer = api("clerk").post(f"/desks/{HOUSING_DESK}/call-next")

    assert (answer.status_code, answer.data) == (204, b"")


def test_a_visit_from_call_to_outcome(api, session):
    officer = api("officer")
    make_ticket(session)
    ticket = officer.post(f"/desks/{HOUSING_DESK}/call-next").json["id"]

    states = [
        officer.post(f"/tickets/{ticket}/{verb}", body).json["state"]
        for verb, body in (
            ("recall", None),
            ("start", None),
            ("hold", None),
            ("resume", None),
            ("finish", {"outcome": "solved"}),
        )
    ]

    assert states == ["called", "serving", "held", "serving", "finished"]
    shown = officer.get(f"/tickets/{ticket}").json
    assert (shown["outcome"], shown["calls"]) == ("solved", 2)


def test_a_called_visitor_who_does_not_come(api, session):
    officer = api("officer")
    make_ticket(session)
    ticket = officer.post(f"/desks/{HOUSING_DESK}/call-next").json["id"]

    assert officer.post(f"/tickets/{ticket}/no-show").json["state"] == "no_show"


def test_a_transfer_keeps_number_and_arrival(api, session):
    officer = api("officer")
    ticket = make_ticket(session)
    officer.post(f"/desks/{HOUSING_DESK}/call-next")

    moved = officer.post(f"/tickets/{ticket.id}/transfer", {"service": "tson-general"}).json

    assert (moved["number"], moved["agency"], moved["state"]) == ("K101", "tson", "waiting")
    assert officer.get(f"/tickets/{ticket.id}").status_code == 404, "it is another agency's now"


def test_a_waiting_ticket_can_be_cancelled(api, session):
    ticket = make_ticket(session)

    assert api("clerk").post(f"/tickets/{ticket.id}/cancel").json["state"] == "cancelled"


@pytest.mark.parametrize("verb", ["recall", "start", "resume", "no-show"])
def test_a_step_that_the_state_does_not_allow_is_a_conflict(api, session, verb):
    ticket = make_ticket(session)

    answer = api("supervisor").post(f"/tickets/{ticket.id}/{verb}")

    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "/docs/errors#wrong-status"


def test_a_stranger_does_not_find_the_ticket(api, session):
    ticket = make_ticket(session)
    stranger = api("officer", agency="police")

    assert stranger.post(f"/tickets/{ticket.id}/cancel").status_code == 404
    assert stranger.get(f"/tickets/{ticket.id}").status_code == 404
    assert stranger.get("/tickets/999999").status_code == 404


def test_a_stranger_does_not_call_at_the_desk_of_another_agency(api, session):
    make_ticket(session)

    answer = api("officer", agency="police").post(f"/desks/{HOUSING_DESK}/call-next")

    assert answer.status_code == 403


def test_a_supervisor_takes_every_hall_action_at_every_desk(api, session):
    supervisor = api("supervisor")
    for service in ("housing-general", "tson-general", "police-general"):
        make_ticket(session, service=service)
    desks = {d["agency"]: d["code"] for d in supervisor.get("/desks").json["items"]}

    for agency in ("housing", "tson", "police"):
        called = supervisor.post(f"/desks/{desks[agency]}/call-next").json
        done = supervisor.post(f"/tickets/{called['id']}/finish", {"outcome": "explained"})
        assert done.json["state"] == "finished"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service", "no-such-service"),
        ("service", 5),
        ("language", "de"),
        ("priority", "no-such-category"),
        ("visitor", 999999),
        ("visitor", 10**30),
        ("visitor", True),
        ("booking", "B-1"),
        ("colour", "red"),
    ],
)
def test_what_does_not_fit_is_told_by_field(api, field, value):
    answer = api("kiosk").post("/tickets", draft(**{field: value}))

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {field}


def test_unknown_outcome_and_unknown_service_are_told_by_field(api, session):
    officer, ticket = api("officer"), make_ticket(session)
    officer.post(f"/desks/{HOUSING_DESK}/call-next")

    assert set(officer.post(f"/tickets/{ticket.id}/finish", {}).json["errors"]) == {"outcome"}
    finish = officer.post(f"/tickets/{ticket.id}/finish", {"outcome": "victory"})
    assert set(finish.json["errors"]) == {"outcome"}
    transfer = officer.post(f"/tickets/{ticket.id}/transfer", {"service": "nowhere"})
    assert set(transfer.json["errors"]) == {"service"}


def test_services_and_desks_have_names_in_three_languages(api):
    board = api("board")

    for path in ("/services", "/desks"):
        items = board.get(path).json["items"]
        assert len(items) >= 36
        for item in items:
            assert item["code"]
            assert item["agency"]
            assert all(item["name"][code] for code in ("kk", "ru", "en"))
            assert len(set(item["name"].values())) > 1, item["code"]


def test_a_desk_names_the_hall_whose_events_tell_of_it(api, client):
    halls = {desk["hall"] for desk in api("board").get("/desks").json["items"]}

    for hall in halls:
        assert (
            client.get("/api/v1/events", query_string={"topics": f"hall/{hall}"}).status_code == 200
        )


def test_lists_of_the_hall_take_a_fixed_number_of_statements(api, statements):
    clerk = api("clerk")

    for path in ("/services", "/desks"):
        with statements() as seen:
            clerk.get(path)
        assert len(seen) <= 3, seen


def test_a_ticket_remembers_the_appeal_lodged_in_its_visit(api, session):
    ticket = make_ticket(session)

    appeal = make_appeal(session, ticket=ticket.id)

    session.expire_all()
    assert session.get(Ticket, ticket.id).appeal_id == appeal.id


def test_every_step_leaves_an_event_without_personal_data(api, session):
    officer = api("officer")
    api("kiosk").post("/tickets", draft())
    ticket = officer.post(f"/desks/{HOUSING_DESK}/call-next").json["id"]
    officer.post(f"/tickets/{ticket}/finish", {"outcome": "solved"})

    events = list(session.scalars(select(Event).order_by(Event.id)))

    kinds = [event.kind for event in events]
    assert kinds == ["ticket_issued", "ticket_called", "ticket_started", "ticket_finished"]
    assert all(event.payload["ticket"] == "K101" for event in events)
