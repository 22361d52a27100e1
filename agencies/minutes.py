"""The minutes of a hearing: who was heard, how, and what came of it (Code art. 73).

One row of the journal, bound in its chain like any other: `hearing_held`, or `hearing_missed` where
nobody came. The codes and the day are facts and stay; the protocol is words of persons and goes
with them. A recording is a file of the appeal, known here by its digest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies import events, hearings, journal
from agencies.appeals import Claim
from agencies.appeals.moves import must_be
from agencies.calendar import business_date
from agencies.errors import Invalid, WrongStatus
from agencies.journal import JournalEntry
from agencies.staff import Officer

NOBODY, WRITING = "nobody", "writing"
CAME = ("applicant", "representative", NOBODY)
WAYS = ("in_person", "video", WRITING)
RESULTS = ("agrees", "objects", "new_facts", "reconsidered")
"""Codes of `data/hearings.toml`."""
HELD, MISSED = "hearing_held", "hearing_missed"
LONGEST = 20_000


@dataclass(frozen=True)
class Minutes:
    """`way` and `result` are left open where nobody came; `recording` is the digest of a file.

    `waived`: with a view in writing the applicant gave up the hearing that is still to come.
    """

    came: str
    way: str = ""
    result: str = ""
    protocol: str = ""
    recording: str = ""
    waived: bool = False

    @property
    def tells_of_nobody(self) -> bool:
        return self.came == NOBODY


def record(session: Session, claim: Claim, minutes: Minutes, *, by: Officer, now: datetime) -> None:
    """Once for each hearing that was set; that nobody came may still be followed by a late one."""
    must_be(claim, *hearings.GOING)
    if claim.hearing_on is None:
        raise WrongStatus("No hearing is set for this claim.")
    if is_held(claim, claim.appeal.journal):
        raise WrongStatus("This hearing is recorded already. Set another one where it is needed.")
    if problems := _problems(claim, minutes, now):
        raise Invalid(problems)
    told: dict[str, Any] = {"came": minutes.came, "protocol": minutes.protocol.strip()}
    if minutes.recording:
        told["recording"] = minutes.recording
    if not minutes.tells_of_nobody:
        told |= {"way": minutes.way, "result": minutes.result}
        told |= {"waived": True} if minutes.waived and minutes.way == WRITING else {}
        claim.heard_at = now
    journal.append(
        claim.appeal, MISSED if minutes.tells_of_nobody else HELD, by=by, now=now,
        claim_ordinal=claim.ordinal, on=_day(claim.hearing_on, minutes, now).isoformat(), **told,
    )  # fmt: skip
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", "applicant_heard", now=now, officer_id=by.id,
            appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip


def _day(hearing_on: date, minutes: Minutes, now: datetime) -> date:
    """A view in writing has the day on which it was taken."""
    return business_date(now) if minutes.way == WRITING else hearing_on


def _problems(claim: Claim, minutes: Minutes, now: datetime) -> dict[str, str]:
    problems = {}
    if minutes.came not in CAME:
        problems["came"] = "Say who was heard."
    if not minutes.tells_of_nobody:
        if minutes.way not in WAYS:
            problems["way"] = "Say how the applicant was heard."
        if minutes.result not in RESULTS:
            problems["result"] = "Say what came of the hearing."
    if not minutes.protocol.strip():
        problems["protocol"] = "Write what was said, or how it became known that nobody came."
    elif len(minutes.protocol) > LONGEST:
        problems["protocol"] = "This is too long."
    if not problems and minutes.way != WRITING and hearings.is_to_come(claim, now):
        place = "came" if minutes.tells_of_nobody else "way"
        problems[place] = "The hearing is still to come. Before it only a view in writing is taken."
    return problems


def is_held(claim: Claim, entries: Iterable[JournalEntry]) -> bool:
    """Whether the minutes of the hearing that was set last are written."""
    return "came" in hearings.newest_of(claim, entries, {"hearing", HELD})


def newest(claim: Claim, entries: Iterable[JournalEntry]) -> dict[str, Any]:
    """What the minutes of the hearing that was set last say; empty where there are none."""
    found = hearings.newest_of(claim, entries, {"hearing", HELD, MISSED})
    return found if "came" in found else {}
