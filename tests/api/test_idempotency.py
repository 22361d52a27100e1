"""A retried request gives the first answer and does nothing twice."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from agencies.appeals import Appeal
from reception.tickets import Ticket
from tests.api.test_appeals import LETTER
from tests.make import bearer, make_ticket

DRAFT = {"service": "housing-general", "language": "kk"}


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_a_retry_gives_the_first_answer(api, session):
    clerk = api("clerk")

    first = clerk.post("/appeals", LETTER, key="letter-1")
    again = clerk.post("/appeals", LETTER, key="letter-1")

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert count(session, Appeal) == 1


def test_raced_retries_make_one_ticket(api, app, session):
    kiosk = api("kiosk")
    headers = bearer(kiosk.token, key="race")

    def send(_):
        answer = app.test_client().post("/api/v1/tickets", json=DRAFT, headers=headers)
        return answer.status_code, answer.json["number"]

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(send, range(8)))

    assert answers == {(201, "K101")}
    assert count(session, Ticket) == 1


def test_the_same_key_for_another_request_is_a_mistake(api):
    kiosk = api("kiosk")
    kiosk.post("/tickets", DRAFT, key="one")

    other = kiosk.post("/tickets", DRAFT | {"language": "ru"}, key="one")

    assert (other.status_code, set(other.json["errors"])) == (422, {"Idempotency-Key"})


def test_the_same_key_of_another_caller_is_another_key(api, session):
    api("kiosk").post("/tickets", DRAFT, key="one")
    api("kiosk").post("/tickets", DRAFT, key="one")

    assert count(session, Ticket) == 2


def test_a_refused_request_does_not_use_up_its_key(api):
    kiosk = api("kiosk")
    assert kiosk.post("/tickets", DRAFT | {"language": "xx"}, key="one").status_code == 422

    assert kiosk.post("/tickets", DRAFT, key="one").status_code == 201


def test_nobody_waiting_is_remembered_too(api, session):
    officer = api("officer")
    assert officer.post("/desks/D20/call-next", key="call").status_code == 204
    make_ticket(session)

    assert officer.post("/desks/D20/call-next", key="call").status_code == 204
    assert officer.post("/desks/D20/call-next", key="call-again").status_code == 200


def test_a_retried_step_is_not_a_conflict(api, session):
    officer, ticket = api("officer"), make_ticket(session)
    officer.post("/desks/D20/call-next")

    done = [
        officer.post(f"/tickets/{ticket.id}/finish", {"outcome": "solved"}, key="end").status_code
        for _ in range(2)
    ]

    assert done == [200, 200]
    assert officer.post(f"/tickets/{ticket.id}/finish", {"outcome": "solved"}).status_code == 409
