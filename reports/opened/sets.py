"""What each open data set is: its names, its columns with their meaning, what tells a row."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from agencies.errors import NotFound
from reports.measures import LANGUAGES
from reports.norms import tree

LEAST = 5
"""Counts from one to four are hidden."""
Cell = str | int | float | None
Row = Mapping[str, Cell]
NUMBERS = {"integer": int, "number": float}


@dataclass(frozen=True)
class Column:
    """`kind` is a type of a Frictionless table schema."""

    name: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str

    @property
    def language(self) -> str:
        """That of its cells, where it is always the same: `name_kk` is in Kazakh."""
        ending = self.name.rpartition("_")[2]
        return ending if ending in LANGUAGES else ""


@dataclass(frozen=True)
class Drawn:
    """A chart of the rows: what is added up `by` which step; `of` no column, the rows are."""

    by: str
    of: str
    measure: Mapping[str, str]
    only: Mapping[str, str]

    def counts(self, rows: Sequence[Row]) -> dict[str, float]:
        """Step -> sum; hidden cells add nothing."""
        found: dict[str, float] = {}
        for row in rows:
            if all(row[name] == value for name, value in self.only.items()):
                cell = row[self.of] if self.of else 1
                step = str(row[self.by])
                found[step] = found.get(step, 0) + (cell if isinstance(cell, int | float) else 0)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class OpenSet:
    """`keeps`: its rows stay as they were first published, unless a release is withdrawn.
    `first`: when the first release comes, in a sentence.
    """

    name: str
    refresh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    title: Mapping[str, str]
    about: Mapping[str, str]
    first: Mapping[str, str]
    example: tuple[str, ...]
    drawn: Drawn | None = None
    keeps: bool = False

    @property
    def heads(self) -> list[str]:
        return [column.name for column in self.columns]


@cache
def known() -> Mapping[str, OpenSet]:
    """In the order of the public page."""
    return {row["name"]: _set(row) for row in tree("open_data")["set"]}


def by_name(name: str) -> OpenSet:
    found = known().get(name)
    if found is None:
        raise NotFound("No dataset has this name. Look for it in the catalogue.")
    return found


def _set(row: dict[str, Any]) -> OpenSet:
    return OpenSet(
        name=row["name"], refresh=row["refresh"], key=tuple(row["key"]),
        columns=tuple(Column(*told) for told in row["columns"]), keeps=row.get("keeps", False),
        example=tuple(row["example"]), drawn=_drawn(row.get("drawn")),
        title={code: row[f"title_{code}"] for code in ("kk", "ru", "en")},
        about={code: row[f"about_{code}"] for code in ("kk", "ru", "en")},
        first={code: row[f"first_{code}"] for code in ("kk", "ru", "en")},
    )  # fmt: skip


def _drawn(row: dict[str, Any] | None) -> Drawn | None:
    if row is None:
        return None
    measure = {code: row[code] for code in LANGUAGES}
    return Drawn(row["by"], row["of"], measure, row.get("only", {}))


def written(one: OpenSet, rows: Sequence[Row]) -> str:
    """As CSV, the rows in the order of their keys: equal rows give equal bytes."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(one.heads)
    for row in sorted(rows, key=lambda row: _place(one, row)):
        table.writerow([_cell(row.get(name)) for name in one.heads])
    return out.getvalue()


def read(one: OpenSet, file: str) -> list[dict[str, Cell]]:
    """The rows of a file that `written` made."""
    kinds = {column.name: column.kind for column in one.columns}
    return [
        {name: _value(kinds[name], cell) for name, cell in row.items() if name in kinds}
        for row in csv.DictReader(io.StringIO(file))
    ]


def key_of(one: OpenSet, row: Row) -> tuple[str, ...]:
    return tuple(_cell(row.get(name)) for name in one.key)


def _place(one: OpenSet, row: Row) -> tuple[tuple[int, str], ...]:
    """Numbers in their own order: row 10 stands after row 9."""
    return tuple((len(cell) if cell.isdigit() else 0, cell) for cell in key_of(one, row))


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _value(kind: str, cell: str) -> Cell:
    if kind == "boolean":
        return cell == "true"
    if kind in NUMBERS:
        return NUMBERS[kind](cell) if cell else None
    return cell
