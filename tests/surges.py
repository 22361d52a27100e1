"""`python -m tests.surges`: how soon a doubled week is seen in the real cases, and at what cost.

Reads the file of real cases without a database. Every week of each topic in a district with at
least ten cases a week is doubled in turn; the alarms of the untouched weeks are counted as false
ones, though some of them were real surges.
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from statistics import fmean

import click

from reports import watch
from reports.series import LEAST_MEAN, WEEK, Series, Weeks, monday_of
from tests.reports.test_real_cases import FILE

FIRST_JUDGED, LEAST_CASES = 12, 10


def read() -> Weeks:
    """The full weeks of the file as the house's own series."""
    came: dict[str, Counter[date]] = defaultdict(Counter)
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        for case in map(json.loads, file):
            first = min(event[0] for event in case["events"] if event[1] == "received")
            monday = monday_of(date.fromisoformat(first[:10]))
            topic, place = f"category:{case['category']}", f"district:{case['district']}"
            for name in ("", topic, place, f"{topic} {place}"):
                came[name][monday] += 1
    first, last = min(came[""]) + WEEK, max(came[""]) - WEEK
    mondays = tuple(first + n * WEEK for n in range((last - first) // timedelta(weeks=1) + 1))
    counts = {name: tuple(own[monday] for monday in mondays) for name, own in came.items()}
    found = [
        Series(name, own, tuple(w - n for w, n in zip(counts[_whole(name)], own, strict=True)))
        for name, own in sorted(counts.items())
        if name and fmean(own) >= LEAST_MEAN
    ]
    return Weeks(mondays, tuple(found))


def _whole(name: str) -> str:
    topic, narrow, _ = name.partition(" district:")
    return topic if narrow else ""


def main() -> int:
    if not FILE.exists():
        click.echo("the file of real cases is not beside this repository")
        return 1
    weeks = read()
    alarms, trials = 0, []
    known: dict[str, int] = {}
    places = range(FIRST_JUDGED, len(weeks.mondays))
    for at in places:
        judged, limits = watch.judge_week(weeks, at), watch.own_limits(weeks, at)
        for alarm in watch.alarms(judged, limits):
            new = at - known.get(alarm.series, -99) > watch.QUIET_WEEKS
            alarms += new or alarm.method != watch.RISE
            known[alarm.series] = at
        trials += [
            (fmean(series.counts[at - 8 : at]), _is_seen(series, weeks, at, limits))
            for series in weeks.series
            if watch.is_large(series, at)
        ]
    click.echo(
        f"{len(weeks.series)} series, {len(places)} weeks judged, "
        f"{alarms / len(places):.2f} alarms a week, doubled weeks seen "
        f"{sum(seen for _, seen in trials)} of {len(trials)}"
    )
    for low, high in ((10, 20), (20, 50), (50, 100), (100, 10_000)):
        own = [seen for mean, seen in trials if low <= mean < high]
        click.echo(f"  {low} to {high} a week: {sum(own)} of {len(own)}")
    return 0


def _is_seen(series: Series, weeks: Weeks, at: int, limits: dict[str, float]) -> bool:
    doubled = tuple(n * 2 if week == at else n for week, n in enumerate(series.counts))
    own = watch.judge_all(replace(series, counts=doubled), weeks.mondays, at)
    return bool(watch.alarms(own, limits))


if __name__ == "__main__":
    sys.exit(main())
