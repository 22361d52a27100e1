"""Templates of printed reports, in the language of the report and not of whoever asks for it."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reception import language as languages


@cache
def templates(language: str) -> Environment:
    found = languages.translations(language)
    environment = Environment(
        loader=PackageLoader("reports", "templates/reports"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        found.gettext, found.ngettext, newstyle=True
    )
    environment.filters["anchor"] = anchor
    return environment


def anchor(title: str) -> str:
    """A place in the file, from letters and digits alone: any other sign breaks links to it.

    A link is read aloud by the name of its target, so the name is the title itself.
    """
    return "-".join(re.findall(r"\w+", title))
