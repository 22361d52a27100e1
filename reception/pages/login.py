"""Signing in and out. The first screen after it is that of the person's own work."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from agencies import staff
from agencies.access import public
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid, NotAllowed
from agencies.staff import Officer
from reception import problems
from reception.language import say_each
from reception.pages import second_factor
from reception.pages.going_in import forget, go_in, local_next, place_after

pages = Blueprint("login", __name__)
LONGEST = 200


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(place_after(current_user.role))
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
    if second_factor.is_asked(officer):
        forget()
        return second_factor.begin(officer, local_next())
    return go_in(officer)


@pages.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    logout_user()
    forget()
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


def _form(
    *, login: str = "", fields: dict[str, str] | None = None, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "reception/login.html", login=login, fields=fields or {}, refusal=refusal,
        ended=session.get("ended", ""), next=local_next(),
    ), status  # fmt: skip
