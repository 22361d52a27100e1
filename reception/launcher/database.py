"""What the launcher asks a database directly."""

import psycopg


def libpq_url(url: str) -> str:
    """Without SQLAlchemy's driver name, for psycopg itself and for the programs of PostgreSQL."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def stands_at(database_url: str) -> str:
    """The revision that the database stands at; empty where it was never migrated."""
    with psycopg.connect(libpq_url(database_url)) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known is None or known[0] is None:
            return ""
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else ""
