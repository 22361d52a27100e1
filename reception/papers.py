"""The talon: what the applicant takes home, on screen and as a PDF (Code art. 64(2)).

The number, date and time of receipt, who took the appeal, the last day of the term with its
article, and the address under which the appeal can be followed.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agencies import appeals
from agencies.access import current_base
from agencies.appeals import Appeal, Claim
from agencies.appeals.circle import kept_from
from agencies.calendar import business_date
from agencies.db import db
from agencies.directory import the_hall
from agencies.reference import labels
from agencies.sealing import link_key
from agencies.staff import Officer
from agencies.veiling import veil
from reception import qr
from reception.documents import Document
from reception.keyring import keys
from reception.language import named, speaking

SHEET = "static/css/talon.css"


@dataclass(frozen=True)
class TalonClaim:
    ordinal: int
    text: str
    agency: str


@dataclass(frozen=True)
class Talon:
    """Everything printed, in one language."""

    language: str
    number: str
    received_at: datetime
    registered_on: date
    due_on: date
    article: str
    kind: str
    receiver: str
    position: str
    claims: list[TalonClaim]
    address: str
    code: Markup | None
    hall: str
    hall_address: str


def talon_of(session: Session, appeal: Appeal, language: str) -> Talon:
    hall, address = the_hall(session), tracking_address(appeal)
    return Talon(
        language=language, number=appeal.number, received_at=appeal.received_at,
        registered_on=appeal.registered_on, due_on=appeal.due_on,
        article=str(getattr(appeal.policy, f"basis_{language}")),
        kind=named(labels("kind")[appeal.kind], language),
        receiver=appeal.receiver.get("name", ""),
        position=appeal.receiver.get(f"position_{language}", ""),
        claims=[_claim(claim, language) for claim in appeal.claims],
        address=address, code=qr.square(address) if address else None,
        hall=named(hall, language), hall_address=str(getattr(hall, f"address_{language}")),
    )  # fmt: skip


def _claim(claim: Claim, language: str) -> TalonClaim:
    agency = named(claim.agency, language) if claim.agency else ""
    return TalonClaim(claim.ordinal, veil(claim.text), agency)


def tracking_address(appeal: Appeal) -> str:
    """The secret link; empty for an imported appeal, which has none."""
    if not appeal.link_digest:
        return ""
    return f"{current_base()}/a/{link_key(keys().secret, 'appeal', appeal.link_seed)}"


def hands_out(officer: Officer, appeal: Appeal, *, now: datetime) -> bool:
    """Whether the person stands at the desk: only who took the appeal in gives its link, that day.
    Whoever has the link acts as the applicant; it is printed later for a reason only.
    """
    here = business_date(appeal.received_at) == business_date(now)
    return here and appeal.received_by_id == officer.id


def without_link(talon: Talon) -> Talon:
    return replace(talon, address="", code=None)


def readable(session: Session, number: str, *, officer: Officer) -> Appeal:
    """An appeal the officer may see, or has taken in: who took it in hands out its talon."""
    query = select(Appeal).where(Appeal.number == number, Appeal.received_by_id == officer.id)
    query = query.where(Appeal.id.not_in(kept_from(officer)))
    taken_in = session.scalar(query.options(*whole()))
    return taken_in or appeals.by_number(session, number, officer=officer)


def whole() -> tuple[Any, ...]:
    """Claims and journal are read with the appeal."""
    return (
        selectinload(Appeal.claims).options(joinedload(Claim.agency)),
        selectinload(Appeal.journal),
    )


def talon_html(document: Document) -> str:
    """The whole page for the PDF. A worker calls this: there is no request and no person, so
    the template is rendered without the frame.
    """
    style = (Path(current_app.root_path) / SHEET).read_text(encoding="utf-8")
    talon = talon_of(db.session(), document.appeal, document.language)
    template = current_app.jinja_env.get_template("reception/talon_paper.html")
    with speaking(document.language):
        return template.render(talon=talon, lang=document.language, style=Markup(style))  # noqa: S704  a file of this package
