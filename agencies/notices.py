"""Notices to people outside the house: a row in the transaction of what they tell of.

A worker delivers the rows later, so a courier that is down never holds up the register. A row says
which sentence to send and about what; the words are put together at the last moment. The address
stands in the row only until the notice is finished.

    waiting -> sending -> sent
       ^          | put off            failed, expired: given up
       +----------+                    unsure: cut off, and nobody can tell whether it went out
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, Identity, Index, String, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.db import Base
from agencies.errors import Invalid, WrongStatus
from agencies.identity import read_phone
from agencies.notice_kinds import KINDS

LASTS = timedelta(days=2)
"""A notice nobody could deliver by then has become misleading."""
CUT_OFF_AFTER = timedelta(minutes=10)
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 20, 60, 240))
"""Between one attempt and the next; after the last one the notice is given up."""


MAIL_PART = r"[^@\s,;:<>\"()\[\]\\]+"
LONGEST_ADDRESS = 255


class NoticeChannel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"


A_MINUTE = {
    NoticeChannel.EMAIL: 120,
    NoticeChannel.SMS: 60,
    NoticeChannel.TELEGRAM: 25,
    NoticeChannel.WEBHOOK: 600,
}
"""Most attempts in any sixty seconds, below what providers refuse."""
REPEATABLE = frozenset({NoticeChannel.EMAIL, NoticeChannel.SMS, NoticeChannel.WEBHOOK})
"""Ways on which the receiving side knows a repeated message by its key (Message-ID, RFC 5322
3.6.4; Idempotency-Key; webhook-id), so that a delivery that was cut off may be tried again."""


class NoticeStatus(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    UNSURE = "unsure"


S = NoticeStatus
MOVES: dict[NoticeStatus, frozenset[NoticeStatus]] = {
    S.WAITING: frozenset({S.SENDING, S.EXPIRED}),
    S.SENDING: frozenset({S.SENT, S.WAITING, S.FAILED, S.UNSURE}),
    S.SENT: frozenset(),
    S.FAILED: frozenset(),
    S.EXPIRED: frozenset(),
    S.UNSURE: frozenset(),
}


class Notice(Base):
    """`about` is `appeal/<number>`, `ticket/<id>`, `officer/<id>`, `unrouted/<officer>` or
    `webhook/<id>`.

    `once` is unique where given. `particulars` fill the sentence: numbers, codes and days, never a
    name or an address.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_waiting", "channel", "next_at", postgresql_where=text(
            "status IN ('waiting', 'sending')")),
        Index("ix_notice_attempted", "channel", "attempted_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel: Mapped[NoticeChannel]
    address: Mapped[str]
    masked: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    about: Mapped[str] = mapped_column(String(64), index=True)
    particulars: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    once: Mapped[str | None] = mapped_column(String(128), unique=True)
    status: Mapped[NoticeStatus] = mapped_column(default=NoticeStatus.WAITING)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(64), default="")
    """Why the last attempt failed: a code, never the words of the far side."""

    @property
    def key(self) -> str:
        """The same for every attempt, so that the far side knows a repetition."""
        return f"open-almaty-notice-{self.id}"


def send(
    session: Session,
    *,
    channel: NoticeChannel | str,
    to: str,
    kind: str,
    language: str,
    about: str,
    now: datetime,
    once: str | None = None,
    not_before: datetime | None = None,
    lasts: timedelta = LASTS,
    **particulars: Any,
) -> None:
    """A notice for the workers to deliver. With `once` a second one of the same name is not made.

    Raises Invalid (`phone`, `email` or `telegram`) where the address cannot be one, KeyError for
    a kind that has no wording. The caller nudges `deliver_notices` after its commit.
    """
    channel = NoticeChannel(channel)
    if channel is not NoticeChannel.WEBHOOK:  # a message for machines has no wording
        KINDS[kind]
    address = read_address(channel, to)
    begins = max(now, not_before or now)
    row = insert(Notice).values(
        channel=channel, address=address, masked=mask(channel, address), kind=kind,
        language=language, about=about, particulars=particulars, once=once,
        status=S.WAITING, created_at=now, next_at=begins, expires_at=begins + lasts,
        attempts=0, reason="",
    )  # fmt: skip
    session.execute(row.on_conflict_do_nothing(index_elements=["once"]))


def read_address(channel: NoticeChannel, address: str) -> str:
    """One address as the courier takes it, never two and never a header of its own."""
    plain = address.strip()
    if channel is NoticeChannel.SMS:
        phone = read_phone(plain)
        if phone:
            return phone
        raise Invalid({"phone": "Write the number as +7 7XX XXX XX XX, or leave it empty."})
    if channel is NoticeChannel.EMAIL:
        return read_email(plain)
    if channel is NoticeChannel.WEBHOOK or re.fullmatch(r"-?[0-9]{1,20}", plain):
        return plain
    raise Invalid({"telegram": "A Telegram chat is known by its number."})


