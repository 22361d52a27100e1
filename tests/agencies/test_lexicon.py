"""The lexicon: longest match, folded letters, rows in force on the day."""

from datetime import date

import pytest

from agencies.lexicon import Entry, Lexicon

DAY = date(2026, 11, 23)


def entry(kind: str, *, valid_to: date | None = None, firm: bool = False) -> Entry:
    return Entry(kind, kind, "01", firm, False, "", {}, 1.0, date(2020, 1, 1), valid_to)


@pytest.fixture
def words():
    return Lexicon(
        [
            (entry("utilities"), ["газ", "көше жарығ"]),
            (entry("emergency"), ["газ баллон"]),
            (entry("old", valid_to=date(2021, 1, 1)), ["газ"]),
        ]
    )


def kinds(words, text, day=DAY):
    return [hit.entry.kind for hit in words.hits(text, day=day)]


def test_a_stem_is_the_beginning_of_a_word(words):
    assert kinds(words, "Газды қосыңыз") == ["utilities"]
    assert kinds(words, "магазин") == []


def test_a_longer_stem_silences_the_words_within_it(words):
    assert kinds(words, "газ баллоны жарылды") == ["emergency"]


def test_a_text_without_kazakh_letters_is_found(words):
    assert kinds(words, "коше жарыгы жок") == ["utilities"]
    assert kinds(words, "kóshe jaryǵy joq") == ["utilities"]


def test_only_rows_in_force_on_the_day_speak(words):
    assert kinds(words, "газ", day=date(2020, 6, 1)) == ["utilities", "old"]
