"""What an agency does with a claim: take, extend, draft, approve, return, close."""

from datetime import date, datetime

from sqlalchemy.orm import Session, object_session

from agencies import (
    announcements,
    complaints,
    drafting,
    events,
    grounds,
    hearings,
    journal,
    quality,
    replies,
)
from agencies.anonymising import tells_of
from agencies.appeals import Claim, ClaimStatus, gives_away, is_kept_from, stands_in
from agencies.appeals.moves import move, must_be, settle
from agencies.calendar import business_date, workdays
from agencies.drafting import Draft
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import AGENCY_ROLES, Officer, Role
from agencies.terms import AppealKind
from agencies.veiling import hides

OUTCOMES = (
    "satisfied", "satisfied_part", "measures_taken", "refused", "explained", "returned",
    "no_consideration", "terminated", "noted",
)  # fmt: skip
"""Outcomes an answer may have (codes of `agencies/data`); redirect and withdrawal have verbs."""


def take(claim: Claim, *, by: Officer, now: datetime) -> None:
    """The officer becomes responsible by name."""
    must_be(claim, ClaimStatus.ROUTED)
    session = object_session(claim)
    if session is not None and claim.appeal.kind == AppealKind.COMPLAINT:
        complaints.must_not_judge_oneself(session, claim, by)
    move(claim, ClaimStatus.IN_WORK, "taken", by=by, now=now, officer=by.name)
    claim.officer = by


def assign(session: Session, claim: Claim, *, to: Officer, by: Officer, now: datetime) -> None:
    """The head gives the claim to one of the agency's people, taken into work or not."""
    if not gives_away(session, claim, by):
        raise NotAllowed("Only the head of the agency gives its claims to its people.")
    if not to.active or to.role not in AGENCY_ROLES or to.agency_id != claim.agency_id:
        raise Invalid({"to": "Choose somebody of the agency that has the claim."})
    if is_kept_from(claim.appeal, to):
        raise Invalid(
            {"to": "The appeal complains of this person or of their head: choose another."}
        )
    if complaints.judges_oneself(session, claim, to):
        raise Invalid({"to": "The complaint is about this person's decision: choose another."})
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if claim.status is ClaimStatus.ROUTED:
        move(claim, ClaimStatus.IN_WORK, "taken", by=by, now=now, officer=to.name)
    elif claim.officer_id == to.id:
        raise WrongStatus("The claim is with this person already.")
    journal.append(
        claim.appeal, "assigned", by=by, now=now, claim_ordinal=claim.ordinal, officer=to.name
    )
    claim.officer = to


def extend(
    session: Session, claim: Claim, *, until: date, reason: str, by: Officer, now: datetime
) -> None:
    """Lengthen the term with a reasoned decision of the head (Code art. 76(3)).

    The applicant is told at once, so inside the three working days that the law gives for it.
    """
    if by.role is not Role.HEAD and not stands_in(claim, by):
        raise NotAllowed("Only the head of the agency extends a term.")
    must_be(claim, *hearings.GOING)
    problems = {}
    if not reason.strip():
        problems["reason"] = "Say which facts still have to be established."
    if claim.extendable_to is None:
        problems["until"] = "The law does not let this term be extended."
    elif business_date(now) > claim.due_on:
        problems["until"] = "The term is over already: it can no longer be extended."
    elif not claim.due_on < until <= claim.extendable_to:
        problems["until"] = "Choose a day after the present last day, within what the law allows."
    elif not workdays(session).is_working(until):
        problems["until"] = "This is a day off. Choose a working day of the official calendar."
    if problems:
        raise Invalid(problems)
    journal.append(
        claim.appeal, "extended", by=by, now=now, claim_ordinal=claim.ordinal,
        due_on=until.isoformat(), before=claim.due_on.isoformat(), reason=reason,
    )  # fmt: skip
    claim.due_on = until
    settle(claim.appeal)
    announcements.tell(
        session, claim.appeal, "term_extended", now=now, due_on=until.isoformat(),
        policy=claim.policy.code,
    )  # fmt: skip


