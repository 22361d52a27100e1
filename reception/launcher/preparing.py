"""Schema and reference data, brought up to this release before anything serves.

A data folder remembers for which release it was prepared, so that a later start need not look.
"""

import hashlib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from sqlalchemy.orm import Session

import reception
from agencies.db import db
from reception.launcher.folder import DataFolder

_ROOT = Path(reception.__file__).parent.parent
_DECIDING = ("migrations/versions/*.py", "*/data/**/*", "*/seeding*.py", "*/seeding/**/*.py")


def is_prepared(folder: DataFolder) -> bool:
    mark = _mark(folder)
    return mark.exists() and mark.read_text() == _release()


def prepare(folder: DataFolder) -> None:
    """To be called with the folder's own database in the settings."""
    forget(folder)
    bring_up_to_date()
    _mark(folder).write_text(_release())


def bring_up_to_date() -> None:
    """Whatever database the settings name."""
    migrate()
    seed()


def forget(folder: DataFolder) -> None:
    _mark(folder).unlink(missing_ok=True)


def migrate() -> None:
    import_module("reception.launcher.migrating").migrate()


def knows(revision: str) -> bool:
    """Whether this release has the revision, so that it can read a register that stands there."""
    return bool(import_module("reception.launcher.migrating").knows(revision))


def seed() -> None:
    """Reference data. Safe to repeat."""
    _each_in_one_transaction(reception.SEEDS, "seed")


def furnish() -> None:
    """The demonstration hall, with its fictional persons. Safe to repeat."""
    _each_in_one_transaction(reception.DEMONSTRATIONS, "furnish")
    for task in reception.AWAITED:
        import_module("reception.nudges").nudge(task)


def sign_ins() -> list[tuple[str, str, str]]:
    """Login, password and role of the demonstration's staff."""
    return list(import_module("reception.demonstration").sign_ins())


def _each_in_one_transaction(modules: Iterable[str], verb: str) -> None:
    with reception.create_app().app_context():
        for module in modules:
            session: Session = db.session()
            getattr(import_module(module), verb)(session)
            session.commit()
            db.session.remove()
        db.engine.dispose()


def _mark(folder: DataFolder) -> Path:
    return folder.path / "prepared"


def _release() -> str:
    """A digest of all that decides what preparing does."""
    digest = hashlib.sha256()
    for pattern in _DECIDING:
        for file in sorted(_ROOT.glob(pattern)):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(_ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
