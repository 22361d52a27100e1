"""Small cells of a published table, hidden so that sums do not give them away.

A cell of one to four is hidden. Its row and column would tell it, so it is hidden together with
three others at the corners of a rectangle: along the rectangle its value can move by at least five
without changing any row, column or total (the hypercube method).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

SMALL = 5
"""Counts from one to four are hidden."""
WIDTH = 5
"""How far apart the least and the largest value must be that a hidden cell may have."""
Cell = tuple[int, int]
Table = Sequence[Sequence[int]]


def hidden(table: Table, also: Iterable[Cell] = ()) -> set[Cell] | None:
    """Cells to be hidden, where rows, columns and the total are published; None where the table
    has no rectangle that would protect a small cell: then only its margins may be published.
    `also` are hidden and protected like the small ones.
    """
    found = {cell for cell in _cells(table) if 0 < _at(table, cell) < SMALL} | set(also)
    for cell in sorted(found):
        corners = _rectangle(table, cell, found)
        if corners is None:
            return None
        found |= corners
    return found


def _rectangle(table: Table, cell: Cell, known: set[Cell]) -> set[Cell] | None:
    """The three other corners that protect the cell at the least loss of published counts."""
    best: tuple[int, list[Cell]] | None = None
    row, column = cell
    for other_row, other_column in _cells(table):
        if other_row == row or other_column == column:
            continue
        corners = [(row, other_column), (other_row, column), (other_row, other_column)]
        if _width(table, cell, corners) < WIDTH:
            continue
        loss = sum(_at(table, corner) for corner in corners if corner not in known)
        if best is None or (loss, corners) < best:
            best = loss, corners
    return set(best[1]) if best else None


def _width(table: Table, cell: Cell, corners: list[Cell]) -> int:
    """The cell falls with the opposite corner while the other two rise, or the reverse."""
    beside, below, opposite = (_at(table, corner) for corner in corners)
    return min(beside, below) + min(_at(table, cell), opposite)


def _cells(table: Table) -> Iterator[Cell]:
    return product(range(len(table)), range(len(table[0]) if table else 0))


def _at(table: Table, cell: Cell) -> int:
    return table[cell[0]][cell[1]]
