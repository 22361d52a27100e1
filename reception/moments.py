"""A moment of the hall: what stands before a newcomer, while a day goes on.

Its heart is a replay: the line is called by the real rule at the desks that work now, each of which
falls free when a service like the one in hand usually ends. Together with the length of the line
and the waits just known it makes the moment, which `forecast` compares with those of the past.
All times are seconds, on one axis for the whole day.
"""

import heapq
import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reception.disciplines import points
from reception.rules import QueueRule

PACE_S = 600.0
STAYS_S = 1800.0
"""A desk that has called nobody for so long counts as closed."""
UNKNOWN_S = 100.0
LONGEST_S = 4 * 3600.0
Moment = tuple[float, ...]
WIDTH = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """One in the line. `due` orders it; the wait counts from `joined`, due when not given."""

    key: int
    rank: int
    due: float
    joined: float | None = None

    @property
    def since(self) -> float:
        return self.due if self.joined is None else self.joined


@dataclass
class Desk:
    """Where a pool is served: since when somebody is there, or since when nobody is."""

    since: float
    busy: bool


@dataclass
class Pool:
    """The line of one pool of desks, as it stands, and what is known of its services."""

    rule: QueueRule
    waiting: dict[int, Standing] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    newest: deque[float] = field(default_factory=lambda: deque(maxlen=5))
    services: deque[float] = field(default_factory=lambda: deque(maxlen=200))

    def free_in(self, at: float) -> list[float]:
        """Seconds until each desk falls free, at least one."""
        found = [self._left(desk, at) for desk in self.desks.values()
                 if desk.busy or at - desk.since < STAYS_S]  # fmt: skip
        return found or [_mean(self.services)]

    def pace(self, at: float) -> float:
        """Seconds from one call to the next, at the desks that work now."""
        return _mean(self.services) / len(self.free_in(at))

    def _left(self, desk: Desk, at: float) -> float:
        """What a service that has lasted so long still takes on average."""
        if not desk.busy:
            return 0.0
        spent = at - desk.since
        longer = [each - spent for each in self.services if each > spent]
        return _mean(longer) if longer else _mean(self.services) / 2


@dataclass
class Day:
    """All lines of a day, driven by what happens."""

    rules: dict[str, QueueRule]
    pools: dict[str, Pool] = field(default_factory=dict)
    newest: deque[float] = field(default_factory=lambda: deque(maxlen=5))
    calls: deque[float] = field(default_factory=deque)
    busy: int = 0

    def pool(self, name: str) -> Pool:
        if name not in self.pools:
            self.pools[name] = Pool(self.rules.get(name) or self.rules[""])
        return self.pools[name]

    def join(self, pool: str, who: Standing) -> None:
        self.pool(pool).waiting[who.key] = who

    def leave(self, pool: str, key: int, at: float, *, called: bool) -> float | None:
        """The wait that has ended, of who was called or gave up; None for a stranger."""
        line = self.pool(pool)
        who = line.waiting.pop(key, None)
        if who is None:
            return None
        wait = at - who.since
        if called:
            line.newest.append(wait)
            self.newest.append(wait)
        return wait

    def start(self, pool: str, desk: str, at: float) -> None:
        self.busy += 1
        self.calls.append(at)
        for other in self.pools.values():
            other.desks.pop(desk, None)
        self.pool(pool).desks[desk] = Desk(at, busy=True)

    def end(self, pool: str, desk: str, at: float) -> None:
        self.busy -= 1
        line = self.pool(pool)
        if (was := line.desks.get(desk)) and was.busy:
            line.services.append(at - was.since)
            line.desks[desk] = Desk(at, busy=False)

    def shut(self, pool: str, desk: str) -> None:
        self.pool(pool).desks.pop(desk, None)

    def moment(self, pool: str, who: Standing, at: float) -> Moment:
        """As it is for `who`, in the line already or about to join it."""
        return _moment(who, replay(self.pool(pool), who, at), self._around(pool, at))

    def moments(self, pool: str, at: float) -> Iterator[tuple[Standing, int, Moment]]:
        """As it is for each in the line, whoever is called first before the others; with how many
        are called before.
        """
        line, around = self.pool(pool), self._around(pool, at)
        for who, ahead, turn in turns(line, line.waiting.values(), at):
            yield who, ahead, _moment(who, (ahead, turn), around)

    def _around(self, pool: str, at: float) -> Moment:
        """What is the same for everybody of the pool."""
        line = self.pool(pool)
        while self.calls and self.calls[0] < at - PACE_S:
            self.calls.popleft()
        everybody = sum(len(each.waiting) for each in self.pools.values())
        oldest = max((at - each.since for each in line.waiting.values()), default=0.0)
        return (
            math.log1p(len(line.waiting)),
            math.log1p(everybody),
            0.7 * math.log1p(max(oldest, 0)),
            0.7 * math.log1p(_mean(line.newest)),
            0.7 * math.log1p(_mean(self.newest)),
            math.log1p(len(self.calls)),
            math.log1p(max(self.busy, 0)),
        )


def _moment(who: Standing, turn: tuple[int, float], around: Moment) -> Moment:
    ahead, replayed = turn
    soon = 0.7 * math.log1p(replayed)
    return (1.5 * (who.rank > 0), 2.0 * math.log1p(ahead), *around, soon)


def turns(
    line: Pool, everybody: Iterable[Standing], at: float
) -> Iterator[tuple[Standing, int, float]]:
    """Each in the order of the calls, with how many the rule calls before and after how many
    seconds it is their turn; behind LONGEST_S nobody is looked at more closely.
    """
    desks = line.free_in(at)
    heapq.heapify(desks)
    service = _mean(line.services)
    queues = _by_class(everybody)
    ahead, turn = 0, 0.0
    while any(queues):
        turn = heapq.heappop(desks)
        yield _called(line.rule, queues, at + turn), ahead, turn
        if turn > LONGEST_S:
            break
        ahead += 1
        heapq.heappush(desks, turn + service)
    yield from ((who, ahead, turn) for queue in queues for who in queue)


def replay(line: Pool, who: Standing, at: float) -> tuple[int, float]:
    """How many the rule calls before `who`, and after how many seconds it is the turn of `who`."""
    everybody = [*(w for w in line.waiting.values() if w.key != who.key), who]
    return next((ahead, turn) for one, ahead, turn in turns(line, everybody, at) if one is who)


def plainly(ahead: int, pace: float) -> tuple[float, float]:
    """Median and 90th percentile by the length of the line alone: so many services, one every
    `pace` seconds, the sum of which varies like that of exponential ones.
    """
    expected = (ahead + 1) * pace
    return expected, expected * (1 + 1.28 / math.sqrt(ahead + 1))


def _by_class(everybody: Iterable[Standing]) -> list[deque[Standing]]:
    queues: dict[int, deque[Standing]] = {}
    for one in sorted(everybody, key=lambda each: (each.due, each.key)):
        queues.setdefault(one.rank, deque()).append(one)
    return list(queues.values())


def _called(rule: QueueRule, queues: list[deque[Standing]], at: float) -> Standing:
    """Takes whoever stands first by the rule out of the line; within a class it is the head."""
    first = max((queue for queue in queues if queue), key=lambda queue: place(rule, queue[0], at))
    return first.popleft()


def place(rule: QueueRule, who: Standing, at: float, *, favoured: bool = True) -> tuple[float, ...]:
    """As `disciplines.standing`: greater is called first."""
    urgent, score = points(rule, who.rank, at - who.due, favoured=favoured)
    return urgent, score, who.rank, -who.due, -who.key


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else UNKNOWN_S
