"""What the hall says to everybody, or to one agency's queue: on boards, kiosks and phones.

An announcement stands in three languages, begins and ends at stated times, and is never deleted:
who said what to the hall can be read afterwards.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events
from agencies.db import Base
from agencies.directory import Agency, Hall
from agencies.errors import Invalid, WrongStatus
from agencies.staff import Officer

LONGEST = 160
LONGEST_LIFE = timedelta(days=31)


class Sort(StrEnum):
    """An emergency covers every screen of the hall; a queue's message is for its visitors."""

    NOTICE = "notice"
    QUEUE = "queue"
    EMERGENCY = "emergency"


class Announcement(Base):
    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    sort: Mapped[Sort]
    text_kk: Mapped[str] = mapped_column(String(LONGEST))
    text_ru: Mapped[str] = mapped_column(String(LONGEST))
    text_en: Mapped[str] = mapped_column(String(LONGEST))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    hall: Mapped[Hall] = relationship(lazy="joined")
    agency: Mapped[Agency | None] = relationship(lazy="joined")
    made_by: Mapped[Officer] = relationship(foreign_keys=[made_by_id])


def announce(
    session: Session,
    hall: Hall,
    texts: dict[str, str],
    *,
    sort: Sort,
    until: datetime,
    by: Officer,
    now: datetime,
    agency: Agency | None = None,
) -> Announcement:
    """Said at once. Raises Invalid where a language is missing or the end lies in the past."""
    wrong = {
        f"text_{code}": "Write it in each language, at most 160 letters."
        for code in ("kk", "ru", "en")
        if not 0 < len(texts.get(code, "").strip()) <= LONGEST
    }
    if not now < until <= now + LONGEST_LIFE:
        wrong["until"] = "Choose an end within the next month."
    if sort is Sort.QUEUE and agency is None:
        wrong["agency"] = "Choose whose queue it is for."
    if wrong:
        raise Invalid(wrong)
    said = Announcement(
        hall=hall, agency=agency, sort=sort, starts_at=now, ends_at=until, made_by=by, made_at=now,
        **{f"text_{code}": " ".join(text.split()) for code, text in texts.items()},
    )  # fmt: skip
    session.add(said)
    _tell(session, said, "announced", by, now)
    return said


def end(session: Session, said: Announcement, *, by: Officer, now: datetime) -> None:
    if said.ends_at <= now:
        raise WrongStatus("This announcement is over already.")
    said.ends_at, said.ended_by_id = now, by.id
    _tell(session, said, "announcement_ended", by, now)


def current(
    session: Session, hall: Hall, *, now: datetime, agency_id: int | None = None
) -> list[Announcement]:
    """What is being said now to the hall, and to the agency's queue where one is named; an
    emergency first, then the newest.
    """
    whose = or_(Announcement.agency_id.is_(None), Announcement.agency_id == agency_id)
    query = select(Announcement).where(
        Announcement.hall_id == hall.id, Announcement.starts_at <= now,
        Announcement.ends_at > now, whose,
    )  # fmt: skip
    found = session.scalars(query.order_by(Announcement.starts_at.desc(), Announcement.id.desc()))
    return sorted(found, key=lambda said: said.sort is not Sort.EMERGENCY)


def of_whole_hall(session: Session, hall: Hall, *, now: datetime) -> list[Announcement]:
    """Everything being said now, also to single queues: what boards and supervision show."""
    query = select(Announcement).where(
        Announcement.hall_id == hall.id, Announcement.starts_at <= now, Announcement.ends_at > now
    )
    found = session.scalars(query.order_by(Announcement.starts_at.desc(), Announcement.id.desc()))
    return sorted(found, key=lambda said: said.sort is not Sort.EMERGENCY)


def emergency_of(said: Sequence[Announcement]) -> Announcement | None:
    return next((one for one in said if one.sort is Sort.EMERGENCY), None)


def _tell(session: Session, said: Announcement, kind: str, by: Officer, now: datetime) -> None:
    agency = said.agency.code if said.agency else None
    events.record(session, f"hall/{said.hall.code}", kind, now=now, officer_id=by.id, agency=agency)
