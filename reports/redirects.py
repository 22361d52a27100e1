"""From which agency to which matters were sent on in a period, and how many of them came back.

The same steps of the journals as those behind F39: a matter sent on twice stands twice here.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.counting import bounds
from reports.facts import FACTS
from reports.measures import catalogue, measure
from reports.periods import Period, PeriodKind

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
Way = list[str | int]
"""The sender, the receiver, how often, and how often back to where the matter had been."""


def between(session: Session, period: Period, *, as_of: datetime) -> list[Way]:
    """In the order of the codes; an agency that is not on record has none."""
    counts = catalogue().counts
    sent, back = (counts[measure(code).numerator].where for code in ("sent_on", "sent_back"))
    statement = (
        f"SELECT agency, receiver, count(*) AS times, count(*) FILTER (WHERE {back}) AS back "  # noqa: S608
        f"FROM ({FACTS['steps']}) AS facts WHERE {sent} GROUP BY 1, 2 ORDER BY 1, 2"
    )
    rows = session.execute(text(statement), bounds(period, as_of=as_of))
    return [[row.agency, row.receiver, row.times, row.back] for row in rows]
