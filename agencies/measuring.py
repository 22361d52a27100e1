"""How good suggestions are, from pairs of what was offered and what was right."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

BINS = 10


@dataclass(frozen=True)
class Trial:
    """`offered` kinds best first, the probability of the first, and the kind that was right."""

    offered: Sequence[str]
    confidence: float
    sure: bool
    right: str
    language: str

    @property
    def hit(self) -> bool:
        return bool(self.offered) and self.offered[0] == self.right

    @property
    def near(self) -> bool:
        return self.right in self.offered[:3]


def measures(trials: Sequence[Trial]) -> dict[str, Any]:
    """Shares from 0 to 1. `refused` is the share on which it was not sure."""
    if not trials:
        return {"n": 0}
    sure = [trial for trial in trials if trial.sure]
    return {
        "n": len(trials), "top1": _share(trial.hit for trial in trials),
        "top3": _share(trial.near for trial in trials), "macro_f1": macro_f1(trials),
        "ece": calibration_error(trials), "refused": round(1 - len(sure) / len(trials), 4),
        "sure_share": round(len(sure) / len(trials), 4),
        "sure_right": _share(trial.hit for trial in sure),
    }  # fmt: skip


def grouped(trials: Sequence[Trial], of: str) -> dict[str, dict[str, Any]]:
    """Measures by the attribute `of` of the trials, the most frequent first."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[getattr(trial, of)].append(trial)
    return {
        name: {
            "n": len(own), "top1": _share(trial.hit for trial in own),
            "top3": _share(trial.near for trial in own),
        }
        for name, own in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    }  # fmt: skip


def macro_f1(trials: Sequence[Trial]) -> float:
    """Mean F1 of every kind that was right or offered first at least once."""
    first = Counter(map(_first, trials))
    right = Counter(trial.right for trial in trials)
    both = Counter(trial.right for trial in trials if trial.hit)
    kinds = (first.keys() | right.keys()) - {""}
    return round(sum(2 * both[k] / (first[k] + right[k]) for k in kinds) / len(kinds), 4)


@dataclass(frozen=True)
class Bin:
    """Trials of one tenth of confidence: how confident on the mean, how often right."""

    count: int
    confidence: float
    right: float


def calibration(trials: Iterable[Trial]) -> list[Bin]:
    bins: dict[int, list[Trial]] = defaultdict(list)
    for trial in trials:
        bins[min(int(trial.confidence * BINS), BINS - 1)].append(trial)
    return [
        Bin(len(own), sum(one.confidence for one in own) / len(own), _share(one.hit for one in own))
        for _, own in sorted(bins.items())
    ]


def calibration_error(trials: Sequence[Trial]) -> float:
    """Expected calibration error over ten equal bins of confidence."""
    gaps = (one.count * abs(one.confidence - one.right) for one in calibration(trials))
    return round(sum(gaps) / len(trials), 4)


def confusion(trials: Iterable[Trial]) -> list[tuple[str, str, int]]:
    """Right kind, kind offered first, how often; only mistakes, most frequent first."""
    pairs = Counter((trial.right, _first(trial)) for trial in trials if not trial.hit)
    return [(right, first, count) for (right, first), count in pairs.most_common()]


def _first(trial: Trial) -> str:
    return trial.offered[0] if trial.offered else ""


def _share(flags: Iterable[bool]) -> float:
    known = list(flags)
    return round(sum(known) / len(known), 4) if known else 0.0
