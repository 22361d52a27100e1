"""Reads that stand out in a month: against the same role, at odd hours, of strangers' appeals.

A finding is a question to the person, never a verdict: supervision looks at the rows behind it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from agencies.calendar import Workdays, business_date, local, start_of
from agencies.readings import CardReading, Sight
from agencies.staff import Officer, Role

TIMES_THE_MEDIAN = 3
LEAST_APPEALS = 30
LEAST_FOREIGN = 10
LEAST_ODD_HOURS = 5
LEAST_REVEALS = 10
OPENS, CLOSES = 8, 20
"""Before and after these hours nobody is expected to read cards."""


@dataclass(frozen=True)
class Month:
    """One reader's month: appeals read, those of others, cards revealed, looks at odd hours."""

    officer: Officer
    appeals: int
    foreign: int
    revealed: int
    odd_hours: int
    archives: int
    reasons: tuple[str, ...] = ()
    """Why it stands out, in sentences with nothing to fill in."""


MORE = "Read far more appeals than others in the same role."
FOREIGN = "Read many appeals that were not this person's work."
REVEALED = "Opened far more whole cards than others in the same role."
ODD = "Read cards outside of working hours."


def month_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def report(session: Session, month: date, *, days: Workdays) -> list[Month]:
    """Every reader of the month, those who stand out first."""
    first, until = start_of(month), start_of(month_after(month))
    rows = _counted(session, first, until, days)
    found = [_judged(row, rows) for row in rows]
    return sorted(found, key=lambda m: (-len(m.reasons), -m.appeals, m.officer.name))


def _counted(session: Session, first: datetime, until: datetime, days: Workdays) -> list[Month]:
    within = (CardReading.at >= first, CardReading.at < until)
    query = (
        select(
            CardReading.officer_id,
            func.count(CardReading.appeal_id.distinct()),
            func.count(CardReading.appeal_id.distinct()).filter(~CardReading.own),
            func.count().filter(CardReading.sight == Sight.CARD),
            func.count().filter(CardReading.sight == Sight.ARCHIVE),
        )
        .where(*within)
        .group_by(CardReading.officer_id)
    )
    odd = _odd_hours(session, within, days)
    officers = {o.id: o for o in session.scalars(select(Officer).where(Officer.id.in_(
        select(CardReading.officer_id).where(*within))))}  # fmt: skip
    return [
        Month(officers[who], appeals=read, foreign=foreign, revealed=revealed, archives=archives,
              odd_hours=odd.get(who, 0))
        for who, read, foreign, revealed, archives in session.execute(query)
    ]  # fmt: skip


def _odd_hours(
    session: Session, within: tuple[ColumnElement[bool], ...], days: Workdays
) -> dict[int, int]:
    """Counted by the hour: a hall has few hours in a month, and a reader few of them."""
    hour = func.date_trunc("hour", CardReading.at)
    query = select(CardReading.officer_id, hour, func.count()).where(*within)
    found: dict[int, int] = {}
    for who, began, count in session.execute(query.group_by(CardReading.officer_id, hour)):
        if _is_odd(began, days):
            found[who] = found.get(who, 0) + count
    return found


def _is_odd(moment: datetime, days: Workdays) -> bool:
    return not OPENS <= local(moment).hour < CLOSES or not days.is_working(business_date(moment))


def _judged(row: Month, rows: list[Month]) -> Month:
    peers = [r for r in rows if r.officer.role is row.officer.role and r is not row]
    said = []
    if _far_above(row.appeals, [p.appeals for p in peers], LEAST_APPEALS):
        said.append(MORE)
    if row.foreign >= LEAST_FOREIGN and row.officer.role is not Role.SUPERVISOR:
        said.append(FOREIGN)
    if _far_above(row.revealed, [p.revealed for p in peers], LEAST_REVEALS):
        said.append(REVEALED)
    if row.odd_hours >= LEAST_ODD_HOURS:
        said.append(ODD)
    return Month(row.officer, row.appeals, row.foreign, row.revealed, row.odd_hours,
                 row.archives, tuple(said))  # fmt: skip


def _far_above(own: int, peers: list[int], least: int) -> bool:
    """Alone in a role, a person is measured by the floor only."""
    usual = median(peers) if peers else 0
    return own >= least and own > TIMES_THE_MEDIAN * usual
