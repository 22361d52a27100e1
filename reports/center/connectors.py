"""How a source system is asked: one small class a transport, all of which answer with rows of text.

`columns` of the options maps our column to theirs, `constants` gives columns that they lack; what
else a class reads from the options stands in its docstring.
"""

import csv
import hashlib
import io
import json
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

SECONDS = 30
LARGEST = 256 * 1024 * 1024
Options = dict[str, Any]
Table = tuple[list[str], Iterable[Sequence[Any]]]


class Unreachable(Exception):
    """The source does not answer, or answers what cannot be read; carries the reason."""


@dataclass(frozen=True)
class Fetched:
    """`digest` is that of the rows, whatever form they came in."""

    header: list[str]
    rows: list[list[str]]
    digest: str


class Connector(ABC):
    """What all have in common: from their names and values to ours."""

    def __init__(self, address: str, options: Options) -> None:
        self.address, self.options = address, options

    def fetch(self, since: date) -> Fetched:
        """Rows from that day on. Raises Unreachable."""
        try:
            header, rows = self.table(self.address.replace("{since}", since.isoformat()), since)
            return self._ours(header, rows)
        except Unreachable:
            raise
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise Unreachable(f"the answer cannot be read ({type(error).__name__})") from error

    @abstractmethod
    def table(self, address: str, since: date) -> Table:
        """Names of the columns, and the rows from that day on."""

    def _ours(self, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Fetched:
        theirs = {name: own for own, name in self.options.get("columns", {}).items()}
        more: dict[str, str] = self.options.get("constants", {})
        names = [theirs.get(name, name) for name in header] + list(more)
        lines = [[as_text(value) for value in row] + list(more.values()) for row in rows]
        digest = hashlib.sha256(json.dumps([names, lines]).encode()).hexdigest()
        return Fetched(names, lines, digest)


def as_text(value: object) -> str:
    """A float that is whole loses its point, as workbooks know no whole numbers."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def download(address: str) -> bytes:
    if urlsplit(address).scheme not in ("http", "https"):
        raise Unreachable("only addresses of http and https are asked")
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(LARGEST + 1)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise Unreachable(f"no answer ({type(error).__name__})") from error
    if len(content) > LARGEST:
        raise Unreachable("the answer is larger than 256 MB")
    return content


class Csv(Connector):
    """`delimiter`, a comma unless told otherwise."""

    def table(self, address: str, since: date) -> Table:  # noqa: ARG002
        return read_csv(download(address), self.options.get("delimiter", ","))


def read_csv(content: bytes, delimiter: str) -> Table:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter)
    header = next(rows, [])
    return header, (row for row in rows if row)


class Workbook(Connector):
    """XLSX. `sheet`: its name, else the first; `skip`: lines above the heading."""

    def table(self, address: str, since: date) -> Table:  # noqa: ARG002
        from openpyxl import load_workbook

        try:
            book = load_workbook(io.BytesIO(download(address)), read_only=True, data_only=True)
        except Exception as error:
            raise Unreachable("the answer is no workbook") from error
        sheet = book[self.options["sheet"]] if "sheet" in self.options else book.worksheets[0]
        rows = iter(list(sheet.iter_rows(values_only=True))[self.options.get("skip", 0) :])
        header = [as_text(name) for name in next(rows, ())]
        return header, (row for row in rows if any(value is not None for value in row))


class Json(Connector):
    """`items`: dotted path to the list. `columns` may name dotted paths inside an item."""

    def table(self, address: str, since: date) -> Table:  # noqa: ARG002
        found = along(json.loads(download(address)), self.options.get("items", ""))
        names = list(self.options["columns"].values())
        return names, ([along(item, name) for name in names] for item in found)


def along(tree: Any, path: str) -> Any:
    """`data.items` of a document; None where a step leads nowhere."""
    for step in filter(None, path.split(".")):
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


class Sdmx(Connector):
    """SDMX-JSON data message, 1.0 or 2.0. `dimensions`: their dimension to our column."""

    KNOWN = {
        "INDICATOR": "indicator_code", "REF_AREA": "ref_area", "FREQ": "freq",
        "TIME_PERIOD": "time_period", "UNIT_MEASURE": "unit", "OBS_STATUS": "obs_status",
        "CONF_STATUS": "conf_status",
    }  # fmt: skip

    def table(self, address: str, since: date) -> Table:  # noqa: ARG002
        message = json.loads(download(address))
        data = message.get("data", message)
        structure = data["structures"][0] if "structures" in data else data["structure"]
        known = self.KNOWN | self.options.get("dimensions", {})
        series, inside = (structure["dimensions"][part] for part in ("series", "observation"))
        marks = structure.get("attributes", {}).get("observation", [])
        names = [known.get(part["id"], part["id"]) for part in (*series, *inside, *marks)]
        return [*names, "value"], self._rows(data["dataSets"][0]["series"], series, inside, marks)

    @staticmethod
    def _rows(found: Any, series: Any, inside: Any, marks: Any) -> Iterator[list[Any]]:
        for key, content in found.items():
            own = [_id(part, place) for part, place in zip(series, key.split(":"), strict=True)]
            for at, (value, *told) in content["observations"].items():
                when = [_id(part, place) for part, place in zip(inside, at.split(":"), strict=True)]
                places = [*told, *[None] * len(marks)][: len(marks)]
                said = [_id(*pair) for pair in zip(marks, places, strict=True)]
                yield [*own, *when, *said, value]


def _id(part: Any, place: Any) -> str:
    return "" if place is None else str(part["values"][int(place)]["id"])


class Package(Connector):
    """A Frictionless data package; `resource`: its name, else the first. Its hash must fit."""

    def table(self, address: str, since: date) -> Table:  # noqa: ARG002
        resources = json.loads(download(address))["resources"]
        wanted = self.options.get("resource", resources[0]["name"])
        resource = next(one for one in resources if one["name"] == wanted)
        content = download(urljoin(address, resource["path"]))
        said = resource.get("hash", "").removeprefix("sha256:")
        if said and said != hashlib.sha256(content).hexdigest():
            raise Unreachable("the file differs from what its package says")
        return read_csv(content, resource.get("dialect", {}).get("delimiter", ","))


class Sql(Connector):
    """`query`, with `:since` for the first day; the address is one of SQLAlchemy."""

    def table(self, address: str, since: date) -> Table:
        try:
            engine = create_engine(address)
            with engine.connect() as connection:
                asked = {"since": since.isoformat()} if ":since" in self.options["query"] else {}
                found = connection.execute(text(self.options["query"]), asked)
                header, rows = list(found.keys()), [tuple(row) for row in found]
            engine.dispose()
        except SQLAlchemyError as error:
            raise Unreachable(f"the database does not answer ({type(error).__name__})") from error
        return header, rows


CONNECTORS: dict[str, type[Connector]] = {
    "csv": Csv, "xlsx": Workbook, "json": Json, "sdmx": Sdmx, "frictionless": Package, "sql": Sql,
}  # fmt: skip
