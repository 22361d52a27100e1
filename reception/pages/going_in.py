"""How a session of a person begins and ends, and where it leads."""

from urllib.parse import urlsplit

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from agencies import staff
from agencies.calendar import clock
from agencies.staff import Officer
from reception.frame import first_screen


def go_in(officer: Officer) -> ResponseReturnValue:
    """Everything that was asked for was right."""
    _begin(officer)
    return redirect(place_after(officer.role))


def _begin(officer: Officer) -> None:
    """A new session, so that a cookie planted before the sign-in is worth nothing."""
    forget()
    login_user(officer)
    session["seen"] = session["since"] = int(clock().timestamp())
    session.permanent = True


def forget() -> None:
    """Everything but the chosen language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def place_after(role: staff.Role) -> str:
    return local_next() or first_screen(role)


def local_next() -> str:
    """The place that was asked for, where it lies in this house; empty otherwise."""
    asked = request.values.get("next", "")
    parts = urlsplit(asked.replace("\\", "/"))
    is_local = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    is_clean = asked.isprintable() and not parts.scheme and not parts.netloc
    return asked if is_local and is_clean else ""
