"""`python -m tests.bench_stream`: how soon thousands of listeners hear a call amid new tickets.

One client opens the streams of the hall's topic; another issues tickets all the while and calls the
next visitor now and then. A call is timed from the moment it was asked for to the moment a listener
has read it, so the desk's own request is part of the figure. Every listener must hear every call,
in order and once.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import click

from tests.bars import judged
from tests.live import Hall, running_hall

DESK, SERVICE = "D01", "tson-general"
LISTENERS, CALLS = 2000, 20
PAUSE_S = 0.5
MOST_P99_MS = 500.0


class Heard:
    """What one listener read: the tickets called, and when."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, float]] = []
        self.numbers: list[int] = []


async def listen(address: str, open_count: list[int], heard: Heard) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /api/v1/events?topics=hall/almaty HTTP/1.1\r\nHost: hall\r\n"
                 b"Accept: text/event-stream\r\n\r\n")  # fmt: skip
    status = await reader.readline()
    open_count[0] += status.startswith(b"HTTP/1.1 200")
    rest = b""
    while chunk := await reader.read(65536):
        at = time.perf_counter()
        *frames, rest = (rest + chunk).split(b"\n")
        for line in frames:
            if line.startswith(b"id: "):
                heard.numbers.append(int(line[4:]))
            elif b'"ticket_called"' in line:
                heard.calls.append((json.loads(line[6:])["ticket"], at))


async def measure(hall: Hall, token: str, listeners: int, calls: int) -> tuple[list[float], bool]:
    """Milliseconds of every delivery, and whether nobody missed or doubled anything."""
    heard, count = [Heard() for _ in range(listeners)], [0]
    tasks = []
    for n, one in enumerate(heard):
        tasks.append(asyncio.create_task(listen(hall.address, count, one)))
        if n % 50 == 49:
            await asyncio.sleep(0.05)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        while count[0] < listeners:
            await asyncio.sleep(0.1)
        issuing = asyncio.create_task(_issue(session, hall.address))
        asked = [await _call(session, hall.address) for _ in range(calls)]
        await asyncio.sleep(2)
        issuing.cancel()
    for task in tasks:
        task.cancel()
    began = dict(asked)
    spent = [(at - began[t]) * 1000 for one in heard for t, at in one.calls if t in began]
    order = [ticket for ticket, _ in asked]
    whole = all([t for t, _ in one.calls] == order for one in heard)
    return spent, whole and all(one.numbers == sorted(set(one.numbers)) for one in heard)


async def _issue(session: aiohttp.ClientSession, address: str) -> None:
    draft = {"service": SERVICE, "language": "kk"}
    while True:
        async with session.post(f"{address}/api/v1/tickets", json=draft) as answer:
            await answer.read()
        await asyncio.sleep(0.1)


async def _call(session: aiohttp.ClientSession, address: str) -> tuple[str, float]:
    await asyncio.sleep(PAUSE_S)
    while True:
        begun = time.perf_counter()
        async with session.post(f"{address}/api/v1/desks/{DESK}/call-next", json={}) as answer:
            if answer.status == 200:
                return (await answer.json())["number"], begun
        await asyncio.sleep(0.1)


def measure_alone(listeners: int = LISTENERS, calls: int = CALLS) -> bool:
    """In a hall of its own, so that nothing but the tickets of this measurement is going on."""
    with TemporaryDirectory() as folder, running_hall(Path(folder), demonstration=False) as hall:
        token = hall.token("supervisor")
        load = os.getloadavg()[0]
        spent, whole = asyncio.run(measure(hall, token, listeners, calls))
    spent.sort()
    p50, p99 = (spent[int(len(spent) * share)] for share in (0.5, 0.99))
    met = whole and p99 <= MOST_P99_MS
    return judged(
        f"{listeners} listeners, {calls} calls, load {load:.1f} before: {len(spent)} deliveries, "
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms (at most {MOST_P99_MS:.0f}), "
        f"in order and complete: {whole}",
        met,
    )


@click.command()
@click.option("--listeners", default=LISTENERS, show_default=True)
@click.option("--calls", default=CALLS, show_default=True)
def main(listeners: int, calls: int) -> None:
    """Ends with 1 where a call came late for one listener in a hundred, was lost or doubled."""
    sys.exit(0 if measure_alone(listeners, calls) else 1)


if __name__ == "__main__":
    main()
