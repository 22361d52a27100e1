"""Meetings of the Public Council and their agenda; what happens in them is told by `voting`.

    planned (moved, as often as need be) -> open -> closed
       +-> cancelled

What stands on the agenda is bound to a version and to the digest of its evidence.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import calendar
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.staff import Officer, Role
from reports import comparison, council, evidence, personal, proposals
from reports.proposals import Proposal, ProposalStatus


class MeetingStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


M = MeetingStatus
EARLY = timedelta(hours=1)
"""So long before it begins a meeting may be opened."""
MOVES: dict[MeetingStatus, frozenset[MeetingStatus]] = {
    M.PLANNED: frozenset({M.OPEN, M.CANCELLED}),
    M.OPEN: frozenset({M.CLOSED}),
    M.CLOSED: frozenset(),
    M.CANCELLED: frozenset(),
}


class Decision(StrEnum):
    ADOPTED = "adopted"
    DECLINED = "declined"
    RETURNED = "returned"
    NOT_TAKEN = "not_taken"


DECIDED = {
    Decision.ADOPTED: ProposalStatus.ADOPTED,
    Decision.DECLINED: ProposalStatus.DECLINED,
    Decision.RETURNED: ProposalStatus.DRAFT,
    Decision.NOT_TAKEN: ProposalStatus.HEARD,
}


class Meeting(Base):
    __tablename__ = "council_meeting"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    status: Mapped[MeetingStatus] = mapped_column(default=M.PLANNED)
    begins_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    members: Mapped[int] = mapped_column(default=0)
    """How many the council had when the meeting was opened."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    minutes_kk: Mapped[str] = mapped_column(default="")
    minutes_ru: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    called_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """`kind` (moved or cancelled), `at`, `why`, `by`; of a move `was`, the moment before it."""

    agenda: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.position")


class AgendaItem(Base):
    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        UniqueConstraint("meeting_id", "proposal_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("council_meeting.id"))
    position: Mapped[int]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    version: Mapped[int]
    evidence_digest: Mapped[str] = mapped_column(String(64))
    decision: Mapped[Decision | None]
    votes_for: Mapped[int] = mapped_column(default=0)
    votes_against: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)

    proposal: Mapped[Proposal] = relationship()
    meeting: Mapped[Meeting] = relationship(back_populates="agenda")


