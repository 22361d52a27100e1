"""Editions: one report of one period in one language, from the request to the issued file.

    requested -> rendering -> rendered -> issued
                    |  ^ (its worker died)
                    v
                  failed -> requested

An edition is bound to a figure set, so every language of it and every copy print the same numbers.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer
from reports import figure_sets
from reports.figure_sets import FigureSet
from reports.periods import Period, PeriodKind

LANGUAGES = ("kk", "ru", "en")
GIVEN_UP_AFTER = timedelta(minutes=20)
"""A rendering older than this has lost its worker and is begun again."""


class EditionStatus(StrEnum):
    REQUESTED = "requested"
    RENDERING = "rendering"
    RENDERED = "rendered"
    ISSUED = "issued"
    FAILED = "failed"


E = EditionStatus
MOVES: dict[EditionStatus, frozenset[EditionStatus]] = {
    E.REQUESTED: frozenset({E.RENDERING}),
    E.RENDERING: frozenset({E.RENDERED, E.FAILED, E.RENDERING}),
    E.RENDERED: frozenset({E.ISSUED}),
    E.ISSUED: frozenset(),
    E.FAILED: frozenset({E.REQUESTED}),
}
READY = frozenset({E.RENDERED, E.ISSUED})


class Edition(Base):
    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("kind", "period", "language", "figure_set_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[PeriodKind]
    period: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    figure_set_id: Mapped[int] = mapped_column(ForeignKey("figure_set.id"))
    status: Mapped[EditionStatus] = mapped_column(default=E.REQUESTED, index=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    """Nobody where beat asked for it."""
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    rendered_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    issued_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(64), default="")
    failure: Mapped[str] = mapped_column(default="")

    figure_set: Mapped[FigureSet] = relationship()
    requested_by: Mapped[Officer | None] = relationship(foreign_keys=[requested_by_id])
    issued_by: Mapped[Officer | None] = relationship(foreign_keys=[issued_by_id])

    @property
    def is_ready(self) -> bool:
        return self.status in READY

    @property
    def file_name(self) -> str:
        return f"open-almaty-{self.kind}-{self.period}-{self.language}.pdf"


def move(edition: Edition, to: EditionStatus) -> None:
    """The only writer of an edition's status."""
    if to not in MOVES[edition.status]:
        raise WrongStatus("This edition has moved on. Look at its newest state.")
    edition.status = to


def request(
    session: Session, period: Period, *, language: str, by: Officer | None, now: datetime
) -> Edition:
    """The edition with today's figures; made once however often it is asked for.

    One that failed is asked for again. Raises Invalid for a period that is not over or a kind of
    report that does not exist yet.
    """
    must_be_buildable(period, now=now)
    if language not in LANGUAGES:
        raise Invalid({"language": "Choose Kazakh, Russian or English."})
    figure_set = figure_sets.of_today(session, period, now=now)
    key = {
        "kind": period.kind, "period": period.name, "language": language,
        "figure_set_id": figure_set.id,
    }  # fmt: skip
    row = insert(Edition).values(
        **key, status=E.REQUESTED, digest="", failure="", requested_at=now,
        requested_by_id=by.id if by else None,
    )  # fmt: skip
    session.execute(row.on_conflict_do_nothing())
    edition = session.scalars(select(Edition).filter_by(**key).with_for_update()).one()
    if edition.status is E.FAILED:
        move(edition, E.REQUESTED)
        edition.failure = ""
    return edition


def must_be_buildable(period: Period, *, now: datetime) -> None:
    if period.kind is not PeriodKind.MONTHLY:
        raise Invalid(
            {"period": "Only the monthly report exists so far. Give a month, such as 2026-11."},
            "Only the monthly report exists so far. Give a month, such as 2026-11.",
        )
    if business_date(now) < period.first:
        raise Invalid({"period": "This month has not begun yet."}, "This month has not begun yet.")


def next_to_render(session: Session, *, now: datetime) -> Edition | None:
    """The oldest edition that waits, taken for this worker; commit before rendering."""
    lost = and_(Edition.status == E.RENDERING, Edition.started_at < now - GIVEN_UP_AFTER)
    query = select(Edition).where(or_(Edition.status == E.REQUESTED, lost))
    query = query.order_by(Edition.requested_at, Edition.id).limit(1)
    edition = session.scalars(query.with_for_update(skip_locked=True, of=Edition)).first()
    if edition is not None:
        move(edition, E.RENDERING)
        edition.started_at = now
    return edition


def keep(edition: Edition, content: bytes, *, now: datetime) -> None:
    move(edition, E.RENDERED)
    edition.content, edition.rendered_at = content, now
    edition.digest = hashlib.sha256(content).hexdigest()


def fail(edition: Edition, reason: str) -> None:
    """`reason` is shown to staff: what went wrong in a word, no values of the report."""
    move(edition, E.FAILED)
    edition.failure = reason


def issue(edition: Edition, *, by: Officer, now: datetime) -> None:
    """Given to the council by another person than the one who asked for it."""
    if edition.requested_by_id == by.id:
        raise NotAllowed("Another person has to check and issue the edition you asked for.")
    move(edition, E.ISSUED)
    edition.issued_by, edition.issued_at = by, now


def by_id(session: Session, edition_id: int, *, for_change: bool = False) -> Edition:
    """Locked where it is going to be changed, so that two persons take turns."""
    found = session.get(Edition, edition_id, with_for_update=for_change or None)
    if found is None:
        raise NotFound("There is no such edition.")
    return found


def recent(session: Session, *, limit: int = 60) -> list[Edition]:
    """The newest month first. The figures themselves stay unread: only their day is shown."""
    figures = joinedload(Edition.figure_set).load_only(FigureSet.first, FigureSet.as_of)
    query = select(Edition).options(figures).order_by(Edition.period.desc(), Edition.id.desc())
    return list(session.scalars(query.limit(limit)))
