"""Whether a letter may tell of a threat to life or to the public; a person reads and decides."""

from functools import cache

from agencies.reference import tree
from agencies.texts import fold

READ = 8000
"""Letters of a text that are read."""


def is_told_in(text: str) -> bool:
    line = f" {fold(text[:READ])}"
    for word in _listed("harmless"):
        line = line.replace(word, " ")
    return any(word in line for word in _listed("words"))


@cache
def _listed(sort: str) -> tuple[str, ...]:
    """Two English words alone may be taken for Kazakh in Latin letters; a whole text is not."""
    words = tree("danger")[sort]
    return tuple(f" {one}" for word in words for one in {fold(word), word.lower()})
