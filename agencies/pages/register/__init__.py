"""The register as a whole: its proof, who read whose card, what is erased when."""

from flask import Blueprint

from agencies.staff import Role

pages = Blueprint("register", __name__, url_prefix="/register", template_folder="../../templates")
SUPERVISION = (Role.SUPERVISOR, Role.ADMIN)

from agencies.pages.register import (  # noqa: E402  their routes join the blueprint
    proof,  # noqa: F401
    proposals,  # noqa: F401
    readings,  # noqa: F401
    reconciliation,  # noqa: F401
    retention,  # noqa: F401
)
