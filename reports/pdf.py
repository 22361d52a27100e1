"""HTML to PDF: a closed house for WeasyPrint, and the same bytes for the same page.

Nothing is fetched but files of this package. What WeasyPrint complains of fails the rendering:
a missing letter, image or language would otherwise be found by a reader.
"""

import logging
import re
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from reports import binding, lean, leaves

STATIC = Path(__file__).parent / "static"
SCHEME = "package:"
"""Pages name their files as `package:print.css`: a path below `reports/static`."""
KINDS = {".css": "text/css", ".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}
READ, KEPT = "pdf/ua-1", "pdf/a-3a"
"""To be read by everybody, a screen reader included; to be kept, with its figures attached."""
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
FONTS_SHEET = "package:fonts.css"


class RenderingFailed(Exception):
    """The text says what is wrong and how to mend it."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. Its time is given, or each run would differ."""

    name: str
    description: str
    content: bytes
    at: datetime


@dataclass(frozen=True)
class Printed:
    """One page laid out once and written twice: for readers and for the archive."""

    read: bytes
    kept: bytes


def render(html: str, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """A tagged PDF of a page that says its own language, title and dates."""
    return _written(html, attachments, [READ])[0]


def render_both(html: str, *, attachments: Sequence[Attachment] = ()) -> Printed:
    return Printed(*_written(html, attachments, [READ, KEPT]))


def _written(html: str, attachments: Sequence[Attachment], variants: Sequence[str]) -> list[bytes]:
    library = _weasyprint()
    fonts = library.text.fonts.FontConfiguration()
    with _complaints_fail():
        letters = library.CSS(url=FONTS_SHEET, url_fetcher=_fetcher(), font_config=fonts)

        def lay_out(part: str) -> Any:
            page = _page()(string=part, base_url=SCHEME, url_fetcher=_fetcher())
            return page.render(stylesheets=[letters], font_config=fonts, pdf_variant=variants[0])

        laid_out = binding.laid_out(html, lay_out)
        for sheet in laid_out.pages:
            sheet.paint = partial(_paint, sheet.paint)
        return [_write(laid_out, variant, attachments) for variant in variants]


def _paint(paint: Callable[[Any, float], None], stream: Any, scale: float) -> None:
    """A page is packed when it is painted: it is thousands of strokes until then."""
    paint(stream, scale)
    strokes = b"\n".join(map(lean.stroke, stream.stream))
    stream.stream = [zlib.compress(strokes, level=9)]
    stream.extra["Filter"], stream.compress = "/FlateDecode", False


def _write(laid_out: Any, variant: str, attachments: Sequence[Attachment]) -> bytes:
    with warnings.catch_warnings():
        # WeasyPrint leaves the colour profile of the archive's variant to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        content: bytes = laid_out.write_pdf(
            pdf_variant=variant, attachments=[_attached(file) for file in attachments]
        )
    return content


def _attached(file: Attachment) -> Any:
    return _weasyprint().Attachment(
        string=file.content, name=file.name, description=file.description,
        created=file.at, modified=file.at, base_url=SCHEME, url_fetcher=_fetcher(),
    )  # fmt: skip


def prepare() -> None:
    """Load what rendering needs, so that the first page does not wait for it."""
    _weasyprint()


@cache
def _weasyprint() -> ModuleType:
    """Loaded when first needed: it takes seconds and asks for libraries of the system."""
    try:
        import weasyprint
    except OSError as error:
        raise RenderingFailed(
            f"WeasyPrint misses a library of the system; install: apt-get install {LIBRARIES}"
        ) from error
    lean.prepare()
    leaves.prepare()
    module: ModuleType = weasyprint
    return module


@cache
def _page() -> Any:
    """The library's page with its own sheet, but for the marks of footnotes, which nobody prints.

    Their rules name every element and make three styles of it that are kept to the end: with them a
    report of 200 pages takes half as much memory again.
    """
    library, html = _weasyprint(), import_module("weasyprint.html")
    rules = re.sub(r"^(::(foot)?note|@counter-style).*$", "", html.UA, flags=re.MULTILINE)
    rules = re.sub(r"^::marker", "li::marker", rules, flags=re.MULTILINE)
    sheet = library.CSS(string=rules, counter_style=html.UA_COUNTER_STYLE)

    class Page(library.HTML):  # type: ignore[misc,name-defined]
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002
            return [sheet]

    return Page


@cache
def _fetcher() -> Any:
    urls = __import__("weasyprint.urls", fromlist=["urls"])

    class Closed(urls.URLFetcher):  # type: ignore[misc,name-defined]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            file = _file(url)
            kind = {"Content-Type": KINDS[file.suffix]}
            return urls.URLFetcherResponse(url, file.read_bytes(), kind)

    return Closed()


def _file(url: str) -> Path:
    """The package's file that the address names. Raises ValueError for anything else."""
    path = (STATIC / unquote(url.removeprefix(SCHEME))).resolve()
    if not url.startswith(SCHEME) or not path.is_relative_to(STATIC):
        raise ValueError("a page may use files of its package only")
    return path


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _complaints_fail() -> Iterator[None]:
    complaints, log = _Complaints(), logging.getLogger("weasyprint")
    log.addHandler(complaints)
    try:
        yield
    finally:
        log.removeHandler(complaints)
    if complaints.lines:
        raise RenderingFailed("; ".join(complaints.lines))
