"""The pages of the Public Council: its members' own page, and its meetings."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from agencies.db import db
from agencies.errors import DomainError, WrongStatus
from agencies.staff import Role
from reception.language import say

pages = Blueprint("council", __name__, url_prefix="/council", template_folder="../../templates")
READERS = (Role.COUNCIL, Role.ANALYST, Role.ADMIN, Role.SUPERVISOR, Role.HEAD)
SECRETARIES = (Role.ANALYST, Role.ADMIN)


def told_of(error: DomainError) -> str:
    values: dict[str, Any] = dict(error.values)
    return say(error.message, **values)


@pages.errorhandler(WrongStatus)
def stay(error: WrongStatus) -> ResponseReturnValue:
    """On the meeting's own page, which says how it stands now, with the reason."""
    db.session.rollback()
    flash(told_of(error), "bad")
    return redirect(url_for(".show_meeting", **(request.view_args or {}) | {"position": None}))


from reports.pages.council import (  # noqa: E402  their routes join the blueprint
    meeting,  # noqa: F401
    overview,  # noqa: F401
)
