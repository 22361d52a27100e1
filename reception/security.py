"""What every answer carries and every form proves: CSRF token, headers, idle time-out."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_compress import Compress
from flask_login import current_user, logout_user
from flask_wtf.csrf import CSRFProtect

from agencies.access import OPEN311, bearer_token, current_base
from agencies.calendar import clock

csrf, compress = CSRFProtect(), Compress()
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), payment=()",
    "Cache-Control": "no-store",
}
UNHEARD = f"{HEADERS['Permissions-Policy']}, microphone=()"
STAY_STATIC = 365 * 86400
LONGEST_SESSION_S = 12 * 3600
SHORT = 1000
PACKED = [
    "text/html", "text/css", "text/javascript", "application/javascript", "application/json",
    "application/problem+json", "image/svg+xml", "text/csv",
]  # fmt: skip


class Cookies(SecureCookieSessionInterface):
    """Sessions in signed cookies; who brings none and is given none costs no signing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" in request.environ:
            return super().open_session(app, request)
        return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified:
            super().save_session(app, session, response)
        else:
            response.headers.add("Vary", "Cookie")


def guards(app: Flask) -> dict[str, str]:
    strict = {"Strict-Transport-Security": "max-age=31536000"}
    silent = {} if app.config["SETTINGS"].dictation else {"Permissions-Policy": UNHEARD}
    return HEADERS | silent | (strict if current_base(app).startswith("https://") else {})


def guard(headers: Mapping[str, str], answer: Response) -> Response:
    """A view may say otherwise."""
    given = set(answer.headers.keys())
    for name in headers.keys() - given:
        answer.headers.add(name, headers[name])
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = f"public, max-age={STAY_STATIC}"
    return answer


def pack(answer: Response) -> Response:
    """What is short is not worth a look at what the caller unpacks."""
    length = answer.content_length
    return answer if length is not None and length < SHORT else compress.after_request(answer)


def end_idle_session(app: Flask) -> None:
    """A terminal left alone signs its officer out, and after a working day whoever works on has to
    sign in anew; what was typed stays in the browser's draft.

    Requests that a page makes by itself (`X-Background: 1`) do not count as work.
    """
    if request.endpoint == "static" or "_user_id" not in session:
        return
    now = int(clock().timestamp())
    idle = now - session.get("seen", now) > app.config["SETTINGS"].idle_minutes * 60
    over = now - session.setdefault("since", now) > LONGEST_SESSION_S
    if (idle or over) and current_user.is_authenticated:
        logout_user()
        session.pop("since")
        session["ended"] = "idle" if idle else "over"
        return
    if not request.headers.get("X-Background"):
        session["seen"] = now
    session.permanent = True


def refuse_forged(app: Flask) -> None:
    """A form or call sent with the session cookie proves that a page of ours sent it.

    Who shows an API token instead, or calls the API as a stranger, has no cookie to abuse.
    """
    stranger = request.path.startswith(("/api/", OPEN311)) and "_user_id" not in session
    if app.config["WTF_CSRF_ENABLED"] and not bearer_token(request) and not stranger:
        csrf.protect(apply_exemptions=True)


def version_static(app: Flask) -> None:
    """Static addresses carry the file's time, so that an upgrade is seen at once."""

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and app.static_folder and "v" not in values:
            file = Path(app.static_folder) / str(values.get("filename", ""))
            values["v"] = int(file.stat().st_mtime) if file.exists() else 0


def init_app(app: Flask) -> None:
    app.session_interface = Cookies()
    app.config.update(COMPRESS_REGISTER=False, COMPRESS_MIN_SIZE=SHORT, COMPRESS_MIMETYPES=PACKED)
    compress.init_app(app)
    app.after_request(pack)
    version_static(app)
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    app.config.update(WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)
    app.before_request(lambda: refuse_forged(app))
    app.before_request(lambda: end_idle_session(app))
    app.after_request(partial(guard, guards(app)))
