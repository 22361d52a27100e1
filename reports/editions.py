"""Editions: one report of one period in one language, from the request to the issued file.

    requested -> rendering -> rendered -> issued -> withdrawn
                    |  ^ (its worker died)
                    v
                  failed -> requested

An edition is bound to a figure set, so every language and copy of it print the same numbers; a
dossier is bound to a state of its proposal. What was issued is never changed: it is withdrawn with
a reason that stays in sight, and the next version says on its first page what it puts right.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer, Role
from reports import figure_sets, withdrawals
from reports.figure_sets import FigureSet
from reports.periods import Period, PeriodKind
from reports.proposals import Proposal
from reports.withdrawals import Withdrawable

LANGUAGES = ("kk", "ru", "en")
GIVEN_UP_AFTER = timedelta(minutes=20)
"""A rendering older than this has lost its worker and is begun again."""
TAKING = 7_204_003
"""Number of the lock under which workers take editions, one after the other."""


class EditionStatus(StrEnum):
    REQUESTED = "requested"
    RENDERING = "rendering"
    RENDERED = "rendered"
    ISSUED = "issued"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class EditionKind(StrEnum):
    """The kinds of period, the brief of a month, and the dossier of one proposal."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    BRIEF = "brief"
    PROPOSAL = "proposal"


KINDS = {
    EditionKind.DAILY: "Bulletin of the hall",
    EditionKind.WEEKLY: "Weekly scorecard of the agencies",
    EditionKind.MONTHLY: "Monthly report for the Public Council",
    EditionKind.QUARTERLY: "Quarterly dossier of changes to the law",
    EditionKind.ANNUAL: "Annual report",
    EditionKind.BRIEF: "The month on two pages",
    EditionKind.PROPOSAL: "Dossier of a proposal",
}
"""English words of the catalogues."""
INTERNAL = frozenset({EditionKind.DAILY, EditionKind.WEEKLY})
"""For the house alone: they list cases by number."""
E = EditionStatus
MOVES: dict[EditionStatus, frozenset[EditionStatus]] = {
    E.REQUESTED: frozenset({E.RENDERING}),
    E.RENDERING: frozenset({E.RENDERED, E.FAILED, E.RENDERING}),
    E.RENDERED: frozenset({E.ISSUED}),
    E.ISSUED: frozenset({E.WITHDRAWN}),
    E.WITHDRAWN: frozenset(),
    E.FAILED: frozenset({E.REQUESTED}),
}
READY = frozenset({E.RENDERED, E.ISSUED, E.WITHDRAWN})
TOLD, LAID_OUT, WRITTEN = 20, 80, 100
"""Percent of the work that is done when a step is over."""


