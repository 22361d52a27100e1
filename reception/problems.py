"""A refusal as the person sees it: a problem document for the API, a page for people."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, TooManyRequests

from agencies.access import SignInNeeded, ask_the_register_no_more
from agencies.calendar import clock
from agencies.db import db, is_stopped
from agencies.errors import DomainError, Invalid, TakenByAnother
from reception.language import at_time, say, say_each

log = logging.getLogger("reception.problems")
TOLD_BESIDE = ("Allow", "Retry-After")
"""Headers of a refusal that say how to come again (RFC 9110)."""
OF_STATUS = {
    400: "The request could not be read. Go back and try again.",
    403: "Your role does not allow this.",
    404: "There is nothing at this address. Check the link, or start from the first page.",
    405: "This address does not take such a request.",
    413: "The file is too large. Send at most 25 MB.",
    415: "Send the request as JSON.",
    429: "Too many requests. Wait a moment and try again.",
    500: "Something went wrong on our side. What was saved before is kept. Try again.",
    503: "The register cannot be reached just now. Nothing was lost. Try again in a minute.",
}


def wants_json() -> bool:
    return request.path.startswith(("/api/", "/open311/", "/healthz", "/readyz"))


def in_words(error: DomainError) -> str:
    """The refusal in the reader's language."""
    shown = ((k, at_time(v) if isinstance(v, datetime) else v) for k, v in error.values.items())
    text, values = say(error.message), dict(shown)
    return text % values if values else text


def fields_in_words(error: Invalid) -> str:
    return " ".join(say(text) for text in error.fields.values())


def document(status: int, code: str, detail: str, **more: Any) -> Response:
    """RFC 9457. `type` is a heading of `docs/errors.md`."""
    body = {
        "type": f"/docs/errors#{code}", "title": code.replace("-", " "), "status": status,
        "detail": detail, "instance": request.path, **more,
    }  # fmt: skip
    answer = jsonify(body)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def page(status: int, detail: str, incident: str = "", named: str = "") -> ResponseReturnValue:
    """`named` is a heading of its own in the template, where the number has another meaning."""
    sign_in = url_for("login.sign_in", next=_place_again()) if status == 401 else ""
    asked, stopped = request.method == "GET", named == "stopped"
    return render_template(
        "problem.html", status=named or status, detail=detail, incident=incident, sign_in=sign_in,
        asked=asked, again=request.full_path.rstrip("?") if stopped and asked else "",
        back="" if asked or not stopped else _form_before(),
    ), status  # fmt: skip


def _form_before() -> str:
    """The page whose form was sent: the nearest address above that can be opened."""
    adapter, parts = current_app.create_url_adapter(request), request.path.split("/")
    above = ("/".join(parts[:count]) for count in range(len(parts), 1, -1))
    return next((one for one in above if adapter and adapter.test(one, method="GET")), "")


def _place_again() -> str | None:
    """The refused address, where it can be opened too."""
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(method="GET") else None


def refuse(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    if wants_json():
        more = {}
        if isinstance(error, Invalid):
            more["errors"] = say_each(error.fields)
        answer = document(error.status, error.code, in_words(error), **more)
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, SignInNeeded) and request.method == "GET":
        return redirect(url_for("login.sign_in", next=request.full_path.rstrip("?")))
    return page(error.status, in_words(error))


def refuse_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    detail = say(OF_STATUS.get(status, OF_STATUS[400]))
    if wants_json():
        answer = document(status, f"http-{status}", detail)
        told = {name: value for name, value in error.get_headers() if name in TOLD_BESIDE}
        answer.headers.update(told)
        return answer
    return page(status, _when_to_return(error) or detail)


def _when_to_return(error: HTTPException) -> str:
    """For a caller that was limited: the minute from which it is answered again."""
    waits = error.retry_after if isinstance(error, TooManyRequests) else None
    if not isinstance(waits, int):
        return ""
    sentence = say(
        "More came from your address within a minute than one house sends. Nothing is lost: "
        "open this again at %(time)s."
    )
    return sentence % {"time": at_time(clock() + timedelta(seconds=waits))}


def refuse_csrf(_: CSRFError) -> ResponseReturnValue:
    db.session.rollback()
    if wants_json():
        return document(
            400, "csrf", say("Send the page's own X-CSRFToken with the session cookie.")
        )
    return page(400, say("This page was open for too long. What you typed is kept: send it again."))


def refuse_conflict(_: IntegrityError) -> ResponseReturnValue:
    return refuse(TakenByAnother("Somebody was first. Look at the newest state and try again."))


def refuse_unwritable(_: DataError) -> ResponseReturnValue:
    """A value that no column can hold, such as a NUL character in an address."""
    db.session.rollback()
    return refuse_http(BadRequest())


def fail(error: Exception) -> ResponseReturnValue:
    """A defect of ours or a part that is down: told with a number that the log knows."""
    db.session.rollback()
    incident, stopped = secrets.token_hex(4), is_stopped(error)
    status = 503 if isinstance(error, OperationalError) else 500
    log.error("incident %s at %s", incident, request.endpoint, exc_info=error)
    detail = _stopped() if stopped else say(OF_STATUS[status])
    if wants_json():
        return document(status, f"http-{status}", detail, incident=incident)
    if stopped:
        return page(status, detail, incident, "stopped")
    if status == 503:
        ask_the_register_no_more()
    return page(status, detail, incident)


def _stopped() -> str:
    """Only whoever looked for something is advised to look for less."""
    if request.method != "GET":
        return say(
            "Your step took the register too long and was stopped, so that others need not wait. "
            "It was not carried out, and nothing was changed. Go back and send it again."
        )
    if not request.args:
        return say(
            "This took the register too long, and it was stopped so that others need not wait. "
            "Nothing was changed. Try again in a minute."
        )
    return say(
        "This took the register too long, and it was stopped so that others need not wait. "
        "Nothing was changed. Try again in a minute, or ask for less: a shorter period, more "
        "exact words."
    )


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(HTTPException, refuse_http)
    app.register_error_handler(CSRFError, refuse_csrf)
    app.register_error_handler(IntegrityError, refuse_conflict)
    app.register_error_handler(DataError, refuse_unwritable)
    app.register_error_handler(Exception, fail)
