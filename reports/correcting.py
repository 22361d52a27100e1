"""What was put right since the edition before: editions withdrawn or replaced, releases withdrawn,
figures that were printed and are counted otherwise now, measures whose definition changed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import business_date, start_of
from reports import measuring
from reports.periods import Period, PeriodKind

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
COMPARED = (
    "received", "persons", "finished", "carried_out", "on_time", "handling_median",
    "redirected_share", "repeated_share", "tickets", "wait_median",
)  # fmt: skip
"""Measures of the hall that every edition prints."""
PARTS = ("numerator", "denominator", "value")

# An edition that was issued once, with the figures it printed of its own period.
BEFORE = text("""
SELECT f.as_of, f.particulars #> '{edition,now,hall}' AS printed,
       f.particulars #> '{edition,counted}' AS counted
FROM edition AS e JOIN figure_set AS f ON f.id = e.figure_set_id
WHERE e.kind = :kind AND e.period = :period AND e.status IN ('issued', 'withdrawn')
  AND e.issued_at <= :as_of
ORDER BY f.as_of DESC, f.id DESC LIMIT 1
""")

EDITIONS = text("""
SELECT e.kind, e.period, e.version, e.withdrawal AS reason,
       timezone('Asia/Almaty', min(e.withdrawn_at))::date AS day,
       array_agg(DISTINCT e.language ORDER BY e.language) AS languages,
       coalesce((SELECT max(next.version) FROM edition AS next
                 WHERE next.kind = e.kind AND next.period = e.period AND next.version > e.version
                   AND next.status = 'issued' AND next.issued_at <= :as_of), 0) AS replaced_by
FROM edition AS e
WHERE e.withdrawn_at > :since AND e.withdrawn_at <= :as_of
  AND e.kind NOT IN ('daily', 'weekly')
GROUP BY e.kind, e.period, e.version, e.withdrawal
ORDER BY 5, e.kind, e.period, e.version
""")

RELEASES = text("""
SELECT r.of, r.version, r.reason, timezone('Asia/Almaty', r.at)::date AS day
FROM (SELECT period AS of, version, withdrawal AS reason, withdrawn_at AS at FROM figure_release
      UNION ALL
      SELECT dataset, version, withdrawal, withdrawn_at FROM open_release) AS r
WHERE r.at > :since AND r.at <= :as_of ORDER BY r.at, r.of, r.version
""")


def of_period(
    session: Session, period: Period, before: dict[str, Any], *, as_of: datetime
) -> dict[str, Any]:
    """`before`: the period before as it is counted now, by measure. Without an edition before this
    one everything since the first day of the period is told, and no figure or definition.
    """
    values = {"kind": str(period.kind), "period": period.before.name, "as_of": as_of}
    last = session.execute(BEFORE, values).one_or_none()
    span = {"since": last.as_of if last else start_of(period.first), "as_of": as_of}
    return {
        "since": business_date(span["since"]).isoformat(),
        "editions": _rows(session, EDITIONS, span),
        "releases": _rows(session, RELEASES, span),
        "figures": _moved(last.printed or {}, before) if last else None,
        "definitions": _defined(last.counted or {}) if last else None,
    }


def _rows(session: Session, query: Any, values: dict[str, Any]) -> list[dict[str, Any]]:
    found = [dict(row) for row in session.execute(query, values).mappings()]
    return [{**row, "day": row["day"].isoformat()} for row in found]


def _moved(printed: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    """Printed and counted anew, where they differ."""
    return [
        {"measure": code, "printed": printed[code], "now": now[code]}
        for code in COMPARED
        if code in printed and code in now and _parts(printed[code]) != _parts(now[code])
    ]


def _parts(reading: dict[str, Any]) -> list[Any]:
    return [reading[name] for name in PARTS]


def _defined(counted: dict[str, Any]) -> dict[str, list[str]]:
    """A changed text of a statement alone is none: it need not count anything otherwise."""
    ways = measuring.counted()
    known = {code: (way["base"], way["version"]) for code, way in counted.items()}
    return {
        "new": [code for code in ways if code not in known],
        "changed": [
            code for code, way in ways.items()
            if code in known and known[code] != (way.base, way.version)
        ],
        "gone": sorted(known.keys() - ways.keys()),
    }  # fmt: skip
