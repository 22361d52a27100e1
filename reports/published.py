"""Figures for everybody: appeals of a month that ended, by topic and district, small cells hidden.

Only whole months are published: from periods that overlap, a hidden cell could be reckoned. Topics
and districts with few appeals stand together as "others". What a later release of the same month
may show is decided by `subtraction`.
"""

import hashlib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, start_of
from reports.periods import Period
from reports.statistics import disclosure

Counts = Counter[tuple[str, str]]
LEAST_TOTAL = 20
"""Rows and columns with fewer appeals are put together, so that their totals tell of nobody."""
OTHERS = ""
"""The code under which they stand."""
COUNTS = text("""
SELECT coalesce(above.code, topic.code, '') AS topic, coalesce(district.code, '') AS district,
       count(*) AS appeals
FROM appeal AS a LEFT JOIN district ON district.id = a.district_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
WHERE a.received_at >= :start AND a.received_at < :end
GROUP BY 1, 2
""")


@dataclass(frozen=True)
class Published:
    """`cells` by topic, then district: None is hidden, as is a total that would tell of few."""

    topics: tuple[str, ...]
    districts: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    by_topic: tuple[int, ...]
    by_district: tuple[int, ...]
    total: int | None


NOTHING = Published((), (), (), (), (), None)


def counted(session: Session, month: Period) -> Counts:
    """(topic, district) -> appeals, as they stand now."""
    span = {"start": start_of(month.first), "end": after(month.last)}
    return Counter(
        {(row.topic, row.district): row.appeals for row in session.execute(COUNTS, span)}
    )


def query_hash() -> str:
    """Names the way of counting: it changes with the text of the statement."""
    return hashlib.sha256(str(COUNTS).encode()).hexdigest()


def protected(counts: Counts) -> Published:
    """What may be told of the month; nothing where fewer than twenty appealed."""
    if counts.total() < LEAST_TOTAL:
        return NOTHING
    topics, districts = large(counts, 0), large(counts, 1)
    table = grouped(counts, topics, districts)
    return shown(topics, districts, table, disclosure.hidden(table))


def grouped(counts: Counts, topics: Sequence[str], districts: Sequence[str]) -> list[list[int]]:
    """What has no row or column of its own is counted among the others."""
    merged: Counts = Counter()
    for (topic, district), n in counts.items():
        row = topic if topic in topics else OTHERS
        merged[row, district if district in districts else OTHERS] += n
    return [[merged[t, d] for d in districts] for t in topics]


def shown(
    topics: Sequence[str],
    districts: Sequence[str],
    table: Sequence[Sequence[int]],
    hidden: Container[tuple[int, int]] | None,
) -> Published:
    """Without any cell where none can be protected."""
    cells = tuple(
        tuple(None if hidden is None or (i, j) in hidden else n for j, n in enumerate(row))
        for i, row in enumerate(table)
    )
    by_district = tuple(sum(row[j] for row in table) for j in range(len(districts)))
    by_topic = tuple(map(sum, table))
    return Published(tuple(topics), tuple(districts), cells, by_topic, by_district, sum(by_topic))


def large(counts: Counts, part: int) -> tuple[str, ...]:
    """Codes with enough appeals, the most first; the others last, joined by as many as they need
    to be twenty themselves.
    """
    totals: Counter[str] = Counter()
    for place, n in counts.items():
        totals[place[part]] += n
    ordered = [code for code, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))]
    large = [code for code in ordered if code != OTHERS and totals[code] >= LEAST_TOTAL]
    rest = totals.total() - sum(totals[code] for code in large)
    while large and 0 < rest < LEAST_TOTAL:
        rest += totals[large.pop()]
    return (*large, OTHERS) if rest else tuple(large)
