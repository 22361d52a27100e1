"""Part of `make bench`: loading the Center and reading it.

`python -m tests.bench_center --days 3650` is the full size: 1,000 indicators, 8 districts, ten
years of days, some 6 GB in the folder for temporary files. Files come by month, as a source would
send them, and are received when the month is over; what stands is committed, and the pages are
asked for as a browser asks.
"""

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, create_engine, text
from sqlalchemy.orm import Session

from agencies.calendar import start_of
from agencies.db import db
from reception import create_app
from reception.launcher import preparing, surroundings
from reception.launcher.embedded import start_servers
from reception.launcher.folder import open_folder
from reception.launcher.supervisor import Supervisor
from reception.settings import Settings, sqlalchemy_url
from reports.center import loading, registry
from reports.center.loading import Delivery
from tests.bars import judged
from tests.make import IIN_KEY, SECRET_KEY

AREAS = ("alatau", "almaly", "auezov", "bostandyk", "zhetysu", "medeu", "nauryzbay", "turksib")
INDICATORS, HEADLINES, DAYS, A_FILE, WARM = 1000, 24, 60, 30, 5
LEAST_RATE, MOST_PAGE_MS, MOST_BOARD_MS, MOST_AS_OF_MS = 100_000, 100.0, 200.0, 200.0
LAST = date(2026, 10, 31)
HEADER = ("indicator_code", "ref_area", "time_period", "freq", "value")
SOURCE = "situation-center"
LANGUAGES = ("kk", "ru", "en")


def register(session: Session) -> None:
    registry.seed_own(session)
    session.execute(
        text("""
        INSERT INTO indicator (code, theme, definition, method, unit, unit_mult, decimals,
            direction, aggregation, factor, freq, owner, licence, open, min_cell, origin,
            headline, target, changed_at, name_kk, name_ru, name_en)
        SELECT 'BENCH_' || n, 'economy', '{}', '{}', 'unit', 0, 0, 'none', 'sum', 100, 'D', '',
            'CC-BY-4.0', true, 0, 'hall',
            CASE WHEN n <= :headlines THEN n END, 1500, now(), 'Көрсеткіш ' || n,
            'Показатель ' || n, 'Indicator ' || n FROM generate_series(1, :count) n"""),
        {"count": INDICATORS, "headlines": HEADLINES},
    )
    session.commit()


def write_file(path: Path, first: date, days: int) -> int:
    """Every indicator and district for these days; the number of rows."""
    said = [(first + timedelta(days=n)).isoformat() for n in range(days)]
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(HEADER) + "\n")
        for n in range(1, INDICATORS + 1):
            for place, area in enumerate(AREAS):
                beginning = f"BENCH_{n},{area},"
                out.writelines(
                    f"{beginning}{day},D,{1000 + (n * 7 + place * 13 + k * 17) % 997}\n"
                    for k, day in enumerate(said)
                )
    return INDICATORS * len(AREAS) * days


def spent_by(session: Session) -> float:
    """Seconds of processor that this process and its backend have used: others may be busy too."""
    backend = session.scalar(text("SELECT pg_backend_pid()"))
    used = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def load_file(session: Session, path: Path, now: datetime) -> int:
    with path.open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source)
        header = next(rows)
        delivery = Delivery(path.name, path.name, SOURCE)
        done = loading.load(session, delivery, header, enumerate(rows, start=2), now=now)
    session.commit()
    return done.accepted


@dataclass(frozen=True)
class Taken:
    """Milliseconds: the median and the 95th percentile by the clock, and of processor in the mean.

    Processor without that of the database, for a machine on which others work too.
    """

    p50: float
    p95: float
    worked: float


def timed(ask: Callable[[int], object], times: int) -> Taken:
    """The first ones, which fill caches, do not count."""
    for turn in range(WARM):
        ask(turn)
    spent, used = [], time.process_time()
    for turn in range(WARM, WARM + times):
        begun = time.perf_counter()
        ask(turn)
        spent.append((time.perf_counter() - begun) * 1000)
    worked = (time.process_time() - used) * 1000 / times
    return Taken(statistics.median(spent), statistics.quantiles(spent, n=20)[18], worked)


