"""What next month is likely to bring, how well such forecasts did, and which topics return when.

A month is told by its appeals per working day, so that holidays do not look like a fall. Two simple
ways are tried on the months that are known: the mean of the last three months, and the same month a
year ago moved by how the last three differ from theirs. The one that missed less on average
is used, and its misses make the interval: nothing is promised that the past did not keep.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean, median, quantiles

from reports.intervals import counts_differ

YEAR, LAST = 12, 3
LEAST_SCORED = 8
"""Misses that are needed before an interval may be made of them."""
SCORED = 24
MOST_GROWTH = 2.0
HALF = 0.5
"""Added to both sides of a ratio: a month without any appeal has no logarithm."""
CLEAR, LEAST_CASES = 1.5, 5
AROUND, LEAST_AROUND, LEAST_YEARS = 6, 9, 2
Way = Callable[[Sequence[float]], float | None]


@dataclass(frozen=True)
class Past:
    """A month that was forecast from what was known before it began; `low` and `high` where the
    misses until then sufficed for an interval.
    """

    month: str
    expected: float
    came: int
    low: float | None
    high: float | None

    @property
    def held(self) -> bool | None:
        if self.low is None or self.high is None:
            return None
        return self.low <= self.came <= self.high


@dataclass(frozen=True)
class Prospect:
    """`miss`: half of the past months were missed by less than this share."""

    expected: float
    low: float
    high: float
    miss: float
    past: list[Past]


@dataclass(frozen=True)
class Return:
    """A topic that in this month of the year was clearly above its months around, in `seen` of
    `years` years; `times` as many on average.
    """

    month: int
    topic: str
    seen: int
    years: int
    times: float


def last_three(rates: Sequence[float]) -> float | None:
    return fmean(rates[-LAST:]) if len(rates) >= LAST else None


def a_year_ago(rates: Sequence[float]) -> float | None:
    if len(rates) < YEAR + LAST:
        return None
    before = fmean(rates[-YEAR - LAST : -YEAR])
    growth = fmean(rates[-LAST:]) / before if before else 1.0
    return rates[-YEAR] * max(1 / MOST_GROWTH, min(MOST_GROWTH, growth))


def prospect(
    months: Sequence[str], counts: Sequence[int], days: Sequence[int], next_days: int
) -> Prospect | None:
    """None where too few months are known to say how far such a forecast misses.

    `days`: working days of each month, the oldest first; the first month may be a part of one and
    is left out.
    """
    rates = [n / max(1, d) for n, d in zip(counts[1:], days[1:], strict=True)]
    tried = [found for way in (last_three, a_year_ago) if (found := _scored(way, rates))]
    if not tried:
        return None
    misses, way = min(tried, key=lambda each: fmean(map(abs, each[0])))
    rate = way(rates)
    if rate is None:
        return None
    expected = rate * max(1, next_days)
    low, high = _between(expected, misses)
    past = _past(way, list(months[1:]), list(counts[1:]), rates, list(days[1:]))
    return Prospect(expected, low, high, exp(median(map(abs, misses))) - 1, past)


def course(
    months: Sequence[str], counts: Sequence[int], days: Sequence[int], *, since: str
) -> list[Past]:
    """What each month from `since` on was to bring, each told from the months before it alone, by
    the way that missed less before `since`. Nothing where too few months before are known.
    """
    begun = next((at for at, n in enumerate(counts) if n), len(counts))
    names, known, worked = list(months[begun + 1 :]), counts[begun + 1 :], list(days[begun + 1 :])
    if since not in names:
        return []
    rates = [n / max(1, d) for n, d in zip(known, worked, strict=True)]
    before = rates[: names.index(since)]
    tried = [found for way in (last_three, a_year_ago) if (found := _scored(way, before))]
    if not tried:
        return []
    _, way = min(tried, key=lambda each: fmean(map(abs, each[0])))
    told = _told(way, names, list(known), rates, worked)
    return [one for one in told if one.month >= since]


def _scored(way: Way, rates: Sequence[float]) -> tuple[list[float], Way] | None:
    """The misses of the newest months, each forecast from those before it alone."""
    found = [
        log((rates[at] + HALF) / (told + HALF))
        for at in range(len(rates))
        if (told := way(rates[:at])) is not None
    ][-SCORED:]
    return (found, way) if len(found) >= LEAST_SCORED else None


def _between(expected: float, misses: Sequence[float]) -> tuple[float, float]:
    """Eight of ten such months."""
    tenths = quantiles(misses, n=10, method="inclusive")
    return max(0.0, expected * exp(tenths[0])), expected * exp(tenths[-1])


def _past(
    way: Way, months: list[str], counts: list[int], rates: list[float], days: list[int]
) -> list[Past]:
    return _told(way, months, counts, rates, days)[-YEAR:]


def _told(
    way: Way, months: list[str], counts: list[int], rates: list[float], days: list[int]
) -> list[Past]:
    """Each with the interval of the misses that were known then."""
    found: list[Past] = []
    misses: list[float] = []
    for at, month in enumerate(months):
        rate = way(rates[:at])
        if rate is None:
            continue
        expected = rate * max(1, days[at])
        ends = _between(expected, misses) if len(misses) >= LEAST_SCORED else (None, None)
        found.append(Past(month, expected, counts[at], *ends))
        misses.append(log((rates[at] + HALF) / (rate + HALF)))
    return found


def returning(months: Sequence[str], topics: dict[str, Sequence[int]]) -> list[Return]:
    """By month of the year, then by topic; only what was clear in every year that is known."""
    found = []
    for topic, counts in sorted(topics.items()):
        for number in range(1, YEAR + 1):
            places = [at for at, month in enumerate(months) if int(month[5:]) == number]
            judged = [times for at in places if (times := _clear(counts, at)) is not None]
            seen = [times for times in judged if times]
            if len(judged) >= LEAST_YEARS and len(seen) == len(judged):
                found.append(Return(number, topic, len(seen), len(judged), fmean(seen)))
    return sorted(found, key=lambda one: (one.month, -one.times, one.topic))


def years_known(months: Sequence[str]) -> int:
    """Years of which a month can be judged against the months around it."""
    return len(months) // YEAR


def _clear(counts: Sequence[int], at: int) -> float | None:
    """How many times the mean of the months around; 0 where it was not clearly more; None where
    those are too few to say.
    """
    around = [*counts[max(0, at - AROUND) : at], *counts[at + 1 : at + AROUND + 1]]
    if len(around) < LEAST_AROUND:
        return None
    usual = fmean(around)
    if counts[at] < LEAST_CASES or counts[at] < CLEAR * usual:
        return 0.0
    return counts[at] / usual if usual and counts_differ(counts[at], round(usual)) else 0.0
