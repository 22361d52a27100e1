"""How good the forecast of the wait was, night by night, and what follows from it.

Of each visitor to whom a range was told and who was called: how far off its middle lay, the pinball
loss of both ends, and whether the wait stayed below the upper end. Beside it stands the second
opinion. Whichever lost less over the last nights is told next; when the upper end no longer holds
for four in five, people are told of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from reception.forecast import EVIDENCE, HIGH, MEDIAN, Learner, Score

NIGHTS = 7
LEAST_COVERAGE = 0.8

TOLD = text("""
SELECT a.code, t.told_p50_s, t.told_p90_s, t.other_p50_s, t.other_p90_s,
  extract(epoch FROM t.called_at - t.issued_at)::float8 AS wait
FROM ticket t JOIN agency a ON a.id = t.agency_id
WHERE t.business_date = :day AND t.told_p50_s IS NOT NULL AND t.called_at IS NOT NULL
  AND t.ready_at = t.issued_at AND NOT EXISTS (SELECT FROM visit_step s WHERE s.ticket_id = t.id)
ORDER BY t.called_at, t.id
""")
"""Visitors who stood in one line only; seconds."""


class ForecastScore(Base):
    """One night's account of one day. `plain` is what was told then: the second opinion or not."""

    __tablename__ = "forecast_score"

    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]
    mae_s: Mapped[float | None]
    pinball_s: Mapped[float | None]
    coverage: Mapped[float | None]
    other_pinball_s: Mapped[float | None]
    other_coverage: Mapped[float | None]
    plain: Mapped[bool]
    median_level: Mapped[float]
    high_level: Mapped[float]
    """Of the learnt curve, as the day's answers left them."""
    by_agency: Mapped[dict[str, Any]] = mapped_column(JSONB)
    scored_at: Mapped[datetime]


@dataclass(frozen=True)
class Verdict:
    """Of the last nights together; `plain` says which forecast is told next."""

    n: int = 0
    mae_s: float | None = None
    pinball_s: float | None = None
    coverage: float | None = None
    plain: bool = False
    median_level: float = MEDIAN
    high_level: float = HIGH

    @property
    def alarming(self) -> bool:
        return self.n >= EVIDENCE and (self.coverage or 0) < LEAST_COVERAGE


def nights(session: Session, first: date, last: date) -> list[ForecastScore]:
    """The accounts of the days from first to last, both included."""
    query = select(ForecastScore).where(ForecastScore.day.between(first, last))
    return list(session.scalars(query.order_by(ForecastScore.day)))


def verdict(session: Session, today: date) -> Verdict:
    """From the nights before `today`; with too little evidence the learnt forecast is told."""
    since = today - timedelta(days=NIGHTS + 1)
    query = select(ForecastScore).where(ForecastScore.day < today, ForecastScore.day >= since)
    nights = list(session.scalars(query.order_by(ForecastScore.day)))
    n = sum(night.n for night in nights)
    if not n:
        return Verdict()
    newest = nights[-1]
    return Verdict(
        n, _mean(nights, "mae_s"), _mean(nights, "pinball_s"), _mean(nights, "coverage"),
        _plain_is_better(nights) if n >= EVIDENCE else newest.plain,
        newest.median_level, newest.high_level,
    )  # fmt: skip


def _mean(nights: list[ForecastScore], name: str) -> float:
    """Over visitors, not over nights."""
    told = [night for night in nights if night.n]
    total = sum(float(night.n * getattr(night, name)) for night in told)
    return total / sum(night.n for night in told)


def _plain_is_better(nights: list[ForecastScore]) -> bool:
    plain = learnt = 0.0
    for night in nights:
        if night.n:
            mine, other = night.pinball_s or 0, night.other_pinball_s or 0
            plain += night.n * (mine if night.plain else other)
            learnt += night.n * (other if night.plain else mine)
    return plain < learnt


def score(session: Session, day: date, *, now: datetime) -> ForecastScore:
    """Account for the day; done again it gives the same row."""
    before = verdict(session, day)
    learner = Learner(before.median_level, before.high_level)
    told, other = Score(), Score()
    of_agency: dict[str, Score] = {}
    for row in session.execute(TOLD, {"day": day}):
        mine, theirs = (row.told_p50_s, row.told_p90_s), (row.other_p50_s, row.other_p90_s)
        told.add(mine, row.wait)
        other.add(theirs, row.wait)
        of_agency.setdefault(row.code, Score()).add(mine, row.wait)
        learner.correct(theirs if before.plain else mine, row.wait)
    mine_json, other_json = told.as_json(), other.as_json()
    values = {
        "day": day, "n": told.n, "mae_s": mine_json["mae_s"], "pinball_s": mine_json["pinball_s"],
        "coverage": mine_json["p90_coverage"], "other_pinball_s": other_json["pinball_s"],
        "other_coverage": other_json["p90_coverage"], "plain": before.plain,
        "median_level": learner.median_level, "high_level": learner.high_level,
        "by_agency": {code: each.as_json() for code, each in sorted(of_agency.items())},
        "scored_at": now,
    }  # fmt: skip
    made = insert(ForecastScore).values(values)
    session.execute(made.on_conflict_do_update(index_elements=["day"], set_=values))
    return session.get_one(ForecastScore, day, populate_existing=True)


def due(session: Session, today: date) -> list[date]:
    """Days of the last week with a forecast and without an account; a missed night is made good."""
    query = text("""
        SELECT DISTINCT business_date FROM ticket
        WHERE told_p50_s IS NOT NULL AND business_date < :today AND business_date >= :since
          AND business_date NOT IN (SELECT day FROM forecast_score) ORDER BY 1
    """)
    since = today - timedelta(days=NIGHTS)
    return list(session.scalars(query, {"today": today, "since": since}))
