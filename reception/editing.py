"""What administration may change, field by field, and how a typed value becomes the right one.

A dated record (a norm, a queue rule) is never changed: a new row is in force from its own day on,
so that past days keep the rule they were served by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import directory
from agencies.directory import (
    Agency,
    Desk,
    Hall,
    PriorityCategory,
    QueueNorm,
    Service,
    agency_by_code,
    desk_by_code,
)
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer
from reception import changes

NOWHERE = "There is nothing at this address. Check the link, or start from the first page."
LONGEST_ID = 10
NOT_POSSIBLE = "This value is outside of what is possible."


@dataclass(frozen=True)
class Editable:
    """`kind`: number, switch, time or text; `least` and `most` bound a number or a length."""

    name: str
    label: str
    kind: str
    least: int = 0
    most: int = 600


@dataclass(frozen=True)
class Subject:
    """A kind of record; `key` gives the code under which its changes are kept."""

    code: str
    title: str
    model: type[Any]
    fields: tuple[Editable, ...]


SUBJECTS = {
    subject.code: subject
    for subject in (
        Subject("hall", "The hall", Hall, (
            Editable("opens", "Opens", "time"),
            Editable("closes", "Closes", "time"),
            Editable("enrolled_kiosks_only", "Tickets at enrolled kiosks only", "switch"),
        )),
        Subject("service", "Services", Service, (
            Editable("open", "Open", "switch"),
            Editable("typical_minutes", "Usual minutes", "number", 1, 240),
            Editable("day_quota", "Tickets a day at most; empty: no limit", "maybe", 1, 5000),
            Editable("name_kk", "Kazakh name", "text", 3, 200),
            Editable("name_ru", "Russian name", "text", 3, 200),
            Editable("name_en", "English name", "text", 3, 200),
            Editable("documents_kk", "Have at hand, in Kazakh", "text", 3, 300),
            Editable("documents_ru", "Have at hand, in Russian", "text", 3, 300),
            Editable("documents_en", "Have at hand, in English", "text", 3, 300),
        )),
        Subject("desk", "Desks", Desk, (
            Editable("agency", "Agency", "agency"),
            Editable("floor", "Floor", "number", -2, 40),
        )),
        Subject("priority", "Priority categories", PriorityCategory, (
            Editable("enabled", "In force", "switch"),
            Editable("level", "Level", "number", 1, 3),
            Editable("basis", "Legal basis", "text", 3, 300),
        )),
        Subject("topic", "Subjects of appeals", directory.Subject, (
            Editable("active", "Offered", "switch"),
        )),
        Subject("norm", "Norms of waiting", QueueNorm, (
            Editable("max_wait_min", "Longest wait, minutes", "number", 1, 240),
            Editable("max_service_min", "Longest service, minutes", "number", 1, 240),
            Editable("basis", "Legal basis", "text", 3, 300),
            Editable("valid_from", "In force from", "date"),
        )),
    )
}  # fmt: skip


def subject_of(code: str) -> Subject:
    if code not in SUBJECTS:
        raise NotFound(
            "There is nothing at this address. Check the link, or start from the first page."
        )
    return SUBJECTS[code]


def records(session: Session, subject: Subject) -> list[Any]:
    order = {
        "desk": (Desk.number,), "service": (Service.position, Service.id),
        "topic": (directory.Subject.code,),
        "norm": (QueueNorm.service_id.asc().nulls_first(), QueueNorm.valid_from),
    }.get(subject.code, (subject.model.id,))  # fmt: skip
    query = select(subject.model).order_by(*order)
    if subject.code == "topic":
        query = query.where(directory.Subject.origin == directory.Origin.HALL)
    return list(session.scalars(query))


def code_of(record: Any) -> str:
    """Under which code a record is edited: its own, or that of the service a norm is for."""
    if isinstance(record, QueueNorm):
        return str(record.id)
    return str(record.code)


def record_of(session: Session, subject: Subject, code: str) -> Any:
    if subject.code == "desk":
        return desk_by_code(session, code)
    dated = subject.model is QueueNorm
    column = subject.model.id if dated else subject.model.code
    wanted: object = int(code) if dated and code.isdecimal() and len(code) < LONGEST_ID else code
    if dated and not isinstance(wanted, int):
        wanted = 0
    found = session.scalar(select(subject.model).where(column == wanted))
    if found is None:
        raise NotFound(
            "There is nothing at this address. Check the link, or start from the first page."
        )
    return found


def edit(
    session: Session,
    subject: Subject,
    record: Any,
    given: Mapping[str, str],
    *,
    by: Officer,
    now: datetime,
) -> int:
    """Every field as typed; how many changed. Raises Invalid by field, and changes nothing then."""
    values, wrong = {}, {}
    for field in subject.fields:
        try:
            values[field.name] = READ[field.kind](session, field, given.get(field.name, "").strip())
        except (ValueError, NotFound):
            wrong[field.name] = NOT_POSSIBLE
    if wrong:
        raise Invalid(wrong)
    if isinstance(record, QueueNorm):
        return _new_norm(session, subject, record, values, by=by, now=now)
    _must_fit(record, values)
    return changes.change(
        session, record, values, subject=subject.code, code=code_of(record), by=by, now=now
    )


def _must_fit(record: Any, values: dict[str, Any]) -> None:
    if isinstance(record, Hall) and values["opens"] >= values["closes"]:
        raise Invalid({"closes": NOT_POSSIBLE})


def _new_norm(
    session: Session, subject: Subject, record: QueueNorm, values: dict[str, Any], *, by: Officer,
    now: datetime,
) -> int:  # fmt: skip
    """Never changed: a new row begins on its own day. The history tells each value that differs."""
    if values["valid_from"] <= record.valid_from:
        raise Invalid({"valid_from": "A new norm begins after the one before it."})
    same = select(QueueNorm.id).where(QueueNorm.service_id.is_not_distinct_from(record.service_id))
    if session.scalar(same.where(QueueNorm.valid_from == values["valid_from"])):
        raise Invalid({"valid_from": "A norm begins on this day already."})
    session.add(QueueNorm(service_id=record.service_id, **values))
    for field in subject.fields:
        before, after = getattr(record, field.name), values[field.name]
        if before != after:
            changes.note(session, subject.code, code_of(record), field.name, before, after,
                         by=by, now=now)  # fmt: skip
    return 1


def _number(_: Session, field: Editable, text: str) -> int:
    value = int(text)
    if not field.least <= value <= field.most:
        raise ValueError(text)
    return value


def _text(_: Session, field: Editable, text: str) -> str:
    if not field.least <= len(text) <= field.most:
        raise ValueError(text)
    return text


def _agency(session: Session, _: Editable, text: str) -> Agency:
    return agency_by_code(session, text)


READ: dict[str, Callable[[Session, Editable, str], Any]] = {
    "number": _number,
    "text": _text,
    "agency": _agency,
    "maybe": lambda session, field, text: _number(session, field, text) if text else None,
    "switch": lambda _session, _field, text: text == "on",
    "time": lambda _session, _field, text: time.fromisoformat(text),
    "date": lambda _session, _field, text: date.fromisoformat(text),
}
