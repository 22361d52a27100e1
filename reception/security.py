"""What every answer carries and every form proves: CSRF token, headers, idle time-out."""

from pathlib import Path

from flask import Flask, Response, request, session
from flask_compress import Compress
from flask_login import current_user, logout_user
from flask_wtf.csrf import CSRFProtect

from agencies.access import OPEN311, bearer_token, current_base
from agencies.calendar import clock

csrf = CSRFProtect()
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
}
STAY_STATIC = 365 * 86400
PACKED = [
    "text/html", "text/css", "text/javascript", "application/javascript", "application/json",
    "application/problem+json", "image/svg+xml", "text/csv",
]  # fmt: skip


def guard(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = f"public, max-age={STAY_STATIC}"
    else:
        answer.headers.setdefault("Cache-Control", "no-store")
    if current_base().startswith("https://"):
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer


def end_idle_session(app: Flask) -> None:
    """A terminal left alone signs its officer out; what was typed stays in the browser's draft.

    Requests that a page makes by itself (`X-Background: 1`) do not count as work.
    """
    if request.endpoint == "static" or "_user_id" not in session:
        return
    now = int(clock().timestamp())
    limit = app.config["SETTINGS"].idle_minutes * 60
    if now - session.get("seen", now) > limit and current_user.is_authenticated:
        logout_user()
        session["ended"] = "idle"
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
    app.config.update(WTF_CSRF_TIME_LIMIT=None, COMPRESS_MIN_SIZE=1000, COMPRESS_MIMETYPES=PACKED)
    Compress(app)
    version_static(app)
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)
    app.before_request(lambda: refuse_forged(app))
    app.before_request(lambda: end_idle_session(app))
    app.after_request(guard)
