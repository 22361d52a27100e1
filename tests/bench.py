"""`make bench`: the hall's two busiest calls beside a bare Flask reference, the guide, the reports.

Both stand on the same embedded PostgreSQL with durable commits, each behind two server processes,
and are driven in turn by the same client. Only the ratios mean something: the machine is shared.
Bounded: every part stops after its number of requests.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import click
import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import (
    bars,
    bench_appeals,
    bench_center,
    bench_guide,
    bench_pages,
    bench_queue,
    bench_reports,
    bench_statistics,
    bench_stream,
)
from tests.bars import judged
from tests.live import free_port, running_hall, wait_until_answers

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("RECEPTION_SHARED", ROOT.parent / "shared"))
CLIENTS, REQUESTS, CALLS, ROUNDS = 8, 1500, 1000, 3
LEAST_RATE, MOST_P99 = 0.5, 3.0
PLACES = {
    "D01": "tson", "D20": "housing", "D07": "social", "D32": "police",
    "D24": "transport_roads", "D16": "akimat-medeu", "D02": "tson", "D21": "housing",
}  # fmt: skip
"""A desk for each client and its agency: the six series of numbers, as on a busy morning."""
SERVICES = [f"{agency}-general" for agency in PLACES.values()]
DESKS = list(PLACES)


@dataclass(frozen=True)
class Figure:
    """One run of one call: requests a second and the 99th percentile in milliseconds."""

    rate: float
    p99_ms: float


Ask = Callable[[aiohttp.ClientSession, int, int], "asyncio.Future[None]"]


async def drive(ask: Ask, requests: int = REQUESTS) -> Figure:
    """Closed loop: each client asks again as soon as it was answered."""
    left, spent = iter(range(requests)), []

    async def client(place: int, session: aiohttp.ClientSession) -> None:
        for turn in left:
            begun = time.perf_counter()
            await ask(session, place, turn)
            spent.append(time.perf_counter() - begun)

    connector = aiohttp.TCPConnector(limit=CLIENTS)
    async with aiohttp.ClientSession(connector=connector) as session:
        begun = time.perf_counter()
        await asyncio.gather(*(client(place, session) for place in range(CLIENTS)))
        took = time.perf_counter() - begun
    return Figure(len(spent) / took, statistics.quantiles(spent, n=100)[98] * 1000)


def asking(method: str, url: Callable[[int, int], str], **more: object) -> Ask:
    async def ask(session: aiohttp.ClientSession, place: int, turn: int) -> None:
        extra = {k: v(turn) if callable(v) else v for k, v in more.items()}
        if "headers" in extra:
            key = {"Idempotency-Key": f"bench-{os.getpid()}-{time.monotonic_ns()}-{turn}"}
            extra["headers"] = {**extra["headers"], **key}  # type: ignore[dict-item]
        async with session.request(method, url(place, turn), **extra) as answer:  # type: ignore[arg-type]
            body = await answer.read()
            if answer.status not in (200, 201):
                raise RuntimeError(f"{answer.status}: {body[:300]!r}")

    return ask  # type: ignore[return-value]


@contextmanager
def reference(database: str) -> Iterator[str]:
    """The bare Flask reference of the yardsticks, behind two gunicorn processes of 16 threads."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "flask_ref:app", "--bind", f"127.0.0.1:{port}",
        "--workers", "2", "--worker-class", "gthread", "--threads", "16", "--log-level", "error",
    ]  # fmt: skip
    env = {**os.environ, "PGURI": database}
    process = subprocess.Popen(command, cwd=SHARED / "bench", env=env)
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/ok")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def prepare_reference(url: str) -> str:
    """A database of its own on the same server, with the reference's tables."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_reference")
        connection.execute("CREATE DATABASE bench_reference")
        info = connection.info
        target = f"postgresql+psycopg://{info.user}@/bench_reference?host={info.host}"
    with psycopg.connect(target.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute((SHARED / "bench" / "pg_schema.sql").read_text())
        connection.execute(
            "INSERT INTO ticket(service_id, day, no) "
            "SELECT 1, date '2020-01-01', g FROM generate_series(1, 20000) g"
        )
    return target


@dataclass(frozen=True)
class Compared:
    """One call of the hall beside the reference's; `rates` and `tails` are the pairs' ratios."""

    name: str
    ours: Ask
    theirs: Ask
    requests: int
    rates: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)

    def one_round(self) -> None:
        bare, whole = (asyncio.run(drive(ask, self.requests)) for ask in (self.theirs, self.ours))
        self.rates.append(whole.rate / bare.rate)
        self.tails.append(whole.p99_ms / bare.p99_ms)
        click.echo(
            f"  {self.name}: {whole.rate:6.0f}/s p99 {whole.p99_ms:6.1f} ms   "
            f"reference {bare.rate:6.0f}/s p99 {bare.p99_ms:6.1f} ms"
        )

    def is_met(self) -> bool:
        """By the median of its rounds."""
        rate, tail = statistics.median(self.rates), statistics.median(self.tails)
        return judged(
            f"{self.name}: rate {rate:.2f} of the reference (at least {LEAST_RATE}), "
            f"p99 {tail:.2f} times it (at most {MOST_P99})",
            rate >= LEAST_RATE and tail <= MOST_P99,
        )


def compare(calls: list[Compared]) -> bool:
    """Rounds in turn. Whoever came in one is mostly called in it, so that a line stands before
    each desk but does not grow into thousands, as in no hall.
    """
    for _ in range(ROUNDS):
        for call in calls:
            call.one_round()
    met = [call.is_met() for call in calls]
    return all(met)


def main() -> int:
    if not (SHARED / "bench" / "flask_ref.py").exists():
        click.echo(f"the reference is not there: {SHARED / 'bench' / 'flask_ref.py'}")
        return 1
    click.echo(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {CLIENTS} clients")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hall-bench-")))
        hall = stack.enter_context(running_hall(folder))
        token = {"Authorization": f"Bearer {hall.token('supervisor')}"}
        bare = stack.enter_context(reference(prepare_reference(hall.database_url)))
        issue = asking(
            "POST",
            lambda *_: f"{hall.address}/api/v1/tickets",
            json=lambda turn: {"service": SERVICES[turn % len(SERVICES)], "language": "kk"},
            headers=token,
        )
        call = asking(
            "POST",
            lambda place, _: f"{hall.address}/api/v1/desks/{DESKS[place % len(DESKS)]}/call-next",
            headers=token,
        )
        bare_issue = asking("POST", lambda _, turn: f"{bare}/ticket?s={turn % 12 + 1}")
        bare_call = asking("POST", lambda place, _: f"{bare}/next?d={place + 1}")
        results = [
            compare(
                [
                    Compared("issue", issue, bare_issue, REQUESTS),
                    Compared("call-next", call, bare_call, CALLS),
                ]
            )
        ]
        engine = create_engine(hall.database_url.replace("postgresql://", "postgresql+psycopg://"))
        with Session(engine) as session:
            results.append(bench_guide.measure(session))
            results.append(bench_queue.measure(session))
            results.append(bench_center.measure(session))
            results.append(bench_statistics.measure(session))
            results.append(bench_reports.measure(session))
            results.append(bench_pages.measure(session))
        engine.dispose()
    results.append(bench_appeals.measure())
    results.append(bench_stream.measure_alone())
    click.echo(json.dumps({"met": all(results), "load": os.getloadavg()[0]}))
    return bars.outcome() or int(not all(results))


if __name__ == "__main__":
    sys.exit(main())
