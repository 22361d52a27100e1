"""New services and desks: what is typed, what must not be there already, and the history of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.directory import Desk, Service, the_hall
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer
from reception import changes
from reception.editing import NOT_POSSIBLE, READ, SUBJECTS, Editable

CODE = Editable("code", "Code: Latin letters, digits, hyphens", "text", 2, 40)
FIELDS: dict[str, tuple[Editable, ...]] = {
    "desk": (
        Editable("number", "Number on the sign", "number", 1, 999),
        *SUBJECTS["desk"].fields,
    ),
    "service": (
        CODE,
        Editable("agency", "Agency", "agency"),
        Editable("series", "Letter of the tickets", "text", 1, 1),
        *(field for field in SUBJECTS["service"].fields if field.name != "open"),
    ),
}
LETTERS = "AEKMOT"
"""Those that look and sound alike in Cyrillic and Latin."""


def read(session: Session, subject: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Every field as typed. Raises Invalid by field."""
    values, wrong = {}, {}
    for field in FIELDS[subject]:
        try:
            values[field.name] = READ[field.kind](session, field, given.get(field.name, "").strip())
        except (ValueError, NotFound):
            wrong[field.name] = NOT_POSSIBLE
    if wrong:
        raise Invalid(wrong)
    return values


def add(
    session: Session, subject: str, given: Mapping[str, str], *, by: Officer, now: datetime
) -> str:
    """The code of the new record. A service begins open, a desk without anybody at it."""
    values = read(session, subject, given)
    record = ADD[subject](session, values)
    session.add(record)
    session.flush()
    name = values.get("name_kk") or values.get("number")
    changes.note(session, subject, record.code, "added", "", name, by=by, now=now)
    return record.code


def _desk(session: Session, values: dict[str, Any]) -> Desk:
    hall, code = the_hall(session), f"D{values['number']:02d}"
    same = (Desk.code == code) | ((Desk.hall_id == hall.id) & (Desk.number == values["number"]))
    if session.scalar(select(Desk.id).where(same)):
        raise Invalid({"number": "There is a desk with this number already."})
    return Desk(code=code, hall=hall, **values)


def _service(session: Session, values: dict[str, Any]) -> Service:
    """Its code begins with that of its agency, as every other one."""
    plain = values.pop("code").lower()
    if not plain.isascii() or not plain.replace("-", "").isalnum():
        raise Invalid({"code": CODE.label})
    values["series"] = values["series"].upper()
    if values["series"] not in LETTERS:
        raise Invalid({"series": "Choose one of the values on the list."})
    code = f"{values['agency'].code}-{plain}"
    if session.scalar(select(Service.id).where(Service.code == code)):
        raise Invalid({"code": "There is a service with this code already."})
    last = session.scalar(select(func.max(Service.position))) or 0
    return Service(code=code, position=last + 1, open=True, **values)


ADD: dict[str, Callable[[Session, dict[str, Any]], Desk | Service]] = {
    "desk": _desk,
    "service": _service,
}
