"""What the refusals of the API mean: the page to which the `type` of a problem document leads."""

from pathlib import Path

from flask import Blueprint, Response, abort

from agencies.access import public

pages = Blueprint("refusals", __name__)
TOLD = Path(__file__).parents[2] / "docs" / "errors.md"


@pages.get("/docs/errors")
@public
def show() -> Response:
    """The very file that the house's documentation holds, as plain text."""
    if not TOLD.is_file():
        abort(404)
    return Response(TOLD.read_text(encoding="utf-8"), mimetype="text/plain")
