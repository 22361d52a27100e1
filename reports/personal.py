"""Words that would tell who a person is: refused in everything that the council may read."""

import re

from agencies.anonymising import names_surely
from agencies.errors import Invalid
from agencies.veiling import hides

REFUSED = "Leave out what tells who a person is: names, numbers, phones, addresses."
PATTERNS = (
    re.compile(r"(?<!\w)[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]+ [А-ЯЁӘҒҚҢӨҰҮҺІ]\.\s?[А-ЯЁӘҒҚҢӨҰҮҺІ]\."),
    re.compile(r"(?:кв\.|квартира|пәтер|-пәтер)\s*№?\s*\d+", re.IGNORECASE),
    re.compile(r"\d+[\s-]*(?:пәтер|квартира)(?!\w)", re.IGNORECASE),
)
COPIED_WORDS = 8
"""So many words in a row that also stand in an appeal are a quotation."""


def found_in(text: str) -> bool:
    return hides(text) or names_surely(text) or any(pattern.search(text) for pattern in PATTERNS)


def must_be_free(text: str, *, field: str) -> None:
    """Raises Invalid where a number, phone, address or signature of a person is found."""
    if found_in(text):
        raise Invalid({field: REFUSED})


def signs(found: set[tuple[str, ...]]) -> set[str]:
    """One word of each run, the longest: a text without any of them holds none of the runs."""
    return {max(run, key=len) for run in found}


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of COPIED_WORDS words, without case and signs."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[n : n + COPIED_WORDS]) for n in range(len(words) - COPIED_WORDS + 1)}
