"""For the machines that watch: alive, ready or which part is not, and counted figures."""

from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from agencies import events
from agencies.db import db
from agencies.directory import desk_by_code
from reception import create_app
from reception.queue import calling
from tests.make import make_appeal, make_officer, make_ticket, sign_in

NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
NO_BROKER = "redis://127.0.0.1:1/0"
ALL = ("database", "broker", "worker", "beat")


@pytest.fixture
def broker(settings):
    with Redis.from_url(settings.redis_url) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def broken(settings):
    """A client of a hall of which one server is down."""
    made = []

    def _broken(**changes):
        made.append(create_app(replace(settings, **changes)))
        return made[-1].test_client()

    yield _broken
    for app in made:
        with app.app_context():
            db.engine.dispose()


def beat(broker, *parts):
    for part in parts:
        broker.set(f"reception/heartbeat/{part}", "1", ex=60)


def down(answer):
    return [part for part in ALL if not answer.json[part]]


def figures(client):
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {sample.name: sample.value for family in families for sample in family.samples}


def test_a_process_that_answers_is_alive(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_a_hall_with_all_its_parts_is_ready(client, broker):
    beat(broker, "worker", "beat")

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"status": "ready"} | dict.fromkeys(ALL, True)


@pytest.mark.parametrize(
    ("beating", "missing"),
    [(("worker",), ["beat"]), (("beat",), ["worker"]), ((), ["worker", "beat"])],
)
def test_a_worker_or_a_beat_without_a_sign_of_life_is_named(client, broker, beating, missing):
    beat(broker, *beating)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json["status"] == "not ready"
    assert down(answer) == missing


def test_a_database_that_is_down_is_named_and_the_rest_is_not_blamed(broken, broker):
    beat(broker, "worker", "beat")

    answer = broken(database_url=NO_DATABASE).get("/readyz")

    assert answer.status_code == 503
    assert down(answer) == ["database"]


def test_a_broker_that_is_down_is_named_with_what_speaks_through_it(broken):
    answer = broken(redis_url=NO_BROKER).get("/readyz")

    assert answer.status_code == 503
    assert down(answer) == ["broker", "worker", "beat"]


@pytest.mark.parametrize("parts", [{"database_url": NO_DATABASE}, {"redis_url": NO_BROKER}])
def test_a_process_is_alive_though_a_server_is_down(broken, parts):
    assert broken(**parts).get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["/kiosk", "/board", "/sign-in"])
def test_without_its_database_the_house_says_so_to_people(broken, address):
    answer = broken(database_url=NO_DATABASE).get(f"{address}?lang=en")

    assert answer.status_code == 503
    assert "The register cannot be reached just now. Nothing was lost." in answer.text
    assert "Incident number" in answer.text


def test_an_officer_who_is_signed_in_is_told_so_too(broken, session):
    client = sign_in(broken(database_url=NO_DATABASE), make_officer(session))

    answer = client.get("/desk?lang=en")

    assert answer.status_code == 503
    with client.session_transaction() as cookie:
        assert cookie["_user_id"], "and is still signed in afterwards"


def test_without_its_database_the_house_says_so_to_programs(broken):
    answer = broken(database_url=NO_DATABASE).get(
        "/api/v1/services", headers={"Authorization": "Bearer x"}
    )

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_the_figures_are_those_of_the_database(client, session, clock):
    for _ in range(3):
        make_ticket(session)
    make_ticket(session, service="police-general")
    calling.call_next(
        session, desk_by_code(session, "D20"), by=make_officer(session), now=clock.moment
    )
    make_appeal(session)
    make_appeal(session, status="answered")
    session.commit()

    found = figures(client)

    assert found["reception_tickets_waiting"] == 3
    assert found["reception_tickets_issued_today"] == 4
    assert found["reception_appeals_open"] == 1
    assert found["reception_appeals_overdue"] == 0
    assert found["reception_documents_waiting"] == 0


def test_overdue_appeals_and_unpublished_events_are_counted(client, session, clock):
    make_appeal(session, status="routed")
    before = figures(client)
    events.publish(session)
    session.commit()
    clock.advance(days=60)

    after = figures(client)

    assert (before["reception_events_unpublished"], after["reception_events_unpublished"]) == (1, 0)
    assert (before["reception_appeals_overdue"], after["reception_appeals_overdue"]) == (0, 1)


def test_the_figures_tell_of_the_process_too(client):
    assert "process_cpu_seconds_total" in figures(client)
