"""Numbers lent to a kiosk in advance, for the time when the hall does not answer it.

They come from a range of their own, so ordinary numbering keeps no gaps, and their slips are known
at sight. What the kiosk gave out meanwhile is entered once it is heard again: entering the same
again changes nothing, and a visitor's place counts from the moment on the glass.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import events
from agencies.calendar import business_date, start_of
from agencies.db import Base
from agencies.directory import PriorityCategory, Service
from agencies.numbering import NumberSeries
from agencies.sealing import link_digest, link_key
from reception.devices import Device
from reception.rules import Rank
from reception.tickets import Ticket, TicketState

FIRST = 5001
SIZE = 10
ENOUGH = 5
"""A series with fewer numbers left is lent another block."""
LIVES = timedelta(hours=12)


class NumberBlock(Base):
    """`first` to `last` of one series on one day, both included, for one device."""

    __tablename__ = "number_block"
    __table_args__ = (Index("ix_number_block_device", "device_id", "business_date"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    business_date: Mapped[date]
    series: Mapped[str] = mapped_column(String(1))
    first: Mapped[int]
    last: Mapped[int]
    seed: Mapped[str] = mapped_column(String(32))
    """The links of its tickets are drawn from this, so the kiosk can show them beforehand."""
    lent_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    device: Mapped[Device] = relationship()

    def seed_of(self, number: int) -> str:
        return hashlib.sha256(f"{self.seed}/{number}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Lent:
    """One number a kiosk may give out by itself, and the key of its ticket's page."""

    series: str
    number: int
    key: str


@dataclass(frozen=True)
class GivenOut:
    """What a kiosk says it gave out. `age` is counted by the kiosk, whose clock nobody trusts."""

    series: str
    number: int
    day: date
    service: str
    language: str
    priority: str
    age: timedelta


def lend(session: Session, device: Device, *, secret: str, now: datetime) -> list[Lent]:
    """Numbers of every series that the device may give out today, refilled where they run low."""
    day = business_date(now)
    session.execute(select(Device.id).where(Device.id == device.id).with_for_update())
    free = _free(session, device, day, now)
    for series in session.scalars(select(Service.series).where(Service.open).distinct()):
        if sum(block.series == series for block, _ in free) < ENOUGH:
            block = _block(session, device, series, day, now)
            free += [(block, number) for number in range(block.first, block.last + 1)]
    return [
        Lent(block.series, number, link_key(secret, "ticket", block.seed_of(number)))
        for block, number in free
    ]


def _free(
    session: Session, device: Device, day: date, now: datetime
) -> list[tuple[NumberBlock, int]]:
    """Numbers of blocks in force that no ticket bears yet."""
    mine = select(NumberBlock).where(
        NumberBlock.device_id == device.id, NumberBlock.business_date == day,
        NumberBlock.expires_at > now,
    )  # fmt: skip
    used = select(Ticket.series, Ticket.number).where(
        Ticket.hall_id == device.hall_id, Ticket.business_date == day, Ticket.number >= FIRST
    )
    taken = {(row[0], row[1]) for row in session.execute(used)}
    return [
        (block, number)
        for block in session.scalars(mine.order_by(NumberBlock.id))
        for number in range(block.first, block.last + 1)
        if (block.series, number) not in taken
    ]


def _block(session: Session, device: Device, series: str, day: date, now: datetime) -> NumberBlock:
    row = insert(NumberSeries).values(
        name=f"lent/{device.hall_id}/{series}/{day}", last=FIRST + SIZE - 1
    )
    raised = row.on_conflict_do_update(
        index_elements=[NumberSeries.name], set_={"last": NumberSeries.last + SIZE}
    )
    last = int(session.execute(raised.returning(NumberSeries.last)).scalar_one())
    block = NumberBlock(
        device_id=device.id, business_date=day, series=series, first=last - SIZE + 1, last=last,
        seed=secrets.token_hex(16), lent_at=now,
        expires_at=min(now + LIVES, start_of(day + timedelta(days=1))),
    )  # fmt: skip
    session.add(block)
    session.flush()
    return block


def enter(
    session: Session, device: Device, given: Sequence[GivenOut], *, secret: str, now: datetime
) -> list[GivenOut]:
    """Tickets of what the kiosk gave out by itself; returns what it could never have given out.

    A ticket that is there already, from an earlier telling, stays as it is: its number and its link
    are both unique.
    """
    return [one for one in given if not _enter_one(session, device, one, secret, now)]


def _enter_one(session: Session, device: Device, one: GivenOut, secret: str, now: datetime) -> bool:
    block = session.scalar(
        select(NumberBlock).where(
            NumberBlock.device_id == device.id, NumberBlock.business_date == one.day,
            NumberBlock.series == one.series, NumberBlock.first <= one.number,
            NumberBlock.last >= one.number,
        )
    )  # fmt: skip
    service = session.scalar(select(Service).where(Service.code == one.service))
    if block is None or service is None or service.series != one.series:
        return False
    taken_at = min(max(now - one.age, block.lent_at), now, block.expires_at)
    seed = block.seed_of(one.number)
    rank = session.scalar(
        select(PriorityCategory.level).where(PriorityCategory.code == one.priority)
    )
    made = session.scalar(
        insert(Ticket)
        .values(
            hall_id=device.hall_id, business_date=one.day, series=one.series, number=one.number,
            service_id=service.id, agency_id=service.agency_id, language=one.language,
            priority=one.priority if rank else None, rank=rank or Rank.WALK_IN,
            state=TicketState.WAITING, issued_at=taken_at, due_at=taken_at, ready_at=taken_at,
            calls=0, version=0, misses=0, steps_left=0, note="", hold_reason="", link_seed=seed,
            link_digest=link_digest(link_key(secret, "ticket", seed)),
        )
        .on_conflict_do_nothing()
        .returning(Ticket.id)
    )  # fmt: skip
    if made is not None:
        events.record(
            session, f"hall/{device.hall.code}", "ticket_issued", now=now, ticket_id=made,
            ticket=f"{one.series}{one.number}", agency=service.agency.code, service=service.code,
            priority=one.priority if rank else None, device=device.code,
        )  # fmt: skip
    return True
