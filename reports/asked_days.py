"""Days of what the council asked for: in which order they may stand, and how a wrong one is mended.

The vote comes before the sending, the sending before the answer and before the act, the act before
its first day in force; what happened is not of tomorrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from agencies.calendar import business_date
from agencies.errors import Invalid

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Days:
    """What is known of them; a step that was not taken yet has none."""

    voted_on: date | None = None
    sent_on: date | None = None
    received_on: date | None = None
    adopted_on: date | None = None
    in_force_on: date | None = None

    def with_(self, given: Mapping[str, date]) -> "Days":
        """Only days that are on record are mended."""
        return replace(self, **{name: day for name, day in given.items() if getattr(self, name)})


BEFORE = (
    ("voted_on", "sent_on", "A letter is sent after the vote of the council."),
    ("sent_on", "received_on", "The answer came between the day of sending and today."),
    ("sent_on", "adopted_on", "The act was adopted before the recommendation was sent."),
    ("adopted_on", "in_force_on", "An act comes into force after it was adopted."),
)
PAST = ("sent_on", "received_on", "adopted_on")


def check(days: Days, *, now: datetime) -> None:
    """Raises Invalid with each day that cannot be."""
    today, problems = business_date(now), {}
    for earlier, later, told in BEFORE:
        first, last = getattr(days, earlier), getattr(days, later)
        if first is not None and last is not None and last < first:
            problems[later] = told
    for name in PAST:
        day = getattr(days, name)
        if day is not None and day > today:
            problems[name] = "This day is still to come."
    if problems:
        raise Invalid(problems)
