"""Files for tests: sound ones, and such as a hostile or clumsy person sends."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PLACE = b"43.2567 N 76.9286 E"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def photo(form: str = "JPEG", *, way_up: int = 6) -> bytes:
    """A picture of 8 by 4 points whose notes tell a place, lying on its side."""
    image, notes = Image.new("RGB", (8, 4), "green"), Image.Exif()
    notes[0x0112], notes[0x010E] = way_up, PLACE.decode()
    kept = BytesIO()
    image.save(kept, form, exif=notes, **({"comment": PLACE} if form == "JPEG" else {}))
    return kept.getvalue()


def huge_picture() -> bytes:
    """A few bytes that say they are 60,000 by 60,000 points."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def paper(**members: bytes) -> bytes:
    """A DOCX; further members by name, `__` standing for a slash."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", "<w:document/>")
        for name, content in members.items():
            packed.writestr(name.replace("__", "/"), content)
    return kept.getvalue()
