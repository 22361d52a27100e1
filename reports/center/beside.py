"""What the city measures beside what people write about, district by district.

Both stand in one table because they speak of the same matter, not because one is shown to cause the
other: `CAUTION` goes with every such table.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import start_of
from reports.center import explorer, registry
from reports.center.explorer import Asked, Value
from reports.center.records import AreaKind, Indicator

WINDOW = timedelta(days=365)
LEAST = 5
"""Counts of appeals below it are not told: they might point at a person."""

APPEALS = text("""
SELECT d.code, count(*) FROM appeal a
JOIN district d ON d.id = a.district_id
JOIN subject s ON s.id = a.subject_id
WHERE a.received_at >= :first AND a.received_at < :before AND s.code LIKE :topic
GROUP BY d.code
""")


@dataclass(frozen=True)
class Pair:
    """An indicator and the topic of appeals (two digits) that speaks of the same matter."""

    indicator: str
    topic: str


@dataclass(frozen=True)
class District:
    """`appeals` is none where fewer than five were received."""

    code: str
    value: Value | None
    appeals: int | None


@dataclass(frozen=True)
class Beside:
    indicator: Indicator
    topic: str
    districts: list[District]


def pairs() -> list[Pair]:
    return [Pair(row["indicator"], row["topic"]) for row in registry.tree("beside")["pair"]]


def beside(session: Session, pair: Pair, indicator: Indicator, *, today: date) -> Beside:
    """The newest value of each district and the appeals of the twelve months up to today."""
    areas = explorer.areas(session)
    series = [
        one
        for one in explorer.series_of(session, Asked(indicator=indicator, dims={}))
        if areas[one.area_code].kind is AreaKind.DISTRICT
    ]
    newest = explorer.newest(session, series, open_only=True)
    values = {newest[one.id].series.area_code: newest[one.id] for one in series if one.id in newest}
    counts = appeals(session, pair.topic, today=today)
    districts = [area.code for area in areas.values() if area.kind is AreaKind.DISTRICT]
    return Beside(
        indicator, pair.topic,
        [District(code, values.get(code), told(counts.get(code, 0))) for code in districts],
    )  # fmt: skip


def appeals(session: Session, topic: str, *, today: date) -> dict[str, int]:
    """District -> appeals received in the twelve months before today."""
    bounds = {"first": start_of(today - WINDOW), "before": start_of(today), "topic": f"{topic}%"}
    return {str(code): int(count) for code, count in session.execute(APPEALS, bounds)}


def told(count: int) -> int | None:
    return count if count >= LEAST or not count else None
