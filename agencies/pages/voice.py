"""What the application around these pages lends them: the reader's language and the wake-up call.

Agencies stand below the reception and may not import it; its filters and its modules are found on
the running application by name.
"""

from datetime import date
from importlib import import_module

from flask import current_app, g

from agencies.errors import DomainError, Invalid

NUDGES = "reception.nudges"


def language() -> str:
    return str(g.get("language") or "kk")


def say(message: str, /, **values: object) -> str:
    return str(current_app.jinja_env.filters["say"](message, **values))


def reason(error: DomainError) -> str:
    """Why nothing was done, in one sentence: of the first wrong field where there is one."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return say(next(iter(fields.values()), error.message), **error.values)


def named(record: object) -> str:
    return str(current_app.jinja_env.filters["named"](record)) if record is not None else ""


def in_words(day: date) -> str:
    return str(current_app.jinja_env.filters["in_words"](day))


def number(n: float, *, places: int = 0) -> str:
    return str(current_app.jinja_env.filters["number"](n, places=places))


def percent(share: float) -> str:
    return str(current_app.jinja_env.filters["percent"](share))


def wake() -> None:
    """Tell the listeners of the event stream that events were committed."""
    import_module(NUDGES).wake()


def nudge(task: str) -> None:
    """Ask a worker to look for rows of this task now."""
    import_module(NUDGES).nudge(task)
