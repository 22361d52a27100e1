"""The migrations make exactly the tables that the models describe."""

from alembic import command

from reception.launcher import database, migrating, surroundings
from tests.make import IIN_KEY, SECRET_KEY


def test_no_model_waits_for_a_migration(database_url: str, redis_url: str) -> None:
    keys = {"RECEPTION_SECRET_KEY": SECRET_KEY, "RECEPTION_IIN_KEY": IIN_KEY}

    with surroundings.entered({"DATABASE_URL": database_url, "REDIS_URL": redis_url, **keys}):
        command.check(migrating.configuration())

    assert database.stands_at(database_url) == migrating.head()


def test_a_revision_from_elsewhere_is_not_known() -> None:
    assert migrating.knows(migrating.head())
    assert not migrating.knows("of-another-house")
