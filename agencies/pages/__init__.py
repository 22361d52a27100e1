"""The agency's workspace: what is due, what is late, what waits for me."""

from flask import Blueprint

pages = Blueprint("workspace", __name__, url_prefix="/workspace", template_folder="../templates")

from agencies.pages import (  # noqa: E402  their routes join the blueprint
    absences,  # noqa: F401
    attachments,  # noqa: F401
    bulk,  # noqa: F401
    cards,  # noqa: F401
    case,  # noqa: F401
    circle,  # noqa: F401
    filters,  # noqa: F401
    giving,  # noqa: F401
    joint,  # noqa: F401
    joint_reply,  # noqa: F401
    lessons,  # noqa: F401
    likeness,  # noqa: F401
    listing,  # noqa: F401
    moves,  # noqa: F401
    outlooks,  # noqa: F401
    recast,  # noqa: F401
    reminders,  # noqa: F401
    replies,  # noqa: F401
    routing,  # noqa: F401
    same_person,  # noqa: F401
    sample,  # noqa: F401
    subjects,  # noqa: F401
    tasks,  # noqa: F401
    writing,  # noqa: F401
)
