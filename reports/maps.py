"""The city's districts as a drawing: five classes, the number of the class written in each.

Outlines © OpenStreetMap contributors (ODbL), from `data/almaty_districts.geojson`.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

FILE = Path(__file__).parent / "data" / "almaty_districts.geojson"
WIDTH, MARGIN = 640.0, 6.0
CLASSES = ("#F2F2F2", "#BFD6E8", "#6BACE6", "#2073BC", "#12436D")
DARK_FROM = 3
HIDDEN = "#FFFFFF"
Ring = list[tuple[float, float]]


@cache
def outlines() -> dict[str, tuple[list[Ring], tuple[float, float]]]:
    """District -> rings in the units of the drawing, and where its label stands."""
    tree = json.loads(FILE.read_text(encoding="utf-8"))
    west, south, east, north = tree["bbox"]
    narrow = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrow)

    def placed(point: Any) -> tuple[float, float]:
        x, y = (point[0] - west) * narrow * scale, (north - point[1]) * scale
        return round(x + MARGIN, 1), round(y + MARGIN, 1)

    return {
        feature["properties"]["slug"]: (
            [
                [placed(point) for point in ring]
                for polygon in feature["geometry"]["coordinates"]
                for ring in polygon
            ],
            placed(feature["properties"]["label_point"]),
        )
        for feature in tree["features"]
    }


def classes(counts: Mapping[str, int]) -> dict[str, int]:
    """0 to 4, equal steps from nothing to the largest count."""
    most = max(counts.values(), default=0)
    step = max(1, -(-(most + 1) // len(CLASSES)))
    return {name: min(len(CLASSES) - 1, count // step) for name, count in counts.items()}


def drawing(title: str, counts: Mapping[str, int], names: Mapping[str, str]) -> Markup:
    """A district without a count is white: hidden, or nobody asked."""
    shade = classes(counts)
    body = Markup("").join(
        _district(rings, place, shade.get(code), names.get(code, code))
        for code, (rings, place) in outlines().items()
    )
    tall = max(y for rings, _ in outlines().values() for ring in rings for _, y in ring) + MARGIN
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {:.0f} {:.0f}"'
        ' font-family="Inter, \'DejaVu Sans\', sans-serif" font-size="14">'
        "<title>{}</title>{}</svg>"
    ).format(WIDTH, tall, escape(title), body)


def _district(
    rings: Iterable[Ring], place: tuple[float, float], shade: int | None, name: str
) -> Markup:
    path = " ".join("M" + " L".join(f"{x} {y}" for x, y in ring) + " Z" for ring in rings)
    fill = HIDDEN if shade is None else CLASSES[shade]
    ink = "#FFFFFF" if shade is not None and shade >= DARK_FROM else "#1D2B36"
    x, y = place
    number = "–" if shade is None else str(shade + 1)
    return Markup(
        '<path d="{}" fill="{}" stroke="#3D3D3D" stroke-width="1"><title>{}</title></path>'
        '<text x="{}" y="{}" text-anchor="middle" fill="{}" font-weight="600">{}</text>'
    ).format(path, fill, name, x, y + 5, ink, number)
