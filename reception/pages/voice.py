"""The clips of a call, from the folder of the hall."""

import mimetypes

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from agencies.access import public
from reception import voice

pages = Blueprint("voice", __name__, url_prefix="/voice")
KEPT_S = 86400


@pages.get("/chime")
@public
def chime() -> ResponseReturnValue:
    answer = Response(voice.chime(), mimetype="audio/wav")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return answer


@pages.get("/<language>/<clip>")
@public
def clip(language: str, clip: str) -> ResponseReturnValue:
    file = voice.clip_file(current_app.config["SETTINGS"].data, language, clip)
    kind = mimetypes.guess_type(file.name)[0]
    answer = Response(file.read_bytes(), mimetype=kind)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return answer
