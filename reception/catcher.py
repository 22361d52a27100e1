"""A mail server and a message gateway that keep everything to themselves, for trials and tests.

Listens on loopback only. What it catches goes to `caught`; what it answers can be told in advance.
"""

import json
import threading
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, TCPServer, ThreadingTCPServer
from typing import Any

LOOPBACK = "127.0.0.1"
LONGEST_LINE = 65_536
LARGEST = 5_000_000


@dataclass(frozen=True)
class Caught:
    """One message: how it came (`email`, or the path of the gateway), to whom, and its text."""

    way: str
    to: str
    subject: str
    text: str
    key: str


class Catcher:
    """Both servers while the block lasts. Port 0 lets the system choose.

    `mail_answers` and `post_answers` are used up one a message, then all is well again: an SMTP
    code such as 451, or an HTTP status with its headers.
    """

    def __init__(
        self, *, mail_port: int = 0, post_port: int = 0, tell: Callable[[Caught], None] = print
    ) -> None:
        self.caught: list[Caught] = []
        self.mail_answers: deque[int] = deque()
        self.post_answers: deque[tuple[int, dict[str, str]]] = deque()
        self.tell = tell
        self._ports, self._open = (mail_port, post_port), ExitStack()

    def __enter__(self) -> "Catcher":
        mail = _serve(self._open, _MailServer((LOOPBACK, self._ports[0]), self))
        post = _serve(self._open, _PostServer((LOOPBACK, self._ports[1]), self))
        self.smtp_url = f"smtp://{LOOPBACK}:{mail}?from=hall@hall.test"
        self.sms_url = f"http://{LOOPBACK}:{post}/sms"
        self.telegram_url = f"http://{LOOPBACK}:{post}"
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def keep(self, caught: Caught) -> None:
        self.caught.append(caught)
        self.tell(caught)


def _serve(stack: ExitStack, server: TCPServer) -> int:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return int(server.socket.getsockname()[1])


class _MailServer(ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, place: tuple[str, int], catcher: Catcher) -> None:
        self.catcher = catcher
        super().__init__(place, _MailHandler)


class _PostServer(ThreadingHTTPServer):
    def __init__(self, place: tuple[str, int], catcher: Catcher) -> None:
        self.catcher = catcher
        super().__init__(place, _PostHandler)


class _MailHandler(StreamRequestHandler):
    """As much of RFC 5321 as a courier speaks."""

    server: _MailServer
    timeout = 30

    def handle(self) -> None:
        self._answer("220 catcher")
        while line := self.rfile.readline(LONGEST_LINE).decode("utf-8", "replace").strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                self._receive()
            elif verb == "QUIT":
                self._answer("221 bye")
                return
            else:
                self._answer("250 ok")

    def _receive(self) -> None:
        answers = self.server.catcher.mail_answers
        self._answer("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline(LONGEST_LINE)) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        code = answers.popleft() if answers else 250
        if code == 250:
            self.server.catcher.keep(_mail(b"".join(lines)))
        self._answer(f"{code} as told")

    def _answer(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _mail(raw: bytes) -> Caught:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body()
    text = body.get_content() if body else ""
    return Caught("email", message["To"], message["Subject"], text.strip(), message["Message-ID"])


class _PostHandler(BaseHTTPRequestHandler):
    server: _PostServer
    timeout = 30

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        document: dict[str, Any] = json.loads(self.rfile.read(length) or b"{}")
        answers = self.server.catcher.post_answers
        status, headers = answers.popleft() if answers else (200, {})
        if status == 200:
            to = str(document.get("to") or document.get("chat_id"))
            key = self.headers.get("Idempotency-Key", "")
            way = self.path.rpartition("/")[2]
            self.server.catcher.keep(Caught(way, to, "", str(document.get("text")), key))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: a path may hold a token."""
