"""The hall's queue in a period: tickets, waits, and what came of the contacts."""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from reports.periods import Period

LONG_WAIT_MIN = 15
"""The wait that the passports of public services allow."""

QUEUE = text("""
WITH days AS (
  SELECT agency.code AS agency,
         extract(hour FROM timezone('Asia/Almaty', ticket.issued_at))::int AS hour,
         ticket.state, ticket.outcome, ticket.started_at,
         extract(epoch FROM ticket.called_at - ticket.issued_at)::float / 60 AS wait
  FROM ticket JOIN agency ON agency.id = ticket.agency_id
  WHERE ticket.business_date BETWEEN :first AND :last
)
SELECT CASE grouping(agency, hour, outcome)
         WHEN 7 THEN 'total' WHEN 3 THEN 'agency' WHEN 5 THEN 'hour' ELSE 'outcome' END AS part,
       coalesce(agency, hour::text, outcome) AS name,
       count(*) AS issued, count(started_at) AS served,
       count(*) FILTER (WHERE state = 'no_show') AS no_show,
       count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
       count(wait) AS called,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS wait_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY wait) AS wait_p90,
       count(*) FILTER (WHERE wait > :long_wait) AS long_waits
FROM days
GROUP BY GROUPING SETS ((), (agency), (hour), (outcome))
""")
MEASURES = (
    "issued", "served", "no_show", "cancelled", "called", "wait_median", "wait_p90", "long_waits",
)  # fmt: skip


def of_period(session: Session, period: Period) -> dict[str, Any]:
    """Waits are minutes from the ticket to the call. Counts tickets, never persons."""
    values = {"first": period.first, "last": period.last, "long_wait": LONG_WAIT_MIN}
    rows = session.execute(QUEUE, values).all()
    total = next(row for row in rows if row.part == "total")
    return {
        "total": _measures(total),
        "by_agency": {row.name: _measures(row) for row in rows if row.part == "agency"},
        "by_hour": {row.name: _measures(row) for row in rows if row.part == "hour"},
        "outcomes": {r.name: r.issued for r in rows if r.part == "outcome" and r.name},
    }


def _measures(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in MEASURES}
