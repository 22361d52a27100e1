"""The register of proposals: what the city asked to be changed, and what became of it."""

from flask import Blueprint

from agencies.access import public
from reports import effects, evidence, meetings, opinions, recommendations  # noqa: F401

pages = Blueprint("proposals", __name__, url_prefix="/proposals", template_folder="../templates")


@pages.get("/<number>")
@public
def show(number: str) -> str:
    return number
