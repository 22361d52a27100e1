"""Recorded days called once more by the rule of a discipline, on a simulated clock.

Everybody comes when they came, and a desk works while it did, for the pools that it served that
day; whoever is in line when it would close is still served. Who was answered is served for as long
as it took. Of who hung up only the patience is known: they leave after it unless called before, and
are then served for as long as the visitor before them in the pool.
"""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from reception.arrivals import Arrival
from reception.moments import UNKNOWN_S, Standing, place
from reception.rules import Discipline, QueueRule, Rank

LEAVES, FREE, COMES = range(3)
"""The order of what happens within one second."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one visitor: called at `ended`, or gone by then without a call."""

    who: Arrival
    rank: int
    joined: float
    ended: float
    called: bool

    @property
    def wait(self) -> float:
        return self.ended - self.joined


@dataclass(eq=False)
class Server:
    """A desk of the day: until when it is open, for which pools, and the classes it called last."""

    opens: float
    closes: float
    pools: set[str]
    newest: deque[bool]


@dataclass
class _Day:
    rule: QueueRule
    lines: dict[tuple[str, int], deque[Standing]] = field(default_factory=dict)
    """Pool and class -> who waits, in the order of arrival; some have left meanwhile."""
    waiting: dict[int, Arrival] = field(default_factory=dict)
    idle: list[Server] = field(default_factory=list)
    lasted: dict[str, float] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    agenda: list[tuple[float, int, int, Arrival | Server]] = field(default_factory=list)
    order: "count[int]" = field(default_factory=count)

    def plan(self, at: float, sort: int, what: Arrival | Server) -> None:
        heapq.heappush(self.agenda, (at, sort, next(self.order), what))

    def end(self, who: Arrival, at: float, *, called: bool) -> None:
        self.outcomes.append(Outcome(who, rank_of(who), came(who), at, called))


def rank_of(who: Arrival) -> int:
    return Rank.PRIORITY if who.privileged else Rank.WALK_IN


def came(who: Arrival) -> float:
    """When the visitor asked for somebody: joined the queue, or was answered without one."""
    return who.joined if who.joined is not None else who.started or 0.0


def run(arrivals: Sequence[Arrival], rule: QueueRule) -> list[Outcome]:
    """Each day by itself; who neither queued nor was answered is left out."""
    by_day: dict[date, list[Arrival]] = {}
    for who in arrivals:
        if who.joined is not None or who.started is not None:
            by_day.setdefault(who.day, []).append(who)
    return [outcome for people in by_day.values() for outcome in _run_day(people, rule)]


def _run_day(people: list[Arrival], rule: QueueRule) -> list[Outcome]:
    day = _Day(rule)
    for server in _servers(people, rule):
        day.plan(server.opens, FREE, server)
    for who in sorted(people, key=lambda each: (came(each), each.key)):
        day.plan(came(who), COMES, who)
    while day.agenda:
        at, sort, _, what = heapq.heappop(day.agenda)
        if isinstance(what, Server):
            _give_work(day, what, at)
        elif sort == COMES:
            _come(day, what, at)
        elif day.waiting.pop(what.key, None):
            day.end(what, at, called=False)
    return sorted(day.outcomes, key=lambda each: each.who.key)


def _servers(people: list[Arrival], rule: QueueRule) -> list[Server]:
    found: dict[str, Server] = {}
    for who in people:
        if who.started is None or who.ended is None:
            continue
        new = Server(who.started, who.ended, set(), deque(maxlen=rule.ratio))
        server = found.setdefault(who.server, new)
        server.opens, server.closes = (
            min(server.opens, who.started), max(server.closes, who.ended),
        )  # fmt: skip
        server.pools.add(who.pool)
    return list(found.values())


