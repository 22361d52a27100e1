"""The agency's workspace: what is due, what is late, what waits for me."""

from flask import Blueprint

pages = Blueprint("workspace", __name__, url_prefix="/workspace", template_folder="../templates")

from agencies.pages import case, listing, moves  # noqa: E402, F401  their routes join the blueprint
