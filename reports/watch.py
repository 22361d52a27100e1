"""Seeing early: every series of a week is judged, and what chance does not explain is raised.

A series with enough earlier years is judged by Farrington's method, and what crosses its bound must
be believed among all that were judged (false-discovery rate). A younger one is judged beside its
last weeks, for a leap in one week and for a slower rise; its limits come from the surveillance's
own past: so low that the weeks before would have raised one alert each on average, most of them in
topics of a district with ten cases a week, where a doubled week can be told from chance. The load
of the hall is judged by EARS, day by day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.alerts import Alert, AlertState, JudgedWeek
from reports.series import WEEK, Series, Weeks, monday_of, read
from reports.statistics import ears, farrington, growth, surges
from reports.statistics.surges import Expected

FARRINGTON, EARS = "farrington_flexible", "ears"
SHORT_HISTORY, RISE = "short_history", "rise"
FULL_YEARS = (5, 4, 3, 2)
WEEKS_A_YEAR = 53
ALPHA = 0.001
SHORT_ALPHA = 0.01
DISCOVERY_RATE = 0.1
LEAST_CASES, LEAST_WEEKS = 5, 4
PAST_WEEKS = 20
"""The weeks from which the surveillance learns how often its limits are crossed by themselves."""
LARGE, SMALL, RISING = "large", "small", "rising"
BUDGET = {LARGE: 0.8, SMALL: 0.1, RISING: 0.1}
"""Alerts a week that the past may have raised in each group of young series."""
LARGE_CASES, LARGE_WEEKS = 10, 8
MOST_CHANCE = 0.06
"""No limit is wider, however quiet the past was."""
QUIET_WEEKS = 4
"""A series with an alert is not raised again for its slow rise within these weeks."""
HALL = "hall:tickets"
HALL_DAYS = 60


@dataclass(frozen=True)
class Judged:
    """`group`: of which budget; empty where earlier years are the measure."""

    series: str
    method: str
    expected: Expected
    group: str = ""


def judge_week(weeks: Weeks, at: int) -> list[Judged]:
    """Every series of the week, whether it crossed its bound or not."""
    return [each for series in weeks.series for each in judge_all(series, weeks.mondays, at)]


def judge_all(series: Series, mondays: Sequence[date], at: int) -> list[Judged]:
    """The week alone, and for a young series the last weeks together."""
    alone = judge(series, mondays, at)
    if alone is None or alone.method != SHORT_HISTORY:
        return [alone] if alone else []
    rise = growth.judge_rise(series.counts, series.elsewhere, at, alpha=SHORT_ALPHA)
    return [alone, Judged(series.name, RISE, rise, RISING)] if rise else [alone]


def judge(series: Series, mondays: Sequence[date], at: int) -> Judged | None:
    """None where the series is too young, or fewer than five cases came in four weeks."""
    counts = series.counts
    if sum(counts[max(0, at - LEAST_WEEKS + 1) : at + 1]) < LEAST_CASES:
        return None
    years = next((y for y in FULL_YEARS if at >= y * WEEKS_A_YEAR + 3), None)
    if years is None:
        expected = growth.judge(counts, series.elsewhere, at, alpha=SHORT_ALPHA)
        group = LARGE if is_large(series, at) else SMALL
        return Judged(series.name, SHORT_HISTORY, expected, group) if expected else None
    setting = farrington.Setting(years=years, alpha=ALPHA)
    expected = farrington.judge(mondays, counts, at, setting)
    return Judged(series.name, FARRINGTON, expected) if expected else None


def is_large(series: Series, at: int) -> bool:
    """A topic of one district where a doubled week can be told from chance."""
    before = series.counts[max(0, at - LARGE_WEEKS) : at]
    return " district:" in series.name and sum(before) >= LARGE_CASES * len(before)


def alarms(judged: Sequence[Judged], limits: Mapping[str, float] = {}) -> list[Judged]:
    """Those beyond the limit of their group, or, beside earlier years, beyond their bound and
    believed among all that were judged so. A series is named once.
    """
    known = [each for each in judged if not each.group]
    trusted = surges.believed([each.expected.p for each in known], rate=DISCOVERY_RATE)
    found = [
        each for each, yes in zip(known, trusted, strict=True) if yes and each.expected.crossed
    ]
    young = [each for each in judged if each.expected.p <= limits.get(each.group, 0.0)]
    found += [_within(each, limits[each.group]) for each in young if each.group]
    alone = {each.series for each in found if each.method != RISE}
    return [each for each in found if each.method != RISE or each.series not in alone]


def _within(judged: Judged, limit: float) -> Judged:
    told = growth.bounded(judged.expected, limit, judged.expected.p)
    return replace(judged, expected=told)


def own_limits(weeks: Weeks, at: int) -> dict[str, float]:
    """Group -> the chance that the weeks before would have gone below as often as it may."""
    past = range(max(growth.LEAST_WEEKS, at - PAST_WEEKS), at)
    judged = [each for week in past for each in judge_week(weeks, week)]
    found = {}
    for group, budget in BUDGET.items():
        chances = sorted(each.expected.p for each in judged if each.group == group)
        place = round(budget * len(past))
        found[group] = min([MOST_CHANCE, *chances[place : place + 1]])
    return found


def watch_week(session: Session, monday: date, *, now: datetime) -> int:
    """Judge the week and raise what stands out; the same week again adds nothing. How many."""
    weeks = read(session, monday)
    if not weeks.mondays or weeks.mondays[-1] != monday:
        return 0
    at = len(weeks.mondays) - 1
    judged = judge_week(weeks, at)
    limits = own_limits(weeks, at) if any(each.group for each in judged) else {}
    known = _alerted(session, monday)
    _keep(session, monday, tested=len(weeks.series), now=now)
    found = [
        each for each in alarms(judged, limits) if each.method != RISE or each.series not in known
    ]
    return _raise(session, found, monday, tested=len(weeks.series), now=now)


def _keep(session: Session, monday: date, *, tested: int, now: datetime) -> None:
    """That the week was judged, whether something stood out or not."""
    row = insert(JudgedWeek).values(week=monday, tested=tested, judged_at=now)
    session.execute(row.on_conflict_do_nothing(index_elements=["week"]))


def _alerted(session: Session, monday: date) -> set[str]:
    """Series with an alert in the weeks before."""
    weeks = Alert.week.between(monday - QUIET_WEEKS * WEEK, monday - WEEK)
    return set(session.scalars(select(Alert.series).where(weeks)))


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
