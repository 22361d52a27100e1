"""The migrations of this release. Alembic is slow to load, so this is loaded only when needed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

import reception

MIGRATIONS = Path(reception.__file__).parent.parent / "migrations"


def configuration() -> Config:
    """As in pyproject.toml, which an installed release does not carry."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return configuration


def migrate() -> None:
    command.upgrade(configuration(), "head")


def head() -> str:
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def knows(revision: str) -> bool:
    try:
        ScriptDirectory.from_config(configuration()).get_revision(revision)
    except CommandError:
        return False
    return True
