"""Migrations run inside the application, so that every package's models are known."""

from alembic import context

from agencies.db import Base, db
from reception import create_app


def migrate() -> None:
    app = create_app()
    with app.app_context(), db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    with app.app_context():
        # A connection left in the pool would keep the database from being copied or dropped.
        db.engine.dispose()


migrate()
