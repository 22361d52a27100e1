"""An erasure by decision takes two persons: one proposes it, another confirms or refuses it.

    proposed -> confirmed     the words are erased in the same transaction
             -> refused, withdrawn (by who proposed it), expired

Whatever must hold of the appeal is asked when it is proposed and again when it is confirmed. The
reasons name nobody; they go with the words of the appeal, and the tombstone keeps what was decided.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Select,
    String,
    and_,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import appeals, erasures, journal
from agencies.anonymising import tells_of
from agencies.appeals import Appeal
from agencies.appeals.circle import visible
from agencies.calendar import business_date
from agencies.db import Base
from agencies.erasures import DECISION, Decision, Erasure
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer, Role, is_colleague
from agencies.veiling import hides

DECIDERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Who may propose, and who may confirm what another one proposed."""
LONGEST = 300
SHOWN = 50


class ProposalStatus(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


S = ProposalStatus
MOVES: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    S.PROPOSED: frozenset({S.CONFIRMED, S.REFUSED, S.EXPIRED, S.WITHDRAWN}),
    S.CONFIRMED: frozenset(),
    S.REFUSED: frozenset(),
    S.EXPIRED: frozenset(),
    S.WITHDRAWN: frozenset(),
}


class ErasureProposal(Base):
    """It may be decided up to and with `until_on`; one at a time for an appeal."""

    __tablename__ = "erasure_proposal"
    __table_args__ = (
        CheckConstraint("(status = 'proposed') = (decided_at IS NULL)", name="decided"),
        CheckConstraint(
            "status NOT IN ('confirmed', 'refused')"
            " OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)",
            name="two_persons",
        ),
        CheckConstraint(
            "status <> 'withdrawn' OR decided_by_id IS NOT DISTINCT FROM proposed_by_id",
            name="own",
        ),
        Index(
            "uq_erasure_proposal_open", "appeal_id", unique=True,
            postgresql_where=text("status = 'proposed'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    status: Mapped[ProposalStatus]
    reason: Mapped[str] = mapped_column(String(LONGEST))
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    until_on: Mapped[date]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    because: Mapped[str] = mapped_column(String(LONGEST), default="")

    appeal: Mapped[Appeal] = relationship(lazy="joined")
    proposed_by: Mapped[Officer] = relationship(foreign_keys=[proposed_by_id], lazy="joined")
    decided_by: Mapped[Officer | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")


@cache
def stands_for() -> timedelta:
    """How long a proposal waits (`data/retention.toml`)."""
    row = tomllib.loads(erasures.RULES.read_text(encoding="utf-8"))["decision"]
    return timedelta(days=row["days"])


def propose(
    session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime
) -> ErasureProposal:
    """The caller holds the appeal. Raises Invalid (`reason`), and as `erasures.must_be_ripe`."""
    _must_be_decider(by)
    erasures.must_be_ripe(session, appeal, reason=reason, now=now)
    plain = _plain(appeal, reason, "Say by whose decision, its date and number.")
    if session.scalar(_open().where(ErasureProposal.appeal_id == appeal.id).limit(1)):
        raise WrongStatus("The erasure of this appeal is proposed already.")
    until = business_date(now) + stands_for()
    proposal = ErasureProposal(
        appeal=appeal, status=S.PROPOSED, reason=plain, proposed_at=now, proposed_by=by,
        until_on=until,
    )  # fmt: skip
    session.add(proposal)
    journal.append(
        appeal, "erasure_proposed", by=by, now=now, until=until.isoformat(), reason=plain
    )
    session.flush()
    return proposal


def confirm(
    session: Session, proposal: ErasureProposal, *, because: str, folder: Path, by: Officer,
    now: datetime,
) -> Erasure:  # fmt: skip
    """The words are erased now. The caller holds the appeal. Raises Invalid (`reason`)."""
    plain = _judged(proposal, because, by=by, now=now)
    decision = Decision(proposal.proposed_by, proposal.reason, by, plain)
    appeal = proposal.appeal
    erasures.must_be_ripe(session, appeal, reason=decision.reason, now=now)
    _move(proposal, S.CONFIRMED, by=by, now=now, because=plain)
    return erasures.erase(session, appeal, rule=DECISION, folder=folder, now=now, decision=decision)


def refuse(proposal: ErasureProposal, *, because: str, by: Officer, now: datetime) -> None:
    """The caller holds the appeal. Raises Invalid (`reason`)."""
    plain = _judged(proposal, because, by=by, now=now)
    _move(proposal, S.REFUSED, by=by, now=now, because=plain)


def withdraw(proposal: ErasureProposal, *, by: Officer, now: datetime) -> None:
    """The caller holds the appeal."""
    if proposal.proposed_by_id != by.id:
        raise NotAllowed("Only the person who proposed an erasure withdraws it.")
    _move(proposal, S.WITHDRAWN, by=by, now=now)


def expire(session: Session, *, now: datetime) -> Iterator[ErasureProposal]:
    """What nobody decided in its time, or whose appeal a rule erased; the caller commits each."""
    gone = select(Erasure.appeal_id)
    over = or_(ErasureProposal.until_on < business_date(now), ErasureProposal.appeal_id.in_(gone))
    for key in session.scalars(_open().where(over).order_by(ErasureProposal.id)).all():
        proposal = session.get_one(ErasureProposal, key)
        appeals.lock(session, proposal.appeal)
        session.refresh(proposal, ["status"])
        if proposal.status is S.PROPOSED:
            _move(proposal, S.EXPIRED, by=None, now=now)
            yield proposal


def hold(session: Session, proposal_id: int, *, officer: Officer) -> ErasureProposal:
    """For a decision: its appeal is locked until the commit."""
    query = select(Appeal.number).join(ErasureProposal, ErasureProposal.appeal_id == Appeal.id)
    number = session.scalar(visible(query.where(ErasureProposal.id == proposal_id), officer))
    if number is None:
        raise NotFound("There is no such proposal.")
    appeals.hold(session, number, officer=officer)
    proposal = session.get_one(ErasureProposal, proposal_id)
    session.refresh(proposal)
    return proposal


def waiting(session: Session, officer: Officer, *, today: date) -> list[ErasureProposal]:
    """What may still be decided, of appeals that this person may see; the shortest time first."""
    query = select(ErasureProposal).join(ErasureProposal.appeal)
    query = query.where(_stands(today)).order_by(ErasureProposal.until_on, ErasureProposal.id)
    return list(session.scalars(visible(query, officer)))


def to_decide(officer: Officer, *, today: date) -> Select[int]:
    """How many of them another person proposed: a query for one number."""
    query = select(func.count(ErasureProposal.id)).join(ErasureProposal.appeal)
    query = query.where(_stands(today), ErasureProposal.proposed_by_id != officer.id)
    return visible(query, officer)


def decided(session: Session, officer: Officer) -> list[ErasureProposal]:
    """The newest first."""
    query = select(ErasureProposal).join(ErasureProposal.appeal)
    query = query.where(ErasureProposal.status != S.PROPOSED)
    query = query.order_by(ErasureProposal.decided_at.desc()).limit(SHOWN)
    return list(session.scalars(visible(query, officer)))


def deciders(session: Session, proposal: ErasureProposal) -> list[Officer]:
    """Who may confirm it today: at work, with the right, in the circle of the appeal, another."""
    query = select(Officer).where(is_colleague(), Officer.role.in_(DECIDERS))
    query = query.where(Officer.id != proposal.proposed_by_id).order_by(Officer.name, Officer.id)
    own = select(Appeal.id).where(Appeal.id == proposal.appeal_id)
    return [one for one in session.scalars(query) if session.scalar(visible(own, one))]


def candidates(session: Session) -> list[Officer]:
    """People of the reception and of the analysis, to whom the right might be given."""
    query = select(Officer).where(is_colleague(), Officer.role.in_((Role.CLERK, Role.ANALYST)))
    return list(session.scalars(query.order_by(Officer.name, Officer.id).limit(SHOWN)))


def _open() -> Select[int]:
    return select(ErasureProposal.id).where(ErasureProposal.status == S.PROPOSED)


def _stands(today: date) -> ColumnElement[bool]:
    return and_(ErasureProposal.status == S.PROPOSED, ErasureProposal.until_on >= today)


def _judged(proposal: ErasureProposal, because: str, *, by: Officer, now: datetime) -> str:
    """The reason of who decides; never of the person who proposed it (four eyes)."""
    _must_be_decider(by)
    if proposal.proposed_by_id == by.id:
        raise NotAllowed("Another person has to decide on what you proposed yourself.")
    if proposal.status is S.PROPOSED and proposal.until_on < business_date(now):
        raise WrongStatus("The time to decide on this proposal is over. Propose the erasure anew.")
    return _plain(proposal.appeal, because, "Say what you looked at and why you decide so.")


def _must_be_decider(by: Officer) -> None:
    if by.role not in DECIDERS:
        raise NotAllowed("Your role does not take this step.")


def _plain(appeal: Appeal, words: str, missing: str) -> str:
    """Words that tell of nobody: they are read by more people than the appeal is."""
    plain, person = " ".join(words.split()), appeal.applicant
    if not plain:
        raise Invalid({"reason": missing})
    if len(plain) > LONGEST:
        raise Invalid({"reason": "This is too long."})
    if hides(plain) or tells_of(plain, person.persons if person else ()):
        raise Invalid({"reason": "Name the decision, not the person: no names and no numbers of "
                                 "persons stand here."})  # fmt: skip
    return plain


def _move(
    proposal: ErasureProposal, to: ProposalStatus, *, by: Officer | None, now: datetime,
    because: str = "",
) -> None:  # fmt: skip
    """The only writer of the status of a proposal that stands; the journal of the appeal tells."""
    if to not in MOVES[proposal.status]:
        raise WrongStatus("This proposal was decided before.")
    proposal.status, proposal.because = to, because
    proposal.decided_at, proposal.decided_by = now, by
    journal.append(proposal.appeal, f"erasure_{to}", by=by, now=now, reason=because)
