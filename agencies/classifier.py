"""Learned models of routing as rows: the file and its hash, what it measured, which one speaks."""

import hashlib
import logging
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies import learned
from agencies.db import Base
from agencies.errors import DomainError
from agencies.learned import Learned


class Standing(StrEnum):
    CHALLENGER = "challenger"
    CHAMPION = "champion"
    RETIRED = "retired"


class RoutingModel(Base):
    """`measures` of the gate: those of the challenger and of the champion on the same decisions."""

    __tablename__ = "routing_model"
    __table_args__ = (
        Index(
            "uq_routing_model_champion", "standing", unique=True,
            postgresql_where=text("standing = 'champion'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    file: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    standing: Mapped[Standing] = mapped_column(default=Standing.CHALLENGER)
    source: Mapped[str] = mapped_column(String(16))
    """`file` or `decisions`."""
    examples: Mapped[int]
    measures: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    trained_at: Mapped[datetime]


_loaded: dict[str, Learned] = {}
_unusable: set[str] = set()
log = logging.getLogger(__name__)


def champion(session: Session) -> RoutingModel | None:
    return session.scalar(select(RoutingModel).where(RoutingModel.standing == Standing.CHAMPION))


def keep(
    session: Session, model: Learned, *, source: str, examples: int, now: datetime
) -> RoutingModel:
    """A new challenger."""
    file = learned.packed(model)
    row = RoutingModel(
        sha256=hashlib.sha256(file).hexdigest(), file=file, source=source, examples=examples,
        measures={}, trained_at=now, standing=Standing.CHALLENGER,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def promote(session: Session, row: RoutingModel) -> None:
    """It speaks from now on; the one before is retired and its file let go."""
    session.execute(
        update(RoutingModel)
        .where(RoutingModel.standing == Standing.CHAMPION)
        .values(standing=Standing.RETIRED, file=b"")
    )
    row.standing = Standing.CHAMPION
    session.flush()


def retire(session: Session, row: RoutingModel) -> None:
    """A challenger that was not better; its measures stay."""
    row.standing, row.file = Standing.RETIRED, b""
    session.flush()


def opened(row: RoutingModel) -> Learned:
    """Kept in the process by its hash. Raises DomainError where it is not what was trained."""
    if row.sha256 not in _loaded:
        file = row.file
        if hashlib.sha256(file).hexdigest() != row.sha256:
            raise DomainError("The routing model does not match its hash; train it again.")
        _loaded.clear()
        _loaded[row.sha256] = learned.unpacked(file)
    return _loaded[row.sha256]


def usable(row: RoutingModel) -> Learned | None:
    """Nothing where the file is not what was trained, or of a release before: then the lexicon
    speaks alone. The log is told once a process.
    """
    if row.sha256 in _unusable:
        return None
    try:
        return opened(row)
    except DomainError as error:
        _unusable.add(row.sha256)
        log.error("the routing model %d is left out: %s", row.id, error.message)
        return None
