"""Past days of the demonstration's hall: invented arrivals, called by the real rule.

They give the forecast of the wait its evidence, and the pages of past days something to tell. The
same days always get the same visitors.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from agencies.calendar import start_of, workdays
from agencies.directory import Desk, Service, open_services, the_hall
from reception import simulation
from reception.arrivals import Arrival
from reception.rules import general
from reception.simulation import Outcome
from reception.tickets import Ticket, TicketState

DAYS, A_DAY_AND_DESK = 12, 5
MEAN_SERVICE_S, SPREAD = 9 * 60, 0.5
BUSIEST_H, RUSH_H = 10.5, 2.2
PRIVILEGED, IMPATIENT = 0.1, 0.08
SEED = 20170911


def invent(session: Session, today: date) -> int:
    """Visits of the working days before today. Returns how many."""
    desks: dict[int, list[Desk]] = {}
    for desk in session.scalars(select(Desk).order_by(Desk.id)):
        desks.setdefault(desk.agency_id, []).append(desk)
    services: dict[int, list[Service]] = {}
    for service in open_services(session):
        services.setdefault(service.agency_id, []).append(service)
    calendar, rows = workdays(session), []
    for n in range(DAYS, 0, -1):
        day = calendar.add(today, -n)
        arrivals = list(_arrivals(day, {a: d for a, d in desks.items() if a in services}))
        rows += list(_rows(session, simulation.run(arrivals, general()), desks, services, day))
    session.execute(insert(Ticket), rows)
    return len(rows)


def _arrivals(day: date, desks: dict[int, list[Desk]]) -> Iterator[Arrival]:
    """More in the morning than in the afternoon, each for a service of its own length."""
    dice = Random(f"{SEED}/{day}")  # noqa: S311
    for agency, own in desks.items():
        for n in range(A_DAY_AND_DESK * len(own) + dice.randrange(4)):
            at = 3600 * min(max(dice.gauss(BUSIEST_H, RUSH_H), 9.1), 17.5)
            lasts = MEAN_SERVICE_S * dice.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)
            stays = dice.random() > IMPATIENT
            desk = own[n % len(own)]
            yield Arrival(
                key=1000 * agency + n, day=day, pool=str(agency),
                privileged=dice.random() < PRIVILEGED, joined=at,
                left=None if stays else at + dice.uniform(300, 2400),
                started=at if stays else None, ended=at + lasts if stays else None,
                answered=stays, server=desk.code,
            )  # fmt: skip


def _rows(
    session: Session,
    outcomes: list[Outcome],
    desks: dict[int, list[Desk]],
    services: dict[int, list[Service]],
    day: date,
) -> Iterator[dict[str, Any]]:
    hall, begin, numbers = the_hall(session).id, start_of(day), Counter[str]()
    for outcome in sorted(outcomes, key=lambda each: (each.joined, each.who.key)):
        agency, n = int(outcome.who.pool), outcome.who.key
        service = services[agency][n % len(services[agency])]
        numbers[service.series] += 1
        issued, ended = (begin + timedelta(seconds=s) for s in (outcome.joined, outcome.ended))
        seed = f"{day:%y%m%d}{n:010d}"
        yield {
            "hall_id": hall, "business_date": day, "series": service.series,
            "number": 100 + numbers[service.series], "service_id": service.id,
            "agency_id": agency, "language": ("kk", "ru", "kk", "ru", "en")[n % 5],
            "rank": outcome.rank, "issued_at": issued, "due_at": issued, "ready_at": issued,
            "calls": int(outcome.called), "misses": 0, "steps_left": 0, "note": "",
            "hold_reason": "", "version": 0, "link_seed": seed, "link_digest": seed,
            "desk_id": desks[agency][n % len(desks[agency])].id if outcome.called else None,
            **_course(outcome, ended),
        }  # fmt: skip


def _course(outcome: Outcome, ended: datetime) -> dict[str, Any]:
    """Columns of who was served, or of who left before a call."""
    if not outcome.called:
        return {"state": TicketState.CANCELLED, "called_at": None, "started_at": None,
                "finished_at": ended, "outcome": "left"}  # fmt: skip
    who = outcome.who
    lasts = (who.ended or 0) - (who.started or 0) if who.answered else MEAN_SERVICE_S
    started = ended + timedelta(seconds=40)
    return {"state": TicketState.FINISHED, "called_at": ended, "started_at": started,
            "finished_at": started + timedelta(seconds=lasts),
            "outcome": "explained" if who.key % 3 else "solved"}  # fmt: skip
