"""What a file really is: told by its bytes and never by its name alone.

Sources of the signatures: the formats' own specifications. OWASP ASVS 5.0, 5.2.1-5.2.6.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from agencies import pictures
from agencies.errors import Invalid

LARGEST = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 2000
DENSEST = 150
"""A paper unpacks to some ten times its size; a bomb to thousands."""
OFFICE = "application/vnd.openxmlformats-officedocument"
SUFFIXES = {
    "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",), "image/webp": ("webp",),
    "application/pdf": ("pdf",), "text/plain": ("txt",),
    f"{OFFICE}.wordprocessingml.document": ("docx",),
    f"{OFFICE}.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "audio/mpeg": ("mp3",), "audio/ogg": ("ogg", "oga", "opus"), "audio/wav": ("wav",),
    "audio/mp4": ("m4a", "mp4"), "audio/webm": ("webm", "weba"),
}  # fmt: skip
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
ACCEPTED = ",".join(f".{suffix}" for suffixes in SUFFIXES.values() for suffix in suffixes)
"""For the choice of files in a form."""


@dataclass(frozen=True)
class Content:
    """A file that passed: its media type, and its bytes without a camera's notes."""

    media: str
    content: bytes


def inspect(name: str, content: bytes) -> Content:
    """Raises Invalid with what is wrong with the file, said so that a person can mend it."""
    if not content:
        raise _wrong("The file is empty. Choose it again.")
    if len(content) > LARGEST:
        raise _wrong("The file is larger than 20 MB. Make it smaller or divide it.")
    media = _media(content)
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if media is None:
        raise _wrong("This kind of file is not taken. Send a PDF, a picture, a text or a sound.")
    if suffix not in SUFFIXES[media]:
        raise _wrong("The file is not what its name says. Save it anew from its own program.")
    if media in PICTURES:
        content = _picture(content, media)
    return Content(media, content)


def _wrong(message: str) -> Invalid:
    return Invalid({"file": message})


def _picture(content: bytes, media: str) -> bytes:
    try:
        return pictures.cleaned(content, media)
    except pictures.TooManyPixels:
        raise _wrong("The picture has too many points. Take it with a lower resolution.") from None
    except pictures.Broken:
        raise _wrong("The picture is damaged. Take or save it anew.") from None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _begins(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(heads)


SIGNS: dict[str, Callable[[bytes], bool]] = {
    "image/jpeg": _begins(b"\xff\xd8\xff"),
    "image/png": _begins(pictures.PNG_HEAD),
    "image/webp": _riff(b"WEBP"),
    "application/pdf": lambda c: c.startswith(b"%PDF-") and b"%%EOF" in c[-2048:],
    "audio/mpeg": _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "audio/ogg": _begins(b"OggS"),
    "audio/wav": _riff(b"WAVE"),
    "audio/mp4": lambda c: c[4:8] == b"ftyp" and c[8:11] in (b"M4A", b"mp4", b"iso"),
    "audio/webm": _begins(b"\x1a\x45\xdf\xa3"),
}


def _media(content: bytes) -> str | None:
    for media, fits in SIGNS.items():
        if fits(content):
            return media
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return "text/plain" if _is_text(content) else None


def _packed(content: bytes) -> str | None:
    """The paper inside a ZIP, known by its parts. Raises Invalid for a bomb or for macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            members = packed.infolist()
            _must_be_harmless(members, len(content))
            names = {member.filename for member in members}
            kind = packed.read("mimetype")[:100].decode("ascii") if "mimetype" in names else ""
    except (zipfile.BadZipFile, RuntimeError, UnicodeDecodeError, NotImplementedError, EOFError):
        raise _wrong("The file is damaged or locked with a password. Save it anew.") from None
    if kind in SUFFIXES:
        return kind
    if "word/document.xml" in names:
        return f"{OFFICE}.wordprocessingml.document"
    return f"{OFFICE}.spreadsheetml.sheet" if "xl/workbook.xml" in names else None


def _must_be_harmless(members: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > min(MOST_UNPACKED, size * DENSEST):
        raise _wrong("Unpacked, this file would be far too large. It is not taken.")
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        raise _wrong("The file carries macros. Save it without them, or as a PDF.")
