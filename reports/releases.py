"""Releases of the public figures: a month as it was published once, under a number and a digest.

A release never changes. What came out otherwise later is a new release that says what moved; one
that was wrong is withdrawn in the sight of all. Its file is the published one, byte by byte.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    String,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from agencies.appeals import Appeal
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.staff import Officer
from reports import measuring, periods, published, subtraction
from reports.measures import measure
from reports.measuring import Counted
from reports.periods import Period, PeriodKind
from reports.published import Published
from reports.readings import Reading
from reports.withdrawals import Withdrawable

MEASURES = ("received", "on_time", "first_answer_median", "tickets", "wait_median")
"""Those of the whole hall that stand beside the table."""
MONTHS_KEPT = 120
SETTLED_AFTER = timedelta(days=92)
"""Until then appeals of the month may still be answered, or come in from elsewhere."""
ALL = "all"
COLUMNS = (
    "period", "release", "measure", "topic", "district", "value", "numerator", "denominator",
    "flag",
)  # fmt: skip


class ReleaseState(StrEnum):
    PROVISIONAL = "provisional"
    FINAL = "final"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Release(Withdrawable, Base):
    __tablename__ = "figure_release"
    __table_args__ = (UniqueConstraint("period", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    period: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    as_of: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    """Nobody where the night made it."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    file: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """What moved against the release before."""

    @property
    def month(self) -> Period:
        return periods.parse(self.period)

    @property
    def table(self) -> Published:
        told = self.figures["table"]
        return Published(
            tuple(told["topics"]), tuple(told["districts"]), tuple(map(tuple, told["cells"])),
            tuple(told["by_topic"]), tuple(told["by_district"]), told["total"],
        )  # fmt: skip

    @property
    def file_name(self) -> str:
        return f"open-almaty-{self.period}-v{self.version}.csv"

    def reading(self, code: str, when: str = "measures") -> Reading | None:
        found = self.figures[when].get(code)
        return Reading(**found) if found else None


@dataclass(frozen=True)
class Line:
    """One number of a release: a cell, a sum, or a measure of the hall."""

    measure: str
    topic: str
    district: str
    value: float | None
    numerator: float | None = None
    denominator: int | None = None
    flag: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.measure, self.topic, self.district


def publish_ended(session: Session, *, now: datetime) -> list[Release]:
    """Every month that ended: its first release, and a new one where the figures moved."""
    made = []
    for month in _ended(session, now=now):
        earlier = of_month(session, month)
        if not (earlier and earlier[0].withdrawn_at):
            made.append(_publish(session, month, earlier, by=None, now=now))
    return [one for one in made if one is not None]


def publish(session: Session, month: Period, *, by: Officer, now: datetime) -> Release:
    """By a person: also after the newest one was withdrawn."""
    if month.kind is not PeriodKind.MONTHLY or month.is_cumulative:
        raise Invalid({"period": "Only whole months are published."})
    if business_date(now) <= month.last:
        raise Invalid({"period": "This month has not ended yet."})
    made = _publish(session, month, of_month(session, month), by=by, now=now)
    if made is None:
        raise WrongStatus(
            "Nothing can be published: the figures are the same, or so few appeals moved that the"
            " difference would tell of them."
        )
    return made


def _publish(
    session: Session,
    month: Period,
    earlier: list[Release],
    *,
    by: Officer | None,
    now: datetime,
) -> Release | None:
    counts = published.counted(session, month)
    table = subtraction.protected(counts, [one.table for one in earlier])
    if table is None or table.total is None:
        return None
    figures = {"table": asdict(table), **_measures(session, month)}
    made = Release(
        period=month.name, version=len(earlier) + 1, as_of=now, figures=figures,
        published_by_id=by.id if by else None, changes=[], withdrawal="",
    )  # fmt: skip
    if earlier:
        made.changes = list(_changes(earlier[0], made))
        if not made.changes and not earlier[0].withdrawn_at:
            return None
    made.file = _written(made)
    made.digest = hashlib.sha256(made.file.encode()).hexdigest()
    session.add(made)
    session.flush()
    return made


def of_month(session: Session, month: Period) -> list[Release]:
    """The newest first."""
    query = select(Release).where(Release.period == month.name)
    return list(session.scalars(query.order_by(Release.version.desc())))


def by_month(session: Session) -> list[list[Release]]:
    """The newest month first, and in it the newest release; what they say is not read."""
    few = (defer(Release.figures), defer(Release.file), defer(Release.changes))
    query = select(Release).order_by(Release.period.desc(), Release.version.desc())
    found = session.scalars(query.options(*few))
    return [list(group) for _, group in groupby(found, key=lambda release: release.period)]


def months(session: Session) -> list[Period]:
    """Months that have a release, the newest first."""
    query = select(Release.period).distinct().order_by(Release.period.desc())
    return [periods.parse(name) for name in session.scalars(query)]


def one(session: Session, period: str, version: int, *, for_change: bool = False) -> Release:
    query = select(Release).filter_by(period=period, version=version)
    found = session.scalars(query.with_for_update() if for_change else query).first()
    if found is None:
        raise NotFound("There is no such release.")
    return found


def state(release: Release, newest: Release, *, today: date) -> ReleaseState:
    if release.withdrawn_at:
        return ReleaseState.WITHDRAWN
    if release is not newest:
        return ReleaseState.REPLACED
    settled = today > release.month.last + SETTLED_AFTER
    return ReleaseState.FINAL if settled else ReleaseState.PROVISIONAL


def lines(release: Release) -> Iterator[Line]:
    """Every number of the release, as its file has them."""
    table = release.table
    yield Line("received", ALL, ALL, table.total)
    for topic, total in zip(table.topics, table.by_topic, strict=True):
        yield Line("received", _code(topic), ALL, total)
    for district, total in zip(table.districts, table.by_district, strict=True):
        yield Line("received", ALL, _code(district), total)
    for topic, row in zip(table.topics, table.cells, strict=True):
        for district, n in zip(table.districts, row, strict=True):
            yield Line("received", _code(topic), _code(district), n, flag="c" if n is None else "")
    for code in MEASURES[1:]:
        if r := release.reading(code):
            yield Line(code, ALL, ALL, r.value, r.numerator, r.denominator, str(r.remark))


def _code(code: str) -> str:
    return code or "others"


def _changes(before: Release, now: Release) -> Iterator[dict[str, Any]]:
    """Numbers that differ, came or went; a hidden one is nothing."""
    old, new = ({line.place: line.value for line in lines(one)} for one in (before, now))
    for place in dict.fromkeys((*new, *old)):
        if old.get(place) != new.get(place):
            code, topic, district = place
            yield {
                "measure": code, "topic": topic, "district": district,
                "before": old.get(place), "now": new.get(place),
            }  # fmt: skip


def _written(release: Release) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for line in lines(release):
        cells = (line.value, line.numerator, line.denominator)
        told = ["" if n is None else f"{n:.10g}" for n in cells]
        table.writerow([release.period, release.version, *line.place, *told, line.flag])
    return out.getvalue()


def _measures(session: Session, month: Period) -> dict[str, Any]:
    """As they were measured when the month was over: nothing of it is counted anew here."""
    taken = measuring.newest(session, month)
    received = measure("received")
    whole = Counted(received.base, received.version, published.query_hash())
    if taken is None:
        return {"measures": {}, "before": {}, "counted": {"received": asdict(whole)}}
    ways = measuring.ways(session, taken, scope="hall") | {"received": whole}
    own = measuring.values(session, taken, scopes=["hall"]).get("hall", {})
    beside = measuring.comparisons(session, taken, scope="hall")
    earlier = {code: beside[code].before for code in MEASURES if code in own}
    return {
        "measures": {code: asdict(own[code]) for code in MEASURES if code in own},
        "before": {code: asdict(one) for code, one in earlier.items() if one is not None},
        "counted": {code: asdict(ways[code]) for code in MEASURES if code in ways},
    }


def _ended(session: Session, *, now: datetime) -> list[Period]:
    """From the month that ended last back to the first appeal."""
    first = session.scalar(select(func.min(Appeal.received_at)))
    if first is None:
        return []
    month = periods.containing(business_date(now), PeriodKind.MONTHLY).before
    found: list[Period] = []
    while month.last >= business_date(first) and len(found) < MONTHS_KEPT:
        found.append(month)
        month = month.before
    return found
