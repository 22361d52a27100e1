"""The forecast of lateness of each open claim, kept as a row, and how well such forecasts did."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Identity, delete, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies import lateness
from agencies.appeals import FINISHED, GONE, Appeal, Claim, ClaimOutlook, is_open
from agencies.calendar import Workdays, business_date
from agencies.db import Base
from agencies.lateness import Group, Past, Register, Score

LOOK_BACK = timedelta(days=730)
"""How far the past is asked: older practice tells little of today's."""
SCORED_BACK, EVERY = timedelta(days=364), timedelta(days=14)
"""Forecasts of the last year are scored, as they would have been made every second week."""
Stand = Callable[[date], int]


class OutlookScore(Base):
    """How the forecasts of the last year fit, as known on a day; the newest row is shown."""

    __tablename__ = "outlook_score"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    as_of: Mapped[datetime]
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)


@dataclass(frozen=True)
class Known:
    """A claim with its days, as the register knows it now."""

    id: int
    groups: tuple[Group, ...]
    registered_on: date
    due_on: date
    answered_on: date | None
    gone_on: date | None
    """Withdrawn or joined to another appeal: seen until then."""

    def past(self, on: date, place: Stand) -> Past | None:
        """What was known of it at the beginning of a day; None where it was not there."""
        if self.registered_on >= on:
            return None
        due, yesterday = place(self.due_on), on - timedelta(days=1)
        begins = place(self.registered_on) - due
        if self.answered_on is not None and self.answered_on < on:
            ends = place(self.answered_on) - due
            ends = max(ends, 1) if self.answered_on > self.due_on else min(ends, 0)
            return Past(begins, max(begins, ends), True, self.groups)  # noqa: FBT003
        seen = min(yesterday, self.gone_on) if self.gone_on else yesterday
        return Past(begins, max(begins, place(seen) - due), False, self.groups)  # noqa: FBT003

    def stands(self, on: date) -> bool:
        """Whether it was open on that day and not late yet."""
        ended = min(filter(None, (self.answered_on, self.gone_on)), default=None)
        open_then = ended is None or ended >= on
        return self.registered_on < on and open_then and self.due_on >= on

    def was_late(self, today: date) -> bool | None:
        """None where it is not known, and where it ended without an answer inside of its term."""
        ended = min(filter(None, (self.answered_on, self.gone_on)), default=None)
        if ended is None or ended > self.due_on:
            return True if self.due_on < today else None
        return None if self.answered_on is None else False


def known(session: Session, *, since: date) -> list[Known]:
    """Claims registered since a day, of which an agency has or had the answer in its hands."""
    query = select(
        Claim.id, Claim.agency_id, func.coalesce(Claim.subject_id, Appeal.subject_id),
        Claim.registered_on, Claim.due_on, Claim.answered_at, Claim.closed_at, Claim.status,
    ).join(Appeal, Appeal.id == Claim.appeal_id)  # fmt: skip
    query = query.where(Claim.registered_on >= since, Claim.agency_id.is_not(None))
    return [
        Known(
            id_, ((agency, topic), (agency,), ()), registered_on, due_on,
            business_date(answered) if answered and status in FINISHED - GONE else None,
            business_date(closed) if closed and status in GONE else None,
        )
        for id_, agency, topic, registered_on, due_on, answered, closed, status
        in session.execute(query)
    ]  # fmt: skip


def register_of(claims: Iterable[Known], on: date, place: Stand) -> Register:
    return Register([past for one in claims if (past := one.past(on, place)) is not None])


def placed(days: Workdays, origin: date) -> Stand:
    """The number of each day among the working days, counted once for each."""
    found: dict[date, int] = {}

    def place(day: date) -> int:
        if day not in found:
            found[day] = days.between(origin, day)
        return found[day]

    return place


def refresh(session: Session, *, days: Workdays, now: datetime) -> int:
    """The rows anew for every open claim that is not late; how many there are."""
    today = business_date(now)
    claims, place = known(session, since=today - LOOK_BACK), placed(days, today - LOOK_BACK)
    register = register_of(claims, today, place)
    still = set(session.scalars(select(Claim.id).where(is_open(), Claim.due_on >= today)))
    rows = [row for one in claims if one.id in still and (row := _row(one, register, place, now))]
    session.execute(delete(ClaimOutlook))
    if rows:
        session.execute(insert(ClaimOutlook), rows)
    return len(rows)


def _row(one: Known, register: Register, place: Stand, now: datetime) -> dict[str, Any] | None:
    left = place(one.due_on) - place(business_date(now))
    found = register.outlook(one.groups, left)
    if found is None:
        return None
    return {
        "claim_id": one.id, "due_on": one.due_on, "made_at": now, "days_left": left,
        "late": round(found.late * 1000), "base": found.base, "level": found.level,
    }  # fmt: skip


def scored(session: Session, *, days: Workdays, now: datetime) -> Score | None:
    """Forecasts of the last year made anew from what was known then, held against what came."""
    today = business_date(now)
    since = today - SCORED_BACK - LOOK_BACK
    claims, place = known(session, since=since), placed(days, since)
    told: list[tuple[float, bool, float]] = []
    on = today - SCORED_BACK
    while on < today:
        then = [one for one in claims if one.registered_on >= on - LOOK_BACK]
        told += _made_on(then, on, today, place)
        on += EVERY
    return lateness.score(told)


def _made_on(
    claims: Sequence[Known], on: date, today: date, place: Stand
) -> list[tuple[float, bool, float]]:
    """The plain share is that of the claims whose last day had passed by then."""
    due = [one for one in claims if one.due_on < on and one.registered_on < on]
    ended = [one.was_late(on) for one in due]
    plain = sum(map(bool, ended)) / len(due) if due else 0.0
    register, found = register_of(claims, on, place), []
    for one in claims:
        late = one.was_late(today) if one.stands(on) else None
        said = (
            register.outlook(one.groups, place(one.due_on) - place(on))
            if late is not None
            else None
        )
        if late is not None and said is not None:
            found.append((said.late, late, plain))
    return found


def keep_score(session: Session, *, days: Workdays, now: datetime) -> Score | None:
    found = scored(session, days=days, now=now)
    if found is not None:
        session.add(OutlookScore(as_of=now, told=asdict(found) | {"skill": found.skill}))
    return found


def last_score(session: Session) -> OutlookScore | None:
    query = select(OutlookScore).order_by(OutlookScore.id.desc()).limit(1)
    return session.scalars(query).first()
