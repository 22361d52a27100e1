"""Open311 GeoReport v2: requests that other applications send for people, and what all may read.

A request is an ordinary appeal with an ordinary term: nothing here refuses one for who sends it.
What was sent this way is marked by a row, so that the open list shows nothing else; it tells topic,
state, agency, district and days, never the text, the address or the person.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, lazyload, mapped_column, relationship, selectinload

from agencies import outlines
from agencies.appeals import FINISHED, Appeal, Channel, Claim
from agencies.db import Base
from agencies.directory import Agency, Subject, offered_subjects
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer
from agencies.terms import AppealKind, Law
from reception import drafts, intake
from reception.drafts import AppealDraft
from reception.intake import Keys

LONGEST_SPAN = timedelta(days=90)
MOST = 1000
"""The list gives what is less, as the standard asks."""
OUTSIDE = (
    "This place is not in Almaty: lat is between %(south)s and %(north)s, "
    "long between %(west)s and %(east)s."
)
OPEN, CLOSED = "open", "closed"


class OpenRequest(Base):
    """That an appeal came as a request of Open311; its sender asks for the number by `token`."""

    __tablename__ = "open_request"

    appeal_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("appeal.id", ondelete="CASCADE"), primary_key=True
    )
    token: Mapped[str] = mapped_column(String(32), unique=True)

    appeal: Mapped[Appeal] = relationship()


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for; `until` is not included."""

    since: datetime
    until: datetime
    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()


def services(session: Session) -> list[Subject]:
    """Topics of the second level, which name one matter each."""
    query = offered_subjects().where(Subject.parent_id.is_not(None))
    return list(session.scalars(query.options(selectinload(Subject.parent))))


def service(session: Session, code: str) -> Subject:
    query = offered_subjects().where(Subject.code == code, Subject.parent_id.is_not(None))
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no service with this code.")
    return found


def lodge(
    session: Session,
    sent: dict[str, str],
    *,
    language: str,
    law: Law,
    keys: Keys,
    by: Officer,
    now: datetime,
) -> OpenRequest:
    """Register what an application sent for a person: a message to the bodies (Code art. 4).

    Raises Invalid with the standard's own names of fields.
    """
    if not sent.get("service_code"):
        raise Invalid({"service_code": "Fill in this field."})
    topic = service(session, sent["service_code"])
    draft = drafts.read(AppealDraft, _drafted(sent, topic, language))
    done = intake.register(session, draft, law=law, keys=keys, by=by, now=now)
    made = OpenRequest(appeal=done.appeal, token=secrets.token_hex(16))
    session.add(made)
    session.flush()
    return made


def _drafted(sent: dict[str, str], topic: Subject, language: str) -> dict[str, Any]:
    point = _point(sent)
    text = "\n\n".join(filter(None, [sent.get("description", "").strip(), sent.get("media_url")]))
    name = " ".join(filter(None, [sent.get("last_name"), sent.get("first_name")]))
    return {
        "kind": AppealKind.MESSAGE, "language": language, "channel": Channel.PORTAL,
        "text": text, "address": sent.get("address_string") or point,
        "claims": [{"text": text, "subject": topic.code}],
        "applicant": {
            "name": name, "email": sent.get("email", ""), "phone": sent.get("phone", "")
        },
    }  # fmt: skip


def _point(sent: dict[str, str]) -> str:
    """A place on the map as words; the register keeps addresses as text. One outside of the city is
    none that the city's bodies could go to.
    """
    if not sent.get("lat") and not sent.get("long"):
        return ""
    try:
        lat, long = float(sent.get("lat", "")), float(sent.get("long", ""))
    except ValueError:
        raise Invalid({"lat": "Write the place as two numbers, lat and long."}) from None
    west, south, east, north = outlines.bounds()
    wrong = [] if south <= lat <= north else ["lat"]
    wrong += [] if west <= long <= east else ["long"]
    if wrong:
        wrongs = dict.fromkeys(wrong, OUTSIDE)
        raise Invalid(wrongs, south=south, north=north, west=west, east=east)
    return f"{lat:.6f}, {long:.6f}"


def find(session: Session, wanted: Wanted) -> list[Appeal]:
    """Newest first. A number that is asked for is found whenever it was lodged."""
    query = _shown()
    if wanted.numbers:
        query = query.where(Appeal.number.in_(wanted.numbers))
    else:
        query = query.where(Appeal.received_at >= wanted.since, Appeal.received_at < wanted.until)
    if wanted.services:
        query = query.join(Subject, Subject.id == Appeal.subject_id)
        query = query.where(Subject.code.in_(wanted.services))
    if len(wanted.states) == 1:
        finished = Appeal.status.in_(FINISHED)
        query = query.where(finished if CLOSED in wanted.states else ~finished)
    return list(session.scalars(query.order_by(Appeal.received_at.desc()).limit(MOST)))


def by_number(session: Session, number: str) -> Appeal:
    found: Appeal | None = session.scalar(_shown().where(Appeal.number == number))
    if found is None:
        raise NotFound("There is no request with this number.")
    return found


def _shown() -> Any:
    return (
        select(Appeal)
        .join(OpenRequest, OpenRequest.appeal_id == Appeal.id)
        .where(Appeal.special == "")
        .options(
            lazyload(Appeal.applicant),
            selectinload(Appeal.claims).joinedload(Claim.agency).selectinload(Agency.names),
        )
    )


def by_token(session: Session, token: str) -> OpenRequest:
    found = session.scalar(select(OpenRequest).where(OpenRequest.token == token))
    if found is None:
        raise NotFound("There is no request with this token.")
    return found


def state_of(appeal: Appeal) -> str:
    return CLOSED if appeal.status in FINISHED else OPEN


def updated_at(appeal: Appeal) -> datetime:
    """The newest of the moments that are open to all."""
    return max(filter(None, (appeal.received_at, appeal.answered_at, appeal.closed_at)))
