"""Tasks on a claim, to a colleague or to oneself: what is to be done, by which day, and done.

A task moves no clock and no status. The applicant and other agencies do not see it.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.appeals import Claim, is_kept_from, is_open_to, is_read_by
from agencies.appeals.circle import is_open_to_each
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer, Role, is_colleague

LONGEST = 300
SHOWN = 100


class ClaimTask(Base):
    __tablename__ = "claim_task"
    __table_args__ = (
        Index(
            "uq_claim_task_open", "to_id", "claim_id", "due_on", "words", unique=True,
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_claim_task_untold", "due_on",
            postgresql_where=text("told_at IS NULL AND done_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    due_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(LONGEST))
    told_at: Mapped[datetime | None]
    """When the digest of the day spoke of it (`agencies.reminders`)."""
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    claim: Mapped[Claim] = relationship()
    to: Mapped[Officer] = relationship(foreign_keys=[to_id])
    by: Mapped[Officer] = relationship(foreign_keys=[by_id])
    done_by: Mapped[Officer | None] = relationship(foreign_keys=[done_by_id])


def add(
    session: Session, claim: Claim, *, to: Officer, words: str, due_on: date, by: Officer,
    now: datetime,
) -> ClaimTask:  # fmt: skip
    """The caller holds the appeal. Raises WrongStatus where the same task stands open already."""
    plain = " ".join(words.split())
    problems = {}
    if not plain:
        problems["words"] = "Write what is to be done."
    elif len(plain) > LONGEST:
        problems["words"] = "This is too long."
    if due_on < business_date(now):
        problems["due_on"] = "Choose today or a later day."
    if not sees(session, to, claim):
        problems["to"] = "Choose a colleague who may see this claim."
    if problems:
        raise Invalid(problems)
    if _stands(session, claim, to, due_on, plain):
        raise WrongStatus("This task stands already.")
    task = ClaimTask(claim=claim, to=to, by=by, at=now, due_on=due_on, words=plain)
    session.add(task)
    return task


def _stands(session: Session, claim: Claim, to: Officer, due_on: date, words: str) -> bool:
    """Whether the same task is open on the claim already."""
    same = select(ClaimTask.id).where(
        ClaimTask.to_id == to.id, ClaimTask.claim_id == claim.id, ClaimTask.due_on == due_on,
        ClaimTask.words == words, ClaimTask.done_at.is_(None),
    )  # fmt: skip
    return session.scalar(same) is not None


def sees(session: Session, person: Officer, claim: Claim) -> bool:
    theirs = person.active and person.agency_id in (None, claim.agency_id)
    return theirs and not is_kept_from(claim.appeal, person) and is_read_by(session, claim, person)


def hand_over(
    session: Session, claim: Claim, *, to: Claim | None, by: Officer | None, now: datetime
) -> int:
    """Open tasks of a claim that ended go to another, where whoever has them sees it; returns how
    many did. The others end.
    """
    query = select(ClaimTask).where(ClaimTask.claim_id == claim.id, ClaimTask.done_at.is_(None))
    moved = 0
    for task in session.scalars(query.order_by(ClaimTask.id)).all():
        if to is None or not sees(session, task.to, to) or _stands(
            session, to, task.to, task.due_on, task.words
        ):  # fmt: skip
            task.done_at, task.done_by = now, by
        else:
            task.claim = to
            moved += 1
    return moved


def finish(task: ClaimTask, *, by: Officer, now: datetime) -> None:
    """A second press does nothing."""
    if not may_finish(task, by):
        raise NotAllowed("This task is another person's.")
    if task.done_at is None:
        task.done_at, task.done_by = now, by


def may_finish(task: ClaimTask, by: Officer) -> bool:
    """Whoever has it or gave it, and the head of the agency."""
    is_head = by.role is Role.HEAD and by.agency_id == task.claim.agency_id
    return is_head or by.id in (task.to_id, task.by_id)


def one_of(session: Session, task_id: int, *, officer: Officer) -> ClaimTask:
    found = session.get(ClaimTask, task_id)
    if found is None or not may_finish(found, officer) or is_kept_from(found.claim.appeal, officer):
        raise NotFound("There is no such task of yours.")
    return found


def tell_due(session: Session, *, today: date, now: datetime) -> list[int]:
    """Marks tasks whose day has come as told; the officers who have them, one for each task.

    Who no longer sees the claim is not reminded of it.
    """
    sees = select(Claim.id).where(
        Claim.id == ClaimTask.claim_id, Officer.id == ClaimTask.to_id,
        or_(Officer.agency_id.is_(None), Officer.agency_id == Claim.agency_id),
        is_colleague(), is_open_to_each(),
    )  # fmt: skip
    due = update(ClaimTask).where(
        ClaimTask.due_on <= today, ClaimTask.told_at.is_(None), ClaimTask.done_at.is_(None),
        sees.exists(),
    )  # fmt: skip
    return list(session.scalars(due.values(told_at=now).returning(ClaimTask.to_id)))


def of_claims(session: Session, claims: Collection[Claim]) -> list[ClaimTask]:
    """Open ones by their day, then the done ones."""
    query = select(ClaimTask).where(ClaimTask.claim_id.in_([claim.id for claim in claims]))
    people = (ClaimTask.to, ClaimTask.by, ClaimTask.done_by)
    query = query.options(*(joinedload(one).lazyload(Officer.agency) for one in people))
    order = (ClaimTask.done_at.is_not(None), ClaimTask.due_on, ClaimTask.id)
    return list(session.scalars(query.order_by(*order)))


def waiting(session: Session, officer: Officer) -> list[ClaimTask]:
    """What this person has to do on claims that are still to be seen, by its day."""
    query = select(ClaimTask).where(ClaimTask.to_id == officer.id, ClaimTask.done_at.is_(None))
    own = select(Claim.id).where(is_open_to(officer))
    if officer.agency_id is not None:
        own = own.where(Claim.agency_id == officer.agency_id)
    query = query.where(ClaimTask.claim_id.in_(own))
    query = query.options(
        joinedload(ClaimTask.claim).joinedload(Claim.appeal),
        joinedload(ClaimTask.by).lazyload(Officer.agency),
    )
    return list(session.scalars(query.order_by(ClaimTask.due_on, ClaimTask.id).limit(SHOWN)))


def colleagues(
    session: Session, officer: Officer, agencies: Collection[int | None]
) -> list[Officer]:
    """People tasks on claims of these agencies may be given to: theirs, and the person asking."""
    query = select(Officer).where(is_colleague())
    theirs = Officer.agency_id.in_([one for one in agencies if one is not None])
    query = query.where(or_(theirs, Officer.id == officer.id))
    return list(session.scalars(query.order_by(Officer.name)))
