"""A text as numbers: stems, pairs of stems and pieces of words, each hashed to a place.

Hashing keeps no word of any appeal in a model file.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from agencies.texts import normalised, words

PLACES = 1 << 21
LONGEST = 2500
"""Letters of a text that are read; what an appeal is about stands at its beginning."""

Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Blocks = tuple[Places, Places]


def places(text: str, language: str) -> Blocks:
    """Hashed places of the words and of the pieces of words, each with repetitions."""
    beginning = text[:LONGEST]
    return _of_words(words(beginning, language)), _of_pieces(normalised(beginning).split())


def _of_words(stems: list[str]) -> Places:
    pairs = (f"{first} {second}" for first, second in pairwise(stems))
    return np.fromiter((_hashed(one) for one in (*stems, *pairs)), np.int64)


def _of_pieces(line: list[str]) -> Places:
    return np.concatenate([_pieces(word) for word in line] or [np.empty(0, np.int64)])


@lru_cache(1 << 13)
def _pieces(word: str) -> Places:
    return np.fromiter((_hashed(f"~{piece}") for piece in _cut(f" {word} ")), np.int64)


def _cut(word: str) -> Iterator[str]:
    """Pieces of two to five letters, the edges of the word among them."""
    for size in range(2, 6):
        for start in range(max(1, len(word) - size + 1)):
            yield word[start : start + size]


def place_of(stem: str) -> int:
    return _hashed(stem)


def _hashed(piece: str) -> int:
    return crc32(piece.encode()) % PLACES


def weighed(found: Places, known: Places, rarity: Floats) -> tuple[Places, Floats]:
    """Positions among `known` (sorted) and their weights: 1 + log of the count, times the rarity,
    of length 1.
    """
    own, counts = np.unique(found, return_counts=True)
    if not len(known) or not len(own):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    at = np.minimum(np.searchsorted(known, own), len(known) - 1)
    hit = known[at] == own
    weights = (1 + np.log(counts[hit])) * rarity[at[hit]]
    length = float(np.sqrt((weights**2).sum())) or 1.0
    return at[hit], (weights / length).astype(np.float32)


def known_of(all_found: list[Places], *, least: int) -> tuple[Places, Floats]:
    """Places that at least `least` texts hold, sorted, and their rarity (smoothed idf)."""
    own = [np.unique(found) for found in all_found]
    known, texts = np.unique(np.concatenate(own), return_counts=True)
    kept = texts >= least
    rarity: Any = np.log((1 + len(own)) / (1 + texts[kept])) + 1
    return known[kept], rarity.astype(np.float32)
