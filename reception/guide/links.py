"""Links of the guide: which are due to be looked at, and which did not answer lately."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.calendar import business_date
from agencies.db import Base
from reception.guide import law, situations
from reception.guide.procedure import Procedure

FRESH = timedelta(days=7)
AGAIN = timedelta(days=1)
MOST = 200
OK_UNTIL = 400
PATIENCE_S = 10
AGENT = "open-almaty-reception link check"
Ask = Callable[[str], int | None]
"""The HTTP status of an address, None where nobody answers."""


class LinkCheck(Base):
    """The last look at an address. `answered_at` is the last time when it answered well."""

    __tablename__ = "link_check"

    url: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    status: Mapped[int | None]
    answered_at: Mapped[datetime | None]


def of(held: Procedure) -> set[str]:
    return {channel.url for step in held.steps for channel in step.channels if channel.url}


def broken(session: Session, held: Procedure, *, now: datetime) -> list[str]:
    """Links that have not answered within seven days, and those nobody has looked at."""
    mine = of(held)
    if not mine:
        return []
    well = select(LinkCheck.url).where(LinkCheck.url.in_(mine), LinkCheck.answered_at > now - FRESH)
    return sorted(mine - set(session.scalars(well)))


def due(session: Session, *, now: datetime, most: int = MOST) -> list[str]:
    """Links of today's versions, of drafts and of acts that were not looked at within a day."""
    today = business_date(now)
    versions = situations.all_on(session, today) + situations.open_drafts(session)
    known = {url for version in versions for url in of(version.procedure)}
    known |= set(session.scalars(select(law.LegalAct.url).where(law.LegalAct.url != "")))
    lately = set(session.scalars(select(LinkCheck.url).where(LinkCheck.checked_at > now - AGAIN)))
    return sorted(known - lately)[:most]


def ask_once(url: str) -> int | None:
    """The status of the address after redirections; only http and https are ever asked."""
    if not url.startswith(("http://", "https://")):
        return None
    try:
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code
    except (OSError, ValueError, http.client.HTTPException):
        return None


def look_at(session: Session, urls: Iterable[str], *, ask: Ask, now: datetime) -> int:
    """Ask each address once and keep what it said. Returns how many did not answer well."""
    bad = 0
    for url in urls:
        status = ask(url)
        well = status is not None and status < OK_UNTIL
        bad += not well
        kept = {"checked_at": now, "status": status} | ({"answered_at": now} if well else {})
        row = insert(LinkCheck).values(url=url, **kept)
        session.execute(row.on_conflict_do_update(index_elements=["url"], set_=kept))
    return bad
