"""Administration: what the hall offers, who goes first, which devices serve, who changed what."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Agency, hall_agencies, the_hall
from agencies.errors import Invalid
from agencies.staff import Role
from reception import adding, changes, devices, editing, nudges
from reception.devices import Device, DeviceKind
from reception.language import named, say, say_each, short_named

pages = Blueprint("administration", __name__, url_prefix="/administration")
ADMINISTRATION = (Role.ADMIN, Role.SUPERVISOR)


@pages.get("/devices")
@requires(*ADMINISTRATION)
def show_devices() -> ResponseReturnValue:
    return _devices({}, {})


def _devices(errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    page = render_template(
        "reception/administration/devices.html", devices=devices.listed(db.session()),
        subjects=editing.SUBJECTS, errors=errors, given=given, kinds=list(DeviceKind),
        history=changes.history(db.session(), "device"), now=clock(),
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/devices")
@requires(*ADMINISTRATION)
def add_device() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("code", "name", "kind")}
    session, now = db.session(), clock()
    try:
        device = devices.add(
            session, code=given["code"], kind=given["kind"], name=given["name"],
            hall=the_hall(session), now=now,
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        return _devices(say_each(error.fields), given)
    _note(device, "added", "", device.name)
    if device.kind is DeviceKind.PRINTER:
        session.commit()
        return redirect(url_for(".show_devices"))
    return _invited(device)


@pages.post("/devices/<code>/printer")
@requires(*ADMINISTRATION)
def set_printer(code: str) -> ResponseReturnValue:
    session, device = db.session(), devices.by_code(db.session(), code)
    before, given = (device.printer, device.paper_mm), request.form
    paper = given.get(f"paper_mm-{code}", "")
    try:
        devices.set_printer(
            device, given.get(f"printer-{code}", "").strip(),
            paper_mm=int(paper) if paper.isdecimal() else 0,
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        wrong = {f"{name}-{code}": say(text) for name, text in error.fields.items()}
        return _devices(wrong, given.to_dict())
    for field, was in zip(("printer", "paper_mm"), before, strict=True):
        if was != getattr(device, field):
            _note(device, field, was, getattr(device, field))
    session.commit()
    flash(say("Saved, with your name and the time."), "good")
    return redirect(url_for(".show_devices"))


@pages.post("/devices/<code>/invite")
@requires(*ADMINISTRATION)
def invite(code: str) -> ResponseReturnValue:
    device = devices.by_code(db.session(), code)
    _note(device, "invited", "", "")
    return _invited(device)


def _invited(device: Device) -> ResponseReturnValue:
    typed = devices.invite(device, now=clock())
    db.session.commit()
    flash(say("Open %(address)s at the device and type %(code)s within half an hour.",
              address=url_for("devices.show", _external=True), code=typed), "info")  # fmt: skip
    return redirect(url_for(".show_devices"))


@pages.post("/devices/<code>/lock")
@requires(*ADMINISTRATION)
def lock(code: str) -> ResponseReturnValue:
    """Closes an open device, opens a closed one."""
    device, session, now = devices.by_code(db.session(), code), db.session(), clock()
    if device.locked:
        devices.unlock(session, device, now=now)
    else:
        reason = request.form.get("reason", "").strip() or say("Closed by supervision")
        devices.lock(session, device, reason=reason, now=now)
    _note(device, "locked", not device.locked, device.locked)
    session.commit()
    nudges.wake()
    return redirect(url_for(".show_devices"))


def _note(device: Device, field: str, before: object, after: object) -> None:
    changes.note(db.session(), "device", device.code, field, before, after,
                 by=current_officer(), now=clock())  # fmt: skip


@pages.get("/<any(desk, service):subject>/new")
@requires(*ADMINISTRATION)
def show_new(subject: str) -> ResponseReturnValue:
    return _new(subject, {}, {})


def _new(subject: str, errors: dict[str, str], given: dict[str, str]) -> ResponseReturnValue:
    page = render_template(
        "reception/administration/add.html", subject=editing.subject_of(subject),
        subjects=editing.SUBJECTS, fields=adding.FIELDS[subject], errors=errors, given=given,
        agencies=[(a.code, short_named(a)) for a in hall_agencies(db.session())],
        letters=[(letter, letter) for letter in adding.LETTERS],
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/<any(desk, service):subject>/new")
@requires(*ADMINISTRATION)
def add(subject: str) -> ResponseReturnValue:
    given = request.form.to_dict()
    try:
        code = adding.add(db.session(), subject, given, by=current_officer(), now=clock())
    except Invalid as error:
        db.session.rollback()
        return _new(subject, say_each(error.fields), given)
    db.session.commit()
    flash(say("%(code)s is added, with your name and the time.", code=code), "good")
    return redirect(url_for(".show_subject", subject=subject))


@pages.get("/<subject>")
@requires(*ADMINISTRATION)
def show_subject(subject: str) -> ResponseReturnValue:
    chosen = editing.subject_of(subject)
    rows = editing.records(db.session(), chosen)
    return render_template(
        "reception/administration/list.html", subject=chosen, subjects=editing.SUBJECTS,
        rows=[(editing.code_of(row), title_of(row), row) for row in rows],
        history=changes.history(db.session(), subject),
    )  # fmt: skip


@pages.get("/<subject>/<code>")
@requires(*ADMINISTRATION)
def show_record(subject: str, code: str) -> ResponseReturnValue:
    return _record(subject, code, {}, {})


def _record(
    subject: str, code: str, errors: dict[str, str], given: dict[str, str]
) -> ResponseReturnValue:
    chosen = editing.subject_of(subject)
    record = editing.record_of(db.session(), chosen, code)
    page = render_template(
        "reception/administration/record.html", subject=chosen, subjects=editing.SUBJECTS,
        code=code, title=title_of(record), record=record, errors=errors, given=given,
        agencies=hall_agencies(db.session()), shown=shown,
        history=changes.history(db.session(), subject, editing.code_of(record)),
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.post("/<subject>/<code>")
@requires(*ADMINISTRATION)
def save(subject: str, code: str) -> ResponseReturnValue:
    chosen, given = editing.subject_of(subject), request.form.to_dict()
    record = editing.record_of(db.session(), chosen, code)
    try:
        count = editing.edit(db.session(), chosen, record, given, by=current_officer(), now=clock())
    except Invalid as error:
        db.session.rollback()
        wrong = say_each(error.fields)
        return _record(subject, code, wrong, given)
    db.session.commit()
    flash(say("Saved, with your name and the time.") if count else say("Nothing was changed."),
          "good" if count else "info")  # fmt: skip
    return redirect(url_for(".show_subject", subject=subject))


def title_of(record: Any) -> str:
    """How a record is called in lists: a desk by its number, a norm by its service."""
    if hasattr(record, "rate_walk_in"):
        return say("Every other agency") if record.agency_id is None else _agency(record.agency_id)
    if hasattr(record, "max_wait_min"):
        return say("Every other service") if record.service_id is None else str(record.service_id)
    if hasattr(record, "number"):
        return say("Desk %(number)s", number=record.number)
    return named(record)


def _agency(agency_id: int) -> str:
    return named(db.session.get(Agency, agency_id))


def shown(record: Any, field: editing.Editable) -> Any:
    """A value as its form field holds it."""
    value = getattr(record, field.name)
    if isinstance(value, Agency):
        return value.code
    return value.strftime("%H:%M") if field.kind == "time" else value
