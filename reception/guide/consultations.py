"""Where procedures break: what visitors and appeals were about, and the step that failed them.

A row holds no person: the ticket or appeal, the version, the answers given, and the step. From
these rows come the counts by step that stand behind proposals to change the law.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies import calendar
from agencies.db import Base
from agencies.errors import Invalid
from agencies.staff import Officer
from reception.guide import walking
from reception.guide.procedure import Text
from reception.guide.situations import Situation, SituationVersion


class Cause(StrEnum):
    """Why a step failed."""

    PAPER = "paper"
    REFUSED = "refused"
    LATE = "late"
    UNCLEAR = "unclear"
    FEE = "fee"
    SYSTEM = "system"
    OTHER = "other"


class Consultation(Base):
    """One contact about one situation. Without a failed step all went well."""

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("ticket_id", "version_id"),
        UniqueConstraint("appeal_id", "version_id"),
        CheckConstraint("ticket_id IS NOT NULL OR appeal_id IS NOT NULL", name="about_something"),
        CheckConstraint("(failed_step IS NULL) = (cause IS NULL)", name="step_and_cause"),
        Index("ix_consultation_day", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    at: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("situation_version.id"), index=True)
    failed_step: Mapped[str | None] = mapped_column(String(40))
    cause: Mapped[Cause | None]
    facts: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    language: Mapped[str] = mapped_column(String(2))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


@dataclass(frozen=True)
class Break:
    """How often a step failed (`failed`) among all contacts about its situation (`contacts`)."""

    situation: Situation
    version: SituationVersion
    step: str
    title: Text
    failed: int
    appeals: int
    contacts: int
    causes: dict[Cause, int]
    acts: tuple[str, ...]


def record(
    session: Session,
    version: SituationVersion,
    *,
    ticket_id: int | None = None,
    appeal_id: int | None = None,
    failed_step: str = "",
    cause: str = "",
    facts: walking.Answers,
    language: str,
    by: Officer,
    now: datetime,
) -> None:
    """Once for a ticket or an appeal and a version; a second time corrects the first."""
    if ticket_id is None and appeal_id is None:
        raise Invalid({"appeal": "Call a visitor first, or give the number of an appeal."})
    if failed_step and version.procedure.step(failed_step) is None:
        raise Invalid({"failed_step": "There is no such step."})
    if failed_step and cause not in set(Cause):
        raise Invalid({"cause": "Say why the step failed."})
    about = {"ticket_id": ticket_id, "appeal_id": appeal_id, "version_id": version.id}
    told = {
        "failed_step": failed_step or None, "cause": Cause(cause) if failed_step else None,
        "facts": walking.walk(version.procedure, facts).answers, "language": language,
        "officer_id": by.id, "at": now, "day": calendar.business_date(now),
    }  # fmt: skip
    key = "appeal_id" if ticket_id is None else "ticket_id"
    row = insert(Consultation).values(**about, **told)
    session.execute(row.on_conflict_do_update(index_elements=[key, "version_id"], set_=told))


def breaks(session: Session, first: date, last: date) -> list[Break]:
    """Failed steps of the days, both included, the most frequent first."""
    versions = _versions(session, first, last)
    contacts = {version.id: count for version, count in versions}
    by_id = {version.id: version for version, _ in versions}
    groups: dict[tuple[int, str], list[tuple[Cause, int, int]]] = {}
    for version_id, step, cause, count, appeals in _failed(session, first, last):
        groups.setdefault((version_id, step), []).append((cause, count, appeals))
    found = [_break(by_id[v], step, rows, contacts[v]) for (v, step), rows in groups.items()]
    return sorted(found, key=lambda one: (-one.failed, one.situation.code, one.step))


def _versions(session: Session, first: date, last: date) -> list[tuple[SituationVersion, int]]:
    counted = (
        select(Consultation.version_id, func.count().label("contacts"))
        .where(Consultation.day.between(first, last))
        .group_by(Consultation.version_id)
        .subquery()
    )
    query = select(SituationVersion, counted.c.contacts).join(
        counted, counted.c.version_id == SituationVersion.id
    )
    return [(version, int(count)) for version, count in session.execute(query)]


def _failed(
    session: Session, first: date, last: date
) -> Sequence[tuple[int, str, Cause, int, int]]:
    query = (
        select(
            Consultation.version_id, Consultation.failed_step, Consultation.cause, func.count(),
            func.count(Consultation.appeal_id),
        )
        .where(Consultation.day.between(first, last), Consultation.failed_step.is_not(None))
        .group_by(Consultation.version_id, Consultation.failed_step, Consultation.cause)
    )  # fmt: skip
    return [(v, str(s), Cause(str(c)), n, a) for v, s, c, n, a in session.execute(query)]


def _break(
    version: SituationVersion, key: str, rows: list[tuple[Cause, int, int]], contacts: int
) -> Break:
    step = version.procedure.step(key)
    return Break(
        version.situation, version, key, step.title if step else Text(),
        failed=sum(count for _, count, _ in rows), appeals=sum(n for _, _, n in rows),
        contacts=contacts, causes={cause: count for cause, count, _ in rows},
        acts=tuple(ref.act for ref in step.legal) if step else (),
    )  # fmt: skip
