"""The order of calls, as a pure function: what `queue` says in SQL, for the forecast to replay."""

from dataclasses import dataclass
from datetime import datetime

from reception.rules import Discipline, QueueRule, Rank

Standing = tuple[int, float, int, float, int]
AHEAD_OF_ALL = 1e9


@dataclass(frozen=True)
class Waiting:
    """Who waits; `key` is the ticket's id and breaks the last tie."""

    key: int
    rank: int
    due_at: datetime
    weight: float = 1


def standing(rule: QueueRule, who: Waiting, now: datetime, *, favoured: bool = True) -> Standing:
    """Greater is called first: urgency, score, class, and the earlier of two equals.

    `favoured`: under the ratio rule, whether it is the turn of the privileged.
    """
    age = (now - who.due_at).total_seconds()
    urgent, score = points(rule, who.rank, age, weight=who.weight, favoured=favoured)
    return urgent, score, who.rank, -who.due_at.timestamp(), -who.key


def points(
    rule: QueueRule, rank: int, age: float, *, weight: float = 1, favoured: bool = True
) -> tuple[int, float]:
    """Urgency and score of one who has been due for `age` seconds."""
    urgent = _urgency(rule, rank, age)
    return urgent, age if urgent else _score(rule, rank, age, weight, favoured=favoured)


def _urgency(rule: QueueRule, rank: int, age: float) -> int:
    if rank == Rank.EMERGENCY:
        return 2
    return int(rule.ceiling_min is not None and age >= 60 * rule.ceiling_min)


def _score(rule: QueueRule, rank: int, age: float, weight: float, *, favoured: bool) -> float:
    if rule.discipline is Discipline.FIFO:
        return age
    if rule.discipline is Discipline.STRICT:
        return AHEAD_OF_ALL * rank + age
    if rule.discipline is Discipline.RATIO:
        return (AHEAD_OF_ALL if (rank > 0) == favoured else 0) + age
    return age * (rule.rate(rank) * weight)
