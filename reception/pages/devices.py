"""A kiosk or a board makes itself known: the code, and word every half minute that it lives."""

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

from agencies.access import current_base, public
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from reception import devices
from reception.devices import Device, DeviceKind
from reception.language import say_each

pages = Blueprint("devices", __name__, url_prefix="/device")
COOKIE = "device"
KEPT_S = 400 * 86400
"""The longest that browsers keep a cookie; each enrolment begins anew."""
FIRST_PAGE = {DeviceKind.KIOSK: "kiosk.start", DeviceKind.BOARD: "board.show"}


def device_here() -> Device | None:
    """The enrolled device that asks, looked up once a request."""
    if "device" not in g:
        g.device = devices.by_key(db.session(), request.cookies.get(COOKIE, ""))
    found: Device | None = g.device
    return found


@pages.get("")
@public
def show() -> ResponseReturnValue:
    """Where the code is typed; tells which device this is when it is one already."""
    return render_template("reception/device.html", device=device_here(), errors={})


@pages.post("")
@public
def enrol() -> ResponseReturnValue:
    try:
        device, key = devices.enrol(db.session(), request.form.get("code", ""), now=clock())
    except Invalid as error:
        db.session.rollback()
        errors = say_each(error.fields)
        page = render_template("reception/device.html", device=device_here(), errors=errors)
        return page, 422
    db.session.commit()
    answer = redirect(address_of(FIRST_PAGE[device.kind]))
    return _keep(answer, key)


def _keep(answer: ResponseReturnValue, key: str) -> ResponseReturnValue:
    kept = current_app.make_response(answer)
    secure = current_base().startswith("https://")
    kept.set_cookie(COOKIE, key, max_age=KEPT_S, httponly=True, samesite="Lax", secure=secure)
    return kept


@pages.get("/alive")
@public
def alive() -> Response:
    """Asked by the device itself: whether it is still open. A page that hears otherwise reloads."""
    device = device_here()
    if device is None:
        return jsonify(enrolled=False, locked=False)
    devices.seen(device, now=clock())
    db.session.commit()
    return jsonify(enrolled=True, locked=device.locked)
