"""Special personal data in a letter: proposed from its words, marked and cleared by a person.

Marked, an appeal is read by few (`agencies.appeals.circle`), each reading stands in its journal,
and its text is shown nowhere outside of the case.
"""

from datetime import datetime
from functools import cache

from agencies import journal
from agencies.appeals import Appeal
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.reference import labels, tree
from agencies.staff import Officer, Role
from agencies.texts import fold

READ = 8000
"""Letters of a text that are read."""
MARKERS = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD, Role.SUPERVISOR})
CLEARERS = MARKERS - {Role.OFFICER}
"""Whoever opens it to more people is not the one who has to answer it."""


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {
        code: tuple({f" {fold(word)}" for word in words})
        for code, words in tree("special_data")["words"].items()
    }


def proposed(appeal: Appeal) -> str:
    """The sort that most words of the letter speak for; empty where none does."""
    return said_in(appeal.text)


def said_in(text: str) -> str:
    """The same of words that are no appeal yet."""
    line = f" {fold(text[:READ])}"
    counted = {code: sum(line.count(word) for word in words) for code, words in _words().items()}
    best = max(counted, key=lambda code: counted[code])
    return best if counted[best] else ""


def mark(appeal: Appeal, sort: str, *, by: Officer, now: datetime) -> None:
    """The caller holds the appeal. Raises Invalid (`sort`)."""
    if by.role not in MARKERS:
        raise NotAllowed("Your role does not take this step.")
    if sort not in labels("special"):
        raise Invalid({"sort": "Choose what the special data are of."})
    if appeal.special == sort:
        raise WrongStatus("The appeal is marked so already.")
    _set(appeal, sort)
    journal.append(appeal, "special_marked", by=by, now=now, sort=sort)


def clear(appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    """The caller holds the appeal. Raises Invalid (`reason`)."""
    if by.role not in CLEARERS:
        raise NotAllowed("Your role does not take this step.")
    if not appeal.special:
        raise WrongStatus("The appeal is not marked.")
    if not reason.strip():
        raise Invalid({"reason": "Say why these are no special data."})
    _set(appeal, "")
    journal.append(appeal, "special_cleared", by=by, now=now, reason=reason.strip())


def _set(appeal: Appeal, sort: str) -> None:
    appeal.special = sort
    for claim in appeal.claims:
        claim.special = bool(sort)
