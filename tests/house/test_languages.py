"""No sentence of the house exists in one language only."""

import re

import pytest
from babel.messages.pofile import read_po

from reception.language import PACKAGES, catalogues
from tests.tools import sentences

CYRILLIC = "[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]"
LOOK_ALIKES = re.compile(f"{CYRILLIC}[A-Za-z]|[A-Za-z]{CYRILLIC}")
PLACES = re.compile(r"%\(\w+\)[sd]")


def entries(language: str):
    for file in catalogues(language):
        with file.open("rb") as source:
            for entry in read_po(source, locale=language):
                if entry.id:
                    yield file.parents[2].name, entry


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_sentence_is_translated(language: str) -> None:
    assert sentences.missing(language) == {}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_package_has_its_own_catalogue(language: str) -> None:
    found = {file.parents[2].name for file in catalogues(language)}

    assert found >= set(PACKAGES) - {"workers"}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_translation_keeps_the_places_of_its_values(language: str) -> None:
    for package, entry in entries(language):
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        wanted = {p for one in ids for p in PLACES.findall(one)} - {"%(num)s"}
        for text in strings:
            assert set(PLACES.findall(text)) - {"%(num)s"} == wanted, (package, entry.id)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_word_mixes_two_alphabets(language: str) -> None:
    for package, entry in entries(language):
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for text in strings:
            plain = PLACES.sub(" ", text)
            assert not LOOK_ALIKES.search(plain), (package, text)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_sentence_is_said_in_one_way_whichever_package_says_it(language: str) -> None:
    said: dict[object, set[str]] = {}
    for _, entry in entries(language):
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        said.setdefault(entry.id, set()).add("|".join(strings))

    assert {text: ways for text, ways in said.items() if len(ways) > 1} == {}
