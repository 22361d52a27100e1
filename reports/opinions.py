"""What the agencies concerned say about a proposal before the council votes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import calendar
from agencies.calendar import business_date
from agencies.db import Base
from agencies.directory import Agency, agency_by_code
from agencies.errors import Invalid, NotCompetent, WrongStatus
from agencies.staff import Officer
from reports import council, evidence, personal, proposals
from reports.proposals import Proposal, ProposalStatus

LONGEST = 6000


class Position(StrEnum):
    SUPPORTS = "supports"
    WITH_CHANGES = "with_changes"
    AGAINST = "against"


class Opinion(Base):
    """Asked of one agency for one version; no position means that it kept silent."""

    __tablename__ = "proposal_opinion"
    __table_args__ = (UniqueConstraint("proposal_id", "version", "agency_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    version: Mapped[int]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    position: Mapped[Position | None]
    language: Mapped[str] = mapped_column(String(2), default="")
    words: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    agency: Mapped[Agency] = relationship(lazy="joined")


def ask(
    session: Session, proposal: Proposal, *, agencies: list[str], by: Officer, now: datetime
) -> list[Opinion]:
    """By another person than the one who froze the evidence, who checks it with this."""
    pack = evidence.must_be_frozen(session, proposal)
    evidence.must_be_checked_by_another(pack, by)
    if not agencies:
        raise Invalid({"agencies": "Choose at least one agency to be heard."})
    today = business_date(now)
    due = calendar.workdays(session).add(today, council.rules()["opinion_days"])
    asked = [
        Opinion(
            proposal_id=proposal.id, version=proposal.version, agency=agency_by_code(session, code),
            asked_at=now, due_on=due, language="", words="",
        )
        for code in sorted(set(agencies))
    ]  # fmt: skip
    session.add_all(asked)
    proposals.move(
        session, proposal, ProposalStatus.HEARING, "asked", by=by, now=now,
        agencies=sorted(set(agencies)), due_on=due.isoformat(), digest=pack.digest,
    )  # fmt: skip
    session.flush()
    return asked


def give(
    session: Session, proposal: Proposal, *, position: Position, language: str, words: str,
    by: Officer, now: datetime,
) -> Opinion:  # fmt: skip
    """By the head of an agency that was asked; once. The last one ends the hearing."""
    if proposal.status is not ProposalStatus.HEARING:
        raise WrongStatus("The agencies are not being heard now.")
    opinion = _asked_of(session, proposal, by)
    if opinion.position is not None:
        raise WrongStatus("Your agency has given its opinion already.")
    if not words.strip() or len(words) > LONGEST:
        raise Invalid({"words": "Give your reasons, in at most two pages."})
    personal.must_be_free(words, field="words")
    if language not in proposals.LAW_LANGUAGES:
        raise Invalid({"language": "Write in Kazakh or Russian."})
    opinion.position, opinion.language, opinion.words = position, language, words.strip()
    opinion.given_at, opinion.given_by_id = now, by.id
    proposals.note(
        session, proposal, "opinion", by=by, now=now, agency=opinion.agency.code,
        position=str(position),
    )  # fmt: skip
    session.flush()
    close_if_heard(session, proposal, now=now)
    return opinion


def close_if_heard(session: Session, proposal: Proposal, *, now: datetime) -> bool:
    """Heard once every agency spoke or its term passed; silence is on record as no comment."""
    today = business_date(now)
    waiting = [
        o for o in opinions_of(session, proposal) if o.position is None and o.due_on >= today
    ]
    if proposal.status is not ProposalStatus.HEARING or waiting:
        return False
    proposals.move(session, proposal, ProposalStatus.HEARD, "heard", by=None, now=now)
    return True


def opinions_of(session: Session, proposal: Proposal) -> list[Opinion]:
    query = select(Opinion).filter_by(proposal_id=proposal.id, version=proposal.version)
    return list(session.scalars(query.order_by(Opinion.id)))


def waiting_for(session: Session, officer: Officer) -> list[Proposal]:
    """Proposals on which the officer's agency still has to say something."""
    query = select(Proposal).join(Opinion, Opinion.proposal_id == Proposal.id)
    query = query.where(
        Opinion.agency_id == officer.agency_id,
        Opinion.position.is_(None),
        Opinion.version == Proposal.version,
        Proposal.status == ProposalStatus.HEARING,
    )
    return list(session.scalars(query.order_by(Proposal.id)))


def _asked_of(session: Session, proposal: Proposal, by: Officer) -> Opinion:
    for opinion in opinions_of(session, proposal):
        if opinion.agency_id == by.agency_id:
            return opinion
    raise NotCompetent("Your agency was not asked about this proposal.")
