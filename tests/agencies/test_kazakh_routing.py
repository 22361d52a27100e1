"""The lexicon alone on made-up Kazakh sentences, written apart from it; and typed otherwise."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from agencies import suggesting
from agencies.alphabets import folded
from agencies.lexicon import lexicon

FILE = Path(__file__).parent / "texts" / "kazakh.txt"
DAY = date(2026, 11, 23)


def sentences():
    agency, rows = "", []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            agency = line.strip("[]")
        elif line and not line.startswith("#"):
            rows.append((line, agency))
    return rows


def among_three(session, rows):
    words = lexicon(session)
    found = [suggesting.weigh(words, None, text, day=DAY).offered for text, _ in rows]
    return [
        agency in [one.agency for one in offered]
        for offered, (_, agency) in zip(found, rows, strict=True)
    ]


def test_the_list_is_long_and_covers_every_agency():
    count = Counter(agency for _, agency in sentences())

    assert sum(count.values()) >= 300
    assert min(count.values()) >= 12
    assert len(count) == 16


def test_kazakh_finds_its_agency_among_three(session):
    rows = sentences()
    hits = among_three(session, rows)

    assert sum(hits) / len(hits) >= 0.85
    for agency in {agency for _, agency in rows}:
        own = [hit for hit, (_, right) in zip(hits, rows, strict=True) if right == agency]
        assert sum(own) / len(own) >= 0.6, agency


@pytest.mark.parametrize("typed", [folded, str.upper])
def test_kazakh_is_found_however_it_is_typed(session, typed):
    rows = [(typed(text.lower()), agency) for text, agency in sentences()]
    hits = among_three(session, rows)

    assert sum(hits) / len(hits) >= 0.85
