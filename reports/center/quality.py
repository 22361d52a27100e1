"""Checks as data: what a check finds is kept as a finding until a later run finds it no more.

Ranges with severity `refuse` are applied while rows enter; all else is looked for at night in the
values of the last weeks, set by set.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.center.records import (
    Indicator,
    Observation,
    QualityCheck,
    QualityFinding,
    Rule,
    Series,
)

LOOKED_BACK = timedelta(days=60)
LEAST_HISTORY = 10
SHORT_JUMP = Decimal(3)
"""In a series too short for its spread to be known: three times the value before, or a third."""
POWERS = (Decimal(10), Decimal(100), Decimal(1000))

RANGE = """
SELECT c.id, o.series_id, o.starts, o.value,
       CASE WHEN o.value < (c.params->>'least')::numeric THEN (c.params->>'least')::numeric
            ELSE (c.params->>'most')::numeric END
FROM quality_check c JOIN series s ON s.indicator_id = c.indicator_id
JOIN observation o ON o.series_id = s.id
WHERE c.rule = 'range' AND o.superseded_by IS NULL AND o.starts >= :since
  AND (o.value < (c.params->>'least')::numeric OR o.value > (c.params->>'most')::numeric)"""

DISTRICTS = """
SELECT c.id, w.id, o.starts, o.value, sum(p.value)
FROM quality_check c
JOIN series w ON w.indicator_id = c.indicator_id
JOIN center_area a ON a.parent_code = w.area_code
JOIN series d ON d.indicator_id = w.indicator_id AND d.area_code = a.code AND d.freq = w.freq
             AND d.precision = w.precision AND d.dims_key = w.dims_key
JOIN observation o ON o.series_id = w.id AND o.superseded_by IS NULL AND o.starts >= :since
JOIN observation p ON p.series_id = d.id AND p.superseded_by IS NULL AND p.starts = o.starts
WHERE c.rule = 'districts' AND o.value IS NOT NULL
GROUP BY c.id, w.id, o.starts, o.value, w.area_code, c.params
HAVING sum(p.value) > o.value * (1 + (c.params->>'tolerance')::numeric)
    OR (count(*) = (SELECT count(*) FROM center_area x
                    WHERE x.parent_code = w.area_code AND x.kind = 'district')
        AND sum(p.value) < o.value * (1 - (c.params->>'tolerance')::numeric))"""

PARTS = """
SELECT c.id, w.id, o.starts, o.value, sum(p.value)
FROM quality_check c
JOIN series w ON w.indicator_id = c.indicator_id AND w.dims_key = ''
JOIN series d ON d.indicator_id = w.indicator_id AND d.area_code = w.area_code AND d.freq = w.freq
             AND d.precision = w.precision AND d.dims ? (c.params->>'dimension')
             AND d.dims - (c.params->>'dimension') = '{}'
