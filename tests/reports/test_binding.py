"""A long report bound of parts: page by page what it would be if it were laid out as a whole."""

import gc
import io
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader

from reports import binding, pdf
from tests.reports.test_monthly import _elements

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20"><title>Сызба</title>'
    '<g opacity="0.5"><text x="40" y="9" text-anchor="middle">орта</text></g>'
    '<rect width="80" height="4" fill="#0a2233" fill-opacity="0.3"/></svg>'
)
CELLS = '<tr><th scope="row">Қатар</th><td>1</td><td>2</td></tr>' * 45
HEAD = '<thead><tr><th scope="col">а</th><th scope="col">б</th><th scope="col">в</th></tr></thead>'


def chapter(name: str) -> str:
    return (
        f'{binding.TURN}<section class="part"><h2 id="{name}">{name}</h2>'
        f'<p>Ә ғ қ, <a href="#cover">мұқаба</a>, <a href="https://example.kz">сыртта</a></p>'
        f"{DRAWING}<table>{HEAD}<tbody>{CELLS}</tbody></table></section>"
    )


NAMES = ("Бір", "Екі", "Үш")
REPORT = (
    '<html lang="kk"><head><title>Есеп</title><link rel="stylesheet" href="package:print.css">'
    '</head><body><section class="cover"><h1 id="cover">Есеп</h1><p class="month">2026</p>'
    f"{DRAWING}<ul class='contents'>"
    + "".join(f'<li><a href="#{name}">{name}</a></li>' for name in NAMES)
    + f"</ul></section>{''.join(map(chapter, NAMES))}</body></html>"
)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "PART", 1)


@cache
def made() -> pdf.Printed:
    return pdf.render_both(REPORT)


def read(content: bytes) -> Any:
    return PdfReader(io.BytesIO(content))


def told(file: Any) -> dict[str, Any]:
    """Words, places, links, elements and letters, each with its page."""
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(file.pages)}
    (document,) = file.trailer["/Root"]["/StructTreeRoot"]["/K"]
    return {
        "words": [page.extract_text() for page in file.pages],
        "places": {name: (file.get_destination_page_number(place), place.top)
                   for name, place in file.named_destinations.items()},
        "outline": [(one.title, file.get_destination_page_number(one))
                    for one in _flat(file.outline)],
        "links": [[_target(one.get_object()) for one in page.get("/Annots", [])]
                  for page in file.pages],
        "elements": [(one["/S"], numbers[one.raw_get("/Pg").idnum], str(one.get("/Alt", "")),
                      len(one.get("/A", {}).get("/Headers", [])))
                     for one in _elements(document.get_object())],
        "letters": sorted(font.get_object()["/BaseFont"]
                          for font in file.pages[0]["/Resources"]["/Font"].values()),
    }  # fmt: skip


def _flat(outline: Any) -> Any:
    for one in outline:
        yield from _flat(one) if isinstance(one, list) else [one]


def _target(note: Any) -> tuple[Any, ...]:
    return note.get("/Dest"), note.get("/A", {}).get("/URI"), tuple(note["/Rect"])


def test_a_report_of_parts_is_what_it_would_be_as_a_whole() -> None:
    bound = told(read(made().read))

    assert bound["words"][0].split()[-9:] == ["Бір", "2", "Екі", "4", "Үш", "6", "1", "/", "7"]
    assert bound == told(read(pdf.render(REPORT.replace(binding.TURN, ""))))
    assert bound == told(read(made().kept))


def test_every_tagged_stroke_and_link_of_a_page_knows_its_element() -> None:
    file = read(made().read)
    nums = file.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    tree = {place: owner.get_object() for place, owner in zip(nums[::2], nums[1::2], strict=True)}

    for page in file.pages:
        owners = tree[page["/StructParents"]]
        assert len(owners) == page.get_contents().get_data().count(b"/MCID")
        assert all(mark in owner.get_object()["/K"] for mark, owner in enumerate(owners))
        for note in page.get("/Annots", []):
            own = tree[note.get_object()["/StructParent"]]["/K"]
            kids = [kid.get_object() for kid in own if not isinstance(kid, int)]
            assert note in [dict.get(kid, "/Obj") for kid in kids]


def test_parts_give_equal_bytes_again() -> None:
    assert pdf.render_both(REPORT) == made()


def test_nothing_is_kept_of_the_boxes_of_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cover and the heads of pages remain: far fewer than the 400 cells of the tables."""
    lay, boxes = binding.laid_out, []

    def counted(*given: Any) -> Any:
        book = lay(*given)
        gc.collect()
        boxes.append(sum(type(one).__name__ == "TableCellBox" for one in gc.get_objects()))
        return book

    monkeypatch.setattr(binding, "laid_out", counted)
    pdf.render(REPORT)

    assert boxes == [0]


def test_a_part_with_more_than_letters_and_plain_strokes_is_refused() -> None:
    shaded = '<p style="background: linear-gradient(red, blue)">x</p></body>'

    with pytest.raises(NotImplementedError):
        pdf.render(REPORT.replace("</body>", shaded))
