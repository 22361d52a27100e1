"""Words of people that may exist in another language than the reader's, with that language."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.wording import Words

FALLBACKS = ("kk", "ru")


@dataclass(frozen=True)
class Spoken:
    """`language` is empty where the words are in the reader's own; `said` names it otherwise."""

    words: str
    language: str = ""
    said: str = ""

    def __str__(self) -> str:
        return self.words


def spoken(w: Words, texts: Mapping[str, str]) -> Spoken:
    """In the reader's language, else in the first language of the law that has the text."""
    for language in (w.language, *FALLBACKS):
        if texts.get(language):
            return in_language(w, texts[language], language)
    return Spoken("")


def in_language(w: Words, words: str, language: str) -> Spoken:
    if not words or language in ("", w.language):
        return Spoken(words)
    return Spoken(words, language, named(w, language))


def named(w: Words, language: str) -> str:
    return {
        "kk": w._("in Kazakh"), "ru": w._("in Russian"), "en": w._("in English"),
    }[language]  # fmt: skip
