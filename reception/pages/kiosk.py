"""The kiosk: what do you need, which service, your ticket. Three touches."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from agencies.access import public
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import Agency, PriorityCategory, Service, service_by_code, the_hall
from agencies.errors import NotFound
from agencies.suggesting import suggest
from reception import devices, idempotency, nudges, outlook, slips, tickets
from reception.guide import finding
from reception.language import current
from reception.pages.devices import device_here
from reception.qr import square
from reception.queue import issuing, order

pages = Blueprint("kiosk", __name__, url_prefix="/kiosk")
OWNER = "kiosk"
MOST_FOUND, MOST_SITUATIONS = 8, 3


@dataclass(frozen=True)
class Area:
    """One of the six first choices and the families of agencies behind it."""

    code: str
    icon: str
    title: str
    note: str
    kinds: tuple[str, ...]


AREAS = (
    Area("district", "akimat", "My district", "Yard, street, snow, akim's certificates",
         ("akimat",)),
    Area("home", "housing", "Housing and benefits", "House manager, repairs, allowances, work",
         ("housing", "social")),
    Area("city", "transport_roads", "Roads, building, land",
         "Buses, parking, roads, permits, plots",
         ("transport_roads", "architecture")),
    Area("papers", "tson", "Documents", "Identity papers, certificates, registration", ("tson",)),
    Area("safety", "police", "Order and safety", "Police, emergencies, prosecutor",
         ("police", "emergency", "prosecutor")),
    Area("money", "revenue", "Taxes, business, nature", "Taxes, entrepreneurs, trees and air",
         ("revenue", "business", "ecology")),
)  # fmt: skip


@pages.before_request
def only_where_it_is_open() -> None:
    """A ticket already taken may be looked at anywhere; nothing else on a device that is closed."""
    if request.endpoint not in ("kiosk.show_ticket", "kiosk.printing"):
        devices.must_serve(device_here(), the_hall(db.session()))


def area_of(code: str) -> Area:
    for area in AREAS:
        if area.code == code:
            return area
    raise NotFound(
        "There is nothing at this address. Check the link, or start from the first page."
    )


@pages.get("")
@public
def start() -> ResponseReturnValue:
    asked = request.args.get("q", "").strip()[:200]
    found = search(asked) if asked else []
    situations = finding.search(db.session(), asked, language=current(), most=MOST_SITUATIONS)
    return render_template(
        "reception/kiosk/start.html", areas=AREAS, asked=asked, found=found,
        situations=situations if asked else [], device=device_here(),
    )  # fmt: skip


def search(asked: str) -> list[Service]:
    """Services whose name or papers hold what was typed, then those of the agencies the rules
    suggest.
    """
    like = f"%{asked.replace('%', '').replace('_', '')}%"
    names = (Service.name_kk, Service.name_ru, Service.name_en)
    documents = (Service.documents_kk, Service.documents_ru, Service.documents_en)
    named, papers = (or_(*(c.ilike(like) for c in columns)) for columns in (names, documents))
    said = select(Service).where(Service.open, or_(named, papers))
    said = said.order_by(named.desc(), Service.position).limit(MOST_FOUND)
    found = list(db.session.scalars(said))
    offered = suggest(db.session(), asked, day=business_date(clock())).offered
    kinds = [s.agency.split("-")[0] for s in offered]
    near = select(Service).join(Agency).where(Service.open, Agency.kind.in_(kinds))
    near = near.where(Agency.in_hall).order_by(Service.position).limit(MOST_FOUND)
    more = [service for service in db.session.scalars(near) if service not in found]
    return [*found, *more][:MOST_FOUND]


@pages.get("/<code>")
@public
def area(code: str) -> ResponseReturnValue:
    """Services of the area under their agencies; for the districts, what the matter is."""
    chosen = area_of(code)
    query = select(Service).join(Agency).options(joinedload(Service.agency))
    query = query.where(Service.open, Agency.in_hall, Agency.kind.in_(chosen.kinds))
    services = list(db.session.scalars(query.order_by(Service.position, Service.id)))
    by_agency: dict[Agency, list[Service]] = {}
    for service in services:
        by_agency.setdefault(service.agency, []).append(service)
    by_agency = one_for_all_districts(by_agency)
    return render_template("reception/kiosk/area.html", area=chosen, by_agency=by_agency)


def one_for_all_districts(by_agency: dict[Agency, list[Service]]) -> dict[Agency, list[Service]]:
    """Akimats offer the same services: the first one stands for all, the district comes last."""
    districts = [agency for agency in by_agency if agency.district_id]
    return {agency: by_agency[agency] for agency in by_agency if agency not in districts[1:]}


@pages.get("/service/<code>")
@public
def service(code: str) -> ResponseReturnValue:
    """What to have at hand, who goes first, and the button that takes the ticket."""
    chosen = service_by_code(db.session(), code)
    enabled = select(PriorityCategory).where(PriorityCategory.enabled)
    categories = list(db.session.scalars(enabled.order_by(PriorityCategory.level.desc())))
    return render_template(
        "reception/kiosk/service.html", service=chosen, places=places_of(chosen),
        categories=categories, key=secrets.token_hex(16), priority=request.args.get("priority"),
    )  # fmt: skip


def places_of(chosen: Service) -> list[Service]:
    """The same service at every agency of the family: one for each district of an akimat."""
    if chosen.agency.district_id is None:
        return [chosen]
    stem = chosen.code.removeprefix(chosen.agency.code)
    query = select(Service).join(Agency).where(Agency.kind == chosen.agency.kind, Service.open)
    query = query.where(Agency.district_id.is_not(None))
    same = [s for s in db.session.scalars(query) if s.code == s.agency.code + stem]
    return sorted(same, key=lambda s: s.agency.district.position if s.agency.district else 0)


@pages.post("/tickets")
@public
def take_ticket() -> ResponseReturnValue:
    """One touch, one ticket: the key of the page makes a second touch open the same ticket."""
    key, now = request.form.get("key", "")[: idempotency.LONGEST_KEY], clock()
    asked = idempotency.digest(request.path, request.form)
    kept: dict[str, Any] = {"owner": OWNER, "key": key, "asked": asked}
    if key and not idempotency.claim_key(db.session(), now=now, **kept):
        return redirect(idempotency.first_answer(db.session(), **kept)[1])
    issued = issuing.issue(
        db.session(), request.form.get("service", ""), language=current(),
        secret=current_app.config["SECRET_KEY"], by=None, now=now,
        priority=request.form.get("priority") or None,
    )  # fmt: skip
    address = url_for(".show_ticket", key=issued.key)
    printing = slips.reserve(db.session(), issued.id, device_here(), by=None, now=now)
    if key:
        idempotency.keep_answer(db.session(), owner=OWNER, key=key, status=303, body=address)
    db.session.commit()
    nudges.wake()
    if printing:
        nudges.nudge("print_slips")
    return redirect(address)


@pages.get("/ticket/<key>")
@public
def show_ticket(key: str) -> ResponseReturnValue:
    """The ticket on the glass, to be printed; the QR opens it on the visitor's phone."""
    ticket = tickets.by_key(db.session(), key)
    address = current_app.config["SETTINGS"].base_url + url_for("phone.show", key=key)
    now = clock()
    return render_template(
        "reception/kiosk/ticket.html", ticket=ticket, qr=square(address), link_key=key,
        ahead=order.ahead_of(db.session(), ticket, now=now),
        wait=outlook.wait_of(db.session(), ticket, now=now),
        printing=slips.newest(db.session(), ticket) if device_here() else None,
    )  # fmt: skip


@pages.get("/ticket/<key>/slip")
@public
def printing(key: str) -> Response:
    """How far the paper is: the glass asks every second until it is out or given up."""
    slip = slips.newest(db.session(), tickets.by_key(db.session(), key))
    return jsonify(state=slip.state if slip else None)
