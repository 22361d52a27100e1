"""Part of `make bench`: loading the Center and reading it.

`python -m tests.bench_center --days 3650` is the full size: 1,000 indicators, 8 districts, ten
years of days. Files come by month, as a source would send them; what stands is committed, and read
as pages and calls read it.
"""

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from reception.launcher import preparing, surroundings
from reception.launcher.embedded import start_servers
from reception.launcher.folder import open_folder
from reception.launcher.supervisor import Supervisor
from reception.settings import sqlalchemy_url
from reports.center import explorer, loading, registry
from reports.center.explorer import Asked
from reports.center.loading import Delivery
from tests.make import IIN_KEY, SECRET_KEY

AREAS = ("alatau", "almaly", "auezov", "bostandyk", "zhetysu", "medeu", "nauryzbay", "turksib")
INDICATORS, DAYS, A_FILE = 1000, 60, 30
LEAST_RATE, MOST_PAGE_MS, MOST_BOARD_MS, MOST_AS_OF_MS = 100_000, 100.0, 200.0, 200.0
LAST = date(2026, 10, 31)
HEADER = ("indicator_code", "ref_area", "time_period", "freq", "value")
SOURCE = "situation-center"


def register(session: Session) -> None:
    registry.seed_own(session)
    session.execute(
        text("""
        INSERT INTO indicator (code, theme, definition, method, unit, unit_mult, decimals,
            direction, aggregation, factor, freq, owner, licence, open, min_cell, origin,
            changed_at, name_kk, name_ru, name_en)
        SELECT 'BENCH_' || n, 'economy', '{}', '{}', 'unit', 0, 0, 'none', 'sum', 100, 'D', '',
            'CC-BY-4.0', true, 0, 'hall', now(), 'Көрсеткіш ' || n, 'Показатель ' || n,
            'Indicator ' || n FROM generate_series(1, :count) n"""),
        {"count": INDICATORS},
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


def timed(ask: Callable[[int], object], times: int) -> float:
    """The 95th percentile in milliseconds."""
    spent = []
    for turn in range(times):
        begun = time.perf_counter()
        ask(turn)
        spent.append((time.perf_counter() - begun) * 1000)
    return statistics.quantiles(spent, n=20)[18]


def page(session: Session, turn: int, as_of: datetime | None = None) -> None:
    """Definition, newest values by district, and the last year of one district."""
    one = explorer.indicator(session, f"BENCH_{turn * 37 % INDICATORS + 1}", open_only=True)
    series = explorer.series_of(session, Asked(indicator=one))
    explorer.newest(session, series, as_of=as_of, open_only=True)
    first = datetime(2025, 10, 31, tzinfo=UTC)
    asked = Asked(indicator=one, area=AREAS[turn % 8], first=first, as_of=as_of, open_only=True)
    explorer.observations(session, asked, most=400)
    session.rollback()


def board(session: Session, turn: int) -> None:
    """Twenty indicators in every district."""
    query = text("SELECT id FROM indicator WHERE code LIKE 'BENCH%' ORDER BY id LIMIT 20 OFFSET :n")
    numbers = list(session.scalars(query, {"n": turn % 50 * 20}))
    explorer.newest(session, explorer.series_of_many(session, numbers), open_only=True)
    session.rollback()


def measure(session: Session, *, days: int = DAYS) -> bool:
    register(session)
    rows, spent, worked = 0, 0.0, 0.0
    began = datetime(2026, 11, 1, tzinfo=UTC)
    with TemporaryDirectory(prefix="center-bench-") as folder:
        for turn, start in enumerate(range(days, 0, -A_FILE)):
            path = Path(folder) / f"{turn}.csv"
            write_file(path, LAST - timedelta(days=start - 1), min(A_FILE, start))
            begun, used = time.perf_counter(), spent_by(session)
            rows += load_file(session, path, began + timedelta(minutes=turn))
            spent += time.perf_counter() - begun
            worked += spent_by(session) - used
            path.unlink()
    session.execute(text("ANALYZE observation, series, indicator"))
    session.commit()
    size = session.scalar(text("SELECT pg_total_relation_size('observation')")) or 0
    middle = began + timedelta(minutes=days // A_FILE // 2)
    found = {
        "indicator page": (timed(lambda turn: page(session, turn), 200), MOST_PAGE_MS),
        "city board": (timed(lambda turn: board(session, turn), 100), MOST_BOARD_MS),
        "as_of": (timed(lambda turn: page(session, turn, middle), 200), MOST_AS_OF_MS),
    }
    rate = rows / spent
    met = rate >= LEAST_RATE and all(ms <= most for ms, most in found.values())
    click.echo(
        f"center: {rows:,} observations at {rate:,.0f} a second (at least {LEAST_RATE:,}), "
        f"{rows / worked:,.0f} a second of processor, "
        f"{size / max(rows, 1):.0f} bytes each with the index; "
        + ", ".join(f"{name} p95 {ms:.0f} ms (at most {m:.0f})" for name, (ms, m) in found.items())
        + f": {'met' if met else 'MISSED'}"
    )
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
