"""Webhooks: neighbouring systems are told of the steps of appeals, signed, by the outbox.

A subscription (`Hook`) names an address and what it wants to hear. `announce` makes a notice of
each step in the journals that it was not told yet; a courier delivers it like any other notice,
with pauses, until it is given up. A message holds numbers, codes and days, never words of a person.

Messages follow Standard Webhooks: `webhook-id` is the same at every attempt, `webhook-signature` is
`v1,` and the base64 of HMAC-SHA256 over `ID.TIMESTAMP.BODY`.
"""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    LargeBinary,
    String,
    and_,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from agencies import notices
from agencies.appeals import Appeal, Claim
from agencies.calendar import local
from agencies.db import Base
from agencies.directory import Agency
from agencies.errors import Invalid, NotFound
from agencies.journal import JournalEntry
from agencies.notices import Notice, NoticeChannel, NoticeStatus
from agencies.sealing import Seal

EVENTS = {
    "registered": "appeal.registered",
    "recast": "appeal.recast",
    "routed": "claim.routed",
    "passed_at_once": "claim.routed",
    "redirected": "claim.redirected",
    "set_apart": "claim.set_apart",
    "taken": "claim.taken",
    "extended": "claim.extended",
    "hearing": "claim.hearing",
    "answered": "claim.answered",
    "withdrawn": "claim.withdrawn",
    "merged": "claim.merged",
    "revived": "claim.revived",
    "closed": "claim.closed",
    "reopened": "claim.reopened",
    "deemed_refused": "claim.deemed_refused",
    "lead_named": "appeal.lead_named",
    "joint_prepared": "appeal.joint_prepared",
    "joint_sent": "appeal.joint_sent",
    "erased": "appeal.erased",
}
"""Steps of the journal that are told, by their name outside. Inner steps stay in the house."""
TRIAL = "webhook.trial"
TOLD = ("agency", "before", "due_on", "into", "on", "outcome")
"""What of a step's payload may leave: codes, numbers of appeals and days."""
JOINT = ("lead_named", "joint_prepared", "joint_sent")
"""Steps of the whole appeal that concern each agency with a claim in it."""
LATE = timedelta(minutes=15)
"""No transaction of the house takes longer to commit than this; so far back each look goes."""
SECRET_PREFIX = "whsec_"  # noqa: S105  the prefix that Standard Webhooks gives
SECRET_BYTES = 32
LONGEST_URL = 500


class Hook(Base):
    """`events` empty: all of them. `agency` narrows to claims of that agency, and to the joint
    replies in which it has a part.
    """

    __tablename__ = "hook"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(LONGEST_URL))
    events: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    told_until: Mapped[datetime]
    """Steps up to `LATE` before this moment have their notices."""

    agency: Mapped[Agency | None] = relationship(lazy="joined")

    @property
    def about(self) -> str:
        return f"webhook/{self.id}"


def subscribe(
    session: Session,
    *,
    name: str,
    url: str,
    events: list[str],
    agency: Agency | None,
    seal: Seal,
    inside: bool,
    now: datetime,
) -> tuple[Hook, str]:
    """The subscription and its secret, which is shown this once. Raises Invalid by field."""
    wrong = dict(_wrong(name, url, events, inside=inside))
    if wrong:
        raise Invalid(wrong)
    hook = Hook(
        name=name.strip()[:120], url=url.strip(), events=sorted(set(events)), agency=agency,
        created_at=now, told_until=now,
    )  # fmt: skip
    secret = renew_secret(hook, seal=seal)
    session.add(hook)
    session.flush()
    return hook, secret


def _wrong(name: str, url: str, events: list[str], *, inside: bool) -> Iterator[tuple[str, str]]:
    if not name.strip():
        yield "name", "Say whose system this is."
    if not _is_address(url.strip(), inside=inside):
        yield (
            "url",
            "Write an address that begins with https:// and holds no password.",
        )
    if not set(events) <= set(EVENTS.values()):
        yield "events", "Choose one of the values on the list."


def _is_address(url: str, *, inside: bool) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    known = parts.scheme == "https" or (inside and parts.scheme == "http")
    return bool(plain and known and parts.hostname and not parts.username and not parts.fragment)


def renew_secret(hook: Hook, *, seal: Seal) -> str:
    """A new secret from the next message on; the old one ends."""
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    hook.secret_sealed = seal.close(secret)
    return secret


def set_open(session: Session, hook: Hook, *, to: bool, now: datetime) -> None:
    """Closed, nothing more is sent and what waits is given up; steps meanwhile are never told."""
    hook.open = to
    if to:
        hook.created_at = hook.told_until = now
        return
    waiting = select(Notice).where(
        Notice.about == hook.about, Notice.status == NoticeStatus.WAITING
    )
    for notice in session.scalars(waiting.with_for_update(skip_locked=True)):
        notices.move(notice, NoticeStatus.EXPIRED, now=now, reason="closed")


