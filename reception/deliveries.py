"""Delivering the notices that wait: worded in their language, handed to a courier, marked.

Each notice is three transactions: taken, delivered outside of any, marked. So nothing is locked
while a far server thinks, and a crash leaves a trace.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import notices
from agencies.appeals import Appeal
from agencies.calendar import clock
from agencies.directory import Agency
from agencies.notice_kinds import KINDS
from agencies.notices import Notice, NoticeChannel, NoticeStatus
from agencies.sealing import Seal, link_key
from agencies.terms import TermPolicy
from reception import webhooks
from reception.couriers import Courier, Parcel, Refused, TryLater
from reception.language import in_words, named, say
from reception.tickets import Ticket

log = logging.getLogger("reception.deliveries")
HOUSE_PAGES = {
    "edition": "/reports", "proposal": "/proposals/{}", "booking": "/booking/{}",
    "enrolment": "/heads/enrolment/{}", "unrouted": "/workspace?status=registered",
}  # fmt: skip


@dataclass(frozen=True)
class Links:
    """What public links are drawn from, and what opens the secrets of webhooks."""

    secret: str
    base: str
    seal: Seal


def prepared(session: Session, notice: Notice, *, links: Links) -> Parcel | None:
    """The message to hand over; None where the row cannot be worded, which ends it."""
    try:
        return worded(session, notice, links=links)
    except (KeyError, ValueError) as error:
        log.error("notice %d has no wording: %s", notice.id, type(error).__name__)
        notices.move(notice, NoticeStatus.FAILED, now=clock(), reason="wording")
        return None


def hand_over(notice: Notice, parcel: Parcel, courier: Courier) -> None:
    """Deliver, and mark how it went. Called outside of any transaction; the caller commits."""
    try:
        courier.deliver(parcel)
    except TryLater as later:
        notices.put_off(notice, reason=str(later), now=clock(), wait=later.wait)
    except Refused as refusal:
        notices.move(notice, NoticeStatus.FAILED, now=clock(), reason=str(refusal))
    else:
        notices.move(notice, NoticeStatus.SENT, now=clock())


def worded(session: Session, notice: Notice, *, links: Links) -> Parcel:
    """The message as its reader sees it."""
    if notice.channel is NoticeChannel.WEBHOOK:
        return _signed(session, notice, links)
    wording, language = KINDS[notice.kind], notice.language
    values = dict(_values(session, notice, links))
    return Parcel(
        to=notice.address, subject=say(wording.subject, language, **values),
        text=say(wording.text, language, **values), key=notice.key, language=language,
    )  # fmt: skip


def _signed(session: Session, notice: Notice, links: Links) -> Parcel:
    hook = webhooks.hook_of(session, notice)
    return Parcel(
        to=hook.url, subject=notice.kind, text=webhooks.body_of(notice), key=notice.key,
        language=notice.language, secret=links.seal.open(hook.secret_sealed),
    )  # fmt: skip


def _values(session: Session, notice: Notice, links: Links) -> Iterator[tuple[str, Any]]:
    """A notice that tells no article of its own rests on that of no row."""
    language = notice.language
    yield "article", ""
    for name, value in notice.particulars.items():
        if name.endswith("_on"):
            yield name, in_words(date.fromisoformat(value), language)
        elif name == "agency":
            yield name, _agency(session, value, language)
        elif name == "policy":
            yield "article", _article(session, value, language)
        else:
            yield name, value
    yield "link", link_of(session, notice.about, links=links)


def _agency(session: Session, code: str, language: str) -> str:
    agency = session.scalar(select(Agency).where(Agency.code == code))
    return named(agency, language) if agency else code


def _article(session: Session, code: str, language: str) -> str:
    policy = session.get(TermPolicy, code)
    return str(getattr(policy, f"basis_{language}")) if policy else ""


def link_of(session: Session, about: str, *, links: Links) -> str:
    """The secret address of what the notice is about; a page of the house for its people."""
    sort, _, which = about.partition("/")
    if sort == "appeal":
        seed = session.scalar(select(Appeal.link_seed).where(Appeal.number == which))
        return f"{links.base}/a/{link_key(links.secret, 'appeal', seed)}" if seed else ""
    if sort == "ticket":
        seed = session.scalar(select(Ticket.link_seed).where(Ticket.id == int(which)))
        return f"{links.base}/t/{link_key(links.secret, 'ticket', seed)}" if seed else ""
    return links.base + HOUSE_PAGES.get(sort, "/workspace/reminders").format(which)
