"""Time until something happens, with those it has not happened to yet (Kaplan and Meier 1958).

A quantile over finished cases alone flatters a young period, because the slow cases are missing.
Here a case counts for as long as it was seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from reports.intervals import Z95

TOUCHES = 1e-12
"""Room for the last digit: a share that reaches one half exactly has reached it."""


@dataclass(frozen=True)
class Seen:
    """So many cases ended after so long, or were last seen going on."""

    span: float
    ended: bool
    cases: int = 1


@dataclass(frozen=True)
class Step:
    """The curve from this span on: share still going, and its 95 % log-log interval."""

    span: float
    going: float
    low: float
    high: float


@dataclass(frozen=True)
class Quantile:
    """None says that the quantile, or an end of its interval, is not reached."""

    value: float | None
    low: float | None
    high: float | None


def curve(rows: Iterable[Seen]) -> list[Step]:
    """One step for each span at which something ended."""
    ends: dict[float, int] = defaultdict(int)
    leaving: dict[float, int] = defaultdict(int)
    for row in rows:
        leaving[row.span] += row.cases
        ends[row.span] += row.cases if row.ended else 0
    at_risk, going, spread = sum(leaving.values()), 1.0, 0.0
    steps = []
    for span in sorted(leaving):
        if ended := ends[span]:
            going *= 1 - ended / at_risk
            if at_risk > ended:
                spread += ended / (at_risk * (at_risk - ended))
            steps.append(Step(span, going, *_log_log(going, spread)))
        at_risk -= leaving[span]
    return steps


def _log_log(going: float, spread: float) -> tuple[float, float]:
    """Greenwood's variance on the scale log(-log S), so that the ends stay between 0 and 1."""
    if not TOUCHES < going < 1:
        return going, going
    wide = Z95 * sqrt(spread) / abs(log(going))
    return going ** exp(wide), going ** exp(-wide)


def quantile(rows: Iterable[Seen], share: float) -> Quantile:
    """The span by which the share has ended; an end of the interval where its band crosses."""
    steps = curve(rows)
    going = 1 - share

    def reached(name: str) -> float | None:
        return next((s.span for s in steps if getattr(s, name) <= going + TOUCHES), None)

    return Quantile(reached("going"), reached("low"), reached("high"))


def still_going(steps: Sequence[Step], span: float) -> float:
    """The share that goes on beyond the span."""
    passed = [step.going for step in steps if step.span <= span]
    return passed[-1] if passed else 1.0
