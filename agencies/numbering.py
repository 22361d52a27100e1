"""Running numbers without a gap or a double: one row a series, raised in one statement."""

from sqlalchemy import BigInteger, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base


class NumberSeries(Base):
    """`name` holds the scope too, such as `appeal/2026`; `last` is the newest number given."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


def next_number(session: Session, name: str) -> int:
    """Holds the series' row until the commit; a rollback gives the number back."""
    first = insert(NumberSeries).values(name=name, last=1)
    raised = first.on_conflict_do_update(
        index_elements=[NumberSeries.name], set_={"last": NumberSeries.last + 1}
    )
    return int(session.execute(raised.returning(NumberSeries.last)).scalar_one())
