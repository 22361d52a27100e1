"""Figures for everybody: appeals of a month that ended, by topic and district, small cells hidden.

Only whole months are published, each once: from periods that overlap, a hidden cell could be
reckoned. Topics and districts with few appeals stand together as "others".
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, start_of
from reports.periods import Period
from reports.statistics import disclosure

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


def of_month(session: Session, month: Period) -> Published:
    """What may be told of the month; nothing where fewer than twenty appealed."""
    span = {"start": start_of(month.first), "end": after(month.last)}
    counts = Counter(
        {(row.topic, row.district): row.appeals for row in session.execute(COUNTS, span)}
    )
    return protected(counts)


def protected(counts: Counter[tuple[str, str]]) -> Published:
    """From (topic, district) -> appeals."""
    if 0 < counts.total() < LEAST_TOTAL:
        return NOTHING
    topics = _large(counts, 0)
    districts = _large(counts, 1)
    merged: Counter[tuple[str, str]] = Counter()
    for (topic, district), n in counts.items():
        place = (
            topic if topic in topics else OTHERS,
            district if district in districts else OTHERS,
        )
        merged[place] += n
    table = [[merged[t, d] for d in districts] for t in topics]
    small = disclosure.hidden(table)
    cells = tuple(
        tuple(None if small is None or (i, j) in small else n for j, n in enumerate(row))
        for i, row in enumerate(table)
    )
    by_district = tuple(sum(row[j] for row in table) for j in range(len(districts)))
    by_topic = tuple(map(sum, table))
    return Published(topics, districts, cells, by_topic, by_district, counts.total())


def _large(counts: Counter[tuple[str, str]], part: int) -> tuple[str, ...]:
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
