"""Flask behind an ASGI server: one thread a request, nothing else.

Written here and not taken from a library by measurement: bodies of this house are small enough to
be read whole, and without a queue between the loop and the thread a call costs a quarter less.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
BARE = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Gone(Exception):
    """The caller hung up before the body was whole."""


class Bridge:
    """An ASGI application that runs the WSGI one in its own threads."""

    def __init__(self, app: Flask, *, threads: int) -> None:
        self.app = app
        self.most = int(app.config["MAX_CONTENT_LENGTH"])
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._body(receive)
        except Gone:
            return
        loop = asyncio.get_running_loop()
        status, headers, content = await loop.run_in_executor(self.threads, self._ask, scope, body)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": False})

    async def _body(self, receive: Receive) -> bytes:
        """At most one byte more than is allowed: Flask then refuses it by its length."""
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part = message.get("body", b"")[: self.most + 1 - size]
            parts.append(part)
            size += len(part)
            more = message.get("more_body", False)
        return b"".join(parts)

    def _ask(self, scope: Scope, body: bytes) -> tuple[int, Headers, bytes]:
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            told["status"], told["headers"] = int(status[:3]), headers

        answer = self.app.wsgi_app(environ_of(scope, body), start)
        try:
            content = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()
        headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in told["headers"]]
        return told["status"], headers, content


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request in the terms of PEP 3333. The length is that of the body as it was read."""
    host, port = scope.get("server") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        name = name if name in BARE else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environ[name] = f"{environ[name]},{value}" if name in environ else value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
