"""A claim held for one call, one verb done with it, and the claim shown as it stands then."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from agencies import appeals, redress
from agencies.access import current_officer
from agencies.appeals import Claim
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import Agency, agency_by_code
from agencies.errors import Invalid, NotFound
from agencies.staff import Role
from reception.api import showing

CLAIM = "/appeals/<number>/claims/<int(max=9223372036854775807):claim_id>"
AGENCY_STAFF = (Role.OFFICER, Role.HEAD)
Answered = tuple[Any, int]


def held(number: str, claim_id: int) -> Claim:
    return appeals.hold_claim(db.session(), number, claim_id, officer=current_officer())


def act(claim: Claim, verb: Callable[..., None], *record: Any, **words: Any) -> Answered:
    verb(*record, claim, by=current_officer(), now=clock(), **words)
    session = db.session()
    session.flush()
    review = redress.review_of(session, claim)
    return showing.claim(claim, review, today=business_date(clock())), 200


def agency_named(session: Session, code: str) -> Agency:
    try:
        return agency_by_code(session, code)
    except NotFound:
        raise Invalid({"agency": "There is no agency with this code."}) from None
