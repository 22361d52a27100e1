"""Every part of the interface on one page: for those who build screens, and for the tests.

`?theme=dark|light|contrast`, `?text=large` and `?density=staff` fix the look; `?lang=`
the language.
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from agencies.access import public
from agencies.calendar import clock, local

pages = Blueprint("parts", __name__, url_prefix="/_parts")

LOOKS = {
    "theme": ("light", "dark", "contrast"),
    "text": ("large",),
    "density": ("staff",),
}
AGENCIES = (
    "akimat", "housing", "social", "transport_roads", "architecture", "ecology", "police",
    "revenue", "emergency", "prosecutor", "business", "tson", "utilities", "health", "education",
    "other",
)  # fmt: skip
PROBLEMS = {"401": 401, "403": 403, "404": 404, "409": 409, "422": 422, "500": 500, "503": 503}


def _look() -> dict[str, str]:
    asked = {name: request.args.get(name, "") for name in LOOKS}
    return {name: value for name, value in asked.items() if value in LOOKS[name]}


def _shown(template: str, **values: Any) -> Response:
    now = local(clock())
    answer = make_response(
        render_template(template, now=now, today=now.date(), days=_days, **_look(), **values)
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _days(count: int) -> timedelta:
    return timedelta(days=count)


@pages.get("")
@public
def every_part() -> Response:
    return _shown("reception/parts.html", agencies=AGENCIES)


@pages.get("/desk")
@public
def desk() -> Response:
    return _shown("reception/parts_desk.html")


@pages.get("/kiosk")
@public
def kiosk() -> Response:
    return _shown("reception/parts_kiosk.html")


@pages.get("/board")
@public
def board() -> Response:
    return _shown("reception/parts_board.html")


@pages.get("/problem/<status>")
@public
def problem(status: str) -> Response:
    return _shown("problem.html", status=PROBLEMS.get(status, status), incident="7f3a90c1")
