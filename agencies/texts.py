"""Texts of people as machines may compare them; routing, search and duplicates read them so.

normalised   one line, one alphabet a word, Kazakh out of Latin script, its letters kept
fold         the same with Kazakh letters as on a Russian keyboard, for a search column
words        the stems of the folded words
detect       the language
"""

import re

from agencies import stemming
from agencies.alphabets import KAZAKH, composed, folded, from_latin, without_lookalikes
from agencies.languages import language_of

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"['’ʻʼ`]")
_CYRILLIC = re.compile(r"[Ѐ-ԯ]")
_KAZAKH_LETTER = re.compile(rf"[{KAZAKH}]")
_LATIN = re.compile(r"[a-z]")


def detect(text: str) -> str:
    """kk, ru or en. A Russian text that names a Kazakh street stays Russian."""
    return language_of(_plain(text))


def normalised(text: str) -> str:
    """Words of one blank between them, in lower case, without stops; е stands for ё.

    >>> normalised("Кoше жарығы, ЖАНБАЙДЫ!")
    'коше жарығы жанбайды'
    """
    return _normalised(_plain(text))


def fold(text: str) -> str:
    """What `қала`, `кала` and `qala` have in common: `кала`."""
    return folded(normalised(text))


def words(text: str, language: str | None = None) -> list[str]:
    """Folded stems in the order of the text; `language` where it is known, otherwise detected.

    >>> words("Көшелерде шамдар жанбайды")
    ['коше', 'шам', 'жан']
    """
    plain = _plain(text)
    own = language or language_of(plain)
    return [_stem(word, own) for word in _normalised(plain).split()]


def _plain(text: str) -> str:
    return without_lookalikes(composed(text)).lower()


def _normalised(plain: str) -> str:
    if _LATIN.search(plain) and not _CYRILLIC.search(plain) and language_of(plain) != "en":
        plain = from_latin(plain)
    line = _APOSTROPHE.sub("", plain).replace("ё", "е")
    return " ".join(_WORD.findall(line))


def _stem(word: str, language: str) -> str:
    if _LATIN.search(word):
        return stemming.english(word)
    if language == "kk" or _KAZAKH_LETTER.search(word):
        return stemming.kazakh(word)
    return stemming.russian(word)