def read_email(text: str) -> str:
    """One e-mail address. Raises Invalid, also where there is none."""
    plain = text.strip()
    if re.fullmatch(f"{MAIL_PART}@{MAIL_PART}", plain) and len(plain) < LONGEST_ADDRESS:
        return plain
    raise Invalid({"email": "Write one e-mail address, such as name@example.kz."})


def mask(channel: NoticeChannel, address: str) -> str:
    """Enough to recognise where a notice went."""
    if channel is NoticeChannel.EMAIL:
        name, _, house = address.partition("@")
        return f"{name[:1]}•••@{house}"[:64]
    if channel is NoticeChannel.WEBHOOK:
        return (urlsplit(address).hostname or "")[:64]
    return f"{address[:3]}•••{address[-2:]}"


def take_next(session: Session, channel: NoticeChannel, *, now: datetime) -> Notice | None:
    """The oldest notice whose time has come, now being sent; None also where the rate is used up.

    The caller commits before it sends: a crash then leaves the row as `sending`.
    """
    if _attempts_within_a_minute(session, channel, now) >= A_MINUTE[channel]:
        return None
    due = select(Notice.id).where(
        Notice.channel == channel, Notice.status == S.WAITING, Notice.next_at <= now,
        Notice.expires_at > now,
    )  # fmt: skip
    due = due.order_by(Notice.next_at).limit(1).with_for_update(skip_locked=True)
    taken = (
        update(Notice)
        .where(Notice.id == due.scalar_subquery(), Notice.status == S.WAITING)
        .values(status=S.SENDING, attempts=Notice.attempts + 1, attempted_at=now)
        .returning(Notice)
    )
    return session.scalars(taken, execution_options={"populate_existing": True}).first()


def _attempts_within_a_minute(session: Session, channel: NoticeChannel, now: datetime) -> int:
    since = now - timedelta(minutes=1)
    query = select(func.count()).where(Notice.channel == channel, Notice.attempted_at > since)
    return session.scalar(query) or 0


def move(notice: Notice, to: NoticeStatus, *, now: datetime, reason: str = "") -> None:
    """The only writer of a notice's status once it is taken. The last state forgets the address."""
    if to not in MOVES[notice.status]:
        raise WrongStatus("This notice is finished already.")
    notice.status, notice.reason = to, reason[:64]
    if not MOVES[to]:
        notice.finished_at, notice.address = now, ""


def put_off(notice: Notice, *, reason: str, now: datetime, wait: timedelta | None = None) -> None:
    """Tried in vain: again later, or given up after the last pause.

    `wait` is what the far side asked for; being told to slow down uses up no attempt.
    """
    if wait is not None:
        notice.attempts -= 1
    elif notice.attempts > len(PAUSES):
        move(notice, S.FAILED, now=now, reason=reason)
        return
    pause = PAUSES[notice.attempts - 1] if wait is None else wait
    move(notice, S.WAITING, now=now, reason=reason)
    notice.next_at = now + pause


def recover(session: Session, *, now: datetime) -> int:
    """Notices whose delivery was cut off: again where repeating is safe, otherwise unsure."""
    query = select(Notice).where(
        Notice.status == S.SENDING, Notice.attempted_at < now - CUT_OFF_AFTER
    )
    cut_off = session.scalars(query.with_for_update(skip_locked=True)).all()
    for notice in cut_off:
        if notice.channel in REPEATABLE:
            put_off(notice, reason="cut off", now=now)
        else:
            move(notice, S.UNSURE, now=now, reason="cut off")
    return len(cut_off)


def expire(session: Session, *, now: datetime) -> int:
    """Give up what nobody delivered in time, as where a hall has no courier for the channel."""
    gone = (
        update(Notice)
        .where(Notice.status == S.WAITING, Notice.expires_at <= now)
        .values(status=S.EXPIRED, finished_at=now, address="", reason="too late")
    )
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def sent_about(session: Session, about: str) -> list[Notice]:
    """What was told, newest first, for the people of the house."""
    query = select(Notice).where(Notice.about == about).order_by(Notice.id.desc())
    return list(session.scalars(query))


def forget(session: Session, about: str, *, now: datetime) -> None:
    """After an erasure nobody is written to any more, and no row tells where it went."""
    session.execute(
        update(Notice)
        .where(Notice.about == about, Notice.status.in_([S.WAITING, S.SENDING]))
        .values(status=S.EXPIRED, finished_at=now)
    )
    session.execute(update(Notice).where(Notice.about == about).values(address="", masked=""))
