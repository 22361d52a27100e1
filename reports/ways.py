"""The way from a printed page to where its figures stand: an address, and its code for a phone."""

from dataclasses import dataclass

from markupsafe import Markup

from reception import qr
from reports.wording import Words


@dataclass(frozen=True)
class Way:
    said: str
    address: str
    shown: str
    code: Markup


def to_month(w: Words, base: str, period: str) -> Way | None:
    said = w._("The published figures of this month, open to everybody:")
    return _way(w, said, base, f"/figures?period={period}")


def to_proposal(w: Words, base: str, number: str) -> Way | None:
    said = w._("The page of the proposal, with its figures, its vote and its answer:")
    return _way(w, said, base, f"/proposals/{number}")


def _way(w: Words, said: str, base: str, path: str) -> Way | None:
    """None without an address of the hall."""
    if not base:
        return None
    address = f"{base}{path}"
    shown = address.partition("://")[2]
    title = w._("QR code of the address %(address)s", address=shown)
    return Way(said, address, shown, qr.square(address, title=title))
