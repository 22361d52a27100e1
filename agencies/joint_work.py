"""Work on a claim that the applicant does not see: notes, mentions, and opinions of other agencies.

An agency that is asked for an opinion reads the question, never the appeal. A question that nobody
answered by its day expires, and the claim goes on without it: its clock never waits.
"""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies import events, journal, tasks
from agencies.anonymising import anonymised
from agencies.appeals import Claim, is_kept_from, is_open_to
from agencies.appeals.circle import keeps_out, kept_from
from agencies.calendar import business_date
from agencies.db import Base
from agencies.directory import Agency, Origin
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.hearings import GOING
from agencies.staff import Officer

LONGEST = 4000
SHOWN_FOR = timedelta(days=30)
MENTION = re.compile(r"@([A-Za-z0-9._-]{2,64})")


class InternalNote(Base):
    """Append-only. `mentions` holds the numbers of the officers named with @."""

    __tablename__ = "internal_note"
    __table_args__ = (Index("ix_internal_note_mentions", "mentions", postgresql_using="gin"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    words: Mapped[str]
    mentions: Mapped[list[int]] = mapped_column(JSONB, default=list)

    claim: Mapped[Claim] = relationship()
    by: Mapped[Officer] = relationship()


class OpinionRequest(Base):
    """A question to another agency; answered once, or expired after `due_on`."""

    __tablename__ = "opinion_request"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    question: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    answer: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    """When the claim ended without it."""

    claim: Mapped[Claim] = relationship()
    agency: Mapped[Agency] = relationship()
    asked_by: Mapped[Officer] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Officer | None] = relationship(foreign_keys=[answered_by_id])

    def is_expired_on(self, day: date) -> bool:
        return self.answered_at is None and self.due_on < day


def add_note(
    session: Session, claim: Claim, *, words: str, by: Officer, now: datetime
) -> InternalNote:
    """For colleagues only. Who is named with @login finds the note among the reminders."""
    if not words.strip():
        raise Invalid({"words": "Write the note."})
    if len(words) > LONGEST:
        raise Invalid({"words": "This is too long."})
    named = _named(session, claim, words)
    note = InternalNote(claim=claim, by=by, at=now, words=words.strip(), mentions=named)
    session.add(note)
    return note


def _named(session: Session, claim: Claim, words: str) -> list[int]:
    """Only people who may see the claim: of its agency, or of no agency at all."""
    logins = set(MENTION.findall(words))
    if not logins:
        return []
    query = select(Officer.id).where(Officer.login.in_(logins), Officer.active)
    sees = (Officer.agency_id == claim.agency_id) | Officer.agency_id.is_(None)
    return sorted(session.scalars(query.where(sees, ~keeps_out(claim.appeal_id))))


def ask_opinion(
    session: Session,
    claim: Claim,
    *,
    of: Agency,
    question: str,
    until: date,
    by: Officer,
    now: datetime,
) -> OpinionRequest:
    """Ask another agency what it thinks, inside the term. The claim stays with its own agency,
    and names and numbers of persons in the question stay with it.
    """
    if claim.status not in GOING:
        raise WrongStatus("An opinion is asked for while an agency works on the claim.")
    problems = {}
    if not question.strip():
        problems["question"] = "Write the question so that it can be answered without the appeal."
    if of.origin is not Origin.HALL or of.id == claim.agency_id:
        problems["agency"] = "Choose another agency."
    if not business_date(now) < until <= claim.due_on:
        problems["until"] = "Choose a day after today and inside the term of the answer."
    if problems:
        raise Invalid(problems)
    asked = OpinionRequest(
        claim=claim, agency=of, asked_by=by, asked_at=now, due_on=until,
        question=_unnamed(claim, question)[:LONGEST],
    )  # fmt: skip
    session.add(asked)
    journal.append(
        claim.appeal, "opinion_asked", by=by, now=now, claim_ordinal=claim.ordinal,
        agency=of.code, until=until.isoformat(), question=asked.question,
    )  # fmt: skip
    _wake(session, of, "opinion_asked", claim, now=now)
    return asked


def _unnamed(claim: Claim, question: str) -> str:
    person = claim.appeal.applicant
    return anonymised(question.strip(), person.persons if person else ())


def give_opinion(
    session: Session, asked: OpinionRequest, *, answer: str, by: Officer, now: datetime
) -> None:
    """The caller holds the appeal. Raises WrongStatus once it was given or its day has passed."""
    if asked.answered_at is not None:
        raise WrongStatus("A colleague has given this opinion already.")
    if asked.closed_at is not None:
        raise WrongStatus("The claim has ended: the opinion is needed no more.")
    if asked.is_expired_on(business_date(now)):
        raise WrongStatus("The day of this question has passed; the claim went on without it.")
    if not answer.strip():
        raise Invalid({"answer": "Write the opinion of your agency."})
    asked.answer, asked.answered_at, asked.answered_by = answer.strip()[:LONGEST], now, by
    journal.append(
        asked.claim.appeal, "opinion_given", by=by, now=now, claim_ordinal=asked.claim.ordinal,
        agency=asked.agency.code, answer=asked.answer,
    )  # fmt: skip
    if asked.claim.agency is not None:
        _wake(session, asked.claim.agency, "opinion_given", asked.claim, now=now)


def hand_over(
    session: Session, claim: Claim, *, to: Claim | None, by: Officer | None, now: datetime
) -> None:
    """Open questions and tasks of a claim that ended go to the one that goes on, or end with it."""
    query = select(OpinionRequest).where(
        OpinionRequest.claim_id == claim.id, OpinionRequest.answered_at.is_(None),
        OpinionRequest.closed_at.is_(None), OpinionRequest.due_on >= business_date(now),
    )  # fmt: skip
    asked = session.scalars(query).all()
    for question in asked:
        if to is None or question.agency_id == to.agency_id:
            question.closed_at = now
        else:
            question.claim = to
    moved = tasks.hand_over(session, claim, to=to, by=by, now=now)
    if to is not None and (moved or any(question.claim is to for question in asked)):
        journal.append(
            to.appeal, "work_came", by=by, now=now, claim_ordinal=to.ordinal,
            number=claim.appeal.number,
        )  # fmt: skip


def notes_of(session: Session, claims: Collection[Claim]) -> list[InternalNote]:
    query = select(InternalNote).where(InternalNote.claim_id.in_([c.id for c in claims]))
    query = query.options(joinedload(InternalNote.by).lazyload(Officer.agency))
    return list(session.scalars(query.order_by(InternalNote.id)))


def opinions_of(session: Session, claims: Collection[Claim]) -> list[OpinionRequest]:
    query = select(OpinionRequest).where(OpinionRequest.claim_id.in_([c.id for c in claims]))
    query = query.options(joinedload(OpinionRequest.agency))
    return list(session.scalars(query.order_by(OpinionRequest.id)))


def questions_to(session: Session, officer: Officer) -> list[OpinionRequest]:
    """What the officer's agency was asked lately, the open ones by their day."""
    query = select(OpinionRequest).where(OpinionRequest.agency_id == officer.agency_id)
    query = query.join(OpinionRequest.claim).where(Claim.appeal_id.not_in(kept_from(officer)))
    query = query.options(joinedload(OpinionRequest.claim).joinedload(Claim.appeal))
    done = or_(OpinionRequest.answered_at.is_not(None), OpinionRequest.closed_at.is_not(None))
    order = (done, OpinionRequest.due_on, OpinionRequest.id)
    return list(session.scalars(query.order_by(*order).limit(100)))


def question_to(session: Session, request_id: int, *, officer: Officer) -> OpinionRequest:
    found = session.get(OpinionRequest, request_id)
    if (
        found is None
        or found.agency_id != officer.agency_id
        or is_kept_from(found.claim.appeal, officer)
    ):
        raise NotFound("There is no such question to your agency.")
    return found


def mentions_of(session: Session, officer: Officer, *, now: datetime) -> list[InternalNote]:
    """Notes of the last month that name this person, the newest first."""
    query = select(InternalNote).where(InternalNote.mentions.contains([officer.id]))
    query = query.where(InternalNote.at > now - SHOWN_FOR)
    query = query.join(InternalNote.claim).where(is_open_to(officer))
    query = query.options(
        joinedload(InternalNote.claim).joinedload(Claim.appeal), joinedload(InternalNote.by)
    )
    return list(session.scalars(query.order_by(InternalNote.id.desc()).limit(50)))


def _wake(session: Session, agency: Agency, kind: str, claim: Claim, *, now: datetime) -> None:
    events.record(
        session, f"agency/{agency.code}", kind, now=now, appeal=claim.appeal.number,
        claim=claim.ordinal,
    )  # fmt: skip
