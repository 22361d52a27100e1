"""The HTTP API under `/api/v1`, for neighbouring systems and for the hall's own screens."""

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from reception.api import (
    appeals,
    attachments,
    bookings,
    floor,
    hall,
    hearings,
    joint,
    judging,
    likeness,
    openapi,
    routing,
    same_person,
    situations,
    webhooks,
)

pages = Blueprint("api", __name__, url_prefix="/api/v1")
parts = (
    hall,
    bookings,
    floor,
    appeals,
    hearings,
    judging,
    joint,
    same_person,
    attachments,
    routing,
    likeness,
    situations,
    webhooks,
    openapi,
)
for part in parts:
    pages.register_blueprint(part.pages)


@pages.before_request
def refuse_unwritable_address() -> None:
    """PostgreSQL holds no NUL character, so no code or number contains one."""
    if "\0" in request.path:
        raise NotFound
