"""The outlines of the city's districts, in the units of a drawing.

Outlines © OpenStreetMap contributors (ODbL), from `data/almaty_districts.geojson`.
"""

import json
from collections.abc import Iterable
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "almaty_districts.geojson"
WIDTH, MARGIN = 640.0, 6.0
SORT_OF_PLACE = frozenset(("ауданы", "район", "district", "District"))
MOVED = {
    "zhetysu": (290.0, 248.0), "bostandyk": (261.0, 442.0), "nauryzbay": (140.0, 452.0),
    "almaly": (259.0, 314.0), "auezov": (164.0, 367.0),
}  # fmt: skip
"""Where the name would lie over a neighbour at the place of the file."""
Ring = list[tuple[float, float]]


@cache
def bounds() -> tuple[float, float, float, float]:
    """West, south, east and north of the city, in degrees."""
    west, south, east, north = _file()["bbox"]
    return west, south, east, north


@cache
def _file() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


@cache
def of_districts() -> dict[str, tuple[list[Ring], tuple[float, float]]]:
    """District -> rings in the units of the drawing, and where its label stands."""
    west, south, east, north = bounds()
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
        for feature in _file()["features"]
    }


def tall() -> float:
    """How high the drawing is."""
    return MARGIN + max(
        y for rings, _ in of_districts().values() for ring in rings for _, y in ring
    )


def path(rings: Iterable[Ring]) -> str:
    """As the `d` of an SVG path."""
    return " ".join("M" + " L".join(f"{x} {y}" for x, y in ring) + " Z" for ring in rings)


def label(code: str, name: str) -> tuple[float, float, str]:
    """Where the district's name stands, and the own part of it."""
    x, y = MOVED.get(code) or of_districts()[code][1]
    return x, y, " ".join(word for word in name.split() if word not in SORT_OF_PLACE)
