"""The one database of the house: naming rule, column types, the session, and a short way to it."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.rows import namedtuple_row
from sqlalchemy import DateTime, Enum, MetaData, event, text
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every record. An instant is `timestamptz`; a `StrEnum` is text with a named CHECK."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, TypeEngine[Any]]] = {
        datetime: DateTime(timezone=True),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda kinds: [kind.value for kind in kinds],
        ),
    }


db = SQLAlchemy()
_DRIVEN = dialect()  # type: ignore[no-untyped-call]


def busy(statement: str) -> str:
    """A statement for `first_row`, set close: the driver keeps only those of up to 4 kB ready for
    the server. No text in it may hold a blank beside a sign.
    """
    close = re.sub(r"\s*([,=<>()])\s*", r"\1", " ".join(statement.split()))
    return str(text(close).compile(dialect=_DRIVEN))


def first_row(session: Session, statement: str, values: Mapping[str, object]) -> Any:
    """The first row of a busy statement, None without one, in the transaction of the session.

    Straight to the driver: SQLAlchemy's own way costs as much processor as the rest of such a
    call. Errors are SQLAlchemy's, so that callers need not know which way was taken.
    """
    session.flush()
    driver: Any = session.connection().connection
    try:
        with driver.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(statement, values).fetchone()
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from error


@event.listens_for(Engine, "connect")
def _speak_utc(connection: Any, _record: object) -> None:
    """A session that is idle inside a transaction would hold row locks against the whole hall.

    A source system of the Center may be another kind of database; it is left as it is.
    """
    if not isinstance(connection, psycopg.Connection):
        return
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'; SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()


def bound(engine: Engine, *, statement_s: int, lock_s: int, idle_s: int) -> None:
    """Every new connection of the engine stops a question, and a wait for a lock, after so long.

    For sessions that people wait for; a task of the night may ask as long as it needs.
    """
    limits = {
        "statement_timeout": statement_s,
        "lock_timeout": lock_s,
        "idle_in_transaction_session_timeout": idle_s,
    }
    said = "; ".join(f"SET {name} = '{seconds:d}s'" for name, seconds in limits.items())

    @event.listens_for(engine, "connect")
    def _bind(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(said)
        connection.commit()


def is_stopped(error: BaseException) -> bool:
    """Whether the database gave a question up for its time, not for being down."""
    given_up = (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)
    return isinstance(error, DBAPIError) and isinstance(error.orig, given_up)


PLANNED_ANEW = {"planned_anew": True}
"""Execution options of a query whose best plan depends on what is asked for, such as words.

PostgreSQL may settle on one plan for all words of a statement that the driver keeps prepared, and
that plan is slow for most of them.
"""


@event.listens_for(Engine, "do_execute")
def _plan(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    """True where the statement was executed here."""
    if context is None or not context.execution_options.get("planned_anew"):
        return False
    cursor.execute(statement, parameters, prepare=False)
    return True


def take_time(session: Session) -> None:
    """For work that asks the database nothing for long, such as learning or drawing a report."""
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '20min'"))