JOIN observation o ON o.series_id = w.id AND o.superseded_by IS NULL AND o.starts >= :since
JOIN observation p ON p.series_id = d.id AND p.superseded_by IS NULL AND p.starts = o.starts
WHERE c.rule = 'parts' AND o.value IS NOT NULL
GROUP BY c.id, w.id, o.starts, o.value, c.params
HAVING sum(p.value) > o.value * (1 + (c.params->>'tolerance')::numeric)
    OR (count(*) = (SELECT count(*) FROM center_dimension_item i
                    WHERE i.dimension_code = c.params->>'dimension')
        AND sum(p.value) < o.value * (1 - (c.params->>'tolerance')::numeric))"""

MONOTONE = """
SELECT id, series_id, starts, value, before FROM (
    SELECT c.id, o.series_id, o.starts, o.value,
           lag(o.value) OVER (PARTITION BY o.series_id ORDER BY o.starts) AS before
    FROM quality_check c JOIN series s ON s.indicator_id = c.indicator_id
    JOIN observation o ON o.series_id = s.id
    WHERE c.rule = 'monotone' AND o.superseded_by IS NULL AND o.value IS NOT NULL
) v WHERE value < before AND starts >= :since"""

FRESHNESS = """
SELECT c.id, s.id, s.last, NULL::numeric, (c.params->>'days')::numeric
FROM quality_check c JOIN series s ON s.indicator_id = c.indicator_id
WHERE c.rule = 'freshness' AND s.last IS NOT NULL
  AND s.last < CAST(:now AS timestamptz) - make_interval(days => (c.params->>'days')::int)"""

STATEMENTS = {
    Rule.RANGE: RANGE, Rule.DISTRICTS: DISTRICTS, Rule.PARTS: PARTS, Rule.MONOTONE: MONOTONE,
    Rule.FRESHNESS: FRESHNESS,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """`expected`: the bound, the sum of the parts, or what the values before lead to expect."""

    check_id: int
    series_id: int
    starts: datetime
    value: Decimal | None
    expected: Decimal | None


def run(session: Session, *, now: datetime, since: datetime | None = None) -> int:
    """Every check on the values since then, sixty days without it; the number of open findings.

    The caller commits.
    """
    since = since or now - LOOKED_BACK
    found = [Finding(*row) for rule in STATEMENTS for row in _rows(session, rule, since, now)]
    found += _out_of_step(session, since)
    _keep(session, found, since=since, now=now)
    counts = select(func.count()).select_from(QualityFinding)
    mine = counts.where(
        QualityFinding.check_id == QualityCheck.id, QualityFinding.resolved_at.is_(None)
    )
    session.execute(update(QualityCheck).values(last_run=now, found=mine.scalar_subquery()))
    return session.scalar(counts.where(QualityFinding.resolved_at.is_(None))) or 0


def _rows(
    session: Session, rule: Rule, since: datetime, now: datetime
) -> Iterable[tuple[Any, ...]]:
    statement = STATEMENTS[rule]
    asked = {"since": since} if ":since" in statement else {"now": now}
    return session.execute(text(statement), asked)


def _out_of_step(session: Session, since: datetime) -> Iterator[Finding]:
    """Jumps, and values that differ from the one before by a power of ten: units do that."""
    checks: dict[int, dict[Rule, QualityCheck]] = defaultdict(dict)
    wanted = select(QualityCheck).where(QualityCheck.rule.in_([Rule.JUMP, Rule.UNIT]))
    for check in session.scalars(wanted):
        checks[check.indicator_id][check.rule] = check
    if not checks:
        return
    query = (
        select(Series.indicator_id, Observation.series_id, Observation.starts, Observation.value)
        .join(Series, Series.id == Observation.series_id)
        .where(
            Series.indicator_id.in_(checks), Observation.superseded_by.is_(None),
            Observation.value.is_not(None), Observation.starts >= since,
        )
        .order_by(Observation.series_id, Observation.starts)
    )  # fmt: skip
    before: list[Decimal] = []
    current = 0
    for indicator, series, starts, value in session.execute(query):
        if series != current:
            before, current = [], series
        if value is not None and before:
            yield from _compared(checks[indicator], series, starts, value, before[-28:])
        if value is not None:
            before.append(value)


def _compared(
    checks: dict[Rule, QualityCheck], series: int, starts: datetime, value: Decimal,
    before: list[Decimal],
) -> Iterator[Finding]:  # fmt: skip
    unit, jump = checks.get(Rule.UNIT), checks.get(Rule.JUMP)
    if unit and _tenfold(value, before[-1]):
        yield Finding(unit.id, series, starts, value, before[-1])
    elif jump and (middle := _beyond(value, before, Decimal(str(jump.params["k"])))) is not None:
        yield Finding(jump.id, series, starts, value, middle)


def _tenfold(value: Decimal, former: Decimal) -> bool:
    if value <= 0 or former <= 0:
        return False
    ratio = max(value, former) / min(value, former)
    return any(abs(ratio / power - 1) < Decimal("0.15") for power in POWERS)


def _beyond(value: Decimal, before: list[Decimal], k: Decimal) -> Decimal | None:
    """The middle of the values before, where this one lies too far from it."""
    middle = median(before)
    if len(before) < LEAST_HISTORY:
        low, high = sorted((value, before[-1]))
        return before[-1] if low > 0 and high / low >= SHORT_JUMP else None
    spread = median(abs(one - middle) for one in before) or abs(middle) / 20
    return middle if abs(value - middle) > k * spread else None


def _keep(session: Session, found: list[Finding], *, since: datetime, now: datetime) -> None:
    """New ones are noted, known ones stay, and those of the time looked at that are gone close."""
    rows = [{**vars(one), "found_at": now} for one in found]
    for start in range(0, len(rows), 1000):
        session.execute(insert(QualityFinding).on_conflict_do_nothing(), rows[start : start + 1000])
    known = {(one.check_id, one.series_id, one.starts) for one in found}
    standing = select(QualityFinding).where(
        QualityFinding.resolved_at.is_(None), QualityFinding.starts >= since
    )
    for finding in session.scalars(standing):
        if (finding.check_id, finding.series_id, finding.starts) not in known:
            finding.resolved_at = now


@dataclass(frozen=True)
class Told:
    """A finding as it is to be shown."""

    indicator: Indicator
    series: Series
    rule: Rule
    finding: QualityFinding


def open_findings(
    session: Session, *, indicator: Indicator | None = None, most: int = 200
) -> list[Told]:
    """Newest first."""
    query = (
        select(Indicator, Series, QualityCheck.rule, QualityFinding)
        .join(QualityCheck, QualityCheck.indicator_id == Indicator.id)
        .join(QualityFinding, QualityFinding.check_id == QualityCheck.id)
        .join(Series, Series.id == QualityFinding.series_id)
        .where(QualityFinding.resolved_at.is_(None))
        .order_by(QualityFinding.found_at.desc(), QualityFinding.id.desc())
    )
    if indicator is not None:
        query = query.where(Indicator.id == indicator.id)
    return [Told(*row) for row in session.execute(query.limit(most))]
