"""The city's districts as a drawing: five classes of shade, name and value written in each.

The value stands in the district itself, so that no number of a class can be taken for a count and
black and white tells as much as colour. A legend says which values a shade stands for.

Outlines © OpenStreetMap contributors (`agencies/outlines.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from agencies import outlines
from agencies.outlines import MARGIN, WIDTH, Ring
from reports.wording import NOTHING, Words

CLASSES = ("#F2F2F2", "#BFD6E8", "#6BACE6", "#2073BC", "#12436D")
DARK_FROM = 3
HIDDEN, LINE, LIGHT_LINE = "#FFFFFF", "#3D3D3D", "#FFFFFF"
NAME, VALUE, ROW = 13, 16, 24
"""Sizes of the letters, and how far apart the rows of the legend are."""
BELOW = "1.06em"
"""How far a value stands below its name: of its own size, which a small screen draws larger."""


def classes(counts: Mapping[str, int]) -> dict[str, int]:
    """0 to 4, equal steps from nothing to the largest count."""
    step = _step(counts)
    return {name: min(len(CLASSES) - 1, count // step) for name, count in counts.items()}


def spans(counts: Mapping[str, int]) -> list[tuple[int, int]]:
    """Least and largest count of each class, up to the highest that occurs."""
    step, highest = _step(counts), max(classes(counts).values(), default=-1)
    return [(shade * step, (shade + 1) * step - 1) for shade in range(highest + 1)]


def of_counts(
    words: Words, title: str, counts: Mapping[str, int], names: Mapping[str, str], *, nothing: str
) -> Markup:
    legend = [
        words.number(least) if least == most else f"{words.number(least)} – {words.number(most)}"
        for least, most in spans(counts)
    ]
    values = {code: words.number(n) for code, n in counts.items()}
    return drawing(title, classes(counts), values, names, legend=legend, nothing=nothing)


def _step(counts: Mapping[str, int]) -> int:
    most = max(counts.values(), default=0)
    return max(1, -(-(most + 1) // len(CLASSES)))


def drawing(
    title: str,
    shades: Mapping[str, int],
    values: Mapping[str, str],
    names: Mapping[str, str],
    *,
    legend: Sequence[str],
    nothing: str,
) -> Markup:
    """`legend`: a text for each class; `nothing`: what a district without a value means."""
    # Dark ones last: their light line must lie over the dark line of a neighbour.
    known = outlines.of_districts()
    ordered = sorted(known, key=lambda code: shades.get(code, -1))
    drawn = [_area(known[code][0], shades.get(code), names.get(code, code)) for code in ordered]
    drawn += [
        _label(code, shades.get(code), names.get(code, code), values.get(code, NOTHING))
        for code in known
    ]
    told = [(CLASSES[shade], text) for shade, text in enumerate(legend)]
    if len(shades.keys() & known.keys()) < len(known):
        told.append((HIDDEN, f"{NOTHING} {nothing}"))
    tall = outlines.tall()
    drawn += _legend(told, tall)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="city" role="img"'
        ' viewBox="0 0 {:.0f} {:.0f}" font-size="14"'
        " font-family=\"Inter, 'DejaVu Sans', sans-serif\">"
        "<title>{}</title>{}</svg>"
    ).format(WIDTH, tall, escape(title), Markup("").join(drawn))


def _area(rings: Iterable[Ring], shade: int | None, name: str) -> Markup:
    fill = HIDDEN if shade is None else CLASSES[shade]
    line = LIGHT_LINE if _is_dark(shade) else LINE
    return Markup(
        '<path d="{}" fill="{}" stroke="{}" stroke-width="1"><title>{}</title></path>'
    ).format(outlines.path(rings), fill, line, name)


def _label(code: str, shade: int | None, name: str, value: str) -> Markup:
    """The district's own name above its value."""
    x, y, own = outlines.label(code, name)
    return Markup(
        '<text x="{}" y="{}" text-anchor="middle" fill="{}" font-size="{}">{}'
        '<tspan x="{}" dy="{}" font-size="{}" font-weight="600">{}</tspan></text>'
    ).format(x, y - 2, ink(shade), NAME, own, x, BELOW, VALUE, value)


def _legend(told: Sequence[tuple[str, str]], tall: float) -> Iterator[Markup]:
    """In the corner that the city leaves free; its letters take the colour of the page."""
    top = tall - MARGIN - ROW * len(told)
    for row, (fill, text) in enumerate(told):
        y = top + ROW * row
        yield Markup(
            '<rect x="{}" y="{:.1f}" width="26" height="16" fill="{}" stroke="{}"/>'
            '<text x="{}" y="{:.1f}">{}</text>'
        ).format(MARGIN, y, fill, LINE, MARGIN + 34, y + 13, text)


def ink(shade: int | None) -> str:
    """The colour of letters that can be read on the shade."""
    return "#FFFFFF" if _is_dark(shade) else "#1D2B36"


def _is_dark(shade: int | None) -> bool:
    return shade is not None and shade >= DARK_FROM
