"""Who read whose card: every look at a person's data leaves a row that nobody can change.

A look is ordinary work; what is told apart is a look that stands out (`agencies.vigilance`).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies import appeals, journal
from agencies.appeals import Appeal, sees_all
from agencies.appeals.circle import kept_from
from agencies.calendar import start_of
from agencies.db import Base
from agencies.errors import Invalid
from agencies.staff import Officer

LONGEST_REASON = 300
SHORTEST_REASON = 5
TOO_SHORT = {
    "card_revealed": "Say why you need the whole card; the reason is kept.",
    "link_reprinted": "Say why the talon is printed again; the reason is kept.",
}


class Sight(StrEnum):
    CASE = "case"
    CARD = "card"
    FILE = "file"
    PAPER = "paper"
    PERSON = "person"
    ARCHIVE = "archive"


class CardReading(Base):
    """`own` as it was then: the reader's agency or hands had the appeal."""

    __tablename__ = "card_reading"
    __table_args__ = (
        Index("ix_card_reading_at_officer", "at", "officer_id"),
        Index("ix_card_reading_appeal", "appeal_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    """None where a card was looked up by its number before there was an appeal."""
    sight: Mapped[Sight]
    own: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")

    officer: Mapped[Officer] = relationship(lazy="joined")
    appeal: Mapped[Appeal | None] = relationship()


def note(
    session: Session, appeal: Appeal | None, sight: Sight, *, by: Officer, now: datetime,
    reason: str = "", own: bool | None = None,
) -> None:  # fmt: skip
    """The reader has seen this. The caller commits before it shows anything. `own` where the caller
    knows already whose work it is. Of special data the journal of the appeal tells each reader too.
    """
    if own is None:
        own = appeal is None or is_own(appeal, by)
    if appeal is not None and appeal.special:
        appeals.lock(session, appeal)
        journal.append(appeal, "special_read", by=by, now=now)
    session.add(
        CardReading(
            at=now, officer_id=by.id, appeal_id=appeal.id if appeal else None, sight=sight,
            own=own, reason=reason,
        )
    )  # fmt: skip


def is_own(appeal: Appeal, officer: Officer) -> bool:
    """Whether the appeal is this person's work: received, held, or lying with the agency."""
    if appeal.received_by_id == officer.id:
        return True
    if sees_all(officer):
        return any(claim.officer_id == officer.id for claim in appeal.claims)
    return any(claim.agency_id == officer.agency_id for claim in appeal.claims)


def reveal(session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    """The whole card with its number and ways to reach the person, for a reason that stays.

    The caller holds the appeal. Raises Invalid (`reason`).
    """
    _open(session, appeal, "card_revealed", reason=reason, by=by, now=now)


def reprint(session: Session, appeal: Appeal, *, reason: str, by: Officer, now: datetime) -> None:
    """The applicant's secret link once more, for a reason that stays; as `reveal`."""
    _open(session, appeal, "link_reprinted", reason=reason, by=by, now=now)


def _open(
    session: Session, appeal: Appeal, kind: str, *, reason: str, by: Officer, now: datetime
) -> None:
    plain = " ".join(reason.split())
    if len(plain) < SHORTEST_REASON:
        raise Invalid({"reason": TOO_SHORT[kind]})
    if len(plain) > LONGEST_REASON:
        raise Invalid({"reason": "This is too long."})
    note(session, appeal, Sight.CARD, by=by, now=now, reason=plain)
    journal.append(appeal, kind, by=by, now=now)


def of_appeal(session: Session, appeal: Appeal, *, most: int = 200) -> list[CardReading]:
    query = select(CardReading).where(CardReading.appeal_id == appeal.id)
    return list(session.scalars(query.order_by(CardReading.at.desc()).limit(most)))


def of_officer(
    session: Session, officer: Officer, *, since: date, until: date, by: Officer, most: int = 500
) -> list[CardReading]:
    """Newest first, between two days, with the numbers of the appeals; none of those that complain
    of who looks.
    """
    query = select(CardReading).where(
        CardReading.officer_id == officer.id,
        CardReading.at >= start_of(since), CardReading.at < start_of(until),
        or_(CardReading.appeal_id.is_(None), CardReading.appeal_id.not_in(kept_from(by))),
    )  # fmt: skip
    wanted = joinedload(CardReading.appeal).load_only(Appeal.number).lazyload("*")
    return list(session.scalars(query.options(wanted).order_by(CardReading.at.desc()).limit(most)))
