"""Reports by e-mail: who wants them, and the notices of an edition that was issued or withdrawn.

A message carries a link and no figures: whoever opens it signs in.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies import notices
from agencies.db import Base
from agencies.errors import Invalid
from agencies.notices import Notice, NoticeChannel, NoticeStatus
from agencies.staff import Officer
from reports.editions import LANGUAGES, Edition
from reports.recommendations import Reminder

ISSUED, WITHDRAWN, LATE = "edition_issued", "edition_withdrawn", "answer_late"


class ReportReader(Base):
    """The address is the member's own, and nobody else reads it on a screen."""

    __tablename__ = "report_reader"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(2))


def of(session: Session, officer: Officer) -> ReportReader | None:
    return session.get(ReportReader, officer.id)


def subscribe(session: Session, officer: Officer, *, email: str, language: str) -> None:
    """An empty address ends it. Raises Invalid (`email`, `language`)."""
    found = of(session, officer)
    if not email.strip():
        if found is not None:
            session.delete(found)
        return
    if language not in LANGUAGES:
        raise Invalid({"language": "Choose Kazakh, Russian or English."})
    address = notices.read_address(NoticeChannel.EMAIL, email)
    if found is None:
        session.add(ReportReader(officer_id=officer.id, email=address, language=language))
    else:
        found.email, found.language = address, language


def tell_issued(session: Session, edition: Edition, *, now: datetime) -> int:
    """To every recipient who reads this language; returns how many."""
    readers = select(ReportReader).where(
        ReportReader.officer_id.in_(edition.recipients), ReportReader.language == edition.language
    )
    return sum(_tell(session, edition, one, ISSUED, now) for one in session.scalars(readers))


def tell_withdrawn(session: Session, edition: Edition, *, now: datetime) -> int:
    """To those who were told that it was issued, wherever they read now."""
    named = select(Notice.once).where(Notice.about == _about(edition), Notice.kind == ISSUED)
    told = {int(once.rpartition("/")[2]) for once in session.scalars(named) if once}
    readers = select(ReportReader).where(ReportReader.officer_id.in_(told))
    return sum(_tell(session, edition, one, WITHDRAWN, now) for one in session.scalars(readers))


def _tell(
    session: Session, edition: Edition, reader: ReportReader, kind: str, now: datetime
) -> int:
    notices.send(
        session, channel=NoticeChannel.EMAIL, to=reader.email, kind=kind,
        language=edition.language, about=_about(edition), now=now,
        once=f"{_about(edition)}/{kind}/{reader.officer_id}", period=edition.period,
        report=str(edition.kind), version=edition.version,
    )  # fmt: skip
    return 1


def _about(edition: Edition) -> str:
    return f"edition/{edition.id}"


def sent_of(session: Session, edition: Edition) -> dict[NoticeStatus, int]:
    """How many messages about the edition stand in which state."""
    query = select(Notice.status, func.count()).where(Notice.about == _about(edition))
    return {status: count for status, count in session.execute(query.group_by(Notice.status))}


def remind_of(session: Session, reminder: Reminder, *, now: datetime) -> bool:
    """A letter to the body that owes an answer, where it left an address."""
    dispatch = reminder.dispatch
    if not dispatch.email:
        return False
    about = f"proposal/{dispatch.proposal.number}"
    notices.send(
        session, channel=NoticeChannel.EMAIL, to=dispatch.email, kind=LATE, language="kk",
        about=about, now=now, once=f"{about}/{LATE}/{reminder.on.isoformat()}",
        number=dispatch.proposal.number, outgoing=dispatch.outgoing_number,
        sent_on=dispatch.sent_on.isoformat(), due_on=dispatch.due_on.isoformat(),
        policy=dispatch.policy_code,
    )  # fmt: skip
    return True
