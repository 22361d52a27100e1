"""What a container of electronic signatures (CMS, RFC 5652) says of the file that it signs.

Only its form is read: whether a signature holds is checked with the tools of the certification
centre. A container whose parts have no length of their own, or whose digest is none of the SHA-2
family, says nothing here that could be compared.
"""

import hashlib
from datetime import UTC, datetime

HASHES = {bytes.fromhex(f"60864801650304020{n}"): name
          for n, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))}  # fmt: skip
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
SIGNING_TIME = bytes.fromhex("2a864886f70d010905")
"""Object identifiers, as they stand in a container."""
OWN_CONTENT = 0xA0
TIMES = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}
"""How a moment is written, by the tag of its part."""
Part = tuple[int, bytes]


def is_of(container: bytes, letter: bytes) -> bool:
    """False where the container itself says that it signs another file."""
    try:
        content, digests = _read(container)
    except (IndexError, ValueError):
        return True
    if content is not None and content != letter:
        return False
    return all(hashlib.new(name, letter).digest() == told for name, told in digests)


def stated_times(container: bytes) -> list[datetime]:
    """When each signer says to have signed; whoever does not say, or not readably, is left out."""
    try:
        attributes = [each for signer in _signers(container) for each in _attributes(signer)]
        values = [_parts(value[1])[0] for kind, value in attributes if kind[1] == SIGNING_TIME]
        return [_moment(*value) for value in values if value[0] in TIMES]
    except (IndexError, ValueError):
        return []


def _moment(tag: int, content: bytes) -> datetime:
    return datetime.strptime(content.decode("ascii"), TIMES[tag]).replace(tzinfo=UTC)


def _read(container: bytes) -> tuple[bytes | None, list[tuple[str, bytes]]]:
    """The file that it carries, if any, and the digest that each signer signed."""
    signed = _signed(container)
    carried = _parts(signed[2][1])[1:]
    content = _parts(carried[0][1])[0][1] if carried else None
    return content, [told for signer in _signers(container) for told in _digests(signer)]


def _signed(container: bytes) -> list[Part]:
    outer = _parts(_parts(container)[0][1])
    return _parts(_parts(outer[1][1])[0][1])


def _signers(container: bytes) -> list[list[Part]]:
    return [_parts(one) for _, one in _parts(_signed(container)[-1][1])]


def _digests(signer: list[Part]) -> list[tuple[str, bytes]]:
    name = HASHES.get(_parts(signer[2][1])[0][1])
    if name is None:
        return []
    told = (value for kind, value in _attributes(signer) if kind[1] == MESSAGE_DIGEST)
    return [(name, _parts(value[1])[0][1]) for value in told]


def _attributes(signer: list[Part]) -> list[list[Part]]:
    """Kind and value of each that the signer signed together with the file."""
    tag, attributes = signer[3]
    return [_parts(one) for _, one in _parts(attributes)] if tag == OWN_CONTENT else []


def _parts(data: bytes) -> list[Part]:
    """Tag and content of each part, one after the other."""
    found, place = [], 0
    while place < len(data):
        tag, size, place = data[place], data[place + 1], place + 2
        if size & 0x80:
            more = size & 0x7F
            size = int.from_bytes(data[place : place + more], "big") if more else len(data)
            place += more
        if place + size > len(data):
            raise ValueError("a part without an end")
        found.append((tag, data[place : place + size]))
        place += size
    return found
