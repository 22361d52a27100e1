"""A text as numbers: stems, pairs of stems and beginnings of words, each hashed to a place.

Hashing keeps no word of any appeal in a model file.
"""

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

BEGINNINGS = range(3, 7)
"""Lengths in letters."""

Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Blocks = tuple[Places, Places]


def places(text: str, language: str) -> Blocks:
    """Hashed places of the words and of their beginnings, each with repetitions."""
    beginning = text[:LONGEST]
    return _of_words(words(beginning, language)), _of_beginnings(normalised(beginning).split())


def _of_words(stems: list[str]) -> Places:
    pairs = (f"{first} {second}" for first, second in pairwise(stems))
    return np.fromiter((_hashed(one) for one in (*stems, *pairs)), np.int64)


def _of_beginnings(line: list[str]) -> Places:
    return np.concatenate([_beginnings(word) for word in line] or [np.empty(0, np.int64)])


@lru_cache(1 << 13)
def _beginnings(word: str) -> Places:
    """They outlive endings that a stemmer leaves and most slips of the hand."""
    found = (_hashed(f"^{word[:size]}") for size in BEGINNINGS if size <= len(word))
    return np.fromiter(found, np.int64)


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


def known_of(all_found: list[Places]) -> tuple[Places, Floats]:
    """Places that more than one text holds, sorted, and their rarity (smoothed idf)."""
    own = [np.unique(found) for found in all_found]
    known, texts = np.unique(np.concatenate(own), return_counts=True)
    kept = texts > 1
    rarity: Any = np.log((1 + len(own)) / (1 + texts[kept])) + 1
    return known[kept], rarity.astype(np.float32)
