"""Who is at the screen: session or API token, and `@requires` on every route.

Every view says who may open it: `@requires(Role.CLERK, …)` or `@public`. A house test reads the
mark from the URL map, so a route without one never ships.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agencies import staff
from agencies.db import db
from agencies.directory import Agency
from agencies.errors import NotAllowed
from agencies.staff import Officer, Role

P = ParamSpec("P")
R = TypeVar("R")
REMEMBERED_S = 5.0
"""So long may a token still work after it was revoked."""
MOST_REMEMBERED = 1000
_recent: dict[str, tuple[float, Officer]] = {}
OPEN311 = "/open311/"
"""Its callers send the token as a field of the form, which is how that standard has it."""
STAFF = tuple(Role)
HALL_STAFF = (Role.CLERK, Role.OFFICER, Role.HEAD, Role.SUPERVISOR, Role.ADMIN)


class Door(LoginManager):  # type: ignore[misc]
    def _load_user(self) -> None:
        """Who shows a token is known by it alone: the session is not looked at."""
        if token := bearer_token(request):
            self._update_request_context_with_user(_known(staff.digest_of(token)))
        else:
            super()._load_user()

    def _update_remember_cookie(self, response: R) -> R:
        """Nobody is remembered beyond the session, so there is nothing to look for."""
        return response


login_manager = Door()


class SignInNeeded(NotAllowed):
    status = 401
    code = "sign-in"


def current_officer() -> Officer:
    """The officer at the screen or behind the token; raises SignInNeeded for a stranger."""
    officer: Officer = current_user._get_current_object()  # noqa: SLF001  Flask-Login's own way
    if not officer.is_authenticated:
        raise SignInNeeded("Sign in first. What you typed is kept in this browser.")
    return officer


def requires(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if current_officer().role not in roles:
                raise NotAllowed("Your role does not allow this.")
            return view(*args, **kwargs)

        guarded.allowed = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return mark


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may open this: the kiosk, the board, tracking by a secret link."""
    view.allowed = frozenset({"public"})  # type: ignore[attr-defined]
    return view


def ask_the_register_no_more() -> None:
    """For the rest of this request nobody is known: the page that says so must not fail too."""
    g.register_unreachable = True
    g.pop("_login_user", None)  # where Flask-Login keeps the officer


def bearer_token(incoming: Any) -> str:
    """The caller's API token, which counts instead of a session cookie; empty without one."""
    scheme, _, token = incoming.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return str(token).strip()
    named = incoming.path.startswith(OPEN311)
    return str(incoming.form.get("api_key", "")).strip() if named else ""


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _by_session(session_key: str) -> Officer | None:
    if g.get("register_unreachable"):
        return None
    query = select(Officer).where(Officer.session_key == session_key, Officer.active)
    few = joinedload(Officer.agency).lazyload(Agency.names)  # most pages never say the names
    return db.session.scalar(query.options(few))


def _known(digest: str) -> Officer | None:
    """The officer of a token, looked up at most every few seconds: a device asks all day long.

    What is kept is a copy that belongs to no session; each request merges one of its own from it.
    """
    until, kept = _recent.get(digest, (0.0, None))
    if kept is not None and monotonic() < until:
        return db.session.merge(kept, load=False)
    with Session(db.engine, expire_on_commit=False) as aside:
        found = staff.officer_by_digest(aside, digest)
        aside.expunge_all()
    if found is None:
        return None
    if len(_recent) > MOST_REMEMBERED:
        _recent.clear()
    _recent[digest] = (monotonic() + REMEMBERED_S, found)
    return db.session.merge(found, load=False)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def _to_sign_in() -> Any:
    return redirect(url_for("login.sign_in", next=request.full_path))


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(
        minutes=app.config["SETTINGS"].idle_minutes
    )
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.config["SESSION_COOKIE_SECURE"] = current_base(app).startswith("https://")


def current_base(app: Flask | None = None) -> str:
    """The public address of the house, for links that leave it."""
    return str((app or current_app).config["SETTINGS"].base_url).rstrip("/")
