"""The wait that a new visitor of an agency has to expect now, kept ready for who issues tickets.

`forecast` computes the rows; a ticket taken meanwhile carries the range that was told.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from agencies.db import Base

STEP_MIN = 5


class WaitOutlook(Base):
    """Median and 90th percentile in seconds; older than two minutes it is not told any more."""

    __tablename__ = "wait_outlook"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    p50_s: Mapped[int]
    p90_s: Mapped[int]
    computed_at: Mapped[datetime]


def in_minutes(p50_s: int, p90_s: int) -> tuple[int, int]:
    """The range as it is told, in steps of five minutes; the upper end is rounded up."""
    low = p50_s // 60 // STEP_MIN * STEP_MIN
    return low, max(-(-p90_s // (60 * STEP_MIN)) * STEP_MIN, low + STEP_MIN)
