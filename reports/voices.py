"""Who brought appeals in a period: by language, by channel and by the body that sent them on, with
those that nobody used.
"""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies import reference
from reports.counting import bounds
from reports.periods import Period, PeriodKind

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
TAKEN_OVER = "import"
"""No way by which a person could come."""
LANGUAGES = ("kk", "ru", "en")
COUNTS = text("""
SELECT CASE WHEN grouping(a.language) = 0 THEN 'language'
            WHEN grouping(a.channel) = 0 THEN 'channel' ELSE 'higher_body' END AS sort,
       coalesce(a.language, a.channel, a.higher_body) AS code, count(*) AS appeals
FROM appeal AS a
WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
GROUP BY GROUPING SETS ((a.language), (a.channel), (a.higher_body)) ORDER BY 1, 2
""")


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, dict[str, int]]:
    """`language`, `channel`, `higher_body` -> code -> appeals received; those without any are
    noughts. Appeals that no higher body sent on have the code `""`.
    """
    found = {
        "language": dict.fromkeys(LANGUAGES, 0),
        "channel": dict.fromkeys(_channels(), 0),
        "higher_body": dict.fromkeys(reference.labels("higher_body"), 0),
    }
    for row in session.execute(COUNTS, bounds(period, as_of=as_of)):
        found[row.sort][row.code] = row.appeals
    return found


def _channels() -> list[str]:
    return [code for code in reference.labels("channel") if code != TAKEN_OVER]
