"""What a letter by e-mail says and carries, read from its bytes; nothing in it is trusted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parseaddr
from html.parser import HTMLParser

MOST_FILES = 50
LONGEST_LINE = 300
SILENT = frozenset({"script", "style", "head", "title"})
BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True)
class Parts:
    """`sender` is the address, `name` what the writer is called beside it."""

    sender: str
    name: str
    subject: str
    text: str
    files: tuple[File, ...]


def read_parts(raw: bytes) -> Parts:
    """A damaged letter gives what can still be read of it."""
    message = message_from_bytes(raw, policy=default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the policy makes e-mail messages")
    name, sender = parseaddr(_header(message, "From"))
    return Parts(
        sender=_plain(sender), name=_plain(name), subject=_plain(_header(message, "Subject")),
        text=_text(message), files=tuple(_files(message))[:MOST_FILES],
    )  # fmt: skip


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (MessageError, ValueError, IndexError, AttributeError):
        return ""  # a head that its own rules cannot read


def _plain(line: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())[:LONGEST_LINE]


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    text = _decoded(body)
    if body.get_content_subtype() == "html":
        text = _without_tags(text)
    kept = "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c in "\n\t")
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def _decoded(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, KeyError, MessageError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  the parser's form
        self.silent += tag in SILENT
        if tag in BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(re.sub(r"\s+", " ", data))


def _without_tags(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return re.sub(r" *\n *", "\n", "".join(words.found))


def _files(message: EmailMessage) -> Iterator[File]:
    """Every part that is no body of the letter; a letter inside of one stays closed."""
    for number, part in enumerate(message.iter_attachments(), start=1):
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            content = part.as_bytes()
        yield File(_plain(part.get_filename() or "") or f"file-{number}", content)
