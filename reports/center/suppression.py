"""Small cells: counts of persons below the least published number, and what would give them away.

Primary: a value above zero and below the least, now or in any earlier revision. Secondary: in every
line of a total and its parts either nothing is hidden, or at least two members are, and parts
hidden under a total that is told come to at least the least. Zero is told: it counts nobody.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from reports.center.records import Area, AreaKind, Observation, Series

SMALLEST = Decimal("0.000001")
K = TypeVar("K", bound=Hashable)
Line = tuple[K, tuple[K, ...]]
"""A total and its parts."""


def hidden(
    values: Mapping[K, Decimal], lines: Sequence[Line[K]], *, least: int,
    small: Iterable[K] = (),
) -> set[K]:  # fmt: skip
    """What may not be told. `small` are cells that were too small before."""
    found = {key for key, value in values.items() if 0 < value < least} | set(small)
    while True:
        more = {key for line in lines for key in _lacking(values, line, found, least)}
        more = more or _given_away(values, lines, found, least)
        if not more - found:
            return found
        found |= more


def _lacking(values: Mapping[K, Decimal], line: Line[K], found: set[K], least: int) -> Iterator[K]:
    """The next member of the line that has to be hidden, if any."""
    total, parts = line
    gone = [key for key in parts if key in found]
    if total in found:
        enough = bool(gone)
    else:
        enough = not gone or (len(gone) > 1 and sum(values[key] for key in gone) >= least)
    if not enough:
        left = [key for key in parts if key not in found]
        yield min(left, key=lambda key: (values[key] == 0, values[key])) if left else total


def _given_away(
    values: Mapping[K, Decimal], lines: Sequence[Line[K]], found: set[K], least: int
) -> set[K]:
    """Where lines cross, a cell may follow from several of them: then one more is hidden."""
    if len(found) < 2 or not _crossing(lines, found):
        return set()
    for key, (low, high) in bounds(values, lines, found).items():
        if high - low < least:
            near = {k for total, parts in lines for k in (total, *parts) if key in (total, *parts)}
            left = (near - found) or (set(values) - found)
            if left:
                return {min(left, key=lambda one: (values[one] == 0, values[one], repr(one)))}
    return set()


def _crossing(lines: Sequence[Line[K]], found: set[K]) -> bool:
    seen: set[K] = set()
    for total, parts in lines:
        own = {key for key in (total, *parts) if key in found}
        if own & seen:
            return True
        seen |= own
    return False


def bounds(
    values: Mapping[K, Decimal], lines: Sequence[Line[K]], found: set[K]
) -> dict[K, tuple[float, float]]:
    """What a reader can work out of each hidden cell from all that is told; none is negative."""
    from scipy.optimize import linprog

    keys = sorted(found, key=repr)
    place = {key: n for n, key in enumerate(keys)}
    matrix, right = [], []
    for total, parts in lines:
        row, told = [0.0] * len(keys), 0.0
        for key, sign in ((total, -1.0), *((part, 1.0) for part in parts)):
            if key in place:
                row[place[key]] += sign
            else:
                told -= sign * float(values[key])
        if any(row):
            matrix.append(row)
            right.append(told)
    result: dict[K, tuple[float, float]] = {}
    for key, n in place.items():
        aim = [0.0] * len(keys)
        ends = []
        for sign in (1.0, -1.0):
            aim[n] = sign
            solved = linprog(aim, A_eq=matrix or None, b_eq=right or None, method="highs")
            ends.append(sign * solved.fun if solved.status == 0 else float("inf"))
        result[key] = (ends[0], ends[1])
    return result


@dataclass(frozen=True)
class Cell:
    """One observation in the table of its indicator and period."""

    series_id: int
    area: str
    dims: tuple[tuple[str, str], ...]


Table = dict[Cell, Decimal]
Place = tuple[int, datetime]
"""Number of a series and beginning of a period."""


def of_indicator(
    session: Session, indicator_id: int, starts: Iterable[datetime], *, least: int, last: int | None
) -> set[Place]:
    """What may not be told in these periods; `last`: as it stood with that batch."""
    wanted = sorted(set(starts))
    small = _ever_small(session, indicator_id, wanted, least)
    districts = _districts(session)
    found: set[Place] = set()
    for at, table in _tables(session, indicator_id, wanted, last):
        were = [cell for cell in table if (cell.series_id, at) in small]
        gone = hidden(table, list(lines_of(table, districts)), least=least, small=were)
        found |= {(cell.series_id, at) for cell in gone}
    return found


def _of(indicator_id: int, starts: Sequence[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (
        Series.indicator_id == indicator_id, Observation.series_id == Series.id,
        Observation.starts.in_(starts), Observation.value.is_not(None),
    )  # fmt: skip


def _ever_small(
    session: Session, indicator_id: int, starts: Sequence[datetime], least: int
) -> set[Place]:
    """Too small in any revision, or not for publication."""
    query = select(Observation.series_id, Observation.starts).where(
        *_of(indicator_id, starts),
        or_(Observation.value.between(SMALLEST, least - SMALLEST), Observation.conf != "F"),
    )
    return {(number, at) for number, at in session.execute(query)}


def _tables(
    session: Session, indicator_id: int, starts: Sequence[datetime], last: int | None
) -> Iterator[tuple[datetime, Table]]:
    """A table for each period, frequency and length of period."""
    query = select(
        Series.freq, Series.precision, Observation.starts, Series.id, Series.area_code, Series.dims,
        Observation.value,
    ).where(*_of(indicator_id, starts))  # fmt: skip
    if last is None:
        query = query.where(Observation.superseded_by.is_(None))
    else:
        query = query.where(
            Observation.batch_id <= last,
            or_(Observation.superseded_by.is_(None), Observation.superseded_by > last),
        )
    tables: dict[tuple[str, str, datetime], Table] = defaultdict(dict)
    for freq, precision, at, number, area, dims, value in session.execute(query):
        if value is not None:
            tables[freq, precision, at][Cell(number, area, tuple(sorted(dims.items())))] = value
    for (_, _, at), table in tables.items():
        yield at, table


def _districts(session: Session) -> dict[str, str]:
    """District -> the city that it is a part of. Places overlap and are parts of nothing."""
    query = select(Area.code, Area.parent_code).where(Area.kind == AreaKind.DISTRICT)
    return {code: parent for code, parent in session.execute(query) if parent}


def lines_of(table: Iterable[Cell], districts: Mapping[str, str]) -> Iterator[Line[Cell]]:
    """The city and its districts in each breakdown; the whole and its items in each area."""
    cells = {(cell.area, cell.dims): cell for cell in table}
    parts: dict[Cell, dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in table:
        whole = cells.get((districts.get(cell.area, ""), cell.dims))
        if whole is not None:
            parts[whole]["area"].append(cell)
        for item in cell.dims:
            whole = cells.get((cell.area, tuple(one for one in cell.dims if one != item)))
            if whole is not None:
                parts[whole][item[0]].append(cell)
    for total, kinds in parts.items():
        for own in kinds.values():
            yield total, tuple(own)
