"""Reminding the people of the house of terms, and telling their superiors of what is late.

Tasks whose day has come are counted in the digest too. Whoever was given a claim, by a rule of the
agency or by its head, is told of it once, in a message of its own.

Stages are rows of `data/reminders.csv`. One person is reminded of one stage of one last day once:
the unique key of the row says so, and the digest that goes out is written in its transaction, so a
crash leaves both or neither. Only in working hours.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    String,
    UniqueConstraint,
    and_,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship

from agencies import notices, reference, tasks
from agencies.appeals import Appeal, Claim, is_open, is_open_to
from agencies.appeals.circle import is_open_to_each
from agencies.calendar import Workdays, business_date, next_working_moment
from agencies.clocks import OPENS
from agencies.db import Base
from agencies.directory import Origin
from agencies.journal import JournalEntry
from agencies.languages import LANGUAGES
from agencies.notices import NoticeChannel
from agencies.staff import Officer, Role, is_colleague

SHOWN_FOR = timedelta(days=30)
GIVEN = "given"
ROWS_OF_GIVING = ("given_by_rule", "given_to_substitute", "assigned")
TOLD_WITHIN = timedelta(days=10)
"""No run of days off is longer, so that whatever was given in one is still told after it."""
MOST_SHOWN = 100
COLUMNS = ["claim_id", "officer_id", "stage", "due_on", "made_at"]


class Reminder(Base):
    """`stage` is a code of the file, `given` or `revived`; `due_on` the last day it spoke of."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("claim_id", "officer_id", "stage", "due_on"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    claim: Mapped[Claim] = relationship()


class Reach(Base):
    """Where a person of the house wants the digest sent; without a row it stays on the page."""

    __tablename__ = "officer_reach"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    email: Mapped[str] = mapped_column(default="")
    telegram: Mapped[str] = mapped_column(String(32), default="")
    language: Mapped[str] = mapped_column(String(2), default="kk")


@dataclass(frozen=True)
class Stage:
    code: str
    days: int
    to: frozenset[str]


@cache
def stages() -> tuple[Stage, ...]:
    """From the earliest to the latest."""
    rows = (row for row in reference.table("reminders") if row["days"])
    found = (Stage(r["stage"], int(r["days"]), frozenset(r["to"].split("|"))) for r in rows)
    return tuple(sorted(found, key=lambda stage: -stage.days))


def remind(session: Session, *, workdays: Workdays, now: datetime) -> int:
    """Make what is due of reminders and a digest for each person; returns how many were made.

    Outside working hours nothing happens. The caller commits once.
    """
    if next_working_moment(now, workdays, opens=OPENS) != now:
        return 0
    made: dict[int, Counter[str]] = {}
    for stage, first, last in _windows(workdays, business_date(now)):
        for officer_id in _make(session, stage, first, last, now):
            late = "overdue" if stage.days < 0 else "soon"
            made.setdefault(officer_id, Counter())[late] += 1
    for officer_id in _make_given(session, now):
        made.setdefault(officer_id, Counter())[GIVEN] += 1
    for officer_id in tasks.tell_due(session, today=business_date(now), now=now):
        made.setdefault(officer_id, Counter())["soon"] += 1
    _send_digests(session, made, now=now)
    return sum(count.total() for count in made.values())


def _windows(workdays: Workdays, today: date) -> Iterator[tuple[Stage, date | None, date]]:
    """Each stage with its last days: later than the first, up to the last. None: no beginning.

    A claim is in one stage only, so a beat that was down skips what is no longer true.
    """
    every = stages()
    for place, stage in enumerate(every):
        following = every[place + 1] if place + 1 < len(every) else None
        first = workdays.add(today, following.days) if following else None
        yield stage, first, workdays.add(today, stage.days)


def _make(
    session: Session, stage: Stage, first: date | None, last: date, now: datetime
) -> list[int]:
    """The persons newly reminded, one for each claim."""
    pairs = _pairs(stage.code, _is_concerned(stage), now)
    pairs = pairs.where(is_open(), Appeal.source == Origin.HALL, Claim.due_on <= last)
    if first is not None:
        pairs = pairs.where(Claim.due_on > first)
    row = insert(Reminder).from_select(COLUMNS, pairs).on_conflict_do_nothing()
    return list(session.scalars(row.returning(Reminder.officer_id)))


def _make_given(session: Session, now: datetime) -> list[int]:
    """Who has a claim that somebody else gave them lately, one for each claim."""
    given = select(JournalEntry.id).where(
        JournalEntry.claim_id == Claim.id, JournalEntry.kind.in_(ROWS_OF_GIVING),
        JournalEntry.at > now - TOLD_WITHIN, JournalEntry.by_id.is_distinct_from(Officer.id),
        JournalEntry.payload["officer"].as_string() == Officer.name,
    )  # fmt: skip
    before = select(Reminder.id).where(
        Reminder.claim_id == Claim.id, Reminder.officer_id == Officer.id, Reminder.stage == GIVEN
    )
    pairs = _pairs(GIVEN, Officer.id == Claim.officer_id, now)
    pairs = pairs.where(is_open(), given.exists(), ~before.exists())
    row = insert(Reminder).from_select(COLUMNS, pairs).on_conflict_do_nothing()
    return list(session.scalars(row.returning(Reminder.officer_id)))


