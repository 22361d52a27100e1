"""Leaves: what is left of a page that was painted, as little as its file needs.

The strokes and the elements are kept packed, as they will be written. Only the numbers of objects
are open until then: they stand in the elements as a letter that occurs nowhere else, and a place.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any

from reports import lean

SCALE = 0.75
"""Points of a pixel."""
ELEMENT, PAGE, ROOT, LINK = "\1", "\2", "\3", "\4"
"""Begin the number of an element of the leaf, its page, the root of the elements, and a link."""
OPEN = re.compile(rb"([\1-\4])(\d*)")
BETWEEN = b"\0"
STATES, GROUPS = "ExtGState", "XObject"


@dataclass
class Link:
    """Stands for the box of a link."""

    link_annotation: Any = None


@dataclass
class Group:
    """Strokes that are drawn as one, such as a word of a drawing that ends at a point."""

    box: list[float]
    strokes: bytes
    states: dict[str, Any]
    """How dense a stroke is, by a name that says it."""
    groups: list["Group"]

    def put_into(self, stream: Any) -> None:
        left, top, right, bottom = self.box
        own = stream.add_group(left, top, right - left, bottom - top)
        own.extra["BBox"][:] = self.box
        own.stream.append(self.strokes)
        own._resources[STATES].update(self.states)  # noqa: SLF001
        for group in self.groups:
            group.put_into(own)


@dataclass
class Elements:
    packed: bytes
    tops: list[int]
    owners: list[int]
    """The element of each tagged stroke."""
    linked: list[tuple[int, int]]
    """Elements that are links, and which."""


@dataclass
class Leaf:
    strokes: bytes
    elements: Elements
    anchors: dict[str, Any]
    links: list[tuple[Any, ...]]
    bookmarks: list[Any]

    def put_into(self, page: Any) -> None:
        """The empty page keeps its number and its head."""
        page.anchors, page.links, page.bookmarks = self.anchors, self.links, self.bookmarks
        page._page_box.leaf = self  # noqa: SLF001
        page.paint = partial(self._paint, page.paint)

    def _paint(self, paint: Callable[[Any, float], None], stream: Any, scale: float) -> None:
        """The head is counted after the tagged strokes of the leaf."""
        stream._tags.update(dict.fromkeys(range(len(self.elements.owners))))  # noqa: SLF001
        stream.stream.append(zlib.decompress(self.strokes))
        paint(stream, scale)

    def tag(
        self, root: Any, pdf: Any, page: int, owners: dict[int, bytes], notes: list[Any],
        tags: dict[Any, Any],
    ) -> Iterator[Any]:  # fmt: skip
        """The elements of the page, as the library would have made them of its boxes."""
        first, own = len(pdf.objects), self.elements
        numbers = {PAGE: pdf.page_references[page].split()[0], ROOT: b"%d" % root.number}
        for place, link in enumerate(self.links):
            numbers[f"{LINK}{place}"] = b"%d" % link[3].link_annotation.number
        for data in _closed(zlib.decompress(own.packed), first, numbers).split(BETWEEN):
            pdf.objects.append(lean.packed(len(pdf.objects), data))
        for mark, place in enumerate(own.owners):
            owners[mark] = pdf.objects[first + place].reference
            del tags[mark]
        for place, which in own.linked:
            note = self.links[which][3].link_annotation
            notes.append((pdf.objects[first + place].reference, note))
        yield from (pdf.objects[first + place] for place in own.tops)


def _closed(data: bytes, first: int, numbers: dict[str, bytes]) -> bytes:
    def number(found: re.Match[bytes]) -> bytes:
        name = found[0].decode()
        return numbers.get(name) or b"%d" % (first + int(name.removeprefix(ELEMENT)))

    return OPEN.sub(number, data)


class Press:
    """Paints pages of several documents, all with the same letters."""

    def __init__(self) -> None:
        self.fonts: dict[Any, Any] = {}
        self.resources: dict[str, Any] = {STATES: {}, GROUPS: {}, "Pattern": {}, "Shading": {}}

    def take(self, page: Any) -> Leaf:
        """The leaf of a page, without its head."""
        box = page._page_box  # noqa: SLF001
        box.children = [one for one in box.children if not isinstance(one, _margin())]
        tags: dict[Any, Any] = {}
        strokes = zlib.compress(self._painted(page, tags))
        links = [(*link[:3], Link()) for link in page.links]
        for place, link in enumerate(page.links):
            link[3].link_annotation = _stand_in(f"{LINK}{place}", Type="/Annot")
        return Leaf(strokes, _elements(box, tags), page.anchors, links, page.bookmarks)

    def _painted(self, page: Any, tags: dict[Any, Any]) -> bytes:
        kind: Any = import_module("weasyprint.pdf.stream").Stream
        images: dict[str, Any] = {}
        size, known = (0, 0, page.width, page.height), {**self.resources, "ColorSpace": None}
        stream = kind(self.fonts, size, known, images, tags, {}, None)
        stream.transform(d=-1, f=page.height * SCALE)
        page.paint(stream, SCALE)
        _must_be_plain({**self.resources, "image": images})
        groups = self.resources[GROUPS]
        for name in list(groups)[::-1]:
            if isinstance(groups[name], Group):
                break
            groups[name] = _group(groups[name])
        return b"\n".join(map(lean.stroke, stream.stream[1:]))

    def put_into(self, book: Any) -> None:
        """What the leaves have in common, before the first page is painted: groups are named by
        their count.
        """
        book.fonts = self.fonts
        book.pages[0].paint = partial(self._begin, book.pages[0].paint)

    def _begin(self, paint: Callable[[Any, float], None], stream: Any, scale: float) -> None:
        stream._resources[STATES].update(self.resources[STATES])  # noqa: SLF001
        for group in self.resources[GROUPS].values():
            group.put_into(stream)
        paint(stream, scale)


def _group(stream: Any) -> Group:
    own = stream._resources  # noqa: SLF001
    _must_be_plain(own)
    strokes = b"\n".join(map(lean.stroke, stream.stream))
    inner = [_group(one) for one in own[GROUPS].values()]
    return Group(list(stream.extra["BBox"]), strokes, dict(own[STATES]), inner)


def _must_be_plain(resources: dict[str, Any]) -> None:
    named = [name for name in resources[STATES] if name.startswith("s")]
    if named or any(resources.get(sort) for sort in ("Pattern", "Shading", "image")):
        raise NotImplementedError("a part of a long report may have letters and plain strokes only")


class _Shelf:
    """Stands for the file while elements are made."""

    page_references = (f"{PAGE} 0 R".encode(),)

    def __init__(self) -> None:
        self.objects: list[Any] = []

    def add_object(self, one: Any) -> None:
        one.number = f"{ELEMENT}{len(self.objects)}"
        self.objects.append(one)


def _elements(box: Any, tags: dict[Any, Any]) -> Elements:
    shelf, root = _Shelf(), _stand_in(ROOT, S="/Document")
    owners: dict[int, bytes] = {}
    notes: list[tuple[bytes, Any]] = []
    build: Any = import_module("weasyprint.pdf.tags")._build_box_tree  # noqa: SLF001
    tops = [_place(one.reference) for one in build(box, root, shelf, 0, owners, notes, tags)]
    return Elements(
        zlib.compress(BETWEEN.join(one.data for one in shelf.objects)), tops,
        [_place(owner) for _, owner in sorted(owners.items())],
        [(_place(element), _place(note.reference)) for element, note in notes],
    )  # fmt: skip


def _stand_in(number: str, **values: str) -> Any:
    """An object with a name for its number; an empty one would count as none."""
    found = import_module("pydyf").Dictionary(values)
    found.number = number
    return found


def _place(reference: bytes) -> int:
    return int(reference[1:].split()[0])


@cache
def _margin() -> type:
    kind: type = import_module("weasyprint.formatting_structure.boxes").MarginBox
    return kind


@cache
def prepare() -> None:
    """Teach the library to tag pages with leaves; once in a process."""
    tags: Any = import_module("weasyprint.pdf.tags")
    tags._build_box_tree = _with_leaves(tags._build_box_tree)  # noqa: SLF001


def _with_leaves(build: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def built(box: Any, *given: Any) -> Iterator[Any]:
        leaf = vars(box).get("leaf")
        return build(box, *given) if leaf is None else both(box, leaf, *given)

    def both(box: Any, leaf: Leaf, *given: Any) -> Iterator[Any]:
        yield from leaf.tag(*given)
        for child in box.children:
            if isinstance(child, _margin()):
                yield from build(child, *given)

    return built