def application(database: URL) -> Flask:
    """The house on the database that was filled, without a broker: public pages need none."""
    settings = Settings(
        database_url=database.render_as_string(hide_password=False), redis_url="",
        data=Path(os.devnull), secret_key=SECRET_KEY, iin_key=IIN_KEY,
        base_url="http://127.0.0.1", demonstration=False, idle_minutes=30,
    )  # fmt: skip
    return create_app(settings)


def page(client: FlaskClient, turn: int, **asked: str) -> None:
    code = f"BENCH_{turn * 37 % INDICATORS + 1}"
    language, area = LANGUAGES[turn % 3], AREAS[turn % 8]
    told = {"area": area, "lang": language, **asked}
    answer = client.get(f"/center/indicators/{code}", query_string=told)
    assert answer.status_code == 200, answer.status


def board(client: FlaskClient, turn: int) -> None:
    answer = client.get("/center/board", query_string={"lang": LANGUAGES[turn % 3]})
    assert answer.status_code == 200, answer.status
    assert answer.text.count("center-tile ") >= HEADLINES


def fill(session: Session, *, days: int) -> tuple[int, float, float]:
    """Rows, seconds and seconds of processor that loading them took."""
    rows, spent, worked = 0, 0.0, 0.0
    with TemporaryDirectory(prefix="center-bench-") as folder:
        for turn, start in enumerate(range(days, 0, -A_FILE)):
            path, many = Path(folder) / f"{turn}.csv", min(A_FILE, start)
            first = LAST - timedelta(days=start - 1)
            write_file(path, first, many)
            begun, used = time.perf_counter(), spent_by(session)
            rows += load_file(session, path, start_of(first + timedelta(days=many)))
            spent += time.perf_counter() - begun
            worked += spent_by(session) - used
            path.unlink()
    session.execute(text("ANALYZE observation, series, indicator"))
    session.commit()
    return rows, spent, worked


def measure(session: Session, *, days: int = DAYS) -> bool:
    register(session)
    rows, spent, worked = fill(session, days=days)
    size = session.scalar(text("SELECT pg_total_relation_size('observation')")) or 0
    session.commit()
    rate = rows / spent
    loaded = judged(
        f"center: {rows:,} observations at {rate:,.0f} a second (at least {LEAST_RATE:,}), "
        f"{rows / worked:,.0f} a second of processor, "
        f"{size / max(rows, 1):.0f} bytes each with the index, {size / 1e9:.1f} GB",
        rate >= LEAST_RATE,
    )
    return read(application(session.get_bind().engine.url), days=days) and loaded


def read(app: Flask, *, days: int) -> bool:
    """The pages, each many times; half of the days had come at the moment that `as_of` asks for."""
    middle = str(LAST - timedelta(days=days // 2))
    client = app.test_client()
    found = {
        "indicator page": (timed(lambda turn: page(client, turn), 200), MOST_PAGE_MS),
        "city board": (timed(lambda turn: board(client, turn), 100), MOST_BOARD_MS),
        "as_of": (timed(lambda turn: page(client, turn, as_of=middle), 200), MOST_AS_OF_MS),
    }
    for name, (taken, most) in found.items():
        judged(
            f"center, {name}: p50 {taken.p50:.0f} ms, p95 {taken.p95:.0f} ms (at most {most:.0f}), "
            f"{taken.worked:.0f} ms of processor",
            taken.p95 <= most,
        )
    met = all(taken.p95 <= most for taken, most in found.values())
    with app.app_context():
        db.engine.dispose()
    return met


@click.command()
@click.option("--days", default=DAYS, help="3650 for the full size of 29 million.")
def main(days: int) -> None:
    click.echo(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    supervisor = Supervisor(click.echo)
    with TemporaryDirectory(prefix="center-bench-") as path:
        folder = open_folder(Path(path))
        try:
            start_servers(supervisor, folder, broker=False)
            keys = {"RECEPTION_SECRET_KEY": SECRET_KEY, "RECEPTION_IIN_KEY": IIN_KEY}
            with surroundings.entered(surroundings.of_hall(folder) | keys):
                preparing.migrate()
            engine = create_engine(sqlalchemy_url(folder.database_url))
            with Session(engine) as session:
                measure(session, days=days)
            engine.dispose()
        finally:
            supervisor.stop()


if __name__ == "__main__":
    sys.exit(main())
