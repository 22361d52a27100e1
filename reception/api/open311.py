"""Open311 GeoReport v2 over HTTP, in XML and JSON: https://wiki.open311.org/GeoReport_v2/"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree as Tree

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from agencies import terms
from agencies.access import (
    HALL_STAFF,
    SignInNeeded,
    current_base,
    current_officer,
    public,
    requires,
)
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.calendar import ALMATY, clock
from agencies.db import db
from agencies.directory import Subject
from agencies.errors import DomainError, Invalid, NotFound
from reception import idempotency, limits, nudges, open311
from reception.api import refuse_unwritable_address, showing
from reception.keyring import keys
from reception.language import current, in_words, named, say
from reception.open311 import OpenRequest, Wanted
from reception.problems import in_words as refusal

pages = Blueprint("open311", __name__, url_prefix="/open311/v2")
FORMAT = "<any(json, xml):form>"
JURISDICTION = "almaty.kz"
CHANGED = "2026-11-27T00:00:00+05:00"
"""When what the discovery tells was changed last."""
ITEM = {
    "services": "service", "service_requests": "request", "errors": "error",
    "endpoints": "endpoint", "formats": "format", "attributes": "attribute",
}  # fmt: skip
"""What an entry of a list is called in XML."""
ACCEPTED = (
    "service_code", "description", "address_string", "lat", "long", "first_name", "last_name",
    "email", "phone", "media_url", "jurisdiction_id",
)  # fmt: skip
STATES = {
    ClaimStatus.REGISTERED: "Registered", ClaimStatus.ROUTED: "Registered",
    ClaimStatus.IN_WORK: "In work", ClaimStatus.IN_APPROVAL: "In work",
    ClaimStatus.ANSWERED: "Answered", ClaimStatus.CLOSED: "Answered",
    ClaimStatus.WITHDRAWN: "Withdrawn", ClaimStatus.MERGED: "Joined to another appeal",
}  # fmt: skip
"""The public states of the law research, as the tracking page shows them."""
ONCE = "open311"


def told(form: str, root: str, content: Any, status: int = 200) -> Response:
    """One document in the form asked for; lists in XML get a name for each entry."""
    if form == "json":
        answer = jsonify(content)
    else:
        element = Tree.Element(root)
        _fill(element, content, ITEM.get(root, root))
        text = Tree.tostring(element, encoding="unicode", xml_declaration=False)
        answer = Response('<?xml version="1.0" encoding="utf-8"?>\n' + text, mimetype="text/xml")
    answer.status_code = status
    return answer


def _fill(element: Tree.Element, content: Any, item: str) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(Tree.SubElement(element, str(name)), value, ITEM.get(str(name), str(name)))
    elif isinstance(content, list):
        for value in content:
            _fill(Tree.SubElement(element, item), value, item)
    else:
        element.text = _plain(content)


def _plain(content: Any) -> str:
    if isinstance(content, bool):
        return "true" if content else "false"
    return "" if content is None else str(content)


pages.before_request(refuse_unwritable_address)
pages.after_request(limits.tell)


@pages.before_request
def limit_strangers() -> None:
    """Never who shows a key: an application lodges for many people from one address."""
    try:
        current_officer()
    except SignInNeeded:
        limits.count("open311")


@pages.after_request
def open_to_all(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "RateLimit-Remaining, Retry-After"
    return answer


def _refused(status: int, sentence: str) -> Response:
    """The standard's own form of a refusal; it knows 403 where a key is missing or wrong."""
    form = (request.view_args or {}).get("form") or request.path.rpartition(".")[2]
    errors = [{"code": status, "description": sentence}]
    return told("json" if form == "json" else "xml", "errors", errors, status)


@pages.errorhandler(DomainError)
def refuse(error: DomainError) -> Response:
    db.session.rollback()
    if isinstance(error, Invalid):
        sentence = "; ".join(f"{field}: {say(text)}" for field, text in error.fields.items())
        return _refused(400, sentence % error.values if error.values else sentence)
    return _refused(403 if isinstance(error, SignInNeeded) else error.status, refusal(error))


@pages.errorhandler(HTTPException)
def refuse_http(error: HTTPException) -> Response:
    return _refused(error.code or 500, str(error.name))


def _must_be_here(asked: Mapping[str, str]) -> None:
    if asked.get("jurisdiction_id", JURISDICTION) not in ("", JURISDICTION):
        raise NotFound("There is no such jurisdiction here.")


@pages.get(f"/discovery.{FORMAT}")
@public
def discover(form: str) -> Response:
    """Where the interface is, and in which forms it speaks."""
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": current_base() + "/open311/v2", "changeset": CHANGED,
        "type": "production", "formats": ["text/xml", "application/json"],
    }  # fmt: skip
    content = {
        "changeset": CHANGED, "contact": current_base(),
        "key_service": "reception token create --role clerk", "endpoints": [endpoint],
    }  # fmt: skip
    return told(form, "discovery", content)


@pages.get(f"/services.{FORMAT}")
@public
def list_services(form: str) -> Response:
    _must_be_here(request.args)
    found = open311.services(db.session())
    return told(form, "services", [_service(topic) for topic in found])


