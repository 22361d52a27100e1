"""Asking a virus scanner: clamd's INSTREAM over its socket, given as a path or `host:port`."""

import socket
import struct

PATIENCE_S = 30.0
PIECE = 64 * 1024


class Unreachable(Exception):
    """The scanner does not answer now; the file is neither clean nor infected."""


def finding(address: str, content: bytes) -> str:
    """The name of what was found, empty for a clean file. Raises Unreachable."""
    try:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for place in range(0, len(content), PIECE):
                piece = content[place : place + PIECE]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            said = _answer(line)
    except OSError as error:
        raise Unreachable(type(error).__name__) from error
    return _read(said)


def _connected(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=PATIENCE_S)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PATIENCE_S)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0"):
        piece = line.recv(4096)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _read(said: str) -> str:
    """`stream: OK`, or `stream: NAME FOUND`; anything else is no answer to the question."""
    verdict = said.removeprefix("stream:").strip()
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise Unreachable("no verdict")
