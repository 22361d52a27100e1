"""The council's own page."""

from flask import Blueprint

pages = Blueprint("council", __name__, url_prefix="/council", template_folder="../templates")
