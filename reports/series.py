"""Weekly counts of appeals by topic, agency, district and topic in a district, and of steps of
life situations that failed.

Weeks begin on Monday in Almaty. The name of a series is its parts: `category:03`,
`category:03 district:medeu`, `step:LS-0012/apply`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import after, start_of

WEEK = timedelta(weeks=1)
YEARS_READ = 5
LEAST_MEAN = 1.0
"""Series with fewer cases a week are watched only as parts of larger ones."""

APPEALS = text("""
SELECT date_trunc('week', timezone('Asia/Almaty', a.received_at))::date AS week,
       coalesce(above.code, topic.code, '') AS category, coalesce(district.code, '') AS district,
       count(*) AS cases
FROM appeal AS a
LEFT JOIN district ON district.id = a.district_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
WHERE a.received_at >= :start AND a.received_at < :end
GROUP BY 1, 2, 3
""")
CLAIMS = text("""
SELECT date_trunc('week', timezone('Asia/Almaty', a.received_at))::date AS week,
       agency.code AS agency, count(*) AS cases
FROM appeal AS a JOIN claim ON claim.appeal_id = a.id JOIN agency ON agency.id = claim.agency_id
WHERE a.received_at >= :start AND a.received_at < :end
GROUP BY 1, 2
""")
STEPS = text("""
SELECT date_trunc('week', told.day)::date AS week, situation.code AS situation,
       told.failed_step AS step, count(*) AS cases
FROM consultation AS told JOIN situation_version AS version ON version.id = told.version_id
JOIN situation ON situation.id = version.situation_id
WHERE told.failed_step IS NOT NULL AND told.day >= :first AND told.day <= :last
GROUP BY 1, 2, 3
""")
CITY, ALL_STEPS = "", "step"
"""What the other series are parts of; not watched by themselves."""


@dataclass(frozen=True)
class Series:
    """`elsewhere`: the same topic in the other districts, or everything but this series."""

    name: str
    counts: tuple[int, ...]
    elsewhere: tuple[int, ...]


@dataclass(frozen=True)
class Weeks:
    """Consecutive Mondays and what came in the weeks that began on them."""

    mondays: tuple[date, ...]
    series: tuple[Series, ...]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_full_week(today: date) -> date:
    """Its Monday."""
    return monday_of(today) - WEEK


def read(session: Session, until: date) -> Weeks:
    """Every series up to the week that begins on the Monday `until`, five years at most.

    Empty weeks before the first case are left out, and so is the first week with a case: it is
    seldom a whole one.
    """
    since = until - YEARS_READ * 53 * WEEK
    last = until + WEEK - timedelta(days=1)
    values = {"start": start_of(since), "end": after(last)}
    rows = [
        *((row.week, _topics(row.category, row.district), row.cases)
          for row in session.execute(APPEALS, values)),
        *((row.week, [f"agency:{row.agency}"], row.cases)
          for row in session.execute(CLAIMS, values)),
        *((row.week, [ALL_STEPS, f"step:{row.situation}/{row.step}"], row.cases)
          for row in session.execute(STEPS, {"first": since, "last": last})),
    ]  # fmt: skip
    if not rows:
        return Weeks((), ())
    first = min(week for week, _, _ in rows) + WEEK
    mondays = tuple(first + n * WEEK for n in range((until - first) // WEEK + 1))
    place = {monday: at for at, monday in enumerate(mondays)}
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(mondays))
    for week, names, cases in rows:
        if week in place:
            for name in names:
                counts[name][place[week]] += cases
    return Weeks(mondays, tuple(_watched(dict(counts))))


def _topics(category: str, district: str) -> list[str]:
    names = [CITY, *([f"category:{category}"] if category else [])]
    if district:
        names.append(f"district:{district}")
    if category and district:
        names.append(f"category:{category} district:{district}")
    return names


def _watched(counts: dict[str, list[int]]) -> Iterator[Series]:
    for name, own in sorted(counts.items()):
        if name not in (CITY, ALL_STEPS) and sum(own) >= LEAST_MEAN * len(own):
            rest = tuple(max(0, w - n) for w, n in zip(counts[_whole(name)], own, strict=True))
            yield Series(name, tuple(own), rest)


def _whole(name: str) -> str:
    """The series that this one is a part of."""
    if " " in name:
        return name.split(" ", maxsplit=1)[0]
    return ALL_STEPS if name.startswith("step:") else CITY
