"""The forecast over the tables of the hall: learnt from past visits, told for this moment.

Refreshed every few seconds by a worker. The past is read once a day and process; today's visits
make the moment and are learnt from tomorrow. Pools are agencies, for all desks of one share a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from reception import rules
from reception.desks import DeskPause
from reception.forecast import REMEMBERED, Learner, Range
from reception.forecast_scores import Verdict, verdict
from reception.moments import Day, Standing, plainly, replay
from reception.outlook import TicketWait, WaitOutlook

LOOKS_BACK = timedelta(days=56)
CLASSES = (0, 1, 2, 3)
ALIKE = 1.05
"""Whose places in a long line differ by no more are compared with the past once, class by class."""
JOINED, LEFT, STARTED, ENDED = 1, 2, 3, 0

STEPS = text("""
SELECT * FROM (
  SELECT id, business_date AS day, agency_id, rank, due_at, ready_at, called_at,
    CASE WHEN state IN ('finished', 'no_show', 'cancelled') THEN finished_at END AS ended_at,
    desk_id, state FROM ticket
  UNION ALL
  SELECT t.id, t.business_date, s.agency_id, t.rank, s.due_at, s.ready_at, s.called_at, s.ended_at,
    s.desk_id, 'finished' FROM visit_step s JOIN ticket t ON t.id = s.ticket_id
  WHERE s.state = 'done' AND s.ready_at IS NOT NULL
) step WHERE day BETWEEN :first AND :last AND rank < 9
ORDER BY day DESC, ready_at DESC LIMIT :most
""")
"""Visits step by step, with the time that they stood in one line; the newest first."""


@dataclass(frozen=True)
class Happening:
    at: float
    sort: int
    key: int
    pool: str
    step: Any


_learnt: dict[str, tuple[date, Verdict, Learner]] = {}
"""What this process has learnt, by the address of the database."""


def refresh(session: Session, *, now: datetime) -> int:
    """New rows for every agency with evidence. Returns for how many tickets in line."""
    today = business_date(now)
    hall, learner, judged = _so_far(session, today, now), *_learner(session, today)
    newcomers: list[dict[str, Any]] = []
    in_line: list[dict[str, Any]] = []
    for pool in sorted(hall.pools):
        newcomers += _for_newcomers(hall, learner, judged, pool, now)
        in_line += _for_line(hall, learner, judged, pool, now)
    _keep(session, newcomers, in_line)
    return len(in_line)


def _keep(session: Session, newcomers: list[dict[str, Any]], in_line: list[dict[str, Any]]) -> None:
    session.execute(delete(TicketWait))
    if in_line:
        session.execute(insert(TicketWait), in_line)
    if newcomers:
        made = insert(WaitOutlook).values(newcomers)
        names = ("p50_s", "p90_s", "other_p50_s", "other_p90_s", "computed_at")
        session.execute(
            made.on_conflict_do_update(
                index_elements=["agency_id", "rank"],
                set_={name: getattr(made.excluded, name) for name in names},
            )
        )


def _for_newcomers(
    hall: Day, learner: Learner, judged: Verdict, pool: str, now: datetime
) -> Iterator[dict[str, Any]]:
    at = _seconds(now)
    line = hall.pool(pool)
    for rank in CLASSES:
        who = Standing(2**62, rank, at)
        learnt = learner.predict(pool, hall.moment(pool, who, at))
        if learnt is None:
            return
        ahead, _ = replay(line, who, at)
        told, other = _chosen(learnt, plainly(ahead, line.pace(at)), judged)
        yield {
            "agency_id": int(pool), "rank": rank, "p50_s": told[0], "p90_s": told[1],
            "other_p50_s": other[0], "other_p90_s": other[1], "computed_at": now,
        }  # fmt: skip


def _for_line(
    hall: Day, learner: Learner, judged: Verdict, pool: str, now: datetime
) -> Iterator[dict[str, Any]]:
    """Whoever is called later is never told less."""
    at, least = _seconds(now), (0, 0)
    pace = hall.pool(pool).pace(at)
    near: dict[bool, tuple[int, Range]] = {}
    for who, ahead, moment in hall.moments(pool, at):
        before, learnt = near.get(who.rank > 0, (-1, None))
        if learnt is None or ahead > before * ALIKE:
            learnt = learner.predict(pool, moment)
            if learnt is None:
                return
            near[who.rank > 0] = ahead, learnt
        told, _ = _chosen(learnt, plainly(ahead, pace), judged)
        least = max(told[0], least[0]), max(told[1], least[1])
        yield {"ticket_id": who.key, "p50_s": least[0], "p90_s": least[1], "computed_at": now}


def _chosen(
    learnt: Range, plain: Range, judged: Verdict
) -> tuple[tuple[int, int], tuple[int, int]]:
    first, second = (plain, learnt) if judged.plain else (learnt, plain)
    return (round(first[0]), round(first[1])), (round(second[0]), round(second[1]))


def _learner(session: Session, today: date) -> tuple[Learner, Verdict]:
    address = str(session.get_bind().engine.url)
    known = _learnt.get(address)
    if known is None or known[0] != today:
        judged = verdict(session, today)
        known = _learnt[address] = (today, judged, learn(session, today, judged))
    return known[2], known[1]


def forget() -> None:
    """The past is read anew at the next refresh."""
    _learnt.clear()


def learn(session: Session, today: date, judged: Verdict) -> Learner:
    """From the newest visits of the weeks before today."""
    learner = Learner(judged.median_level, judged.high_level)
    span = {"first": today - LOOKS_BACK, "last": today - timedelta(days=1), "most": REMEMBERED}
    by_day: dict[date, list[Any]] = {}
    for step in session.execute(STEPS, span):
        by_day.setdefault(step.day, []).append(step)
    general = _rules_of(session, today)
    for day in sorted(by_day):
        _learn_day(learner, Day(general), by_day[day])
    return learner


def _learn_day(learner: Learner, hall: Day, steps: Sequence[Any]) -> None:
    moments = {}
    for what in sorted(_happenings(steps), key=lambda h: (h.at, h.sort, h.key)):
        if what.sort == JOINED:
            moments[what.key] = hall.moment(what.pool, _standing(what.step), what.at)
        wait = _happen(hall, what)
        if wait is not None and what.key in moments:
            called = what.step.called_at is not None
            learner.learn(what.pool, moments[what.key], wait, called=called)


def _so_far(session: Session, today: date, now: datetime) -> Day:
    """Today as it stands: the lines, the desks, the newest waits."""
    hall = Day(_rules_of(session, today))
    span = {"first": today, "last": today, "most": REMEMBERED}
    found = _happenings(session.execute(STEPS, span).all())
    for what in sorted(found, key=lambda h: (h.at, h.sort, h.key)):
        if what.at <= _seconds(now):
            _happen(hall, what)
    paused = select(DeskPause).where(DeskPause.ended_at.is_(None))
    for pause in session.scalars(paused):
        hall.shut(str(pause.desk.agency_id), str(pause.desk_id))
    return hall


def _rules_of(session: Session, today: date) -> dict[str, rules.QueueRule]:
    """Pool -> its rule; that of every other pool stands under no name."""
    return {str(agency or ""): rule for agency, rule in rules.all_in_force(session, today).items()}


def _happen(hall: Day, what: Happening) -> float | None:
    desk = str(what.step.desk_id)
    if what.sort == JOINED:
        hall.join(what.pool, _standing(what.step))
    elif what.sort == LEFT:
        called = what.step.called_at is not None
        return hall.leave(what.pool, what.key, what.at, called=called)
    elif what.sort == STARTED:
        hall.start(what.pool, desk, what.at)
    else:
        hall.end(what.pool, desk, what.at)
    return None


def _happenings(steps: Sequence[Any]) -> Iterator[Happening]:
    for step in steps:
        pool = str(step.agency_id)
        yield Happening(_seconds(step.ready_at), JOINED, step.id, pool, step)
        gone = step.called_at or step.ended_at
        if gone is not None:
            yield Happening(_seconds(gone), LEFT, step.id, pool, step)
        if step.called_at is not None and step.desk_id is not None and step.state != "held":
            yield Happening(_seconds(step.called_at), STARTED, step.id, pool, step)
            if step.ended_at is not None:
                yield Happening(_seconds(step.ended_at), ENDED, step.id, pool, step)


def _standing(step: Any) -> Standing:
    return Standing(step.id, step.rank, _seconds(step.due_at), _seconds(step.ready_at))


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
