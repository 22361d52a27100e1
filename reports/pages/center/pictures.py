"""The drawings of an indicator's page: its curve over time, its districts on the map."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reception.language import named
from reports import maps
from reports.center import curves, moments, overview, wording
from reports.center.curves import Curve
from reports.center.explorer import Value
from reports.center.overview import Drawn
from reports.center.records import Aggregation, Area, AreaKind, Indicator, Series
from reports.wording import NOTHING, Words


@dataclass(frozen=True)
class Held:
    """What is read of the indicator for one page."""

    one: Indicator
    areas: dict[str, Area]
    series: list[Series]
    newest: dict[int, Value]
    drawn: list[Drawn]


def period(words: Words, value: Value | None) -> str:
    return wording.period(words, value.starts, value.series.precision) if value else NOTHING


def named_curve(words: Words, held: Held, drawn: Drawn) -> str:
    area = named(held.areas[drawn.series.area_code])
    return words._("%(area)s a year before", area=area) if drawn.earlier else area


def plot(words: Words, held: Held) -> curves.Plot | None:
    drawn = [
        Curve(
            named_curve(words, held, each),
            [(v.starts, float(v.value)) for v in each.values if v.value is not None],
        )
        for each in held.drawn
    ]
    drawn = [each for each in drawn if len(each.points) > 1]
    if not drawn:
        return None
    one, precision = held.one, held.drawn[0].series.precision
    aim = overview.target_of(one, held.drawn[0].series)
    return curves.plot(
        _title(words, one, drawn[0], precision), drawn,
        shown=lambda value: wording.amount(words, one, _short(value)),
        day=lambda moment: _day(words, moment, precision),
        target=float(aim) if aim is not None else None,
    )  # fmt: skip


def _short(value: float) -> float:
    return round(value) if abs(value) >= 100 else round(value, 1)


def _day(words: Words, moment: datetime, precision: str) -> str:
    held = moments.containing(moment, moments.Freq(precision))
    return wording.period(words, held.starts, precision)


def _title(words: Words, one: Indicator, curve: Curve, precision: str) -> str:
    (starts, first), (_, last) = curve.points[0], curve.points[-1]
    values = {
        "area": curve.name, "now": wording.told(words, one, last),
        "then": wording.period(words, starts, precision),
        "before": wording.amount(words, one, first),
    }  # fmt: skip
    if last > first:
        return words._("%(area)s: %(now)s; in %(then)s it was less (%(before)s)", **values)
    if last < first:
        return words._("%(area)s: %(now)s; in %(then)s it was more (%(before)s)", **values)
    return words._("%(area)s: %(now)s; in %(then)s it was the same", **values)


def district_map(words: Words, held: Held) -> dict[str, Any] | None:
    """The districts of the newest period that any of them has."""
    dims = held.drawn[0].series.dims_key if held.drawn else ""
    found = {
        series.area_code: held.newest[series.id]
        for series in held.series
        if series.dims_key == dims and series.id in held.newest
        and held.areas[series.area_code].kind is AreaKind.DISTRICT
    }  # fmt: skip
    last = max((value.starts for value in found.values()), default=None)
    told = {code: v for code, v in found.items() if v.starts == last and v.value is not None}
    if len(told) < 2:
        return None
    names = {code: named(held.areas[code]) for code in told}
    most = max(told, key=lambda code: told[code].value or 0)
    title = words._(
        "Most in %(district)s: %(value)s", district=names[most],
        value=wording.told(words, held.one, told[most].value),
    )  # fmt: skip
    values = {code: wording.amount(words, held.one, v.value) for code, v in told.items()}
    scale = _scale(held.one, told.values())
    shades = maps.classes({code: scale.of(v) for code, v in told.items()})
    legend = [
        f"{wording.amount(words, held.one, low)} – {wording.amount(words, held.one, high)}"
        for low, high in scale.spans(max(shades.values()))
    ]
    return {
        "title": title, "rows": [(names[code], shown) for code, shown in values.items()],
        "period": period(words, told[most]),
        "drawing": maps.drawing(
            title, shades, values, names, legend=legend, nothing=words._("not known")
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """From the least to the largest value, in whole numbers from 0 to 1,000."""

    low: float
    high: float

    def of(self, value: Value) -> int:
        return round(1000 * (float(value.value or 0) - self.low) / ((self.high - self.low) or 1))

    def spans(self, highest: int) -> list[tuple[float, float]]:
        """From where to where each class goes, up to the highest one that occurs."""
        step = (self.high - self.low) / len(maps.CLASSES)
        return [(self.low + k * step, self.low + (k + 1) * step) for k in range(highest + 1)]


def _scale(one: Indicator, values: Iterable[Value]) -> Scale:
    """Of a sum from nothing, of anything else from the least value."""
    numbers = [float(each.value or 0) for each in values]
    low = min(0.0, *numbers) if one.aggregation is Aggregation.SUM else min(numbers)
    return Scale(low, max(numbers))
