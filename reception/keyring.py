"""The secrets of this installation, drawn once for the application and handed to the verbs."""

from flask import current_app

from reception.intake import Keys


def keys() -> Keys:
    known: Keys | None = current_app.extensions.get("keys")
    if known is None:
        settings = current_app.config["SETTINGS"]
        known = current_app.extensions["keys"] = Keys.of(settings.iin_key, settings.secret_key)
    return known
