"""The second step of signing in, and the device that gives its codes."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from agencies import second_factor
from agencies.access import STAFF, current_officer, public, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid, NotAllowed
from agencies.second_factor import SecondFactor
from agencies.staff import Officer
from reception import problems, qr
from reception.keyring import keys
from reception.language import say, say_each
from reception.pages.going_in import go_in, local_next

pages = Blueprint("second_factor", __name__)
HALFWAY_S = 300
"""So long after the password the code may come."""
LONGEST = 12


def is_asked(officer: Officer) -> bool:
    """Of whoever bound a device, and of every role that the house asks it of."""
    required = officer.role in current_app.config["SETTINGS"].second_factor
    return required or second_factor.of(db.session(), officer) is not None


def begin(officer: Officer, following: str) -> ResponseReturnValue:
    """After the password: nobody is signed in yet."""
    session["halfway"] = [officer.session_key, int(clock().timestamp())]
    return redirect(url_for("second_factor.ask", next=following or None))


def _halfway() -> Officer | None:
    key, since = session.get("halfway") or ("", 0)
    if not key or clock().timestamp() - since > HALFWAY_S:
        return None
    found: Officer | None = db.session.scalar(
        select(Officer).where(Officer.session_key == key, Officer.active)
    )
    return found


@pages.get("/sign-in/code")
@public
def ask() -> ResponseReturnValue:
    officer = _halfway()
    if officer is None:
        return redirect(url_for("login.sign_in"))
    return _form(officer, second_factor.of(db.session(), officer))


@pages.post("/sign-in/code")
@public
def enter() -> ResponseReturnValue:
    officer = _halfway()
    if officer is None:
        return redirect(url_for("login.sign_in"))
    factor = second_factor.held(db.session(), officer)
    try:
        if factor is None:
            _bind(officer)
        else:
            _check(factor, "code")
    except Invalid as error:
        return _form(officer, factor, fields=say_each(error.fields), status=422)
    except NotAllowed as error:
        return _form(officer, factor, refusal=problems.in_words(error), status=403)
    finally:
        db.session.commit()
    return go_in(officer)


@pages.get("/account/second-factor")
@requires(*STAFF)
def show() -> ResponseReturnValue:
    officer = current_officer()
    return _form(officer, second_factor.of(db.session(), officer), signed_in=True)


@pages.post("/account/second-factor")
@requires(*STAFF)
def bind() -> ResponseReturnValue:
    """Whoever has a device bound shows that it is at hand before another takes its place."""
    officer = current_officer()
    factor = second_factor.held(db.session(), officer)
    try:
        if factor is not None:
            _check(factor, "current")
        _bind(officer)
    except Invalid as error:
        fields = say_each(error.fields)
        return _form(officer, factor, signed_in=True, fields=fields, status=422)
    except NotAllowed as error:
        said = problems.in_words(error)
        return _form(officer, factor, signed_in=True, refusal=said, status=403)
    finally:
        db.session.commit()
    flash(say("The device is bound: from now on sign-in asks for its code."), "good")
    return redirect(url_for(".show"))


def _check(factor: SecondFactor, field: str) -> None:
    """The code that was typed into the field. Raises Invalid of that field, NotAllowed."""
    try:
        second_factor.check(factor, _typed(field), seal=keys().seal, now=clock())
    except Invalid as error:
        raise Invalid({field: error.fields["code"]}) from None


def _bind(officer: Officer) -> None:
    second_factor.bind(
        db.session(), officer, secret=session.get("secret") or second_factor.new_secret(),
        code=_typed("code"), seal=keys().seal, now=clock(),
    )  # fmt: skip
    session.pop("secret", None)


def _typed(field: str) -> str:
    return request.form.get(field, "")[:LONGEST]


def _form(
    officer: Officer, bound: SecondFactor | None, *, signed_in: bool = False, refusal: str = "",
    fields: dict[str, str] | None = None, status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    """Until its first code fits, the new secret lies in the person's own session alone."""
    binds = signed_in or bound is None
    secret = session.setdefault("secret", second_factor.new_secret()) if binds else ""
    return render_template(
        "reception/second_factor.html", binds=binds, signed_in=signed_in, refusal=refusal,
        fields=fields or {}, secret=secret, next=local_next(), bound=bound,
        code=qr.square(second_factor.address_of(secret, officer.login)) if binds else None,
    ), status  # fmt: skip