def _service(topic: Subject) -> dict[str, Any]:
    return {
        "service_code": topic.code, "service_name": named(topic), "description": named(topic),
        "metadata": False, "type": "realtime", "keywords": "",
        "group": named(topic.parent) if topic.parent else "",
    }  # fmt: skip


@pages.get(f"/services/<code>.{FORMAT}")
@public
def show_service(code: str, form: str) -> Response:
    """No topic asks for more than the request itself has."""
    _must_be_here(request.args)
    topic = open311.service(db.session(), code)
    content = {"service_code": topic.code, "attributes": []}
    return told(form, "service_definition", content)


@pages.post(f"/requests.{FORMAT}")
@requires(*HALL_STAFF)
def lodge(form: str) -> ResponseReturnValue:
    """A form with `api_key`; the same `Idempotency-Key` again finds the first request."""
    sent = {name: request.form.get(name, "").replace("\0", "") for name in ACCEPTED}
    _must_be_here(sent)
    session, officer, now = db.session(), current_officer(), clock()
    key = request.headers.get(idempotency.HEADER, "")[: idempotency.LONGEST_KEY - len(ONCE) - 1]
    asked = idempotency.digest(ONCE, sent)
    kept = {"owner": str(officer.id), "key": f"{ONCE}-{key}", "asked": asked}
    if key and not idempotency.claim_key(session, now=now, **kept):
        _, number = idempotency.first_answer(session, **kept)
        return told(form, "service_requests", [_lodged(open311.by_number(session, number))])
    made = open311.lodge(
        session, sent, language=current(), law=terms.law(session), keys=keys(), by=officer, now=now
    )
    if key:
        idempotency.keep_answer(session, owner=kept["owner"], key=kept["key"], status=201,
                                body=made.appeal.number)  # fmt: skip
    session.commit()
    nudges.wake()
    nudges.nudge("deliver_notices")
    return told(form, "service_requests", [_lodged(made.appeal) | {"token": made.token}], 201)


def _lodged(appeal: Appeal) -> dict[str, Any]:
    notice = say("Registered. The answer is due by %(due_on)s.", due_on=in_words(appeal.due_on))
    return {"service_request_id": appeal.number, "service_notice": notice, "account_id": None}


@pages.get(f"/tokens/<token>.{FORMAT}")
@public
def show_token(token: str, form: str) -> Response:
    found: OpenRequest = open311.by_token(db.session(), token)
    content = [{"token": found.token, "service_request_id": found.appeal.number}]
    return told(form, "service_requests", content)


@pages.get(f"/requests.{FORMAT}")
@public
def list_requests(form: str) -> Response:
    _must_be_here(request.args)
    found = open311.find(db.session(), _wanted())
    return told(form, "service_requests", [_request(appeal) for appeal in found])


@pages.get(f"/requests/<number>.{FORMAT}")
@public
def show_request(number: str, form: str) -> Response:
    _must_be_here(request.args)
    return told(form, "service_requests", [_request(open311.by_number(db.session(), number))])


def _wanted() -> Wanted:
    """Ninety days at most, ending with what was asked for, or now."""
    now = clock()
    until = _moment("end_date") or now + timedelta(seconds=1)
    since = _moment("start_date") or until - open311.LONGEST_SPAN
    states = _several("status")
    if not set(states) <= {open311.OPEN, open311.CLOSED}:
        raise Invalid({"status": "Choose one of the values on the list."})
    return Wanted(
        since=max(since, until - open311.LONGEST_SPAN), until=until, states=frozenset(states),
        numbers=_several("service_request_id"), services=_several("service_code"),
    )  # fmt: skip


def _several(name: str) -> tuple[str, ...]:
    words = request.args.get(name, "").replace("\0", "").split(",")
    return tuple(word.strip() for word in words if word.strip())[:100]


def _moment(name: str) -> datetime | None:
    """W3C dates and times; one without an offset is of Almaty."""
    text = request.args.get(name, "").strip().replace(" ", "+")
    try:
        said = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: "Write the date as 2026-11-23."}) from None
    if said is not None and not 1990 <= said.year <= 2199:
        raise Invalid({name: "This value is outside of what is possible."})
    return said if said is None or said.tzinfo else said.replace(tzinfo=ALMATY)


def _request(appeal: Appeal) -> dict[str, Any]:
    """What all may know. Text, address and place on the map stay in the house."""
    claim: Claim = appeal.claims[0]
    due_at = datetime.combine(appeal.due_on, time(18), ALMATY)
    return {
        "service_request_id": appeal.number, "status": open311.state_of(appeal),
        "status_notes": say(STATES[appeal.status]),
        "service_name": named(appeal.subject) if appeal.subject else "",
        "service_code": appeal.subject.code if appeal.subject else "", "description": "",
        "agency_responsible": named(claim.agency) if claim.agency else "",
        "service_notice": "", "requested_datetime": showing.instant(appeal.received_at),
        "updated_datetime": showing.instant(open311.updated_at(appeal)),
        "expected_datetime": showing.instant(due_at),
        "address": named(appeal.district) if appeal.district else "",
        "address_id": "", "zipcode": "", "lat": None, "long": None, "media_url": "",
    }  # fmt: skip
