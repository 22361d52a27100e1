"""Many callers at once against a server of two processes: no number twice, no visitor shared."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text, update

from agencies import proof
from agencies.appeals import Appeal
from agencies.directory import Desk, agency_by_code
from agencies.events import Event
from reception.tickets import Ticket
from tests.api.live import Line, live_hall
from tests.api.test_appeals import LETTER
from tests.make import make_appeal, make_ticket, make_token

CALLERS = 32
TICKETS = 10_000
DESKS = 32
SERVICES = ("housing-general", "housing-repair", "tson-general", "police-general")


@pytest.fixture(scope="module")
def port(app, settings, tmp_path_factory) -> Iterator[int]:
    with live_hall(settings, tmp_path_factory.mktemp("live") / "web.log") as port:
        yield port


@pytest.fixture
def one_pool(session) -> Iterator[list[str]]:
    """Thirty-two desks that all draw from the line of one agency."""
    desks = list(session.scalars(select(Desk).order_by(Desk.number).limit(DESKS)))
    own = {desk.id: desk.agency_id for desk in desks}
    housing = agency_by_code(session, "housing").id
    session.execute(update(Desk).where(Desk.id.in_(own)).values(agency_id=housing))
    session.commit()
    yield [desk.code for desk in desks]
    for desk, agency in own.items():
        session.execute(update(Desk).where(Desk.id == desk).values(agency_id=agency))
    session.commit()


def test_ten_thousand_tickets_have_ten_thousand_numbers(port, session):
    token = make_token(session, "kiosk")

    def take(caller: int) -> list[tuple[str, int]]:
        found = []
        with Line(port, token) as line:
            for n in range(caller, TICKETS, CALLERS):
                draft = {"service": SERVICES[n % len(SERVICES)], "language": "kk"}
                status, ticket = line.send("POST", "/tickets", draft, key=f"{caller}-{n}")
                assert status == 201, ticket
                found.append((ticket["number"], ticket["id"]))
        return found

    with ThreadPoolExecutor(CALLERS) as threads:
        given = [ticket for found in threads.map(take, range(CALLERS)) for ticket in found]

    assert len({number for number, _ in given}) == len({key for _, key in given}) == TICKETS
    assert session.scalar(select(func.count()).select_from(Ticket)) == TICKETS
    gaps = session.execute(
        text("SELECT series, max(number) - min(number) + 1 - count(*) FROM ticket GROUP BY series")
    ).all()
    assert all(gap == 0 for _, gap in gaps), "a series has neither doubles nor gaps"
    told = select(func.count()).select_from(Event).where(Event.kind == "ticket_issued")
    assert session.scalar(told) == TICKETS


def test_desks_that_call_at_once_never_share_a_visitor(port, session, one_pool):
    token = make_token(session, "supervisor")
    waiting = 10 * DESKS
    for _ in range(waiting):
        make_ticket(session)

    def call(desk: str) -> list[int]:
        called = []
        with Line(port, token) as line:
            while True:
                status, ticket = line.send("POST", f"/desks/{desk}/call-next")
                if status == 204:
                    return called
                assert status == 200, ticket
                assert ticket["desk"]["code"] == desk
                called.append(ticket["id"])

    with ThreadPoolExecutor(DESKS) as threads:
        called = Counter(key for found in threads.map(call, one_pool) for key in found)

    assert len(called) == waiting, "everybody was called"
    assert set(called.values()) == {1}, "nobody twice"


def test_one_ticket_is_started_by_one_of_many(port, session):
    token = make_token(session, "supervisor")
    with Line(port, token) as line:
        for _ in range(5):
            ticket = make_ticket(session)
            assert line.send("POST", "/desks/D20/call-next")[1]["id"] == ticket.id
            missed = _all_at_once(port, token, f"/tickets/{ticket.id}/no-show")
            assert missed == Counter({409: 7, 200: 1})


def test_one_claim_is_routed_by_one_of_many(port, session):
    token = make_token(session, "clerk")
    for _ in range(5):
        appeal = make_appeal(session)
        path = f"/appeals/{appeal.number}/claims/{appeal.claims[0].id}/route"
        assert _all_at_once(port, token, path, {"agency": "housing"}) == Counter({409: 7, 200: 1})
    assert proof.verify(session).damages == [], "the journals are whole"


def test_appeals_registered_at_once_have_numbers_in_a_row(port, session):
    token = make_token(session, "clerk")

    def register(n: int) -> str:
        with Line(port, token) as line:
            status, made = line.send("POST", "/appeals", LETTER, key=f"letter-{n}")
            assert status == 201, made
            return made["number"]

    with ThreadPoolExecutor(16) as threads:
        given = set(threads.map(register, range(160)))

    assert given == {f"OA-{year_of(session)}-{n:06d}" for n in range(1, 161)}


def year_of(session) -> int:
    return session.scalars(select(Appeal.registered_on).limit(1)).one().year


def test_a_retry_raced_eight_fold_gives_one_answer(port, session):
    token = make_token(session, "kiosk")
    draft = {"service": "housing-general", "language": "kk"}

    def send(n: int) -> tuple[int, str]:
        with Line(port, token) as line:
            status, ticket = line.send("POST", "/tickets", draft, key=f"race-{n // 8}")
            return status, ticket["track_url"]

    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(send, range(80)))

    assert set(answers.values()) == {8}
    assert len(answers) == session.scalar(select(func.count()).select_from(Ticket)) == 10


def _all_at_once(port: int, token: str, path: str, body: object = None) -> Counter[int]:
    def send(_: int) -> int:
        with Line(port, token) as line:
            return line.send("POST", path, body)[0]

    with ThreadPoolExecutor(8) as threads:
        return Counter(threads.map(send, range(8)))
