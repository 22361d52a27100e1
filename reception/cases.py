"""A historical case as its line tells it: checked, and folded into where it stands.

Line: id, district, object, category, reason, org, agency, events. An event is
[local time, kind, …]; the first `received` begins the case, the first `answer` of either sort is
its first answer, and a last `status` beginning with «Завершено» closes it unless a `reopened`
follows.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from agencies.appeals import ClaimStatus
from agencies.calendar import ALMATY

CLOSING = "Завершено"
IN_WORK = "Рассмотрение"
LONGEST_ID = 24
TEXTS = ("district", "object", "category", "reason", "org", "agency")


class Unreadable(ValueError):
    """Why a line cannot enter the register; goes to the rejects file."""


@dataclass(frozen=True)
class Entry:
    """A journal row to be written, without its place in the chain."""

    kind: str
    at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One event of a line; `rest` is what stands behind time and kind."""

    at: datetime
    kind: str
    rest: list[Any]

    def part(self, place: int) -> str:
        value = self.rest[place] if place < len(self.rest) else None
        return value if isinstance(value, str) else ""


@dataclass
class Case:
    """Facts of one line. `entries` holds what happened, in the order of time."""

    source_id: str
    district: str
    object: str
    category: str
    reason: str
    org: str
    agency: str
    received_at: datetime
    entries: list[Entry] = field(default_factory=list)
    status: ClaimStatus = ClaimStatus.ROUTED
    due_on: date | None = None
    first_answer_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    redirections: int = 0
    reopenings: int = 0
    outcome: str = "explained"
    """How it ended, once it is answered; lines of a file do not tell it."""
    bodies: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return ". ".join(part for part in (self.category, self.reason, self.object) if part)

    @property
    def first_agency(self) -> str:
        """Where it was sent first; a file tells only whose it became."""
        return self.agency


def read_case(line: str) -> Case:
    """The case of a line. Raises Unreadable with the reason."""
    row = _row(line)
    events = sorted((_event(item) for item in row["events"]), key=lambda event: event.at)
    received = next((event.at for event in events if event.kind == "received"), None)
    if received is None:
        raise Unreadable("no event `received`")
    district, thing, category, reason, org, agency = (row.get(name) or "" for name in TEXTS)
    case = Case(row["id"], district, thing, category, reason, org, agency, received)
    if case.org:
        case.bodies.add(case.org)
    for event in events:
        STEPS.get(event.kind, _other)(case, event)
    return case


def _check_id(given: Any) -> None:
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_ID:
        raise Unreadable(f"`id` must be text of 1 to {LONGEST_ID} characters")
    if not re.fullmatch(r"[\w.\-]+", given):
        raise Unreadable("`id` may hold letters, digits, dots and dashes")


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from None
    if not isinstance(row, dict) or not isinstance(row.get("events"), list):
        raise Unreadable("no list `events`")
    _check_id(row.get("id"))
    for name in TEXTS:
        if not isinstance(row.get(name, ""), str | None):
            raise Unreadable(f"`{name}` must be text")
    if not row.get("agency"):
        raise Unreadable("no `agency`")
    if "\\u" in line and not _can_be_kept(row):
        raise Unreadable("a character that cannot be kept")
    return row


def _can_be_kept(row: dict[str, Any]) -> bool:
    """PostgreSQL keeps neither NUL nor half of a surrogate pair; either comes as an escape."""
    text = json.dumps(row, ensure_ascii=False)
    return not re.search(r"\\u0000|[\ud800-\udfff]", text)


def _event(item: Any) -> Event:
    if not isinstance(item, list) or len(item) < 2 or not isinstance(item[1], str):
        raise Unreadable("an event is not [time, kind, …]")
    try:
        moment = datetime.fromisoformat(item[0])
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=ALMATY)
        return Event(zoned.astimezone(UTC), item[1], item[2:])
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(f"time of an event cannot be read: {item[0]!r:.40}") from None


def _received(case: Case, event: Event) -> None:
    """The beginning is written by the register itself."""


def _status(case: Case, event: Event) -> None:
    said = event.part(0)
    case.closed_at = None
    if said.startswith(CLOSING):
        case.closed_at, case.status = event.at, ClaimStatus.CLOSED
        case.entries.append(Entry("closed", event.at, {"text": said}))
        return
    if case.status is ClaimStatus.CLOSED:
        case.status = ClaimStatus.ANSWERED if case.answered_at else ClaimStatus.IN_WORK
    if said == IN_WORK and case.status is ClaimStatus.ROUTED:
        case.status = ClaimStatus.IN_WORK
    case.entries.append(Entry("status_noted", event.at, {"text": said}))


def _answer(case: Case, event: Event) -> None:
    body, final = event.part(0), event.part(1) != "interim"
    case.first_answer_at = case.first_answer_at or event.at
    if body:
        case.bodies.add(body)
    if final:
        case.answered_at = event.at
        if case.status is not ClaimStatus.CLOSED:
            case.status = ClaimStatus.ANSWERED
    payload = {"body": body, "promised": event.part(2)}
    case.entries.append(Entry("answered" if final else "answered_interim", event.at, payload))


def _rerouted(case: Case, event: Event) -> None:
    """The deadline that the source moved is kept with the old one."""
    before, to, old, new = (event.part(place) for place in range(4))
    case.bodies.update(body for body in (before, to) if body)
    case.redirections += 1
    case.due_on = _day(new) or _day(old) or case.due_on
    if case.status is ClaimStatus.IN_WORK:
        case.status = ClaimStatus.ROUTED
    payload = {"before": before, "body": to, "due_before": old, "due_on": new}
    case.entries.append(Entry("redirected", event.at, payload))


def _reopened(case: Case, event: Event) -> None:
    case.reopenings += 1
    case.answered_at = case.closed_at = None
    case.status = ClaimStatus.IN_WORK
    case.entries.append(Entry("reopened", event.at, {}))


def _other(case: Case, event: Event) -> None:
    """What the source also told; kept in the journal, without effect on the state."""
    name = "category_changed" if event.kind == "category_changed" else "noted"
    case.entries.append(Entry(name, event.at, {"source": event.kind[:64]}))


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007  a date without a zone
    except ValueError:
        return None


STEPS: dict[str, Callable[[Case, Event], None]] = {
    "received": _received,
    "status": _status,
    "answer": _answer,
    "rerouted": _rerouted,
    "reopened": _reopened,
}
