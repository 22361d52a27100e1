"""The 27 systems on loopback, each answering in its own form: for demonstrations and for load.

`serve` runs until it is stopped and leaves a note in the data folder that says where it listens.
"""

import csv
import hashlib
import io
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from agencies.calendar import business_date, clock
from reports.center import registry, simulated
from reports.center.simulated import Row

NOTE = "simulator.json"
DATABASE = "simulated.sqlite"
KEPT_DAYS = 60
REFRESH_S = 600
THEIRS = ("kod", "aimaq", "kezen", "zhiilik", "olshem", "san")
"""Column names of the simulated systems: none calls things as we do."""
COLUMNS = dict(
    zip(("indicator_code", "ref_area", "time_period", "freq", "unit", "value"), THEIRS, strict=True)
)
SURVEY = "survey-of-the-situation-center"
TYPES = {
    "csv": "text/csv", "json": "application/json", "sdmx": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
QUERY = "SELECT kod, aimaq, kezen, zhiilik, olshem, san FROM olshem_{table} WHERE kezen >= :since"


def feeds(base: str, folder: Path) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Source code -> transport, address, options: what a registrar would type in."""
    found = {
        system["code"]: _feed(system["code"], system["transport"], base, folder)
        for system in registry.systems()
    }
    return found | {SURVEY: _feed(SURVEY, "csv", base, folder)}


def _feed(code: str, transport: str, base: str, folder: Path) -> tuple[str, str, dict[str, Any]]:
    options: dict[str, Any] = {"columns": COLUMNS}
    if transport == "sql":
        query = QUERY.replace("{table}", code.replace("-", "_"))
        return transport, f"sqlite:///{folder / DATABASE}", options | {"query": query}
    if transport == "json":
        options["items"] = "data.zhazbalar"
    if transport == "csv":
        options["delimiter"] = ";"
    name = {"frictionless": "datapackage.json", "sdmx": "data.json"}.get(transport, "data")
    return transport, f"{base}/{code}/{{since}}/{name}", options


def rows_of(code: str, since: date, today: date) -> list[tuple[Any, ...]]:
    """In the order of THEIRS. One system now and then writes a thousand with a blank."""
    if code == SURVEY:
        return [_cells(row) for row in simulated.survey_rows(since, today)]
    system = next(one for one in registry.systems() if one["code"] == code)
    found = [_cells(row) for row in simulated.rows(system, since, today)]
    if system.get("fault") == "spaced" and found:
        found[0] = (*found[0][:5], "1 150")
        found[1] = (found[1][0], "Atlantis", *found[1][2:])
    return found


def _cells(row: Row) -> tuple[Any, ...]:
    value = int(row.value) if float(row.value).is_integer() else row.value
    return row.code, row.area, row.period, row.freq, row.unit, value


def as_csv(rows: Iterable[tuple[Any, ...]], delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(THEIRS)
    writer.writerows(rows)
    return out.getvalue().encode()


def as_json(rows: Iterable[tuple[Any, ...]]) -> bytes:
    found = [dict(zip(THEIRS, row, strict=True)) for row in rows]
    return json.dumps({"data": {"zhazbalar": found}}).encode()


def as_workbook(rows: Iterable[tuple[Any, ...]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Derekter")
    sheet.append(list(THEIRS))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_sdmx(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """SDMX-JSON 1.0: series by four dimensions, observations by period."""
    names = ("INDICATOR", "REF_AREA", "FREQ", "UNIT_MEASURE")
    lists: dict[str, dict[str, int]] = {name: {} for name in (*names, "TIME_PERIOD")}
    series: dict[str, dict[str, Any]] = {}
    for code, area, period, freq, unit, value in rows:
        places = [
            lists[name].setdefault(said, len(lists[name]))
            for name, said in zip(names, (code, area, freq, unit), strict=True)
        ]
        when = lists["TIME_PERIOD"].setdefault(period, len(lists["TIME_PERIOD"]))
        inside = series.setdefault(":".join(map(str, places)), {"observations": {}})
        inside["observations"][str(when)] = [value, 0]
    parts = {name: {"id": name, "values": [{"id": one} for one in lists[name]]} for name in lists}
    status = {"id": "OBS_STATUS", "values": [{"id": "A"}]}
    structure = {
        "dimensions": {"series": [parts[n] for n in names], "observation": [parts["TIME_PERIOD"]]},
        "attributes": {"observation": [status]},
    }
    return json.dumps({"data": {"structure": structure, "dataSets": [{"series": series}]}}).encode()


def as_package(code: str, content: bytes) -> bytes:
    resource = {
        "name": "observations", "path": "observations.csv", "format": "csv",
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
        "schema": {"fields": [{"name": name, "type": "any"} for name in THEIRS]},
    }  # fmt: skip
    return json.dumps({"name": code, "resources": [resource]}).encode()


FORMS: dict[str, Callable[[Iterable[tuple[Any, ...]]], bytes]] = {
    "csv": lambda rows: as_csv(rows, ";"), "json": as_json, "xlsx": as_workbook, "sdmx": as_sdmx,
}  # fmt: skip


class Answering(BaseHTTPRequestHandler):
    """`/CODE/SINCE/NAME`."""

    def do_GET(self) -> None:
        try:
            _, code, since, name = self.path.split("/")
            transports = {one["code"]: one["transport"] for one in registry.systems()}
            transport = (transports | {SURVEY: "csv"})[code]
            rows = rows_of(code, date.fromisoformat(since), business_date(clock()))
        except (ValueError, KeyError):
            self.send_error(404)
            return
        if transport == "frictionless":
            content, kind = as_csv(rows, ","), "text/csv"
            if name == "datapackage.json":
                content, kind = as_package(code, content), TYPES["json"]
        else:
            content, kind = FORMS[transport](rows), TYPES[transport]
        self._send(content, kind)

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def fill_database(folder: Path, today: date) -> None:
    """Tables of the systems that are asked by SQL, with the days of the last two months."""
    since = today - timedelta(days=KEPT_DAYS)
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for system in registry.systems():
            if system["transport"] == "sql":
                name = f"olshem_{system['code'].replace('-', '_')}"
                columns = "kod, aimaq, kezen, zhiilik, olshem, san, PRIMARY KEY (kod, aimaq, kezen)"
                connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
                connection.executemany(
                    f"INSERT OR REPLACE INTO {name} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                    rows_of(system["code"], since, today),
                )


def listen(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server that is ready to serve, and the note that tells where."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    server.daemon_threads = True
    fill_database(folder, business_date(clock()))
    note = {"base": f"http://127.0.0.1:{server.server_port}", "folder": str(folder)}
    (folder / NOTE).write_text(json.dumps(note))
    return server


def serve(folder: Path) -> None:
    """Until the process is asked to stop."""
    (folder / NOTE).unlink(missing_ok=True)
    server = listen(folder)
    stop = threading.Event()

    def keep_up() -> None:
        while not stop.wait(REFRESH_S):
            fill_database(folder, business_date(clock()))

    threading.Thread(target=keep_up, daemon=True).start()
    try:
        server.serve_forever()
    finally:
        stop.set()
        server.server_close()
