"""The kiosk by itself: what it keeps for the time without the hall, what it tells afterwards."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import segno
from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from agencies.access import current_base, public
from agencies.calendar import business_date, clock, start_of
from agencies.db import db
from agencies.directory import Agency, PriorityCategory, Service
from agencies.errors import NotAllowed
from reception import leases, nudges
from reception.devices import Device, DeviceKind
from reception.drafts import read
from reception.language import LANGUAGES
from reception.leases import GivenOut, Lent
from reception.pages.devices import device_here
from reception.pages.kiosk import AREAS, Area

pages = Blueprint("kiosk_offline", __name__, url_prefix="/kiosk/offline")
SCOPE = "/kiosk"
MOST = 200


class GivenOutDraft(BaseModel):
    series: Annotated[str, Field(pattern=r"^[A-Z]$")]
    number: Annotated[int, Field(ge=leases.FIRST, le=99999)]
    day: date
    service: Annotated[str, Field(max_length=64)]
    language: Annotated[str, Field(pattern=f"^({'|'.join(LANGUAGES)})$")]
    priority: Annotated[str, Field(max_length=32)] = ""
    age_s: Annotated[float, Field(ge=0, le=7 * 86400)]


class SpoolDraft(BaseModel):
    tickets: Annotated[list[GivenOutDraft], Field(max_length=MOST)]


def kiosk_here() -> Device:
    """Only an enrolled kiosk may give out numbers by itself."""
    device = device_here()
    if device is None or device.kind is not DeviceKind.KIOSK:
        raise NotAllowed("This device is not enrolled. Take a ticket at a kiosk of the hall.")
    return device


@pages.get("/keeper.js")
@public
def keeper() -> ResponseReturnValue:
    """Shows the kept page in the place of one that does not come."""
    file = Path(current_app.static_folder or "") / "js" / "kiosk-keeper.js"
    answer = Response(file.read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = SCOPE
    return answer


@pages.get("")
@public
def show() -> ResponseReturnValue:
    """Everything a kiosk needs by itself on one page; kept by its browser in each language."""
    query = select(Service).join(Agency).options(joinedload(Service.agency))
    query = query.where(Service.open, Agency.in_hall).order_by(Service.position, Service.id)
    services = list(db.session.scalars(query))
    enabled = select(PriorityCategory).where(PriorityCategory.enabled)
    return render_template(
        "reception/kiosk/offline.html", areas=[(a, of_area(a, services)) for a in AREAS],
        categories=list(db.session.scalars(enabled.order_by(PriorityCategory.level.desc()))),
    )  # fmt: skip


def of_area(area: Area, services: list[Service]) -> list[Service]:
    return [service for service in services if service.agency.kind in area.kinds]


@pages.get("/numbers")
@public
def numbers() -> Response:
    """Numbers lent to this kiosk, with the codes of their slips, and for how long they hold.

    A closed one is lent none, and still tells what it gave out before.
    """
    device, now = kiosk_here(), clock()
    lent: list[Lent] = []
    if not device.locked:
        lent = leases.lend(db.session(), device, secret=current_app.config["SECRET_KEY"], now=now)
    db.session.commit()
    day = business_date(now)
    until = min(now + leases.LIVES, start_of(day + timedelta(days=1)))
    return jsonify(
        day=day.isoformat(), holds_s=int((until - now).total_seconds()), csrf=generate_csrf(),
        numbers=[_shown(one) for one in lent],
    )  # fmt: skip


def _shown(one: Lent) -> dict[str, Any]:
    address = current_base() + url_for("phone.show", key=one.key)
    code = segno.make(address, error="m", micro=False)
    rows = ["".join("1" if dark else "0" for dark in row) for row in code.matrix_iter(border=4)]
    return {"series": one.series, "number": one.number, "code": rows}


@pages.post("/given-out")
@public
def given_out() -> Response:
    """What the kiosk gave out by itself. Telling it twice changes nothing."""
    draft = read(SpoolDraft, request.get_json(silent=True) or {})
    told = [
        GivenOut(t.series, t.number, t.day, t.service, t.language, t.priority,
                 timedelta(seconds=t.age_s))
        for t in draft.tickets
    ]  # fmt: skip
    secret = current_app.config["SECRET_KEY"]
    refused = leases.enter(db.session(), kiosk_here(), told, secret=secret, now=clock())
    db.session.commit()
    nudges.wake()
    return jsonify(
        entered=len(told) - len(refused), refused=[f"{t.series}{t.number}" for t in refused]
    )
