"""Campaigns: many letters that say the same in nearly the same words within a fortnight.

Letters that may be copies share the least hash of their stems under two seeds (MinHash, drawn by
PostgreSQL, three pairs of seeds); those are read and compared by runs of five words. No word of
them is kept.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from reports.counting import bounds
from reports.periods import Period, PeriodKind

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
WORD = re.compile(r"\w+")
LEAST_LETTERS, LEAST_PERSONS, LEAST_STEMS = 10, 5, 8
"""Fewer letters, or letters of fewer persons, are no campaign; shorter ones are alike by chance."""
RUN, ALIKE = 5, 0.8
TOGETHER = timedelta(days=14)
MOST_READ = 20_000

# Letters of which at least so many share a sketch. What only the circle of a case may read is left
# out.
CANDIDATES = text("""
WITH letter AS (
  SELECT a.id, unnest(ARRAY[
    '1 ' || least.a1 || ' ' || least.a2, '2 ' || least.a3 || ' ' || least.a4,
    '3 ' || least.a5 || ' ' || least.a6]) AS sketch
  FROM appeal AS a CROSS JOIN LATERAL (
    SELECT min(hashtextextended(stem, 1)) AS a1, min(hashtextextended(stem, 2)) AS a2,
           min(hashtextextended(stem, 3)) AS a3, min(hashtextextended(stem, 4)) AS a4,
           min(hashtextextended(stem, 5)) AS a5, min(hashtextextended(stem, 6)) AS a6
    FROM unnest(tsvector_to_array(a.words)) AS stem
  ) AS least
  WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
    AND a.special = '' AND a.text <> '' AND length(a.words) >= :stems
), many AS (
  SELECT sketch FROM letter GROUP BY 1 HAVING count(*) >= :letters
), found AS (
  SELECT id, array_agg(sketch) AS sketches FROM letter JOIN many USING (sketch) GROUP BY 1
)
SELECT a.id, a.received_at, a.text, p.iin_index AS person, found.sketches,
       coalesce(above.code, topic.code, '') AS topic
FROM found
JOIN appeal AS a ON a.id = found.id
LEFT JOIN applicant AS p ON p.id = a.applicant_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
ORDER BY a.received_at, a.id LIMIT :most
""")


@dataclass(frozen=True)
class Letter:
    day: date
    person: object
    topic: str
    runs: frozenset[int]
    sketches: tuple[str, ...]


def of_period(session: Session, period: Period, *, as_of: datetime) -> list[dict[str, Any]]:
    """`topics` with the letters of each, `letters`, `persons`, `first` and `last` day; the largest
    first.
    """
    found = [_told(own) for own in clusters(_letters(session, period, as_of=as_of))]
    kept = [one for one in found if one["persons"] >= LEAST_PERSONS]
    return sorted(kept, key=lambda one: (-one["letters"], one["first"], str(one["topics"])))


def _letters(session: Session, period: Period, *, as_of: datetime) -> list[Letter]:
    """A letter of nobody known is that of a person of its own."""
    values = bounds(period, as_of=as_of) | {
        "stems": LEAST_STEMS, "letters": LEAST_LETTERS, "most": MOST_READ,
    }  # fmt: skip
    return [
        Letter(
            business_date(row.received_at),
            row.person or row.id,
            row.topic,
            runs(row.text),
            tuple(row.sketches),
        )
        for row in session.execute(CANDIDATES, values)
    ]


def runs(letter: str) -> frozenset[int]:
    """Of five words each, as numbers; equal in one process alone, so they are never kept."""
    words = WORD.findall(letter.casefold())
    return frozenset(hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1))


def clusters(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Each begins with its oldest letter, the oldest cluster first; a letter belongs to one."""
    beside: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(letters):
        for sketch in one.sketches:
            beside[sketch].append(place)
    taken: set[int] = set()
    for place, first in enumerate(letters):
        if place in taken:
            continue
        near = sorted({at for sketch in first.sketches for at in beside[sketch]} - taken)
        own = [at for at in near if at >= place and _are_alike(first, letters[at])]
        if len(own) >= LEAST_LETTERS:
            taken.update(own)
            yield [letters[at] for at in own]


def _are_alike(one: Letter, other: Letter) -> bool:
    if other.day - one.day > TOGETHER:
        return False
    whole = len(one.runs | other.runs)
    return bool(whole) and len(one.runs & other.runs) >= ALIKE * whole


def _told(own: Sequence[Letter]) -> dict[str, Any]:
    return {
        "topics": dict(sorted(Counter(one.topic for one in own).items())), "letters": len(own),
        "persons": len({one.person for one in own}),
        "first": own[0].day.isoformat(), "last": own[-1].day.isoformat(),
    }  # fmt: skip
