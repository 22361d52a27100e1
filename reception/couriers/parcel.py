"""What a courier is given, and what it may answer."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

TIMEOUT_S = 15.0


@dataclass(frozen=True)
class Parcel:
    """One message. `key` is the same at every attempt."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    key: str
    language: str
    secret: str = field(default="", repr=False)
    """Signs the message, where the far side asks for it."""


class Courier(Protocol):
    def deliver(self, parcel: Parcel) -> None:
        """Returns once the far side has taken it. Raises TryLater or Refused."""


class TryLater(Exception):
    """Not now. `wait` is how long the far side asked to be left alone, where it did."""

    def __init__(self, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Refused(Exception):
    """Never: the far side will not take this message at all."""