def draft_answer(
    session: Session, claim: Claim, *, text: str, outcome: str, by: Officer, now: datetime,
    seen: int | None = None, **resolved: str,
) -> None:  # fmt: skip
    """The officer's answer goes to the head; nothing leaves before the approval.

    `seen` is the version of the shared draft it was made from, where it was written there;
    `resolved` may hold the rule, the remedy, the lesson and the ground.
    """
    draft = Draft(text, outcome, **resolved)
    problems = {}
    if not draft.text.strip():
        problems["text"] = (
            "Write the answer: what was found, what was done, and the article of law."
        )
    elif replies.has_unfilled(draft.text):
        problems["text"] = "A field in braces was not filled in. Write out what belongs there."
    if draft.outcome not in OUTCOMES:
        problems["outcome"] = "Choose how the claim ends."
    if problems:
        raise Invalid(problems)
    drafting.must_fit(draft)
    grounds.must_fit(claim, draft.outcome, draft.ground)
    if seen is not None:
        drafting.must_be_newest(claim, seen)
    complaints.must_not_judge_oneself(session, claim, by)
    hearings.must_be_heard_first(session, claim, draft.outcome)
    move(
        claim, ClaimStatus.IN_APPROVAL, "drafted", by=by, now=now, outcome=draft.outcome,
        text=draft.text, **({"ground": draft.ground} if draft.ground else {}),
    )  # fmt: skip
    quality.let_go(claim)
    drafting.write(session, claim, draft, by=by, now=now)
    claim.officer = by
    _tell(session, claim, "claim_drafted", by=by, now=now)


def answer_alike(
    session: Session, claim: Claim, *, like: Claim, by: Officer, now: datetime
) -> None:
    """One answer to all who wrote of the same thing: what was answered elsewhere goes to the head
    for this claim too, each by itself, and the journal keeps from where.
    """
    _must_fit_others(like, claim)
    if claim.status is ClaimStatus.ROUTED:
        take(claim, by=by, now=now)
    draft_answer(
        session, claim, text=like.answer, outcome=like.outcome, by=by, now=now,
        rule=like.rule_cited, remedy=like.remedy,
    )  # fmt: skip
    journal.append(
        claim.appeal, "answered_alike", by=by, now=now, claim_ordinal=claim.ordinal,
        number=like.appeal.number,
    )  # fmt: skip


def _must_fit_others(like: Claim, claim: Claim) -> None:
    """The words of one letter may go to others only where they name nobody and can be read."""
    person = like.appeal.applicant
    if not like.answer:
        raise Invalid({"like": "That appeal has no answer of your agency yet."})
    if tells_of(like.answer, person.persons if person else ()) or hides(like.answer):
        raise Invalid({"like": "That answer names its applicant; it cannot go to others."})
    if like.appeal.language != claim.appeal.language:
        raise Invalid({"like": "That answer is in another language than this appeal."})


def approve(session: Session, claim: Claim, *, by: Officer, now: datetime) -> None:
    """The head lets the answer leave; never the person who wrote it (four eyes)."""
    _must_judge(claim, by)
    complaints.must_not_judge_oneself(session, claim, by)
    hearings.must_be_over(claim, now)
    quality.must_not_be_under_way(claim, now)
    resolved = {
        "rule_cited": claim.rule_cited, "remedy": claim.remedy, "lesson": claim.lesson,
        "ground": claim.ground,
    }  # fmt: skip
    move(
        claim, ClaimStatus.ANSWERED, "answered", by=by, now=now,
        outcome=claim.draft_outcome, text=claim.draft,
        **{name: words for name, words in resolved.items() if words},
    )  # fmt: skip
    quality.let_go(claim)
    claim.answer, claim.outcome, claim.approved_by = claim.draft, claim.draft_outcome, by
    claim.first_answer_at = claim.first_answer_at or now
    claim.answered_at = now
    settle(claim.appeal)
    announcements.tell(session, claim.appeal, "claim_answered", now=now)
    _tell(session, claim, "claim_answered", by=by, now=now)


def return_draft(
    session: Session, claim: Claim, *, reason: str, by: Officer, now: datetime
) -> None:
    """Back to the officer with what is to be mended."""
    _must_judge(claim, by)
    must_be(claim, ClaimStatus.IN_APPROVAL)
    if not reason.strip():
        raise Invalid({"reason": "Say what has to be mended in the draft."})
    move(claim, ClaimStatus.IN_WORK, "draft_returned", by=by, now=now, reason=reason)
    quality.let_go(claim)
    _tell(session, claim, "claim_returned", by=by, now=now)


def close(claim: Claim, *, by: Officer | None, now: datetime) -> None:
    """Nothing is left to do after the answer."""
    move(claim, ClaimStatus.CLOSED, "closed", by=by, now=now)
    claim.closed_at = now
    settle(claim.appeal)


def _must_judge(claim: Claim, by: Officer) -> None:
    if by.role is not Role.HEAD and not stands_in(claim, by):
        raise NotAllowed("Only the head of the agency approves or returns an answer.")
    if claim.officer_id == by.id:
        raise NotAllowed("Another person has to approve what you wrote yourself.")


def _tell(session: Session, claim: Claim, kind: str, *, by: Officer, now: datetime) -> None:
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", kind, now=now, officer_id=by.id,
            appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
