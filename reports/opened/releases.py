"""Releases of the open data sets: a file as it was published once, under a number and a digest.

A release never changes. Rows that moved are a new release that says how many; a wrong one is
withdrawn in the sight of all, and its file is given out no more.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Identity, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from agencies.db import Base
from agencies.errors import NotFound
from reports.opened import lists, monthly, registers, sets
from reports.opened.sets import OpenSet, Row
from reports.withdrawals import Withdrawable

READERS: Mapping[str, Callable[[Session, datetime], Iterable[Row]]] = {
    "proposals": registers.of_proposals,
    "proposal-rows": registers.of_proposal_rows,
    "proposal-answers": registers.of_proposal_answers,
    "proposal-effects": registers.of_proposal_effects,
    "measures-monthly": monthly.of_measures_monthly,
    "appeals-agency-monthly": monthly.of_appeals_agency_monthly,
    "situations-monthly": monthly.of_situations_monthly,
    "alarms-weekly": monthly.of_alarms_weekly,
    "figure-definitions": lists.of_figure_definitions,
    "code-lists": lists.of_code_lists,
    "calendar": lists.of_calendar,
    "corrections": registers.of_corrections,
}


class OpenRelease(Withdrawable, Base):
    __tablename__ = "open_release"
    __table_args__ = (UniqueConstraint("dataset", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dataset: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    as_of: Mapped[datetime]
    row_count: Mapped[int]
    file: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Rows `added`, `changed` and `removed` against the release before."""

    @property
    def what(self) -> OpenSet:
        return sets.by_name(self.dataset)

    @property
    def file_name(self) -> str:
        return f"open-almaty-{self.dataset}-v{self.version}.csv"

    @property
    def rows(self) -> list[dict[str, sets.Cell]]:
        return sets.read(self.what, self.file)


def publish_all(session: Session, *, now: datetime) -> list[OpenRelease]:
    """A release of each set whose rows moved, or that has none; sets without a row have none."""
    made = [publish(session, one, now=now) for one in sets.known().values()]
    return [release for release in made if release is not None]


def publish(session: Session, one: OpenSet, *, now: datetime) -> OpenRelease | None:
    earlier = of(session, one.name)
    before = {} if not earlier or earlier[0].withdrawn_at else _by_key(one, earlier[0].rows)
    found = _by_key(one, _as_written(one, READERS[one.name](session, now)))
    rows = found | before if one.keeps else found
    if rows == before or not rows:
        return None
    file = sets.written(one, list(rows.values()))
    made = OpenRelease(
        dataset=one.name, version=len(earlier) + 1, as_of=now, row_count=len(rows), file=file,
        digest=hashlib.sha256(file.encode()).hexdigest(), changes=_changes(before, rows),
        withdrawal="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _as_written(one: OpenSet, rows: Iterable[Row]) -> list[dict[str, sets.Cell]]:
    """As they read once they are a file, so that they can be compared with an earlier one."""
    return sets.read(one, sets.written(one, list(rows)))


def _by_key(one: OpenSet, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {sets.key_of(one, row): row for row in rows}


def _changes(before: Mapping[Any, Row], now: Mapping[Any, Row]) -> dict[str, int]:
    both = before.keys() & now.keys()
    return {
        "added": len(now.keys() - before.keys()), "removed": len(before.keys() - now.keys()),
        "changed": sum(before[key] != now[key] for key in both),
    }  # fmt: skip


def of(session: Session, dataset: str) -> list[OpenRelease]:
    """The newest first."""
    query = select(OpenRelease).where(OpenRelease.dataset == dataset)
    return list(session.scalars(query.order_by(OpenRelease.version.desc())))


def listed(session: Session) -> dict[str, list[OpenRelease]]:
    """Set -> its releases, the newest first; what they say is not read."""
    query = select(OpenRelease).options(defer(OpenRelease.file))
    found = session.scalars(query.order_by(OpenRelease.dataset, OpenRelease.version.desc()))
    return {name: list(own) for name, own in groupby(found, key=lambda one: one.dataset)}


def one(session: Session, dataset: str, version: str, *, for_change: bool = False) -> OpenRelease:
    """By its number, or the `latest` that was not withdrawn."""
    sets.by_name(dataset)
    query = select(OpenRelease).filter_by(dataset=dataset).order_by(OpenRelease.version.desc())
    if version == "latest":
        query = query.where(OpenRelease.withdrawn_at.is_(None))
    elif version.isdecimal() and len(version) < 9:
        query = query.where(OpenRelease.version == int(version))
    else:
        raise NotFound("There is no such release.")
    found = session.scalars((query.with_for_update() if for_change else query).limit(1)).first()
    if found is None:
        raise NotFound("There is no such release.")
    return found
