"""A meeting of the Public Council as it is held: who is present, quorum, votes, minutes.

Each member present has one voice; what a member said stands in the minutes by count, not by name.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Officer, Role
from reports import council, evidence, personal
from reports.meetings import AgendaItem, Decision, M, Meeting, decide, move_on


class Choice(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Attendance(Base):
    __tablename__ = "meeting_attendance"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("council_meeting.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    at: Mapped[datetime]


class Ballot(Base):
    """One voice. `words` is a separate opinion, told in the minutes without a name."""

    __tablename__ = "ballot"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    choice: Mapped[Choice]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


def attend(session: Session, meeting: Meeting, *, member: Officer, now: datetime) -> None:
    """A member says that they are here, once the meeting is open. Again changes nothing."""
    if meeting.status is not M.OPEN:
        raise WrongStatus("The meeting is not open.")
    _must_be_member(member)
    if not is_present(session, meeting, member):
        session.add(Attendance(meeting_id=meeting.id, member_id=member.id, at=now))
        session.flush()


def vote(
    session: Session, item: AgendaItem, *, choice: Choice, words: str = "", member: Officer,
    now: datetime,
) -> Ballot:  # fmt: skip
    """One voice of a member who is present; until the vote is counted it may be given anew."""
    _must_be_member(member)
    if item.meeting.status is not M.OPEN or item.decision is not None:
        raise WrongStatus("There is no vote on this now.")
    if not is_present(session, item.meeting, member):
        raise NotAllowed("Only members who are present vote.")
    personal.must_be_free(words, field="words")
    ballot = session.get(Ballot, (item.id, member.id))
    if ballot is None:
        ballot = Ballot(item_id=item.id, member_id=member.id)
        session.add(ballot)
    ballot.choice, ballot.words, ballot.at = choice, words.strip(), now
    session.flush()
    return ballot


def count(
    session: Session, item: AgendaItem, *, returned: bool = False, by: Officer, now: datetime
) -> Decision:
    """End the vote. Without a quorum nothing is decided.

    `returned`: a majority for it sends the proposal back to be worked over.
    """
    if item.meeting.status is not M.OPEN or item.decision is not None:
        raise WrongStatus("There is no vote on this now.")
    pack = evidence.by_digest(session, item.evidence_digest)
    if pack.as_of > now or pack.version != item.proposal.version:
        raise WrongStatus("The evidence is not the one that the agenda names.")
    item.present = present(session, item.meeting)
    for choice, total in _voices(session, item).items():
        setattr(item, TALLIES[choice], total)
    decision = _decision(item, returned=returned)
    decide(session, item, decision, by=by, now=now)
    return decision


TALLIES = {
    Choice.FOR: "votes_for",
    Choice.AGAINST: "votes_against",
    Choice.ABSTAIN: "abstained",
}


def close(
    session: Session, meeting: Meeting, *, minutes_kk: str, minutes_ru: str, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """With minutes in both languages; what was not voted on waits for another meeting."""
    problems = {
        f"minutes_{code}": "Write the minutes in both languages."
        for code, text in (("kk", minutes_kk), ("ru", minutes_ru)) if not text.strip()
    }  # fmt: skip
    if problems:
        raise Invalid(problems)
    personal.must_be_free(minutes_kk, field="minutes_kk")
    personal.must_be_free(minutes_ru, field="minutes_ru")
    move_on(meeting, M.CLOSED)
    for item in meeting.agenda:
        if item.decision is None:
            decide(session, item, Decision.NOT_TAKEN, by=by, now=now)
    meeting.minutes_kk, meeting.minutes_ru = minutes_kk.strip(), minutes_ru.strip()
    meeting.closed_at = now
    meeting.digest = _digest(session, meeting)


def _digest(session: Session, meeting: Meeting) -> str:
    """Of the minutes and of the separate opinions in them."""
    opinions = [words for item in meeting.agenda for words in opinions_on(session, item)]
    whole = "\n".join([str(meeting.number), meeting.minutes_kk, meeting.minutes_ru, *opinions])
    return hashlib.sha256(whole.encode()).hexdigest()


def opinions_on(session: Session, item: AgendaItem) -> list[str]:
    """Separate opinions, by the alphabet: their order tells nothing of who wrote them."""
    query = select(Ballot.words).where(Ballot.item_id == item.id, Ballot.words != "")
    return sorted(session.scalars(query))


def present(session: Session, meeting: Meeting) -> int:
    query = select(func.count()).select_from(Attendance).filter_by(meeting_id=meeting.id)
    return session.scalar(query) or 0


def is_present(session: Session, meeting: Meeting, member: Officer) -> bool:
    return session.get(Attendance, (meeting.id, member.id)) is not None


def has_quorum(session: Session, meeting: Meeting) -> bool:
    return present(session, meeting) >= council.quorum(meeting.members)


def _decision(item: AgendaItem, *, returned: bool) -> Decision:
    if item.present < council.quorum(item.meeting.members):
        raise WrongStatus(
            "There is no quorum: two thirds of the members have to be present. Ask those who are"
            " here to say so on this page, or close the meeting: the item waits for another one."
        )
    if not council.is_majority(item.votes_for, item.present):
        return Decision.DECLINED
    return Decision.RETURNED if returned else Decision.ADOPTED


def _voices(session: Session, item: AgendaItem) -> dict[Choice, int]:
    query = select(Ballot.choice, func.count()).filter_by(item_id=item.id).group_by(Ballot.choice)
    return {choice: int(total) for choice, total in session.execute(query)}


def _must_be_member(officer: Officer) -> None:
    if officer.role is not Role.COUNCIL:
        raise NotAllowed("Only members of the council vote.")
