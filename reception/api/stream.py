"""The event stream: who may listen to which topic, and the replay after a number.

This view answers with what a listener missed and ends; `reception.asgi` asks it first and then
keeps the connection open. Behind a server without ASGI the browser simply comes back every few
seconds with its last number, and nothing is lost either way.
"""

import json
from collections.abc import Sequence

from flask import Blueprint, Response, request
from flask_login import current_user
from sqlalchemy import select

from agencies import events
from agencies.access import public
from agencies.calendar import local
from agencies.db import db
from agencies.directory import Hall
from agencies.errors import Invalid, NotAllowed
from agencies.events import Event
from agencies.staff import Officer, Role
from reception.api.bodies import EventsQuery
from reception.api.description import described

pages = Blueprint("stream", __name__)
BATCH = 500
RETRY_MS = 3000
SHOWN_TO_ALL = ("ticket", "desk", "agency", "calls", "language")
"""What the open topic of the hall tells; the category of priority is nobody's business."""


@pages.get("/api/v1/events")
@described(
    "Events of the hall as they happen; `Last-Event-ID` replays what was missed.",
    query=EventsQuery,
    answers={200: str},
    media="text/event-stream",
)
@public
def listen() -> Response:
    """Events of the topics after `Last-Event-ID`, oldest first, as `text/event-stream`."""
    topics = _topics(request.args.get("topics", ""))
    after = _resume_after()
    body, last = [f"retry: {RETRY_MS}\n\n"], after
    if after is None:
        last = events.newest_number(db.session())
        body.append(f"id: {last}\n\n")
        found: list[Event] = []
    else:
        found = events.after_number(db.session(), after, topics, limit=BATCH)
    body.extend(encode(event) for event in found)
    answer = Response("".join(body), mimetype="text/event-stream")
    answer.headers["X-Topics"] = ",".join(topics)
    answer.headers["X-Last"] = str(found[-1].number if found else last)
    answer.headers["X-More"] = "1" if len(found) == BATCH else ""
    return answer


def _topics(asked: str) -> list[str]:
    topics = [topic for topic in asked.split(",") if topic]
    halls = [topic for topic in topics if topic.startswith("hall/")]
    agencies = [topic for topic in topics if topic.startswith("agency/")]
    if not topics or len(topics) > 20 or len(halls) + len(agencies) < len(topics):
        raise Invalid({"topics": "Name the topics to listen to, such as hall/almaty."})
    _must_be_halls(halls)
    for topic in agencies:
        _must_hear(topic)
    return topics


def _must_be_halls(topics: list[str]) -> None:
    """A misspelt hall would be silent for ever."""
    asked = {topic.removeprefix("hall/") for topic in topics}
    if asked - set(db.session.scalars(select(Hall.code).where(Hall.code.in_(asked)))):
        raise Invalid({"topics": "There is no hall with this code."})


def _must_hear(topic: str) -> None:
    """An agency's topic is for its own people, and for supervision."""
    officer = current_user if current_user.is_authenticated else None
    if officer is not None and _hears(officer, topic):
        return
    raise NotAllowed("This topic is for the people of the agency. Sign in first.")


def _hears(officer: Officer, topic: str) -> bool:
    if officer.role in (Role.SUPERVISOR, Role.ADMIN):
        return True
    return officer.agency is not None and topic == f"agency/{officer.agency.code}"


def _resume_after() -> int | None:
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 18:
        raise Invalid({"Last-Event-ID": "This is not the number of an event."})
    return int(given)


def encode(event: Event) -> str:
    """One event as the stream carries it; `data` is JSON with the kind and the time in Almaty."""
    payload = event.payload
    if event.topic.startswith("hall/"):
        payload = {key: payload[key] for key in SHOWN_TO_ALL if key in payload}
    moment = local(event.at).isoformat(timespec="seconds")
    data = {"topic": event.topic, "kind": event.kind, "at": moment, **payload}
    return f"id: {event.number}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def encode_all(found: Sequence[Event]) -> list[tuple[int, str, bytes]]:
    """(number, topic, bytes) of each event, encoded once for all listeners."""
    return [(event.number or 0, event.topic, encode(event).encode()) for event in found]