class Edition(Withdrawable, Base):
    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("kind", "period", "language", "figure_set_id"),
        UniqueConstraint("proposal_id", "proposal_position", "language"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[EditionKind]
    period: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    figure_set_id: Mapped[int | None] = mapped_column(ForeignKey("figure_set.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    proposal_position: Mapped[int | None]
    """Length of the proposal's journal in the state that the dossier tells."""
    version: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="")
    """What this version puts right: the reason why the one before was withdrawn."""
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
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
    kept: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The file of the archive (PDF/A-3a)."""
    kept_digest: Mapped[str] = mapped_column(String(64), default="")
    workbook: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    failure: Mapped[str] = mapped_column(default="")
    recipients: Mapped[list[int]] = mapped_column(JSONB, default=list)
    """Staff to whom it was given when it was issued."""

    figure_set: Mapped[FigureSet | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
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
    session: Session, period: Period, *, language: str, by: Officer | None, now: datetime,
    short: bool = False,
) -> Edition:  # fmt: skip
    """The edition with today's figures; made once however often it is asked for. `short`: a month
    on two pages.

    One that failed is asked for again. Raises Invalid for a period that has not begun.
    """
    must_be_buildable(period, now=now)
    kind = kind_of(period, short=short)
    figure_set = figure_sets.of_today(session, period, now=now)
    key = {
        "kind": kind, "period": period.name, "language": language,
        "figure_set_id": figure_set.id,
    }  # fmt: skip
    return _asked(session, key, by=by, now=now)


def kind_of(period: Period, *, short: bool = False) -> EditionKind:
    """Raises Invalid where a brief is asked of anything but a month."""
    if not short:
        return EditionKind(period.kind)
    if period.kind is not PeriodKind.MONTHLY:
        raise Invalid({"period": "Only a month has a brief on two pages."})
    return EditionKind.BRIEF


def request_dossier(
    session: Session, proposal: Proposal, *, language: str, by: Officer | None, now: datetime
) -> Edition:
    """The dossier of the proposal as it stands; one file for each state of it."""
    key = {
        "kind": EditionKind.PROPOSAL, "period": proposal.number, "language": language,
        "proposal_id": proposal.id, "proposal_position": proposal.journal_length,
    }  # fmt: skip
    return _asked(session, key, by=by, now=now)


def _asked(session: Session, key: dict[str, Any], *, by: Officer | None, now: datetime) -> Edition:
    if key["language"] not in LANGUAGES:
        raise Invalid({"language": "Choose Kazakh, Russian or English."})
    earlier = _earlier(session, key)
    row = insert(Edition).values(
        **key, status=E.REQUESTED, digest="", kept_digest="", failure="", requested_at=now,
        requested_by_id=by.id if by else None, version=len(earlier) + 1, progress=0,
        note=next((one.withdrawal for one in earlier if one.withdrawal), ""), recipients=[],
        withdrawal="",
    )  # fmt: skip
    session.execute(row.on_conflict_do_nothing())
    edition = session.scalars(select(Edition).filter_by(**key).with_for_update()).one()
    if edition.status is E.FAILED:
        move(edition, E.REQUESTED)
        edition.failure = ""
    return edition


def _earlier(session: Session, key: dict[str, Any]) -> list[Edition]:
    """Editions of the same period and language that were issued once, the newest first."""
    query = select(Edition).filter_by(
        kind=key["kind"], period=key["period"], language=key["language"]
    )
    query = query.where(Edition.status.in_([E.ISSUED, E.WITHDRAWN]))
    return list(session.scalars(query.order_by(Edition.id.desc())))


def must_be_buildable(period: Period, *, now: datetime) -> None:
    if business_date(now) < period.first:
        raise Invalid(
            {"period": "This period has not begun yet."}, "This period has not begun yet."
        )


def next_to_render(session: Session, *, now: datetime) -> Edition | None:
    """The oldest edition that waits, taken for this worker; commit before rendering.

    None while another is being rendered: a worker's other processes stay free for the hall.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": TAKING})
    at_work = and_(Edition.status == E.RENDERING, Edition.started_at >= now - GIVEN_UP_AFTER)
    if session.scalar(select(Edition.id).where(at_work).limit(1)) is not None:
        return None
    lost = and_(Edition.status == E.RENDERING, Edition.started_at < now - GIVEN_UP_AFTER)
    query = select(Edition).where(or_(Edition.status == E.REQUESTED, lost))
    query = query.order_by(Edition.requested_at, Edition.id).limit(1)
    edition = session.scalars(query.with_for_update(skip_locked=True, of=Edition)).first()
    if edition is not None:
        move(edition, E.RENDERING)
        edition.started_at, edition.progress = now, 0
    return edition


def keep(
    edition: Edition, content: bytes, *, kept: bytes = b"", workbook: bytes = b"", now: datetime
) -> None:
    move(edition, E.RENDERED)
    edition.content, edition.rendered_at = content, now
    edition.kept, edition.workbook = kept or None, workbook or None
    edition.digest = hashlib.sha256(content).hexdigest()
    edition.kept_digest = hashlib.sha256(kept).hexdigest() if kept else ""
    edition.progress = WRITTEN


def fail(edition: Edition, reason: str) -> None:
    """`reason` is shown to staff: what went wrong in a word, no values of the report."""
    move(edition, E.FAILED)
    edition.failure = reason


def issue(edition: Edition, *, by: Officer, to: Sequence[Officer] = (), now: datetime) -> None:
    """Given to its readers by another person than the one who asked for it."""
    if edition.requested_by_id == by.id:
        raise NotAllowed("Another person has to check and issue the edition you asked for.")
    move(edition, E.ISSUED)
    edition.issued_by, edition.issued_at = by, now
    edition.recipients = sorted(officer.id for officer in to)


def withdraw(edition: Edition, *, reason: str, by: Officer, now: datetime) -> None:
    """Taken back in the sight of all: it stays in the list with the reason."""
    withdrawals.note(edition, reason=reason, by=by, now=now)
    move(edition, E.WITHDRAWN)


def readers_of(session: Session, kind: EditionKind) -> list[Officer]:
    """Who is given an edition of the kind: the house reads the daily and the weekly one alone."""
    roles = (Role.SUPERVISOR, Role.HEAD) if kind in INTERNAL else (Role.COUNCIL, Role.SUPERVISOR)
    query = select(Officer).where(Officer.role.in_(roles), Officer.active)
    return list(session.scalars(query.order_by(Officer.id)))


def may_read(edition: Edition, officer: Officer) -> bool:
    """A member of the council may ask for a report and read it before it is issued, as the list
    says (“Ready to be checked”); never one that lists cases.
    """
    if officer.role is not Role.COUNCIL:
        return True
    return edition.kind not in INTERNAL


def by_id(session: Session, edition_id: int, *, for_change: bool = False) -> Edition:
    """Locked where it is going to be changed, so that two persons take turns."""
    found = session.get(Edition, edition_id, with_for_update=for_change or None)
    if found is None:
        raise NotFound("There is no such edition.")
    return found


def recent(
    session: Session, *, limit: int = 60, kinds: Sequence[EditionKind] = tuple(EditionKind)
) -> list[Edition]:
    """The newest first. The figures themselves stay unread: only their day is shown."""
    figures = joinedload(Edition.figure_set).load_only(
        FigureSet.first, FigureSet.as_of, FigureSet.kind
    )
    query = select(Edition).options(figures).where(Edition.kind.in_(kinds))
    return list(
        session.scalars(query.order_by(Edition.requested_at.desc(), Edition.id.desc()).limit(limit))
    )
