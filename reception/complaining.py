"""A complaint about an answer or a silence: a case of its own (Code arts 91-93, 99)."""

from datetime import datetime

from sqlalchemy.orm import Session

from agencies import announcements, complaints
from agencies.appeals import Applicant, Channel, Claim
from agencies.errors import WrongStatus
from agencies.identity import read_phone
from agencies.notices import read_email
from agencies.terms import AppealKind, Law
from reception import intake
from reception.drafts import AppealDraft, read
from reception.intake import Keys, Registered


def lodge(
    session: Session, claim: Claim, *, text: str, law: Law, keys: Keys, now: datetime,
    phone: str = "", email: str = "",
) -> Registered:  # fmt: skip
    """Registered under its own number and clock, by the same person, linked to the claim.

    `phone` and `email` where the person names a way of today; those of the answered appeal may be
    erased by now. Raises WrongStatus where another complaint about the claim is still open.
    """
    if not complaints.may_complain(session, claim):
        raise WrongStatus(
            "A complaint about this claim is being decided already, or there is no decision yet."
        )
    reach = _reach(phone, email)
    original = claim.appeal
    draft = read(
        AppealDraft,
        {
            "kind": AppealKind.COMPLAINT, "language": original.language,
            "channel": Channel.PORTAL, "text": text, "address": original.address,
            "district": original.district.code if original.district else None,
        }
    )  # fmt: skip
    done = intake.register(session, draft, law=law, keys=keys, by=None, now=now)
    done.appeal.applicant = _same_person(original.applicant, reach)
    complaints.link(session, done.appeal, claim, law=law, now=now)
    session.flush()
    announcements.tell(
        session, done.appeal, "appeal_registered", now=now,
        due_on=done.appeal.due_on.isoformat(), policy=done.appeal.policy.code,
    )  # fmt: skip
    return done


def _reach(phone: str, email: str) -> dict[str, str]:
    return {"phone": read_phone(phone), "email": read_email(email) if email.strip() else ""}


def _same_person(known: Applicant | None, reach: dict[str, str]) -> Applicant | None:
    """A row of its own, so that each case forgets its person by its own rule of retention."""
    if known is None:
        return Applicant(name="", **reach) if any(reach.values()) else None
    return Applicant(
        name=known.name, is_organisation=known.is_organisation, iin_sealed=known.iin_sealed,
        iin_index=known.iin_index, iin_mask=known.iin_mask, address=known.address,
        phone=reach["phone"] or known.phone, email=reach["email"] or known.email,
        representative=known.representative,
        authority=known.authority, signatories=known.signatories,
    )  # fmt: skip
