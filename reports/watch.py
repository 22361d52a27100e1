"""Seeing early: every series of a week is judged, and what chance does not explain is raised.

A series with enough earlier years is judged by Farrington's method, a younger one beside its last
weeks; the load of the hall by EARS, day by day. A bound that many series may cross is no news:
alarms of a week are cut by the false-discovery rate, and by the surveillance's own past, so that
the weeks before would have raised one alert each on average.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.alerts import Alert, AlertState
from reports.series import Series, Weeks, monday_of, read
from reports.statistics import ears, farrington, growth, surges
from reports.statistics.surges import Expected

FARRINGTON, SHORT_HISTORY, EARS = "farrington_flexible", "short_history", "ears"
FULL_YEARS = (5, 4, 3, 2)
WEEKS_A_YEAR = 53
ALPHA = 0.001
SHORT_ALPHA = 0.01
DISCOVERY_RATE = 0.1
LEAST_CASES, LEAST_WEEKS = 5, 4
PAST_WEEKS = 12
"""The weeks from which the surveillance learns how often its bounds are crossed by themselves."""
HALL = "hall:tickets"
HALL_DAYS = 60


@dataclass(frozen=True)
class Judged:
    series: str
    method: str
    expected: Expected


def judge_week(weeks: Weeks, at: int) -> list[Judged]:
    """Every series of the week, whether it crossed its bound or not."""
    found = []
    for series in weeks.series:
        judged = judge(series, weeks.mondays, at)
        if judged is not None:
            found.append(judged)
    return found


def judge(series: Series, mondays: Sequence[date], at: int) -> Judged | None:
    """None where the series is too young, or fewer than five cases came in four weeks."""
    counts = series.counts
    if sum(counts[max(0, at - LEAST_WEEKS + 1) : at + 1]) < LEAST_CASES:
        return None
    years = next((y for y in FULL_YEARS if at >= y * WEEKS_A_YEAR + 3), None)
    if years is None:
        expected = growth.judge(counts, series.elsewhere, at, alpha=SHORT_ALPHA)
        return Judged(series.name, SHORT_HISTORY, expected) if expected else None
    setting = farrington.Setting(years=years, alpha=ALPHA)
    expected = farrington.judge(mondays, counts, at, setting)
    return Judged(series.name, FARRINGTON, expected) if expected else None


def alarms(judged: Sequence[Judged], *, limit: float = 1.0) -> list[Judged]:
    """Those that crossed their bound, are believed among all that were judged, and whose chance
    lies below the limit.
    """
    believed = surges.believed([each.expected.p for each in judged], rate=DISCOVERY_RATE)
    return [
        each
        for each, trusted in zip(judged, believed, strict=True)
        if trusted and each.expected.crossed and each.expected.p <= limit
    ]


def own_limit(weeks: Weeks, at: int) -> float:
    """The chance that the weeks before would have gone below once a week on average.

    Only series judged beside their last weeks need it: earlier years hold such swings already.
    """
    past = range(max(growth.LEAST_WEEKS, at - PAST_WEEKS), at)
    chances = sorted(
        each.expected.p
        for week in past
        for each in judge_week(weeks, week)
        if each.method == SHORT_HISTORY
    )
    return chances[len(past)] if len(chances) > len(past) else 1.0


def watch_week(session: Session, monday: date, *, now: datetime) -> int:
    """Judge the week and raise what stands out; the same week again adds nothing. How many."""
    weeks = read(session, monday)
    if not weeks.mondays or weeks.mondays[-1] != monday:
        return 0
    at = len(weeks.mondays) - 1
    judged = judge_week(weeks, at)
    limit = own_limit(weeks, at) if any(j.method == SHORT_HISTORY for j in judged) else 1.0
    return _raise(session, alarms(judged, limit=limit), monday, tested=len(judged), now=now)


TICKETS = text("""
SELECT business_date, count(*) AS tickets FROM ticket
WHERE business_date BETWEEN :first AND :last GROUP BY 1 ORDER BY 1
""")


def watch_hall(session: Session, day: date, *, now: datetime) -> int:
    """The tickets of one day beside those of the last seven days on which the hall worked."""
    values = {"first": day - timedelta(days=HALL_DAYS), "last": day}
    rows = session.execute(TICKETS, values).all()
    if not rows or rows[-1].business_date != day or len(rows) <= ears.WINDOW:
        return 0
    counts = [row.tickets for row in rows]
    bound = ears.c1(counts, least_sd=0.5)[-1]
    mean = sum(counts[-1 - ears.WINDOW : -1]) / ears.WINDOW
    if not bound.crossed or counts[-1] < LEAST_CASES:
        return 0
    told = Expected(counts[-1], mean, 1.0, int(bound.upper), 0.001)
    return _raise(session, [Judged(HALL, EARS, told)], day, tested=1, now=now)


def _raise(
    session: Session, found: Sequence[Judged], week: date, *, tested: int, now: datetime
) -> int:
    rows = [
        {
            "series": each.series, "week": week, "method": each.method, "tested": tested,
            "observed": each.expected.observed, "expected": each.expected.mean,
            "bound": each.expected.bound, "dispersion": each.expected.dispersion,
            "p": each.expected.p, "state": AlertState.RAISED, "raised_at": now, "reason": "",
        }
        for each in found
    ]  # fmt: skip
    if not rows:
        return 0
    added = insert(Alert).values(rows).on_conflict_do_nothing(index_elements=["series", "week"])
    return len(session.execute(added.returning(Alert.id)).all())


def history(session: Session, alert: Alert, *, weeks: int = 26) -> list[tuple[date, int]]:
    """The weeks that led to the alert, for its page."""
    found = read(session, monday_of(alert.week))
    own = next((each for each in found.series if each.name == alert.series), None)
    return list(zip(found.mondays, own.counts, strict=True))[-weeks:] if own else []