def _pairs(stage: str, is_concerned: ColumnElement[bool], now: datetime) -> Any:
    """Claims with the people who may be told of them."""
    pairs = select(Claim.id, Officer.id, literal(stage), Claim.due_on, literal(now))
    pairs = pairs.join(Appeal, Appeal.id == Claim.appeal_id).join(Officer, is_concerned)
    return pairs.where(is_colleague(), is_open_to_each())


def tell_revived(
    session: Session, claim: Claim, *, had: Collection[Officer], workdays: Workdays, now: datetime
) -> None:
    """At once: to the head, and to those who had it or what it was joined to.

    It may be late already, and whoever had it thinks it done. A message outside of the house waits
    for the working hours.
    """
    of_agency = Officer.agency_id == claim.agency_id
    theirs = or_(Officer.role == Role.HEAD, Officer.id.in_([one.id for one in had]))
    unrouted = and_(Claim.agency_id.is_(None), Officer.role == Role.SUPERVISOR)
    pairs = _pairs("revived", or_(and_(of_agency, theirs), unrouted), now)
    row = insert(Reminder).from_select(COLUMNS, pairs.where(Claim.id == claim.id))
    row = row.on_conflict_do_update(
        index_elements=["claim_id", "officer_id", "stage", "due_on"],
        set_={"made_at": now, "seen_at": None},
    )
    told = list(session.scalars(row.returning(Reminder.officer_id)))
    opening = next_working_moment(now, workdays, opens=OPENS)
    for reach in session.scalars(select(Reach).where(Reach.officer_id.in_(told))):
        for channel, address in ways(reach):
            notices.send(
                session, channel=channel, to=address, kind="work_back", language=reach.language,
                about=f"officer/{reach.officer_id}", now=now, not_before=opening, count=1,
                due_on=claim.due_on.isoformat(),
                once=f"revived/{claim.id}/{claim.appeal.journal_length}/{reach.officer_id}/{channel}",
            )  # fmt: skip


def _is_concerned(stage: Stage) -> ColumnElement[bool]:
    of_agency = and_(Officer.role == Role.HEAD, Officer.agency_id == Claim.agency_id)
    supervises = Officer.role == Role.SUPERVISOR
    unmanned = and_(Claim.officer_id.is_(None), of_agency)
    ways = {
        "officer": or_(Officer.id == Claim.officer_id, unmanned),
        "head": of_agency,
        "supervisor": supervises,
    }
    unrouted = and_(Claim.agency_id.is_(None), supervises)
    return or_(unrouted, *(ways[one] for one in sorted(stage.to)))


def _send_digests(session: Session, made: dict[int, Counter[str]], *, now: datetime) -> None:
    if not made:
        return
    for reach in session.scalars(select(Reach).where(Reach.officer_id.in_(made))):
        count = made[reach.officer_id]
        due = count["overdue"] + count["soon"]
        for channel, address in ways(reach):
            send = partial(
                notices.send, session, channel=channel, to=address, language=reach.language,
                about=f"officer/{reach.officer_id}", now=now,
            )  # fmt: skip
            when = f"{reach.officer_id}/{now.isoformat()}/{channel}"
            if due:
                send(kind="work_waiting", count=due, overdue=count["overdue"],
                     soon=count["soon"], once=f"digest/{when}")  # fmt: skip
            if count[GIVEN]:
                send(kind="work_given", count=count[GIVEN], once=f"given/{when}")


def ways(reach: Reach) -> Iterator[tuple[NoticeChannel, str]]:
    if reach.email:
        yield NoticeChannel.EMAIL, reach.email
    if reach.telegram:
        yield NoticeChannel.TELEGRAM, reach.telegram


def of_officer(session: Session, officer: Officer, *, now: datetime) -> list[Reminder]:
    """What this person was reminded of lately and is still open, the newest first."""
    query = (
        select(Reminder)
        .join(Reminder.claim)
        .where(Reminder.officer_id == officer.id, is_open(), is_open_to(officer))
        .where(Reminder.made_at > now - SHOWN_FOR, Reminder.due_on == Claim.due_on)
        .where(or_(Reminder.stage != GIVEN, Claim.officer_id == officer.id))
        .options(contains_eager(Reminder.claim).joinedload(Claim.appeal))
        .order_by(Reminder.due_on, Reminder.id.desc())
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(query))


def mark_seen(session: Session, officer: Officer, *, now: datetime) -> None:
    mine = (Reminder.officer_id == officer.id, Reminder.seen_at.is_(None))
    session.execute(update(Reminder).where(*mine).values(seen_at=now))


def set_reach(
    session: Session, officer: Officer, *, email: str, telegram: str, language: str
) -> None:
    """Where the digest goes from now on. Raises Invalid by field (`email`, `telegram`)."""
    reach = session.get(Reach, officer.id) or Reach(officer_id=officer.id)
    given = ((NoticeChannel.EMAIL, email), (NoticeChannel.TELEGRAM, telegram))
    reach.email, reach.telegram = (
        notices.read_address(channel, address) if address.strip() else ""
        for channel, address in given
    )
    reach.language = language if language in LANGUAGES else "kk"
    session.add(reach)