def _come(day: _Day, who: Arrival, at: float) -> None:
    """To whoever has been idle longest, or into the line."""
    day.idle = [server for server in day.idle if server.closes >= at]
    free = next((server for server in day.idle if who.pool in server.pools), None)
    if free is not None:
        day.idle.remove(free)
        _serve(day, free, who, at)
        return
    line = day.lines.setdefault((who.pool, rank_of(who)), deque())
    line.append(Standing(who.key, rank_of(who), at))
    day.waiting[who.key] = who
    if not who.answered and who.left is not None:
        day.plan(who.left, LEAVES, who)


def _give_work(day: _Day, server: Server, at: float) -> None:
    """Whoever stands first by the rule of all the lines that this desk serves."""
    favoured = sum(server.newest) < day.rule.ratio
    heads = [(place(day.rule, line[0], at, favoured=favoured), line)
             for line in _lines_of(day, server)]  # fmt: skip
    if heads:
        first = max(heads, key=lambda each: each[0])[1].popleft()
        _serve(day, server, day.waiting.pop(first.key), at)
    elif at <= server.closes:
        day.idle.append(server)


def _lines_of(day: _Day, server: Server) -> list[deque[Standing]]:
    found = [line for (pool, _), line in day.lines.items() if pool in server.pools]
    for line in found:
        while line and line[0].key not in day.waiting:
            line.popleft()
    return [line for line in found if line]


def _serve(day: _Day, server: Server, who: Arrival, at: float) -> None:
    day.end(who, at, called=True)
    server.newest.append(who.privileged)
    known = who.started is not None and who.ended is not None
    lasts = who.ended - who.started if known else day.lasted.get(who.pool, UNKNOWN_S)  # type: ignore[operator]
    if known:
        day.lasted[who.pool] = lasts
    day.plan(at + lasts, FREE, server)


@dataclass(frozen=True)
class Fairness:
    """Of one class under one discipline. An overtake: a later one of the pool called before."""

    discipline: str
    rank: int
    called: int
    left: int
    mean_s: float
    p50_s: float
    p95_s: float
    longest_s: float
    overtaken: int
    by_own_class: int


def fairness(name: Discipline | str, outcomes: Sequence[Outcome]) -> list[Fairness]:
    overtaken = _overtakes(outcomes)
    return [
        _of_class(name, rank, [o for o in outcomes if o.rank == rank], overtaken)
        for rank in sorted({outcome.rank for outcome in outcomes})
    ]


def _of_class(
    name: str, rank: int, mine: list[Outcome], overtaken: dict[int, tuple[int, int]]
) -> Fairness:
    waits = sorted(outcome.wait for outcome in mine if outcome.called)
    counted = [overtaken.get(outcome.who.key, (0, 0)) for outcome in mine]
    return Fairness(
        str(name), rank, len(waits), len(mine) - len(waits),
        round(sum(waits) / max(len(waits), 1), 1), _at(waits, 0.5), _at(waits, 0.95),
        _at(waits, 1.0), sum(a for a, _ in counted), sum(b for _, b in counted),
    )  # fmt: skip


def _at(waits: list[float], share: float) -> float:
    return waits[min(int(share * len(waits)), len(waits) - 1)] if waits else 0.0


def _overtakes(outcomes: Sequence[Outcome]) -> dict[int, tuple[int, int]]:
    """Key -> how often overtaken by anybody, and by one of the same class."""
    found: dict[int, tuple[int, int]] = {}
    groups: dict[tuple[date, str], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((one.who.day, one.who.pool), []).append(one)
    for line in groups.values():
        line.sort(key=lambda each: (each.joined, each.who.key))
        for n, one in enumerate(line):
            later = [o for o in _while_waiting(line, n) if o.called and o.ended < one.ended]
            if later:
                found[one.who.key] = len(later), sum(o.rank == one.rank for o in later)
    return found


def _while_waiting(line: list[Outcome], n: int) -> Sequence[Outcome]:
    """Those who came after the n-th while the n-th was still in line."""
    end = n + 1
    while end < len(line) and line[end].joined < line[n].ended:
        end += 1
    return line[n + 1 : end]
