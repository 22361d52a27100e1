"""The register opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

import reception
from agencies.db import db
from reception.launcher import attached


@contextmanager
def open_register() -> Iterator[Session]:
    """A session inside the application; the command itself commits."""
    with attached():
        app = reception.create_app()
        with app.app_context():
            try:
                yield db.session()
            finally:
                db.session.remove()
                db.engine.dispose()
