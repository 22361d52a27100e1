"""Acts that steps rest on, with their state, and dated rates from which fees are computed."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer
from reception.guide.procedure import Fee, Procedure

MCI = "MCI"
_DIGITS = re.compile(r"[^a-z0-9]+")


class ActState(StrEnum):
    IN_FORCE = "in_force"
    AMENDED = "amended"
    REPEALED = "repealed"
    UNKNOWN = "unknown"


class LegalAct(Base):
    """An act by the code that steps name. `title` is as it was cited; `unknown` means that nobody
    has looked the act up yet.
    """

    __tablename__ = "legal_act"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    state: Mapped[ActState] = mapped_column(default=ActState.UNKNOWN)
    state_since: Mapped[date | None]
    replaced_by: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class ReferenceRate(Base):
    """A rate set for a span of days, such as the monthly calculation index (MCI)."""

    __tablename__ = "reference_rate"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    value: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    basis: Mapped[str]
    verified: Mapped[bool] = mapped_column(default=False)


def rate_on(session: Session, code: str, day: date) -> Decimal | None:
    """The rate in force on the day; None where none is known, so that no stale one is shown."""
    query = select(ReferenceRate).where(ReferenceRate.code == code, ReferenceRate.valid_from <= day)
    newest = session.scalar(query.order_by(ReferenceRate.valid_from.desc()).limit(1))
    if newest is None or (newest.valid_to is not None and newest.valid_to < day):
        return None
    return newest.value


def tenge(fee: Fee, mci: Decimal | None) -> int | None:
    """The fee in whole tenge, None where it is not a sum or the rate is not known."""
    if fee.kind == "free":
        return 0
    if fee.value is None or fee.kind not in ("mci", "kzt"):
        return None
    if fee.kind == "kzt":
        return _whole(fee.value)
    return _whole(fee.value * mci) if mci is not None else None


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def acts_of(procedure: Procedure) -> set[str]:
    return {ref.act for step in procedure.steps for ref in step.legal}


def acts(session: Session, codes: set[str]) -> dict[str, LegalAct]:
    found = session.scalars(select(LegalAct).where(LegalAct.code.in_(codes))) if codes else ()
    return {act.code: act for act in found}


def code_of(cited: str) -> str:
    """A code from the words of a citation: letters and digits, at most 60."""
    return _DIGITS.sub("-", cited.lower()).strip("-")[:60] or "act"


def set_state(
    session: Session, code: str, *, state: str, since: date | None, by: Officer, now: datetime
) -> LegalAct:
    """What somebody found out about an act. Every page that rests on a repealed one is flagged."""
    act = session.get(LegalAct, code)
    if act is None:
        raise NotFound("There is no act with this code.")
    if state not in set(ActState):
        raise Invalid({"state": "Choose one of the values on the list."})
    act.state, act.state_since = ActState(state), since
    act.checked_at, act.checked_by_id = now, by.id
    return act
