"""Pictures without what a camera wrote into them: place, owner, device, thumbnails.

The picture itself is not touched: segments are left out, nothing is compressed again. Only the way
up is kept, or a photo would lie on its side.
"""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

MOST_PIXELS = 40_000_000
ORIENTATION = 0x0112
JPEG_BEGIN, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JPEG_KEPT = frozenset({0xE0, 0xE2, 0xEE})
"""JFIF, the colour profile and Adobe's note on colours, of all the application segments."""
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs", b"bKGD", b"sBIT"})
WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
WEBP_FLAGS = ~0x0C & 0xFF
"""The bits of VP8X that announce EXIF and XMP."""


class Broken(Exception):
    """The bytes are not the picture they begin as."""


class TooManyPixels(Exception):
    """Unpacked, the picture would fill the memory."""


def cleaned(content: bytes, media: str) -> bytes:
    """The picture without its notes. Raises Broken or TooManyPixels."""
    way_up = _checked(content)
    try:
        return {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}[media](content, way_up)
    except (struct.error, IndexError) as error:
        raise Broken from error


def _checked(content: bytes) -> int:
    """The orientation from 1 to 8, once the head of the file was found sound."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            way_up = _way_up(Image.open(BytesIO(content)))
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except TooManyPixels:
        raise
    except Exception as error:
        raise Broken from error
    return way_up if isinstance(way_up, int) and 1 <= way_up <= 8 else 1


def _way_up(image: Image.Image) -> object:
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixels
    way_up: object = image.getexif().get(ORIENTATION, 1)
    image.verify()
    return way_up


def _jpeg(content: bytes, way_up: int) -> bytes:
    parts = [JPEG_BEGIN]
    for marker, part in _segments(content):
        is_note = (0xE0 <= marker <= 0xEF and marker not in JPEG_KEPT) or marker == 0xFE
        if not is_note:
            parts.append(part)
    if way_up != 1:
        parts.insert(1, _orientation(way_up))
    return b"".join(parts) + JPEG_END


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) up to the end of the picture; what hangs on behind it is left out."""
    place = 2
    while place < len(content):
        marker = content[place + 1]
        if content[place] != 0xFF:
            raise Broken
        if marker == 0xD9:
            return
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        yield marker, content[place:end]
        place = end
    raise Broken


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the next marker stands: inside a scan only stuffed zeros and restarts follow FF."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise Broken
        follows = content[place + 1]
        if follows not in (0x00, 0xFF) and not 0xD0 <= follows <= 0xD7:
            return place
        place += 1 if follows == 0xFF else 2


def _orientation(way_up: int) -> bytes:
    entry = struct.pack("<HHIHH", ORIENTATION, 3, 1, way_up, 0)
    tiff = b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes, _way_up: int) -> bytes:
    parts, place = [PNG_HEAD], len(PNG_HEAD)
    while True:
        length, name = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise Broken
        if not name[0] & 0x20 or name in PNG_KEPT:
            parts.append(content[place:end])
        if name == b"IEND":
            return b"".join(parts)
        place = end


def _webp(content: bytes, _way_up: int) -> bytes:
    parts, place = [], 12
    whole = 8 + struct.unpack_from("<I", content, 4)[0]
    while place + 8 <= min(whole, len(content)):
        name, length = struct.unpack_from("<4sI", content, place)
        end = place + 8 + length + length % 2
        part = content[place:end]
        if name == b"VP8X":
            part = part[:8] + bytes([part[8] & WEBP_FLAGS]) + part[9:]
        if name not in WEBP_DROPPED:
            parts.append(part)
        place = end
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
