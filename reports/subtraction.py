"""A later release of a month beside earlier ones: nobody is found by taking one from another.

Whatever two releases both show differs by nothing or by at least five: totals, cells, and the sums
of what is hidden in a row or a column. Where topics or districts moved by less, they join the
others; where cells did, every cell that moved is hidden. A month whose total moved by fewer than
five has no new release.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.published import LEAST_TOTAL, NOTHING, OTHERS, Counts, Published, grouped, large, shown
from reports.statistics.disclosure import SMALL, Cell, hidden

Numbers = list[list[int | None]]


@dataclass(frozen=True)
class Earlier:
    """An earlier release, told by the rows and columns of the present one."""

    cells: Numbers
    rows: list[int]
    columns: list[int]


def protected(counts: Counts, earlier: Sequence[Published]) -> Published | None:
    """None where the difference to an earlier release would tell of a few persons."""
    known = [one for one in earlier if one.total is not None]
    if counts.total() < LEAST_TOTAL:
        return None if known else NOTHING
    if any(_tells(counts.total() - (one.total or 0)) for one in known):
        return None
    topics = _kept(counts, 0, [dict(zip(e.topics, e.by_topic, strict=True)) for e in known])
    districts = _kept(
        counts, 1, [dict(zip(e.districts, e.by_district, strict=True)) for e in known]
    )
    table = grouped(counts, topics, districts)
    beside = [_regrouped(one, topics, districts) for one in known]
    return shown(topics, districts, table, _hidden(table, beside))


def _tells(difference: int) -> bool:
    return 0 < abs(difference) < SMALL


def _kept(counts: Counts, part: int, earlier: Sequence[dict[str, int]]) -> tuple[str, ...]:
    """Topics or districts, the most first and the others last, none of which moved by a few."""
    sums: dict[str, int] = {}
    for place, n in counts.items():
        sums[place[part]] = sums.get(place[part], 0) + n
    kept = [
        code for code in large(counts, part)
        if code != OTHERS and all(code in one for one in earlier)
        and not any(_tells(sums[code] - one[code]) for one in earlier)
    ]  # fmt: skip
    while kept and _others_tell(sums, kept, earlier):
        kept.pop()
    others = any((_rest(sums, kept), *_rests(earlier, kept)))
    return (*kept, OTHERS) if others else tuple(kept)


def _others_tell(
    sums: dict[str, int], kept: Sequence[str], earlier: Sequence[dict[str, int]]
) -> bool:
    rest = _rest(sums, kept)
    few = 0 < rest < LEAST_TOTAL
    return few or any(_tells(rest - before) for before in _rests(earlier, kept))


def _rests(earlier: Sequence[dict[str, int]], kept: Sequence[str]) -> list[int]:
    return [_rest(one, kept) for one in earlier]


def _rest(sums: dict[str, int], kept: Sequence[str]) -> int:
    return sum(n for code, n in sums.items() if code not in kept)


def _regrouped(one: Published, topics: Sequence[str], districts: Sequence[str]) -> Earlier:
    row_of = [topics.index(code if code in topics else OTHERS) for code in one.topics]
    column_of = [districts.index(code if code in districts else OTHERS) for code in one.districts]
    cells: Numbers = [[0] * len(districts) for _ in topics]
    for i, row in zip(row_of, one.cells, strict=True):
        for j, n in zip(column_of, row, strict=True):
            before = cells[i][j]
            cells[i][j] = None if n is None or before is None else before + n
    return Earlier(
        cells, _summed(row_of, one.by_topic, len(topics)),
        _summed(column_of, one.by_district, len(districts)),
    )  # fmt: skip


def _summed(places: Iterable[int], numbers: Iterable[int], length: int) -> list[int]:
    found = [0] * length
    for place, n in zip(places, numbers, strict=True):
        found[place] += n
    return found


def _hidden(table: Sequence[Sequence[int]], beside: Sequence[Earlier]) -> set[Cell] | None:
    """As few as the differences allow; else every cell that moved or was hidden before."""
    for below in (SMALL, math.inf):
        found = hidden(table, _moved(table, beside, below=below))
        if found is None or not any(_can_be_told(table, found, one) for one in beside):
            return found
    return None


def _moved(table: Sequence[Sequence[int]], beside: Sequence[Earlier], *, below: float) -> set[Cell]:
    """Cells that moved by less, and those that were hidden before."""
    return {
        (i, j)
        for one in beside
        for i, row in enumerate(table)
        for j, n in enumerate(row)
        if (x := one.cells[i][j]) is None or 0 < abs(n - x) < below
    }


def _can_be_told(table: Sequence[Sequence[int]], found: set[Cell], one: Earlier) -> bool:
    """Whether a cell, or what is hidden of a row or column together, moved by a few."""
    rows = [sum(row) - before for row, before in zip(table, one.rows, strict=True)]
    columns = [sum(row[j] for row in table) - before for j, before in enumerate(one.columns)]
    for i, row in enumerate(table):
        for j, n in enumerate(row):
            x = one.cells[i][j]
            if (i, j) in found or x is None:
                continue
            rows[i] -= n - x
            columns[j] -= n - x
            if _tells(n - x):
                return True
    return any(map(_tells, (*rows, *columns)))
