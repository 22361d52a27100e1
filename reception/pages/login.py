"""Signing in and out. The first screen after it is that of the person's own work."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from agencies import staff
from agencies.access import public
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid, NotAllowed
from agencies.staff import Officer
from reception import problems
from reception.frame import first_screen
from reception.language import say_each

pages = Blueprint("login", __name__)
LONGEST = 200


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_place_after(current_user.role))
    return _form()


@pages.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """A wrong attempt is committed too: it is counted on the account."""
    login, password = _typed("login"), request.form.get("password", "")
    try:
        officer = _officer(login, password)
    except Invalid as error:
        fields = say_each(error.fields)
        return _form(login=login, fields=fields, status=422)
    except NotAllowed as error:
        return _form(login=login, refusal=problems.in_words(error), status=403)
    finally:
        db.session.commit()
    _begin_session(officer)
    return redirect(_place_after(officer.role))


@pages.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    _forget_session()
    return redirect(url_for(".sign_in"))


def _officer(login: str, password: str) -> Officer:
    missing = {}
    if not login:
        missing["login"] = "Type your login."
    if not password:
        missing["password"] = "Type your password."  # noqa: S105  a sentence, not a secret
    if missing:
        raise Invalid(missing)
    return staff.check_password(db.session(), login=login, password=password[:LONGEST], now=clock())


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()[:LONGEST]


def _begin_session(officer: Officer) -> None:
    """A new session, so that a cookie planted before the sign-in is worth nothing."""
    _forget_session()
    login_user(officer)
    session["seen"] = int(clock().timestamp())
    session.permanent = True


def _forget_session() -> None:
    """Everything but the chosen language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _form(
    *, login: str = "", fields: dict[str, str] | None = None, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "reception/login.html", login=login, fields=fields or {}, refusal=refusal,
        ended=session.get("ended") == "idle", next=_local_next(),
    ), status  # fmt: skip


def _place_after(role: staff.Role) -> str:
    return _local_next() or first_screen(role)


def _local_next() -> str:
    """The place that was asked for, where it lies in this house; empty otherwise."""
    asked = request.values.get("next", "")
    parts = urlsplit(asked.replace("\\", "/"))
    is_local = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    is_clean = asked.isprintable() and not parts.scheme and not parts.netloc
    return asked if is_local and is_clean else ""
