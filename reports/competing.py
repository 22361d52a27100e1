"""Which of several ends comes first, and by when (Aalen and Johansen 1978).

Kaplan-Meier for one end alone would count a case that ended otherwise as if it could still end so.
Here every case is in one place: ended in one of the ways, or going on.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

GOING = ""


@dataclass(frozen=True)
class Ended:
    """So many cases ended this way after so long, or (`GOING`) were last seen going on."""

    span: float
    end: str
    cases: int = 1


@dataclass(frozen=True)
class Stage:
    """From this span on: the share that ended in each way; what is left goes on."""

    span: float
    ended: dict[str, float]


def incidence(rows: Iterable[Ended]) -> list[Stage]:
    """One stage for each span at which something ended."""
    counts: dict[float, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        counts[row.span][row.end] += row.cases
    at_risk, going = sum(sum(own.values()) for own in counts.values()), 1.0
    ended: dict[str, float] = {}
    stages = []
    for span in sorted(counts):
        own, before = counts[span], going
        for end in sorted(own.keys() - {GOING}):
            ended[end] = ended.get(end, 0.0) + before * own[end] / at_risk
            going -= before * own[end] / at_risk
        if own.keys() - {GOING}:
            stages.append(Stage(span, dict(ended)))
        at_risk -= sum(own.values())
    return stages
