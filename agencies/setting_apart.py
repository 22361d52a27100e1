"""A second matter, found in an appeal that is registered already, becomes a claim of its own.

The letter is one appeal with one day of registration, whatever it asks (Code art. 64), and single
matters of it may lie with different bodies (art. 65, which lets claims be sent on one by one). The
Code does not say how long a matter has that was overlooked at first. It was in the letter from the
start, so it gets no day more: it takes over the clock of the claim it was a part of, with every
extension and redirection that was told to the applicant before. It was in nobody's hands by itself,
so choosing its agency is a first routing and begins no new term; an agency that is not competent
sends it on as any other claim. The applicant is told at once, as of a redirection.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from agencies import announcements, choices, journal, routing, search, suggesting
from agencies.appeals import GONE, Claim, ClaimStatus
from agencies.appeals.moves import must_be, settle, status_of
from agencies.calendar import business_date
from agencies.directory import Agency, Origin, Subject, offered_subjects, subjects_to_give
from agencies.errors import Invalid, WrongStatus
from agencies.staff import Officer

UNANSWERED = tuple(
    status
    for status in ClaimStatus
    if status not in GONE | {ClaimStatus.ANSWERED, ClaimStatus.CLOSED}
)
MOST_CLAIMS = 20
"""As many as an appeal may be lodged with."""
LONGEST = 20_000


def set_apart(
    session: Session, claim: Claim, *, text: str, by: Officer, now: datetime,
    agency: Agency | None = None, subject: str | None = None,
) -> Claim:  # fmt: skip
    """The new claim, the last of the appeal. Without an agency the reception chooses one.

    The caller holds the appeal. Raises Invalid (`text`, `agency`, `subject`); WrongStatus after the
    answer.
    """
    must_be(claim, *UNANSWERED)
    appeal, words = claim.appeal, text.strip()
    _must_fit(claim, words)
    new = _beside(session, claim, words, subject, now)
    appeal.claims.append(new)
    appeal.status = status_of(appeal.claims)
    journal.append(
        appeal, "set_apart", by=by, now=now, claim_ordinal=new.ordinal, apart_from=claim.ordinal,
        due_on=new.due_on.isoformat(), policy=new.policy.code,
    )  # fmt: skip
    session.flush()
    settle(appeal)
    search.note_again(session, appeal.id)
    announcements.tell(
        session, appeal, "claim_set_apart", now=now, due_on=new.due_on.isoformat(),
        policy=new.policy.code,
    )  # fmt: skip
    if agency is not None:
        routing.route(session, new, to=agency, by=by, now=now)
    return new


def _must_fit(claim: Claim, words: str) -> None:
    if claim.appeal.source is Origin.IMPORTED:
        raise WrongStatus("This appeal came from an earlier register and stays as it was there.")
    if not words:
        raise Invalid({"text": "Copy the words of the second matter from the letter."})
    if len(words) > LONGEST:
        raise Invalid({"text": "This is too long."})
    if not _is_part(words, claim.text):
        raise Invalid(
            {"text": "These words do not stand in the claim. Copy them from it as they are."}
        )
    if len(claim.appeal.claims) >= MOST_CLAIMS:
        raise Invalid({"text": "An appeal has at most 20 claims."})


def _is_part(words: str, whole: str) -> bool:
    """Lines may be broken otherwise."""
    return " ".join(words.split()) in " ".join(whole.split())


def _beside(
    session: Session, claim: Claim, words: str, subject: str | None, now: datetime
) -> Claim:
    """It stands where the claim stands: the same clock, and the same silence where that is over."""
    appeal = claim.appeal
    proposed = suggesting.suggest(
        session, words, day=business_date(now), language=appeal.language, district=appeal.district
    )
    new = Claim(
        ordinal=max(one.ordinal for one in appeal.claims) + 1, text=words,
        subject=_subject(session, subject, proposed), registered_on=claim.registered_on,
        first_due_on=claim.first_due_on, due_on=claim.due_on, extendable_to=claim.extendable_to,
        own_policy=claim.own_policy, deemed_refused_on=claim.deemed_refused_on,
        status=ClaimStatus.REGISTERED, special=claim.special, redirections=0, reopenings=0,
        suggestions=[one.as_json() for one in proposed.offered],
    )  # fmt: skip
    choices.remember(session, new, proposed, now=now)
    return new


def _subject(
    session: Session, code: str | None, proposed: suggesting.Suggestions
) -> Subject | None:
    """The one that was named; otherwise the one that the words speak for most."""
    likely = proposed.offered[0].subject if proposed.offered else None
    if not code:
        return subjects_to_give(session, {likely} if likely else ()).get(likely or "")
    found = session.scalar(offered_subjects().where(Subject.code == code))
    if found is None:
        raise Invalid({"subject": "Choose a topic on the list."})
    return found
