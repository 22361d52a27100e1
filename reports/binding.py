"""A long report laid out in parts, and bound into one file.

WeasyPrint keeps the tree, the styles and the boxes of every page until the last byte is written:
more than a megabyte a page. Here a part of some pages is laid out, painted and forgotten; of each
page a leaf remains. The cover comes last, with an empty page for each leaf, on which stand the
places that the leaf has: so the library itself numbers the pages, fills the table of contents and
the heads of the pages, and writes the file.
"""

import gc
from collections.abc import Callable
from html import escape
from typing import Any

from reports.leaves import Leaf, Press

TURN = "<!-- here the page turns -->"
"""Stands in the text of a page before what begins a new sheet in any case."""
PART = 100_000
"""Letters of a part, at least: some fourteen sheets."""

BEFORE = "<p></p>"
"""The page before a turn: no part begins on the first page, which has a margin of its own."""
LayOut = Callable[[str], Any]


def laid_out(html: str, lay_out: LayOut) -> Any:
    """The document of a text, which may have turns. `lay_out` has the same fonts each time."""
    if TURN not in html:
        return lay_out(html)
    opening, (cover, *parts), closing = _cut(html)
    press = Press()
    leaves = [
        leaf
        for part in parts
        for leaf in _leaves(lay_out(opening + BEFORE + part + closing), press)
    ]
    book = lay_out(opening + cover + "".join(map(_empty, leaves)) + closing)
    press.put_into(book)
    for page, leaf in zip(book.pages[len(book.pages) - len(leaves) :], leaves, strict=True):
        leaf.put_into(page)
    return book


def _leaves(part: Any, press: Press) -> list[Leaf]:
    """Of the pages after the turn. What the library kept of them hangs together in circles."""
    found = [press.take(page) for page in part.pages[1:]]
    part.pages.clear()
    gc.collect()
    return found


def _cut(html: str) -> tuple[str, list[str], str]:
    """What every part begins with, the cover and the parts, and what each of them ends with."""
    first, last = html.index(">", html.index("<body")) + 1, html.rindex("</body>")
    cover, *pieces = html[first:last].split(TURN)
    parts: list[str] = []
    for piece in pieces:
        if parts and len(parts[-1]) < PART:
            parts[-1] += piece
        else:
            parts.append(piece)
    return html[:first], [cover, *parts], html[last:]


def _empty(leaf: Leaf) -> str:
    places = "".join(f'<div id="{escape(name)}"></div>' for name in leaf.anchors)
    return f'<div style="break-before: page">{places}</div>'
