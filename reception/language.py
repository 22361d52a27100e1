"""Kazakh, Russian, English: the choice, the catalogues, dates and numbers in words.

Each package keeps its own catalogues by subject in `translations/{kk,ru}/*.po`; they are read as
one when the application starts, so no compiled file has to be kept current. English is the source
language.
"""

import gettext
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, g, has_app_context, request, session

LANGUAGES = ("kk", "ru", "en")
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
PACKAGES = ("agencies", "reception", "reports", "workers")
NARROW = "\N{NARROW NO-BREAK SPACE}"
HALL_ZONE = ZoneInfo("Asia/Almaty")
_ROOT = Path(__file__).parent.parent


def catalogues(language: str) -> list[Path]:
    folders = (_ROOT / package / "translations" / language for package in PACKAGES)
    return [file for folder in folders for file in sorted(folder.glob("*.po"))]


@cache
def translations(language: str) -> gettext.NullTranslations:
    """All packages' sentences of one language; the first catalogue that knows a sentence wins.

    One table of all of them: a page says some hundred sentences, and each is looked up once.
    """
    found = [_read(file, language) for file in catalogues(language)]
    if not found:
        return gettext.NullTranslations()
    first, *others = found
    for message in (message for other in others for message in other):
        if message.id and message.id not in first:
            first[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, first)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _read(file: Path, language: str) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=language)


def current() -> str:
    """The language of the person at the screen; Kazakh where nobody has chosen."""
    if not has_app_context():
        return LANGUAGES[0]
    return str(g.get("language") or LANGUAGES[0])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside the block templates speak this language: a paper is in the language of its appeal."""
    before = g.get("language")
    g.language = language
    try:
        yield
    finally:
        g.language = before


def say(message: str, /, language: str | None = None, **values: object) -> str:
    text = translations(language or current()).gettext(message) if message else ""
    return text % values if values else text


def say_each(messages: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, in the reader's language."""
    return {name: say(message) for name, message in messages.items()}


def say_count(one: str, many: str, n: int, /, language: str | None = None, **values: object) -> str:
    text = translations(language or current()).ngettext(one, many, n)
    return text % {"n": n, **values}


def named(record: object, language: str | None = None) -> str:
    """A record's name in the reader's language; Kazakh where the translation is still missing."""
    chosen = getattr(record, f"name_{language or current()}", "")
    return str(chosen or getattr(record, "name_kk", ""))


def short_named(agency: object, language: str | None = None) -> str:
    """The agency's short name, for lists and buttons."""
    return str(getattr(agency, f"short_{language or current()}", "") or named(agency, language))


def column(prefix: str) -> Callable[[object], str]:
    """A filter that reads `prefix_kk`, `prefix_ru` or `prefix_en` of a record."""
    return lambda record: str(
        getattr(record, f"{prefix}_{current()}", "") or getattr(record, f"{prefix}_kk", "")
    )


def in_words(day: date, language: str | None = None) -> str:
    """«дс, 2026 ж. 14 желтоқсан»: weekday, day and month in words."""
    return _in_words(day, language or current())


@lru_cache(maxsize=4096)
def _in_words(day: date, language: str) -> str:
    """A list names the same few days again and again."""
    return format_date(day, f"EEE, {_day_pattern(language)}", locale=language)


def number(n: float, *, places: int = 0, language: str | None = None) -> str:
    """«12 345,6»: thousands stand apart by a narrow blank that no line breaks at."""
    form = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(n, format=form, locale=language or current())
    return text.replace("\N{NO-BREAK SPACE}", NARROW).replace("-", "\N{MINUS SIGN}")


def percent(share: float, *, places: int = 1, language: str | None = None) -> str:
    """Of a share from 0 to 1."""
    chosen = language or current()
    between = "" if chosen == "en" else NARROW
    return f"{number(100 * share, places=places, language=chosen)}{between}%"


def at_time(moment: datetime, language: str | None = None) -> str:
    return format_time(moment, "HH:mm", tzinfo=HALL_ZONE, locale=language or current())


def day_and_time(moment: datetime, language: str | None = None) -> str:
    chosen = language or current()
    return format_datetime(
        moment, f"{_day_pattern(chosen)}, HH:mm", tzinfo=HALL_ZONE, locale=chosen
    )


def _day_pattern(language: str) -> str:
    """Kazakh names the year before the day."""
    return "y 'ж.' d MMMM" if language == "kk" else "d MMMM y"


def _choose() -> None:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked
    g.language = session.get("language") or _browsers() or LANGUAGES[0]


def _browsers() -> str | None:
    """The first language of the browser that is spoken here: `kk-KZ` is Kazakh."""
    tags = (tag.partition("-")[0].lower() for tag, weight in request.accept_languages if weight)
    return next((tag for tag in tags if tag in LANGUAGES), None)


def init_app(app: Flask) -> None:
    app.before_request(_choose)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(current()).gettext(text),
        lambda one, many, n: translations(current()).ngettext(one, many, n),
        newstyle=True,
    )
    # A page says some hundred sentences: without the way by Jinja's alias each is half as long.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
    app.jinja_env.filters.update(
        named=named, short_named=short_named, say=say, documents=column("documents"),
        proof=column("proof"), in_words=in_words, at_time=at_time, day_and_time=day_and_time,
        number=number, percent=percent,
    )  # fmt: skip
    app.context_processor(lambda: {"lang": current(), "languages": NAMES})
