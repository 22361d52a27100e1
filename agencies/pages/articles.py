"""What a day of a term rests on, as it is printed beside it."""

from datetime import date

from agencies.appeals import Claim
from agencies.calendar import ASSUMED, Workdays
from agencies.pages.voice import language, say
from agencies.terms import TermPolicy


def article(policy: TermPolicy, *, binds: bool = True) -> str:
    """In the reader's language. A body that is not of the state is not bound by the Code."""
    if not binds:
        return say("A target of service: the Code does not bind this body.")
    return str(getattr(policy, f"basis_{language()}"))


def article_of(claim: Claim) -> str:
    """What the last day rests on."""
    return article(claim.policy, binds=is_bound(claim))


def assumed(workdays: Workdays, first: date, last: date) -> str:
    """What is to be known of a day that was counted without a calendar; empty with one."""
    years = workdays.years_unknown(first, last)
    return say(ASSUMED, years=", ".join(map(str, years))) if years else ""


def is_bound(claim: Claim) -> bool:
    return claim.agency is None or claim.agency.is_state_body
