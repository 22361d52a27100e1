"""The hall that tests run in: one application on real servers, emptied after each test.

Reference data are put in once a run and stay; everything else is gone when the next test begins.
A test that commits a change to reference rows puts them back itself.
"""

import gc
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, TextClause, func, inspect, select, text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.db import db
from agencies.directory import Hall
from reception import create_app, limits, seeding
from reception.settings import Settings
from tests.make import IIN_KEY, SECRET_KEY

pytest_plugins = ["tests.embedded"]
hypothesis.settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy machine")

MONDAY_AT_TEN = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Ten in the morning in Almaty, a working Monday."""
REFERENCE = frozenset(
    [
        "agency",
        "agency_name",
        "alembic_version",
        "booking_rule",
        "calendar_day",
        "competence",
        "desk",
        "district",
        "hall",
        "priority_category",
        "queue_norm",
        "reference_rate",
        "queue_rule",
        "service",
        "subject",
        "term_policy",
    ]
)


def pytest_collection_finish() -> None:
    """What is loaded by now stays till the end, and no search for garbage need go through it."""
    gc.freeze()


class StandingClock:
    """Stands in for `datetime` in the one place that reads the clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __getattr__(self, name: str) -> Any:
        return getattr(datetime, name)

    def now(self, zone: Any = None) -> datetime:
        return self.moment.astimezone(zone)

    def advance(self, **step: float) -> datetime:
        self.moment += timedelta(**step)
        return self.moment


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, tmp_path_factory: Any) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        data=Path(tmp_path_factory.mktemp("data")),
        secret_key=SECRET_KEY,
        iin_key=IIN_KEY,
        base_url="http://hall.test",
        demonstration=False,
        idle_minutes=30,
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """Forms need no CSRF token here; `guarded_app` is for tests of the guard itself."""
    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    with app.app_context():
        _furnish(db.session())
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _furnish(session: Session) -> None:
    if not session.scalar(select(func.count()).select_from(Hall)):
        seeding.seed(session)
        session.execute(text("TRUNCATE situation, situation_version, legal_act CASCADE"))
        session.commit()


OWNED = text("""
SELECT s.oid::bigint FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND t.relname = ANY(:tables)
""")
AGAIN = text("""
SELECT setval(number::oid::regclass, 1, false) FROM unnest(CAST(:numbers AS bigint[])) AS number
WHERE pg_sequence_last_value(number::oid::regclass) IS NOT NULL
""")
_QUESTIONS: list[TextClause] = []
"""The same for a whole run."""


@contextmanager
def emptied(app: Flask) -> Iterator[Engine]:
    """The engine of the run's database, which is emptied at the end."""
    with app.app_context():
        engine = db.engine
    yield engine
    with engine.begin() as connection:
        _empty(connection)


@pytest.fixture
def database(app: Flask) -> Iterator[Engine]:
    with emptied(app) as engine:
        yield engine


def _empty(connection: Connection) -> None:
    """Only what was used: most tests touch a few of many tables. Rules between rows wait."""
    if not _QUESTIONS:
        tables = sorted(set(inspect(connection).get_table_names()) - REFERENCE)
        filled = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables]
        owned = connection.execute(OWNED, {"tables": tables}).scalars().all()
        _QUESTIONS.append(text(" UNION ALL ".join(filled)))
        _QUESTIONS.append(AGAIN.bindparams(numbers=owned))
    used, numbers = _QUESTIONS
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for name in connection.execute(used).scalars().all():
        connection.execute(text(f'DELETE FROM "{name}"'))
    connection.execute(numbers)


@pytest.fixture
def session(database: Any) -> Iterator[Session]:
    """Apart from any application context: Flask-Login would keep a signed-in officer in it."""
    with Session(database, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def client(app: Flask, database: Any, clock: StandingClock) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def guarded_client(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """As outside tests: forms and calls with a session cookie need their CSRF token."""
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    return client


@pytest.fixture
def now() -> datetime:
    return MONDAY_AT_TEN


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> StandingClock:
    """The clock of the application stands at `now` until the test moves it."""
    standing = StandingClock(now)
    monkeypatch.setattr(calendar, "datetime", standing)
    return standing


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen:` collects the SQL that the driver is given inside the block."""

    @contextmanager
    def collected() -> Iterator[list[str]]:
        seen: list[str] = []
        execute = psycopg.Cursor.execute

        def noted(cursor: Any, query: Any, *more: Any, **named: Any) -> Any:
            seen.append(str(query))
            return execute(cursor, query, *more, **named)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(psycopg.Cursor, "execute", noted)
            yield seen

    return collected


@pytest.fixture(autouse=True)
def own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks stand still here: callers of one test would be counted into the minute of another."""
    monkeypatch.setattr(limits, "KEY", f"reception/open/{secrets.token_hex(8)}/%s")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine is a defect; loopback and local sockets are ours."""
    connect = socket.socket.connect

    def near(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test must not reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", near)
