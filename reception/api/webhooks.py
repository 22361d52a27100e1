"""Calls on webhooks: who is told of the steps of appeals, and how the telling went."""

from typing import Annotated, Any

from flask import Blueprint, current_app
from pydantic import Field
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.directory import Agency, agency_by_code
from agencies.errors import Invalid, NotFound
from agencies.notices import Notice, NoticeStatus
from agencies.staff import Role
from reception import changes, drafts, nudges, webhooks
from reception.api import showing
from reception.api.bodies import Nothing, body
from reception.api.description import described
from reception.drafts import Strict
from reception.idempotency import once
from reception.keyring import keys
from reception.webhooks import Hook

pages = Blueprint("webhooks", __name__)
ONE = "/webhooks/<int(max=9223372036854775807):hook_id>"
Answered = tuple[Any, int]


class HookDraft(Strict):
    """Without `events` every step is told; `agency` narrows to claims of one agency."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    url: Annotated[str, Field(min_length=1, max_length=webhooks.LONGEST_URL)]
    events: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=50)] = []
    agency: drafts.Optional = None


class HookShape(TypedDict):
    id: int
    name: str
    url: str
    events: list[str]
    agency: str | None
    open: bool


class NewHookShape(HookShape):
    """`secret` is told only here."""

    secret: str


class HooksShape(TypedDict):
    items: list[HookShape]


class SecretShape(TypedDict):
    secret: str


class DeliveryShape(TypedDict):
    id: str
    type: str
    status: NoticeStatus
    attempts: int
    reason: str
    created_at: str
    finished_at: str | None


class DeliveriesShape(TypedDict):
    items: list[DeliveryShape]


@pages.get("/webhooks")
@described("Webhooks that are told of steps of appeals.", answers={200: HooksShape})
@requires(Role.ADMIN)
def list_hooks() -> HooksShape:
    return {"items": [_shown(hook) for hook in webhooks.listed(db.session())]}


def _shown(hook: Hook) -> HookShape:
    agency = hook.agency.code if hook.agency else None
    return {
        "id": hook.id, "name": hook.name, "url": hook.url, "events": hook.events,
        "agency": agency, "open": hook.open,
    }  # fmt: skip


@pages.post("/webhooks")
@described("Have an address told of steps of appeals.", body=HookDraft, answers={201: NewHookShape})
@requires(Role.ADMIN)
def add_hook() -> Answered:
    """Without an Idempotency-Key: a kept answer would keep the secret."""
    draft, session, now = body(HookDraft), db.session(), clock()
    hook, secret = webhooks.subscribe(
        session, name=draft.name, url=draft.url, events=draft.events,
        agency=_agency(session, draft.agency), seal=keys().seal,
        inside=current_app.config["SETTINGS"].webhooks_inside, now=now,
    )  # fmt: skip
    changes.note(session, "webhook", str(hook.id), "added", "", hook.url,
                 by=current_officer(), now=now)  # fmt: skip
    session.commit()
    return {**_shown(hook), "secret": secret}, 201


def _agency(session: Session, code: str | None) -> Agency | None:
    try:
        return agency_by_code(session, code) if code else None
    except NotFound:
        raise Invalid({"agency": "There is no agency with this code."}) from None


@pages.post(f"{ONE}/secret")
@described("Give the webhook a new secret; the old one ends.", body=Nothing,
           answers={200: SecretShape})  # fmt: skip
@requires(Role.ADMIN)
def renew_secret(hook_id: int) -> Answered:
    body(Nothing)
    hook = _noted(hook_id, "secret")
    secret = webhooks.renew_secret(hook, seal=keys().seal)
    db.session.commit()
    return {"secret": secret}, 200


@pages.post(f"{ONE}/<any(open, close):verb>")
@described("Open the webhook, or close it.", body=Nothing, answers={200: HookShape})
@requires(Role.ADMIN)
@once
def set_open(hook_id: int, verb: str) -> Answered:
    body(Nothing)
    hook = _noted(hook_id, verb)
    webhooks.set_open(db.session(), hook, to=verb == "open", now=clock())
    return _shown(hook), 200


@pages.post(f"{ONE}/trial")
@described("Send the webhook a message that tells of nothing.", body=Nothing,
           answers={200: HookShape})  # fmt: skip
@requires(Role.ADMIN)
@once
def try_out(hook_id: int) -> Answered:
    body(Nothing)
    hook = webhooks.by_id(db.session(), hook_id)
    webhooks.try_out(db.session(), hook, now=clock())
    nudges.nudge("deliver_notices")
    return _shown(hook), 200


def _noted(hook_id: int, field: str) -> Hook:
    session, officer, now = db.session(), current_officer(), clock()
    hook = webhooks.by_id(session, hook_id)
    changes.note(session, "webhook", str(hook.id), field, "", "", by=officer, now=now)
    return hook


@pages.get(f"{ONE}/deliveries")
@described("How the newest messages to a webhook went.", answers={200: DeliveriesShape})
@requires(Role.ADMIN)
def list_deliveries(hook_id: int) -> DeliveriesShape:
    hook = webhooks.by_id(db.session(), hook_id)
    found = webhooks.deliveries(db.session(), hook, most=100)
    return {"items": [_delivery(notice) for notice in found]}


def _delivery(notice: Notice) -> DeliveryShape:
    return {
        "id": notice.key, "type": notice.kind, "status": notice.status,
        "attempts": notice.attempts, "reason": notice.reason,
        "created_at": showing.instant(notice.created_at) or "",
        "finished_at": showing.instant(notice.finished_at),
    }  # fmt: skip
