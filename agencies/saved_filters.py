"""Filters of the work list that a person keeps under a name of their own."""

from collections.abc import Mapping

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid
from agencies.staff import Officer

LONGEST_NAME, MOST = 60, 20


class SavedFilter(Base):
    """`asked` holds what the address of the list would."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("officer_id", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    asked: Mapped[dict[str, str]] = mapped_column(JSONB)


def keep(session: Session, officer: Officer, *, name: str, asked: Mapping[str, str]) -> None:
    """Under the same name the newer one stands. Raises Invalid (`name`)."""
    plain = " ".join(name.split())
    if not plain:
        raise Invalid({"name": "Give the filter a name."})
    if len(plain) > LONGEST_NAME:
        raise Invalid({"name": "This is too long."})
    mine = select(func.count()).where(
        SavedFilter.officer_id == officer.id, SavedFilter.name != plain
    )
    if (session.scalar(mine) or 0) >= MOST:
        raise Invalid({"name": "Twenty filters are kept already. Forget one first."})
    row = insert(SavedFilter).values(officer_id=officer.id, name=plain, asked=dict(asked))
    session.execute(
        row.on_conflict_do_update(
            index_elements=["officer_id", "name"], set_={"asked": row.excluded.asked}
        )
    )


def forget(session: Session, officer: Officer, filter_id: int) -> SavedFilter | None:
    """The filter that is gone now; None where there was none of this person's."""
    found = session.get(SavedFilter, filter_id)
    if found is None or found.officer_id != officer.id:
        return None
    session.delete(found)
    return found
