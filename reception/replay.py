"""Real arrivals through the real engine: how good the forecast is, and how fair each discipline.

The forecast is asked at the moment when a visitor joins the queue and scored by the recorded wait
of those who were answered. Until there is evidence nothing would be told; the mean of the last five
waits stands in, so that everybody who was answered counts. The fairness table is a simulation.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from reception import arrivals, simulation
from reception.arrivals import ENDED, JOINED, LEFT, STARTED, Arrival, Happening
from reception.forecast import Learner, Range, Score
from reception.moments import UNKNOWN_S, Day, Moment, Standing
from reception.rules import Discipline, QueueRule, general

AT_FIRST = 2.5
"""The upper end of the stand-in, in means of an exponential wait (its 92nd percentile)."""


class Recorded:
    """The record of one day after the other, with what would have been told to each visitor."""

    def __init__(self, rule: QueueRule) -> None:
        self.rule, self.learner = rule, Learner()
        self.told, self.all = Score(), Score()
        self._services: dict[str, list[float]] = {}

    def walk(self, day: Sequence[Happening]) -> None:
        hall = Day({"": self.rule})
        for pool, services in self._services.items():
            hall.pool(pool).services.extend(services)
        known: dict[int, tuple[Moment, Range | None, Range]] = {}
        for happening in day:
            self._happen(hall, known, happening)
        self._services = {name: list(pool.services) for name, pool in hall.pools.items()}

    def _happen(
        self, hall: Day, known: dict[int, tuple[Moment, Range | None, Range]], what: Happening
    ) -> None:
        who, at = what.who, what.at
        if what.sort == JOINED:
            one = Standing(who.key, simulation.rank_of(who), at)
            moment = hall.moment(who.pool, one, at)
            known[who.key] = moment, self.learner.predict(who.pool, moment), _stand_in(hall)
            hall.join(who.pool, one)
        elif what.sort == LEFT:
            wait = hall.leave(who.pool, who.key, at, called=who.answered)
            if wait is not None:
                self._learn(who, *known[who.key], wait=wait)
        elif what.sort == STARTED:
            hall.start(who.pool, who.server, at)
        elif what.sort == ENDED:
            hall.end(who.pool, who.server, at)

    def _learn(
        self, who: Arrival, moment: Moment, told: Range | None, stand_in: Range, *, wait: float
    ) -> None:
        self.learner.learn(who.pool, moment, wait, called=who.answered)
        if not who.answered:
            return
        self.all.add(told or stand_in, wait)
        if told:
            self.told.add(told, wait)
            self.learner.correct(told, wait)


def _stand_in(hall: Day) -> Range:
    mean = sum(hall.newest) / len(hall.newest) if hall.newest else UNKNOWN_S
    return mean, AT_FIRST * mean


def report(people: Sequence[Arrival], discipline: Discipline | None = None) -> dict[str, Any]:
    """As `queue replay --json` prints it. Raises nothing: the arrivals are read and checked."""
    rule = general(discipline)
    record = Recorded(rule)
    for _, day in arrivals.days(list(people)):
        record.walk(day)
    table = [
        asdict(row) for name in Discipline
        for row in simulation.fairness(name, simulation.run(people, general(name)))
    ]  # fmt: skip
    mine = [row for row in table if row["discipline"] == rule.discipline]
    return {
        "calls": len(people), "queued": sum(who.joined is not None for who in people),
        "answered": sum(who.answered for who in people),
        "censored": sum(who.joined is not None and not who.answered for who in people),
        "discipline": str(rule.discipline), **record.all.as_json(), "told": record.told.as_json(),
        "waits": {str(row["rank"]): row for row in mine},
        "overtakes": sum(row["overtaken"] for row in mine),
        "overtakes_within_class": sum(row["by_own_class"] for row in mine),
        "fairness": table,
    }  # fmt: skip
