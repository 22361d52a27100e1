"""What a delivery may refer to: areas, breakdowns, indicators and their series, read once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from agencies.directory import Origin
from reports.center.moments import Freq
from reports.center.records import Aggregation, Area, DimensionItem, Indicator, Series

SeriesKey = tuple[str, str, str, str, str, str, Freq]
"""Code, area, frequency, breakdown, unit and name as a row says them, and its period's length."""

WHOLE = frozenset({"", "all", "total", "_T"})
FREQS = frozenset(Freq)
MULTIPLES = {"thousand": 3, "million": 6, "billion": 9}
RESERVED = 500
NEVER = datetime.min.replace(tzinfo=UTC)
"""Before the first period of a series that has none yet."""
FEW = 20
LINE = (
    Series.area_code, Series.freq, Series.precision, Series.dims_key, Series.id, Series.last,
)  # fmt: skip


class Refusal(ValueError):
    """Why a row is turned away, in English, as it stands in rejects files."""


class Line(NamedTuple):
    """A series as the loader needs it: its number, and where its last period begins."""

    id: int
    last: datetime


class Measured(NamedTuple):
    """An indicator as far as rows must agree with it."""

    id: int
    freq: str
    unit: str
    unit_mult: int


MEASURED = (Indicator.id, Indicator.freq, Indicator.unit, Indicator.unit_mult)


class Known:
    """New series get their numbers at once and are written by `write_new_series`."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        self.session, self.now = session, now
        self._areas = set(session.scalars(select(Area.code)))
        items = select(DimensionItem.code, DimensionItem.dimension_code)
        self._items = dict(session.execute(items).all())
        self._indicators: dict[str, Measured] = {}
        self._of_indicator: dict[int, dict[tuple[str, ...], Line]] = {}
        self._numbers: Iterator[int] = iter(())
        self._new: list[dict[str, Any]] = []

    def series_of(self, key: SeriesKey) -> Line:
        """Raises Refusal."""
        code, area, freq, dimension, unit, name, precision = key
        indicator = self._indicator(code, name, unit)
        self._must_be_in(indicator, unit)
        if area not in self._areas:
            raise Refusal(f"ref_area: `{area:.40}` is on no list" if area else "ref_area: missing")
        if (freq or "_") not in FREQS:
            raise Refusal(f"freq: `{freq:.10}` is none of A S Q M W D H _")
        dims = self.dims(dimension)
        return self._find(indicator, area, freq or indicator.freq, precision, dims)

    def dims(self, text: str) -> dict[str, str]:
        """`female`, or `sex=female;age=0-14`. Raises Refusal."""
        found: dict[str, str] = {}
        for part in filter(None, (one.strip() for one in text.split(";"))):
            said, _, item = part.rpartition("=")
            if item in WHOLE:
                continue
            dimension = self._items.get(item)
            if dimension is None or said not in ("", dimension) or dimension in found:
                raise Refusal(f"dimension: `{part:.60}` is on no list")
            found[dimension] = item
        return found

    def write_new_series(self) -> None:
        if self._new:
            self.session.execute(insert(Series), self._new)
        self._new = []

    def _indicator(self, code: str, name: str, unit: str) -> Measured:
        if len(self._indicators) == FEW:
            self._read_all()
        if code not in self._indicators:
            query = select(*MEASURED).where(Indicator.code == code)
            found = self.session.execute(query).one_or_none() if code else None
            self._indicators[code] = Measured(*found) if found else self._imported(code, name, unit)
        return self._indicators[code]

    def _read_all(self) -> None:
        """A delivery of many indicators: two statements instead of two for each."""
        every = self.session.execute(select(Indicator.code, *MEASURED))
        for code, number, freq, unit, mult in every:
            self._indicators.setdefault(code, Measured(number, freq, unit, mult))
            self._of_indicator.setdefault(number, {})
        fresh = {number for number, known in self._of_indicator.items() if not known}
        for number, *key, series, last in self.session.execute(select(Series.indicator_id, *LINE)):
            if number in fresh:
                self._of_indicator[number][tuple(key)] = Line(series, last or NEVER)

    def _imported(self, code: str, name: str, unit: str) -> Measured:
        """An indicator that the file describes well enough; kept until somebody confirms it."""
        if not code:
            raise Refusal("indicator_code: missing")
        if not (name and unit and code.isascii() and code.isidentifier() and len(code) <= 80):
            raise Refusal(f"indicator_code: `{code:.80}` is not registered")
        unit, mult = read_unit(unit)
        made = Indicator(
            code=code, name_kk=name, name_ru=name, name_en=name, theme="other", unit=unit,
            unit_mult=mult, aggregation=Aggregation.NONE, origin=Origin.IMPORTED, open=False,
            changed_at=self.now,
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return Measured(made.id, made.freq, made.unit, made.unit_mult)

    def _must_be_in(self, indicator: Measured, unit: str) -> None:
        if unit and read_unit(unit) != (indicator.unit, indicator.unit_mult):
            own = spoken_unit(indicator.unit, indicator.unit_mult)
            raise Refusal(f"unit: `{unit:.40}` where the indicator is counted in `{own}`")

    def _find(
        self, indicator: Measured, area: str, freq: str, precision: Freq, dims: dict[str, str]
    ) -> Line:
        known = self._known_series(indicator)
        key = (area, freq, precision.value, dims_key(dims))
        if key not in known:
            known[key] = Line(self._next_number(), NEVER)
            self._new.append(
                {
                    "id": known[key].id, "indicator_id": indicator.id, "area_code": area,
                    "freq": freq, "precision": precision.value, "dims": dims,
                    "dims_key": dims_key(dims),
                }
            )  # fmt: skip
        return known[key]

    def _known_series(self, indicator: Measured) -> dict[tuple[str, ...], Line]:
        if indicator.id not in self._of_indicator:
            query = select(*LINE).where(Series.indicator_id == indicator.id)
            self._of_indicator[indicator.id] = {
                tuple(key): Line(number, last or NEVER)
                for *key, number, last in self.session.execute(query)
            }
        return self._of_indicator[indicator.id]

    def _next_number(self) -> int:
        number = next(self._numbers, None)
        if number is None:
            sequence = func.nextval(func.pg_get_serial_sequence("series", "id"))
            query = select(sequence).select_from(func.generate_series(1, RESERVED))
            self._numbers = iter(self.session.scalars(query).all())
            number = next(self._numbers)
        return number


def dims_key(dims: dict[str, str]) -> str:
    return ";".join(f"{name}={dims[name]}" for name in sorted(dims))


def read_unit(text: str) -> tuple[str, int]:
    """`thousand_tonne` is a tonne times ten to the third."""
    first, _, rest = text.partition("_")
    return (rest, MULTIPLES[first]) if rest and first in MULTIPLES else (text, 0)


def spoken_unit(unit: str, mult: int) -> str:
    names = {power: name for name, power in MULTIPLES.items()}
    return f"{names[mult]}_{unit}" if mult in names else unit