def by_id(session: Session, hook_id: int) -> Hook:
    found = session.get(Hook, hook_id)
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def listed(session: Session) -> list[Hook]:
    return list(session.scalars(select(Hook).order_by(Hook.id)))


def deliveries(session: Session, hook: Hook, *, most: int = 20) -> list[Notice]:
    """The log, newest first."""
    query = select(Notice).where(Notice.about == hook.about).order_by(Notice.id.desc())
    return list(session.scalars(query.limit(most)))


def try_out(session: Session, hook: Hook, *, now: datetime) -> None:
    """One message that tells of nothing, so that the far side can check its receiver."""
    _post(session, hook, TRIAL, {}, once=None, now=now)


def announce(session: Session, *, now: datetime) -> int:
    """A notice for each step that an open subscription was not told yet; how many were looked at.

    A step is found again in later looks and then makes nothing, because its notice has a name.
    """
    count = 0
    hooks = select(Hook).where(Hook.open).order_by(Hook.id).with_for_update(of=Hook)
    for hook in session.scalars(hooks):
        for row in session.execute(_steps(hook)):
            _post(session, hook, EVENTS[row.kind], _told(row), once=_once(hook, row), now=now)
            count += 1
        hook.told_until = now
    return count


def _steps(hook: Hook) -> Any:
    since = max(hook.told_until - LATE, hook.created_at)
    kinds = [kind for kind, name in EVENTS.items() if not hook.events or name in hook.events]
    query = (
        select(
            JournalEntry.kind, JournalEntry.at, JournalEntry.position, JournalEntry.payload,
            Appeal.number, Claim.ordinal,
        )
        .join(Appeal, Appeal.id == JournalEntry.appeal_id)
        .outerjoin(Claim, Claim.id == JournalEntry.claim_id)
        .where(JournalEntry.at >= since, JournalEntry.kind.in_(kinds))
        .order_by(JournalEntry.id)
    )  # fmt: skip
    if hook.agency_id is not None:
        query = query.where((Claim.agency_id == hook.agency_id) | _is_joint_with(hook))
    once = func.concat(f"hook/{hook.id}/", Appeal.number, "/", JournalEntry.position)
    return query.where(~select(Notice.id).where(Notice.once == once).exists())


def _is_joint_with(hook: Hook) -> Any:
    own = aliased(Claim)
    has_claim = exists().where(own.appeal_id == Appeal.id, own.agency_id == hook.agency_id)
    return and_(JournalEntry.kind.in_(JOINT), has_claim)


def _once(hook: Hook, row: Any) -> str:
    return f"hook/{hook.id}/{row.number}/{row.position}"


def _told(row: Any) -> dict[str, Any]:
    """The moment is that of the step, with the offset of Almaty."""
    payload: Mapping[str, Any] = row.payload
    return {
        "appeal": row.number, "claim": row.ordinal,
        "at": local(row.at).isoformat(timespec="seconds"),
        **{name: payload[name] for name in TOLD if isinstance(payload.get(name), str)},
    }  # fmt: skip


def _post(
    session: Session,
    hook: Hook,
    event: str,
    data: dict[str, Any],
    *,
    once: str | None,
    now: datetime,
) -> None:
    notices.send(
        session, channel=NoticeChannel.WEBHOOK, to=hook.url, kind=event, language="kk",
        about=hook.about, now=now, once=once, **data,
    )  # fmt: skip


def hook_of(session: Session, notice: Notice) -> Hook:
    """Raises KeyError where the subscription is closed, which ends the notice."""
    hook = session.get(Hook, int(notice.about.partition("/")[2]))
    if hook is None or not hook.open:
        raise KeyError(notice.about)
    return hook


def body_of(notice: Notice) -> str:
    """The message as it is signed and sent; the same bytes at every attempt."""
    moment = local(notice.created_at).isoformat(timespec="seconds")
    data = dict(notice.particulars)
    told = {"type": notice.kind, "timestamp": data.pop("at", moment), "data": data}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def rest(session: Session, notice: Notice) -> None:
    """What else waits for the same address waits with the notice that was just put off: one that is
    down costs the others one attempt a round, not one a message.
    """
    session.execute(
        update(Notice)
        .where(
            Notice.about == notice.about, Notice.status == NoticeStatus.WAITING,
            Notice.next_at < notice.next_at,
        )
        .values(next_at=notice.next_at)
    )  # fmt: skip
