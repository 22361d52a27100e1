"""What an agency asks of the applicant before it decides: missing papers, and a view.

Before an act that burdens the applicant the preliminary decision is told, and the applicant may
state a view of it (Code art. 73). Papers are asked for inside the term (art. 64).
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from agencies import announcements, events, journal, terms
from agencies.appeals import Claim, ClaimStatus
from agencies.appeals.moves import must_be
from agencies.calendar import business_date, local
from agencies.directory import the_hall
from agencies.errors import Invalid, WrongStatus
from agencies.journal import JournalEntry
from agencies.staff import Officer
from agencies.terms import Law, TermPolicy

GOING = (ClaimStatus.ROUTED, ClaimStatus.IN_WORK, ClaimStatus.IN_APPROVAL)
"""An agency has the claim and the applicant has no answer yet."""
HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
LONGEST_PLACE = 200
BURDENS = "refused"
"""The outcome that needs a hearing before it."""
NOT_POSSIBLE = {
    "at all": "It is too late for a hearing inside the term: have the term extended first, or "
    "decide in the applicant's favour.",
    "so late": "The hearing must be held before the last day of the term.",
    "so soon": "The applicant is told three working days ahead (Code art. 73): choose a later day.",
    "day off": "This is a day off. Choose a working day of the official calendar.",
    "no hour": "Write the hour as 14:30.",
    "closed": "The hall is closed at this hour. Choose one within its opening hours.",
    "place alone": "Say at which hour, or leave the place empty too.",
    "hour alone": "Say where the applicant has to come, or leave the hour empty too.",
    "long": "This is too long.",
}
"""Why a hearing cannot be on such a day, at such an hour and place."""


def hear(
    session: Session,
    claim: Claim,
    *,
    on: date,
    decision: str,
    law: Law,
    by: Officer,
    now: datetime,
    hour: str = "",
    place: str = "",
) -> None:
    """Tell the applicant the preliminary decision and the day of the hearing (Code art. 73).

    `hour` and `place`, a room or the address of a video call, where people meet; neither where the
    view is taken in writing only.
    """
    hour, place = hour.strip(), " ".join(place.split())
    must_be(claim, *GOING)
    row = hearing_row(law.rows, claim)
    problems = {}
    if not decision.strip():
        problems["decision"] = "Write the preliminary decision that the applicant will answer."
    earliest = law.workdays.add(business_date(now), row.term if row else 0)
    wrong = _wrong_day(claim, on, earliest)
    if not wrong and not law.workdays.is_working(on):
        wrong = NOT_POSSIBLE["day off"]
    if wrong:
        problems["on"] = wrong
    problems |= _wrong_meeting(session, hour, place)
    if problems:
        raise Invalid(problems)
    claim.hearing_on, claim.heard_at = on, None
    journal.append(
        claim.appeal, "hearing", by=by, now=now, claim_ordinal=claim.ordinal,
        on=on.isoformat(), decision=decision, **({"hour": hour, "place": place} if place else {}),
    )  # fmt: skip
    announcements.tell(
        session, claim.appeal, "hearing_at" if place else "hearing_set", now=now,
        heard_on=on.isoformat(), policy=row.code if row else claim.policy.code, time=hour,
        place=place,
    )  # fmt: skip


def _wrong_meeting(session: Session, hour: str, place: str) -> dict[str, str]:
    if hour and not HOUR.fullmatch(hour):
        return {"hour": NOT_POSSIBLE["no hour"]}
    if hour and not _is_open_at(session, time.fromisoformat(hour)):
        return {"hour": NOT_POSSIBLE["closed"]}
    if place and not hour:
        return {"hour": NOT_POSSIBLE["place alone"]}
    if hour and not place:
        return {"place": NOT_POSSIBLE["hour alone"]}
    return {"place": NOT_POSSIBLE["long"]} if len(place) > LONGEST_PLACE else {}


def _is_open_at(session: Session, hour: time) -> bool:
    hall = the_hall(session)
    return hall.opens <= hour < hall.closes


def _wrong_day(claim: Claim, on: date, earliest: date) -> str:
    if earliest > claim.due_on:
        return NOT_POSSIBLE["at all"]
    if on > claim.due_on:
        return NOT_POSSIBLE["so late"]
    return NOT_POSSIBLE["so soon"] if on < earliest else ""


def hearing_row(rows: Iterable[TermPolicy], claim: Claim) -> TermPolicy | None:
    """The row by which a decision against this applicant needs a hearing; None where none does."""
    day, kind = claim.registered_on, claim.appeal.kind
    return next((row for row in rows if row.covers(kind, "hearing", day)), None)


def must_be_heard_first(session: Session, claim: Claim, outcome: str) -> None:
    """Raises Invalid where a refusal is drafted before the applicant was asked for a view."""
    if outcome != BURDENS or claim.hearing_on is not None:
        return
    if hearing_row(terms.policies(session), claim) is not None:
        raise Invalid(
            {
                "outcome": "Before a refusal the applicant is heard: tell the preliminary decision "
                "and set a hearing first (Code art. 73)."
            }
        )


def must_be_over(claim: Claim, now: datetime) -> None:
    """Raises WrongStatus where a refusal would leave before the applicant could speak.

    A view in writing is all that was asked for where nobody was told to come. Where an hour and a
    place were told, the applicant may still speak there (Code art. 73), unless they gave it up.
    """
    if claim.draft_outcome != BURDENS or not is_to_come(claim, now):
        return
    if claim.heard_at is None:
        raise WrongStatus(
            "The applicant has not been heard yet. A refusal may leave after the hearing, or as "
            "soon as the applicant's view is recorded."
        )
    if is_met(claim) and not is_waived(claim):
        raise WrongStatus(
            "The applicant wrote, and may still come to the hearing that was set. A refusal may "
            "leave after its hour, or as soon as the applicant gives the hearing up."
        )


def is_to_come(claim: Claim, now: datetime) -> bool:
    """Whether the day, and the hour where one was told, lies ahead."""
    if claim.hearing_on is None:
        return False
    hour = str(newest_of(claim, claim.appeal.journal, {"hearing"}).get("hour", ""))
    here = local(now)
    return (here.date(), here.strftime("%H:%M") if hour else "") < (claim.hearing_on, hour)


def is_met(claim: Claim) -> bool:
    """Whether people meet for the hearing that was set last."""
    return bool(newest_of(claim, claim.appeal.journal, {"hearing"}).get("place"))


def is_waived(claim: Claim) -> bool:
    """Whether the applicant gave up the hearing that was set last."""
    told = newest_of(claim, claim.appeal.journal, {"hearing", "heard", "hearing_held"})
    return bool(told.get("waived"))


def newest_of(claim: Claim, entries: Iterable[JournalEntry], kinds: set[str]) -> dict[str, Any]:
    """What the last row of such a kind says of the claim; empty where there is none."""
    said = [
        entry.payload
        for entry in entries
        if entry.kind in kinds and entry.payload.get("claim") == claim.ordinal
    ]
    return said[-1] if said else {}


def record_view(
    session: Session, claim: Claim, *, view: str, by: Officer | None, now: datetime,
    waived: bool = False,
) -> None:  # fmt: skip
    """The applicant's view of the preliminary decision; `by` nobody where it came by the link.

    `waived` where the applicant will not come to the hearing and asks to decide by what is written.
    """
    must_be(claim, *GOING)
    if claim.hearing_on is None:
        raise WrongStatus("No hearing is set for this claim.")
    if not view.strip():
        raise Invalid({"view": "Write what the applicant says about the preliminary decision."})
    claim.heard_at = now
    journal.append(
        claim.appeal, "heard", by=by, now=now, claim_ordinal=claim.ordinal, view=view,
        **({"waived": True} if waived else {}),
    )  # fmt: skip
    _wake_agency(session, claim, "applicant_heard", now=now)


def ask_documents(
    session: Session,
    claim: Claim,
    *,
    until: date,
    what: str,
    law: Law,
    by: Officer,
    now: datetime,
) -> None:
    """Name what is missing and a day to bring it, inside the term (Code art. 64(5)-(6))."""
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    problems = {}
    if not what.strip():
        problems["what"] = "Say what is missing, so that the applicant can bring it at once."
    if not business_date(now) < until <= claim.due_on:
        problems["until"] = "Choose a day after today and inside the term of the answer."
    if problems:
        raise Invalid(problems)
    row = terms.choose_policy(
        law.rows, kind=claim.appeal.kind, case="defects", day=business_date(now)
    )
    claim.documents_by = until
    journal.append(
        claim.appeal, "documents_asked", by=by, now=now, claim_ordinal=claim.ordinal,
        until=until.isoformat(), what=what,
    )  # fmt: skip
    announcements.tell(
        session, claim.appeal, "documents_asked", now=now, until_on=until.isoformat(),
        policy=row.code,
    )  # fmt: skip


def note_documents(
    session: Session, claim: Claim, *, words: str, by: Officer | None, now: datetime
) -> None:
    """What the applicant brought later, asked for or not, while the claim is open."""
    if not claim.is_open:
        raise WrongStatus("The claim is answered already. Lodge a complaint or a new appeal.")
    claim.documents_by = None
    journal.append(
        claim.appeal, "documents_added", by=by, now=now, claim_ordinal=claim.ordinal, words=words
    )  # fmt: skip
    _wake_agency(session, claim, "documents_added", now=now)


def take_documents(
    session: Session, claim: Claim, *, words: str, by: Officer, now: datetime
) -> None:
    """What was brought to the desk or came by post, in the words of whoever took it."""
    if not words.strip():
        raise Invalid({"words": "Say what was brought; add its file to the appeal."})
    note_documents(session, claim, words=words.strip(), by=by, now=now)


def _wake_agency(session: Session, claim: Claim, kind: str, *, now: datetime) -> None:
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", kind, now=now,
            appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
