"""What was published and turned out wrong: withdrawn in the sight of all, with the reason."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agencies.errors import Invalid, WrongStatus
from agencies.staff import Officer
from reports import personal

SHORTEST_REASON = 10


class Withdrawable:
    """Columns of a record that stays with the reason after it was withdrawn."""

    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    withdrawal: Mapped[str] = mapped_column(default="")


R = TypeVar("R", bound=Withdrawable)


def note(record: Withdrawable, *, reason: str, by: Officer, now: datetime) -> None:
    """Raises Invalid where the reason says too little, or something of a person."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": "Say in a sentence what is wrong with it."})
    personal.must_be_free(reason, field="reason")
    record.withdrawn_at, record.withdrawn_by_id = now, by.id
    record.withdrawal = reason.strip()


def withdraw(release: Withdrawable, *, reason: str, by: Officer, now: datetime) -> None:
    """Once; its figures are no longer given out."""
    if release.withdrawn_at:
        raise WrongStatus("This release is withdrawn already.")
    note(release, reason=reason, by=by, now=now)


def given(release: R) -> R:
    """The same, unless it was withdrawn: then nothing of it is given out."""
    if release.withdrawn_at:
        raise WrongStatus("This release was withdrawn. Take a newer one.")
    return release
