"""Filters of the work list that a person keeps under a name, alone or for colleagues too.

Colleagues are the people of the same agency; those of no agency share among themselves. A shared
filter gives no right: whoever opens it sees what the own role shows.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    String,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer

LONGEST_NAME, MOST, MOST_SHARED = 60, 20, 12


class SavedFilter(Base):
    """`asked` holds what the address of the list would."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("officer_id", "name"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    asked: Mapped[dict[str, str]] = mapped_column(JSONB)
    shared_at: Mapped[datetime | None]
    """Since when colleagues see it too."""


def keep(session: Session, officer: Officer, *, name: str, asked: Mapping[str, str]) -> None:
    """Under the same name the newer one stands, for colleagues too. Raises Invalid (`name`)."""
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


def share(session: Session, officer: Officer, filter_id: int, *, now: datetime) -> SavedFilter:
    """Colleagues see it from now on. Raises Invalid (`name`) where they see enough already."""
    found = _own(session, officer, filter_id)
    of_all = select(func.count()).select_from(SavedFilter)
    of_all = of_all.join(Officer, Officer.id == SavedFilter.officer_id).where(_is_shared(officer))
    if found.shared_at is None and (session.scalar(of_all) or 0) >= MOST_SHARED:
        raise Invalid({"name": "Twelve filters are shared already. One has to be withdrawn first."})
    found.shared_at = found.shared_at or now
    return found


def withdraw(session: Session, officer: Officer, filter_id: int) -> SavedFilter:
    """Only its owner sees it again."""
    found = _own(session, officer, filter_id)
    found.shared_at = None
    return found


def _own(session: Session, officer: Officer, filter_id: int) -> SavedFilter:
    found = session.get(SavedFilter, filter_id)
    if found is None or found.officer_id != officer.id:
        raise NotFound("There is no such filter among yours.")
    return found


def is_seen_by(officer: Officer) -> ColumnElement[bool]:
    """The own ones and those that colleagues share; for a query that joins Officer, the owner."""
    return or_(SavedFilter.officer_id == officer.id, _is_shared(officer))


def _is_shared(officer: Officer) -> ColumnElement[bool]:
    """Whoever left the house or went to another agency took the filters along."""
    return and_(
        SavedFilter.shared_at.is_not(None),
        Officer.active,
        Officer.agency_id.is_not_distinct_from(officer.agency_id),
    )
