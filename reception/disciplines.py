"""The order of calls, as a pure function: what `queue` says in SQL, for the forecast to replay."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    urgent = _urgency(rule, who, now)
    score = age if urgent else _score(rule, who, age, favoured=favoured)
    return urgent, score, who.rank, -who.due_at.timestamp(), -who.key


def _urgency(rule: QueueRule, who: Waiting, now: datetime) -> int:
    if who.rank == Rank.EMERGENCY:
        return 2
    ceiling = rule.ceiling_min
    return int(ceiling is not None and now - who.due_at >= timedelta(minutes=ceiling))


def _score(rule: QueueRule, who: Waiting, age: float, *, favoured: bool) -> float:
    if rule.discipline is Discipline.FIFO:
        return age
    if rule.discipline is Discipline.STRICT:
        return AHEAD_OF_ALL * who.rank + age
    if rule.discipline is Discipline.RATIO:
        return (AHEAD_OF_ALL if (who.rank > 0) == favoured else 0) + age
    return age * rule.rate(who.rank) * who.weight
