"""A case asked for as one paper: by whom, in which language, and for how long it is kept.

The paper is of one reader: it shows what the page shows to that person, so nobody else is given
it, and it is forgotten after a day.
"""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Identity, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import journal, readings
from agencies.appeals import Appeal, visible
from agencies.db import Base
from agencies.errors import Invalid, NotFound
from agencies.readings import LONGEST_REASON, SHORTEST_REASON, Sight
from agencies.staff import Officer

KEPT_FOR = timedelta(days=1)


class CasePrint(Base):
    """`content` is empty until a worker has rendered it."""

    __tablename__ = "case_print"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    language: Mapped[str] = mapped_column(String(2))
    whole: Mapped[bool] = mapped_column(default=False)
    """With the numbers that the page masks: the card was opened for it."""
    requested_at: Mapped[datetime] = mapped_column(index=True)
    rendered_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    appeal: Mapped[Appeal] = relationship()
    officer: Mapped[Officer] = relationship()


def ask(
    session: Session, appeal: Appeal, *, language: str, whole: bool, reason: str, by: Officer,
    now: datetime,
) -> CasePrint:  # fmt: skip
    """The caller holds the appeal. Raises Invalid (`reason`)."""
    plain = " ".join(reason.split())
    if not SHORTEST_REASON <= len(plain) <= LONGEST_REASON:
        raise Invalid({"reason": "Say who asked for the case and why; the reason is kept."})
    if whole:
        readings.reveal(session, appeal, reason=plain, by=by, now=now)
    journal.append(appeal, "printed", by=by, now=now)
    readings.note(session, appeal, Sight.ARCHIVE, by=by, now=now, reason=plain)
    asked = CasePrint(
        appeal_id=appeal.id, officer_id=by.id, language=language, whole=whole, requested_at=now
    )
    session.add(asked)
    session.flush()
    return asked


def find(session: Session, number: str, print_id: int, *, officer: Officer) -> CasePrint:
    """One's own paper, of a case that one may still see."""
    mine = visible(select(Appeal.id).where(Appeal.number == number), officer)
    query = select(CasePrint).where(
        CasePrint.id == print_id, CasePrint.officer_id == officer.id, CasePrint.appeal_id.in_(mine)
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such paper of yours. Ask for it on the page of the case.")
    return found


def next_to_render(session: Session) -> CasePrint | None:
    """The oldest paper that waits, locked for this worker."""
    query = select(CasePrint).where(CasePrint.rendered_at.is_(None))
    query = query.order_by(CasePrint.requested_at, CasePrint.id)
    query = query.with_for_update(skip_locked=True, of=CasePrint)
    return session.scalars(query.limit(1)).first()


def keep(asked: CasePrint, content: bytes, *, now: datetime) -> None:
    asked.content, asked.rendered_at = content, now


def forget(session: Session, *, now: datetime) -> None:
    session.execute(delete(CasePrint).where(CasePrint.requested_at < now - KEPT_FOR))
