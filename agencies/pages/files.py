"""How the files of a case are shown: what was found in each, and whether it may be opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from agencies.attachments import Attachment, Scan
from agencies.pages.voice import number, say
from agencies.pages.words import Look

LOOKS = {
    Scan.WAITING: Look("Is being checked", "info", "waiting"),
    Scan.CLEAN: Look("Checked for viruses", "good", "good"),
    Scan.INFECTED: Look("A virus was found; kept closed", "bad", "bad"),
    Scan.UNCHECKED: Look("Not checked for viruses", "warn", "warn"),
}


@dataclass(frozen=True)
class FileView:
    attachment: Attachment
    look: Look
    size: str
    may_open: bool
    of: str = ""
    """The number of the appeal that was joined to this one and brought the file."""


def file_views(
    found: Iterable[Attachment], joined: Mapping[int, str] = MappingProxyType({})
) -> list[FileView]:
    """`joined`: numbers of the appeals that were joined, by their keys."""
    return [
        FileView(
            one, LOOKS[one.scan], size_in_words(one.size),
            one.erased_at is None and one.scan in (Scan.CLEAN, Scan.UNCHECKED),
            joined.get(one.appeal_id, ""),
        )
        for one in found
    ]  # fmt: skip


def size_in_words(size: int) -> str:
    if size < 1024 * 1024:
        return say("%(n)s KB", n=max(1, round(size / 1024)))
    return say("%(n)s MB", n=number(size / 1024 / 1024, places=1))
