"""The application as one ASGI address: Flask for every page, and open event streams beside it.

A listener costs a coroutine, not a thread, so that boards and phones by the thousand leave the
desks their threads. Valkey only wakes this process; what happened is read from the event table.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import redis.asyncio as redis
from flask import Flask

from agencies import events
from agencies.db import db
from agencies.events import WAKE_CHANNEL
from reception import serving_app
from reception.api.stream import encode_all
from reception.bridge import Bridge, Receive, Scope, Send

log = logging.getLogger("reception.asgi")

THREADS = 16
SWEEP_S = 2.0
GATHER_S = 0.02
HEARTBEAT_S = 15.0
BACKLOG = 1000
"""Events a slow listener may lag behind before it is cut off and replays by itself."""
Message = tuple[int, str, bytes]
HEARTBEAT: Message = (0, "", b": still here\n\n")
"""A comment for every listener: one clock for all costs less than one each."""


class Hub:
    """The newest events of the house, handed to every listener of this process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.listeners: set[asyncio.Queue[Message | None]] = set()
        self.last = 0
        self.beaten = time.monotonic()
        self.woken = asyncio.Event()
        self.door = asyncio.Lock()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[Message | None]]:
        """A queue that misses nothing from now on; the first listener says where "now" is."""
        queue: asyncio.Queue[Message | None] = asyncio.Queue(BACKLOG)
        async with self.door:
            if not self.listeners:
                self.last = await asyncio.to_thread(self._newest)
            self.listeners.add(queue)
        self.woken.set()
        try:
            yield queue
        finally:
            self.listeners.discard(queue)

    async def run(self) -> None:
        """Fetch when woken, and every `SWEEP_S` in case a wake was lost; idle without listeners."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.woken.wait(), SWEEP_S)
            self.woken.clear()
            self._beat()
            if self.listeners:
                await self._round()
                await asyncio.sleep(GATHER_S)

    def _beat(self) -> None:
        now = time.monotonic()
        if now - self.beaten >= HEARTBEAT_S:
            self.beaten = now
            self._hand_out(HEARTBEAT)

    async def _round(self) -> None:
        try:
            for message in await asyncio.to_thread(self._fetch):
                self._hand_out(message)
        except Exception:  # the database may be away for a while; the next sweep catches up
            log.exception("events could not be fetched")

    def _newest(self) -> int:
        with self.app.app_context():
            return events.newest_number(db.session())

    def _fetch(self) -> list[Message]:
        with self.app.app_context():
            events.publish(db.session())
            db.session.commit()
            found = encode_all(events.after_number(db.session(), self.last, None))
            self.last = found[-1][0] if found else self.last
            return found

    def _hand_out(self, message: Message) -> None:
        for queue in list(self.listeners):
            try:
                queue.put_nowait(message)
            except asyncio.QueueFull:
                self.listeners.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)

    async def hear_wakes(self) -> None:
        """Valkey's word that a commit made events; without Valkey the sweep alone serves."""
        while True:
            with suppress(redis.RedisError, OSError):
                await self._subscribe()
            await asyncio.sleep(1)

    async def _subscribe(self) -> None:
        url = self.app.config["SETTINGS"].redis_url
        async with redis.Redis.from_url(url) as broker, broker.pubsub() as channel:
            await channel.subscribe(WAKE_CHANNEL)
            self.woken.set()
            async for _ in channel.listen():
                self.woken.set()


class House:
    """The ASGI application: one hub a process, started with the server."""

    def __init__(self, app: Flask) -> None:
        self.hub = Hub(app)
        self.flask = Bridge(app, threads=THREADS)
        self.tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/api/v1/events":
            await self._stream(scope, receive, send)
        elif scope["type"] == "http":
            await self.flask(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                work = (self.hub.run(), self.hub.hear_wakes())
                self.tasks = [asyncio.create_task(part) for part in work]
            for task in self.tasks if message["type"] == "lifespan.shutdown" else ():
                task.cancel()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The view's answer first (rights and replay), then live events until the listener goes."""
        async with self.hub.listening() as queue:
            first = await self._ask_view(scope)
            if first.headers.get("x-topics") is None or scope["method"] != "GET":
                await first.send_all(send)
                return
            await first.send_start(send)
            last, topics = int(first.headers["x-last"]), set(first.headers["x-topics"].split(","))
            while first.headers["x-more"]:
                first = await self._ask_view(scope, after=last)
                last = int(first.headers["x-last"])
                await _send_body(send, first.body)
            gone = asyncio.create_task(_until_gone(receive))
            try:
                await _relay(queue, gone, topics, last, send)
            finally:
                gone.cancel()

    async def _ask_view(self, scope: Scope, after: int | None = None) -> "Answer":
        asked = dict(scope)
        if after is not None:
            kept = [pair for pair in scope["headers"] if pair[0] != b"last-event-id"]
            asked["headers"] = [*kept, (b"last-event-id", str(after).encode())]
        answer = Answer()
        await self.flask(asked, _no_body, answer.take)
        return answer


class Answer:
    """What the view said, kept to be sent on."""

    def __init__(self) -> None:
        self.start: dict[str, Any] = {}
        self.body = b""

    @property
    def headers(self) -> dict[str, str]:
        return {k.decode().lower(): v.decode() for k, v in self.start["headers"]}

    async def take(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    async def send_all(self, send: Send) -> None:
        await send(self.start)
        await _send_body(send, self.body, more=False)

    async def send_start(self, send: Send) -> None:
        dropped = (b"content-length", b"x-topics", b"x-last", b"x-more")
        headers = [pair for pair in self.start["headers"] if pair[0].lower() not in dropped]
        headers.append((b"x-accel-buffering", b"no"))
        await send({**self.start, "headers": headers})
        await _send_body(send, self.body)


async def _no_body() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send_body(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _relay(
    queue: "asyncio.Queue[Message | None]",
    gone: "asyncio.Task[None]",
    topics: set[str],
    last: int,
    send: Send,
) -> None:
    """Events of the topics later than `last`; a comment now and then keeps the line open.

    Who lags is sent all that has gathered at once. Who was cut off is sent nothing more: the queue
    has a hole then, and the listener replays from the number it knows.
    """
    while not gone.done():
        gathered = [await queue.get()]
        while not queue.empty():
            gathered.append(queue.get_nowait())
        if None in gathered:
            break
        body = b"".join(
            text
            for number, topic, text in filter(None, gathered)
            if not number or (number > last and topic in topics)
        )
        if body:
            await _send_body(send, body)
    await _send_body(send, b"", more=False)


def __getattr__(name: str) -> House:
    """`app` is made when the server asks for it: importing this module needs no settings."""
    if name != "app":
        raise AttributeError(name)
    house = House(serving_app())
    globals()["app"] = house
    return house
