"""The figures of an edition as files that a table program opens: CSV and XLSX.

Written by hand, with fixed times, so that equal figures are equal bytes.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from agencies.spreadsheets import inert
from reports import small_counts
from reports.figure_sets import FigureSet
from reports.measures import catalogue, measure

Row = Sequence[Any]
LEFT_OUT = ("names", "edition")
CLOSED_ONLY = "first_answer_days"
"""Quantiles of the pack over answered cases alone: they flatter a young month, so no file of a
report has them. F03 and F04 count those who still wait.
"""
MEASURE_COLUMNS = (
    "scope", "number", "measure", "numerator", "denominator", "value", "low", "high", "remark",
    "base", "version", "query_hash", "as_of",
)  # fmt: skip
PARTS, WAYS = MEASURE_COLUMNS[3:9], MEASURE_COLUMNS[9:12]
BELOW_THE_CITY = re.compile(
    r"(?P<part>(?:.+/)?by_(?:agency|district|category))/(?P<code>[^/]+)(?P<leaf>.*)"
)
HIDDEN = "c"
"""Mark of a cell that is hidden because so few stand behind it."""
_NAMESPACE = "http://schemas.openxmlformats.org/"
_MAIN = f"{_NAMESPACE}spreadsheetml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def pack_csv(figure_set: FigureSet) -> bytes:
    """The numbers of the pack in rows `figure, value`; the names are those of the figure pack."""
    kept = {k: v for k, v in figure_set.particulars.items() if k not in LEFT_OUT}
    return as_csv([("figure", "value"), *_told([*_flat(figure_set.pack), *_flat(kept)])])


def _told(rows: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Counts of few below the level of the city are marked `c`, with what would give them away and
    the shares and times that come of them.
    """
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for name, value in rows:
        place = BELOW_THE_CITY.fullmatch(name)
        if place and isinstance(value, int):
            counts[place["part"], place["leaf"]][place["code"]] = value
    gone = {
        (part, code, leaf)
        for (part, leaf), own in counts.items() for code in small_counts.hidden(own)
    }  # fmt: skip
    for name, value in rows:
        place = BELOW_THE_CITY.fullmatch(name)
        yield name, HIDDEN if place and not gone.isdisjoint(_behind(place, value)) else value


def _behind(place: re.Match[str], value: Any) -> set[tuple[str, str, str]]:
    """The counts that a cell is, or comes of."""
    part, code, leaf = place["part"], place["code"], place["leaf"]
    if isinstance(value, int):
        return {(part, code, leaf)}
    share = leaf.removesuffix("/value")
    names = (f"{share}/numerator", f"{share}/denominator", "/issued")
    return {(part, code, name) for name in names}


def measures_csv(figure_set: FigureSet) -> bytes:
    """Every measure in every scope with its parts, interval and remark."""
    return as_csv(measure_rows(figure_set))


def workbook(figure_set: FigureSet, language: str) -> bytes:
    """Three sheets: the measures, how each is counted, the pack."""
    known = catalogue()
    book: list[Row] = [
        ("number", "measure", "name", "definition", "unit"),
        *(
            (one.number, one.code, one.name[language], known.definition(one, language), one.unit)
            for one in known.measures.values()
        ),
    ]
    return as_xlsx(
        {
            "measures": list(measure_rows(figure_set)),
            "definitions": book,
            "pack": [("figure", "value"), *_told(list(_flat(figure_set.pack)))],
        }
    )


def measure_rows(figure_set: FigureSet) -> Iterator[Row]:
    """In the order of scopes and numbers, whatever order the database keeps them in. Counts of few
    below the level of the hall are hidden, and what would give them away: a place and a topic may
    be a person.
    """
    yield MEASURE_COLUMNS
    kept, as_of = figure_set.particulars.get("edition", {}), figure_set.as_of.astimezone(UTC)
    gone = _gone(kept.get("now", {}))
    for scope, own in sorted(kept.get("now", {}).items()):
        for code, found in sorted(own.items(), key=lambda pair: measure(pair[0]).number):
            way = kept.get("counted", {}).get(code, {})
            row = [scope, measure(code).number, code, *(found[n] for n in PARTS)]
            yield [
                *(bare(row) if (scope, code) in gone else row), *(way.get(n) for n in WAYS),
                as_of.isoformat(timespec="seconds"),
            ]  # fmt: skip


def _gone(found: Mapping[str, Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Scope and measure of the cells that may not be told."""
    counts: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for scope, own in found.items():
        for code, reading in own.items():
            for part in ("numerator", "denominator"):
                if ":" in scope and reading[part] is not None:
                    counts[scope.partition(":")[0], code, part][scope] = int(reading[part])
    return {
        (scope, code)
        for (_, code, _), own in counts.items() for scope in small_counts.hidden(own)
    }  # fmt: skip


def bare(row: list[Any]) -> list[Any]:
    return [*row[:3], None, None, None, None, None, HIDDEN]


def as_csv(rows: Sequence[Row] | Iterator[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_xlsx(sheets: dict[str, list[Row]]) -> bytes:
    """A workbook of plain cells: text as text, numbers as numbers, the first row kept in sight."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(list(sheets)),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        ),
    }
    for n, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(rows)
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), _HEAD + text, ZIP_DEFLATED)
    return content.getvalue()


def _safe(cell: Any) -> Any:
    if cell is None:
        return ""
    return inert(cell) if isinstance(cell, str) else cell


def _sheet(rows: Sequence[Row]) -> str:
    body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    view = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
        ' state="frozen"/></sheetView></sheetViews>'
    )
    return f'<worksheet xmlns="{_MAIN}">{view}<sheetData>{body}</sheetData></worksheet>'


def _cell(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"<c><v>{value!r}</v></c>"
    text = "" if value is None else escape(str(value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _workbook(names: Sequence[str]) -> str:
    own = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    relations = f"{_NAMESPACE}officeDocument/2006/relationships"
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{relations}"><sheets>{own}</sheets></workbook>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    sort = f"{_NAMESPACE}officeDocument/2006/relationships"
    own = "".join(
        f'<Relationship Id="rId{n}" Type="{sort}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_NAMESPACE}package/2006/relationships">{own}</Relationships>'


def _types(count: int) -> str:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{office}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'<Types xmlns="{_NAMESPACE}package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f"{sheets}</Types>"
    )


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key in sorted(value.keys() - {CLOSED_ONLY}):
            yield from _flat(value[key], f"{path}/{key}" if path else key)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _flat(each, f"{path}/{place}")
    else:
        yield path, "" if value is None else value