def call(
    session: Session, *, begins_at: datetime, place: str, by: Officer, now: datetime
) -> Meeting:
    _must_be_ahead(begins_at, now)
    if not place.strip():
        raise Invalid({"place": "Say where the members meet."})
    last = session.scalar(select(func.max(Meeting.number))) or 0
    meeting = Meeting(
        number=last + 1, begins_at=begins_at, place=place.strip(), called_by_id=by.id,
        status=M.PLANNED, members=0, minutes_kk="", minutes_ru="", digest="",
        changes=[],
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    return meeting


def put_on_agenda(
    session: Session, meeting: Meeting, proposal: Proposal, *, by: Officer, now: datetime
) -> AgendaItem:
    """The material is out some working days before, so a meeting that is too near is refused."""
    if meeting.status is not M.PLANNED:
        raise WrongStatus("The agenda of this meeting is closed.")
    pack = evidence.must_be_frozen(session, proposal)
    days = council.rules()["material_days"]
    ahead = calendar.workdays(session).between(business_date(now), business_date(meeting.begins_at))
    if ahead < days:
        raise Invalid(
            {"meeting": "Members need the material %(days)s working days before the meeting."},
            "Members need the material %(days)s working days before the meeting.",
            days=days,
        )
    item = AgendaItem(
        position=len(meeting.agenda) + 1, proposal=proposal, version=proposal.version,
        evidence_digest=pack.digest, votes_for=0, votes_against=0, abstained=0, present=0,
    )  # fmt: skip
    meeting.agenda.append(item)
    proposals.move(
        session, proposal, ProposalStatus.ON_AGENDA, "on_agenda", by=by, now=now,
        meeting=meeting.number, digest=pack.digest,
    )  # fmt: skip
    session.flush()
    return item


def _must_be_ahead(begins_at: datetime, now: datetime) -> None:
    if begins_at <= now:
        raise Invalid({"begins_at": "A meeting is called for a moment still to come."})


def move(meeting: Meeting, *, begins_at: datetime, why: str, by: Officer, now: datetime) -> None:
    """To another time, with its agenda; every member sees from when and why."""
    if meeting.status is not M.PLANNED:
        raise WrongStatus("Only a meeting that was not opened yet is moved.")
    _must_be_ahead(begins_at, now)
    if begins_at == meeting.begins_at:
        raise Invalid({"begins_at": "Choose another time than the one it is called for."})
    _write(meeting, "moved", why, field="why", by=by, now=now, was=meeting.begins_at.isoformat())
    meeting.begins_at = begins_at


def _write(
    meeting: Meeting, kind: str, why: str, *, field: str, by: Officer, now: datetime, was: str = ""
) -> None:
    if not why.strip():
        raise Invalid({field: "Say why, in a sentence."})
    personal.must_be_free(why, field=field)
    one = {"kind": kind, "at": now.isoformat(), "why": why.strip(), "by": by.id, "was": was}
    meeting.changes = [*meeting.changes, one]


def cancel(session: Session, meeting: Meeting, *, why: str, by: Officer, now: datetime) -> None:
    """What stood on the agenda waits for another meeting."""
    move_on(meeting, M.CANCELLED)
    _write(meeting, "cancelled", why, field="because", by=by, now=now)
    for item in meeting.agenda:
        decide(session, item, Decision.NOT_TAKEN, by=by, now=now)


def open_meeting(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """On its day, so that what was called for that day is not voted on before."""
    if meeting.status is M.PLANNED:
        _must_be_its_hour(meeting, now)
    move_on(meeting, M.OPEN)
    meeting.opened_at, meeting.members = now, members(session)


def _must_be_its_hour(meeting: Meeting, now: datetime) -> None:
    if now < meeting.begins_at - EARLY:
        raise WrongStatus(
            "A meeting is opened on its day, from an hour before it begins. Open it then, or move"
            " it."
        )
    if business_date(now) > business_date(meeting.begins_at):
        raise WrongStatus(
            "The day of this meeting has passed. Move it to another day or cancel it."
        )


def days_ahead(session: Session, item: AgendaItem) -> int | None:
    """Working days from the item's entry on the agenda to the day of the meeting."""
    put = [
        entry.at for entry in proposals.entries(session, item.proposal)
        if entry.kind == "on_agenda" and entry.payload.get("meeting") == item.meeting.number
    ]  # fmt: skip
    if not put:
        return None
    days = calendar.workdays(session)
    return days.between(business_date(put[-1]), business_date(item.meeting.begins_at))


def members(session: Session) -> int:
    query = select(func.count()).select_from(Officer)
    query = query.where(Officer.role == Role.COUNCIL, Officer.active)
    return session.scalar(query) or 0


def by_number(session: Session, number: int, *, for_change: bool = False) -> Meeting:
    query = select(Meeting).filter_by(number=number)
    found = session.scalars(query.with_for_update() if for_change else query).first()
    if found is None:
        raise NotFound("There is no such meeting.")
    return found


def item_at(meeting: Meeting, position: int) -> AgendaItem:
    for item in meeting.agenda:
        if item.position == position:
            return item
    raise NotFound("There is no such item on the agenda.")


def coming(session: Session) -> list[Meeting]:
    """Planned and open meetings, the nearest first."""
    query = select(Meeting).where(Meeting.status.in_([M.PLANNED, M.OPEN]))
    return list(session.scalars(query.order_by(Meeting.begins_at)))


def held(session: Session) -> list[Meeting]:
    """Closed and cancelled meetings, the newest first."""
    query = select(Meeting).where(Meeting.status.in_([M.CLOSED, M.CANCELLED]))
    return list(session.scalars(query.order_by(Meeting.begins_at.desc())))


def items_of(session: Session, proposal: Proposal) -> list[AgendaItem]:
    query = select(AgendaItem).filter_by(proposal_id=proposal.id).order_by(AgendaItem.id)
    return list(session.scalars(query))


def decide(
    session: Session, item: AgendaItem, decision: Decision, *, by: Officer, now: datetime
) -> None:
    item.decision = decision
    proposals.move(
        session, item.proposal, DECIDED[decision], f"vote_{decision}", by=by, now=now,
        meeting=item.meeting.number, votes_for=item.votes_for, votes_against=item.votes_against,
        abstained=item.abstained, present=item.present, digest=item.evidence_digest,
    )  # fmt: skip
    if decision is Decision.RETURNED:
        comparison.begin_version(session, item.proposal)


def move_on(meeting: Meeting, to: MeetingStatus) -> None:
    if to not in MOVES[meeting.status]:
        raise WrongStatus("This meeting has moved on. Look at its newest state.")
    meeting.status = to
