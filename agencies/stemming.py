"""The unchanging part of a word, in Kazakh, Russian and English.

Kazakh joins endings one behind the other. An ending is taken off where it agrees with the letters
before it: in vowel harmony (`көше-лер` but `бала-лар`) and in its first consonant (`қала-ға` but
`мектеп-ке`). The letters that people leave out on a Russian keyboard are allowed for: `уйлерде`
gives the same stem as `үйлерде`.
"""

import re
from functools import lru_cache

import snowballstemmer

from agencies.alphabets import KAZAKH, folded

REMEMBERED = 1 << 15
"""Words whose stem is kept at hand: a few megabytes."""

# A is а or е, Y is ы or і, by the vowels before.
_OF_NOUNS = """
    лAр дAр тAр  YмYз YңYз мYз ңYз сY Y
    нYң дYң тYң  ғA қA нA  нY дY тY  дA тA ндA  дAн тAн нAн  мен бен пен
    дAғY тAғY ндAғY нYкY дYкY тYкY
    YмдY YмнYң YмдA YмнAн YмA Yм Yн
"""
_OF_VERBS = """
    ғAн қAн ғAндA қAндA ғAннAн қAннAн ғAлY қAлY
    мAйдY бAйдY пAйдY мAй бAй пAй мAғAн бAғAн пAғAн мAдY бAдY пAдY мAу бAу пAу
    йдY AдY YлдY YлғAн YлAдY YлYп Yп AтYн йтYн сYн сAңYз YңYздAр ңYздAр у
"""


def _endings(patterns: str, vowels: str) -> frozenset[str]:
    harmony = str.maketrans("AY", vowels)
    return frozenset(folded(pattern.translate(harmony)) for pattern in patterns.split())


_BACK = _endings(_OF_NOUNS + _OF_VERBS, "аы")
_FRONT = _endings(_OF_NOUNS + _OF_VERBS, "еі")
_LAST_OF_ALL = _endings(_OF_VERBS, "аы") | _endings(_OF_VERBS, "еі")
"""What is left when the ending of a verb is gone takes no ending of a noun: `жөнде-у`."""
_LONGEST = max(map(len, _BACK))

_VOWELS = frozenset("аәеэоөуұүыіияюё")
_BACK_VOWELS, _FRONT_VOWELS = frozenset("аоуұыяюё"), frozenset("әөүіеэ")
_UNSURE = frozenset("аоуи")
"""Vowels that may stand for ә, ө, ү, і where a word is typed without Kazakh letters."""
_KAZAKH_KEYS = frozenset(KAZAKH) - {"і"}
"""Letters that only a Kazakh keyboard has; і is also typed as a Latin i."""
_VOICELESS = frozenset("кқпстфхһцчшщ")

SHORT = frozenset(
    ["су", "үй", "уй", "ой", "ай", "ат", "ас", "ет", "ит", "от", "оқ", "ок", "іс", "ел", "ер", "ән",
     "жо", "ту", "ұл", "ул", "ақ", "бу"]
)  # fmt: skip
"""Words of two letters that take endings; other stems have three letters or more."""
KEPT = frozenset(["қазақстан", "казакстан", "қарағанды", "караганды", "болып", "келіп"])
"""Words that only look as if they had an ending."""
_VOICED_LOANS = ("лог", "гог", "клуб", "штаб")
_LOANS_IN_T = (
    "лифт",
    "проект",
    "объект",
    "субъект",
    "контракт",
    "факт",
    "акт",
    "текст",
    "мост",
    "пост",
)
_CONTRACTED = {"аул": "ауыл", "орн": "орын", "мурн": "мурын", "халк": "халык", "нарк": "нарык"}
"""Folded stems that lose a vowel before an ending: `ауыл`, but `аулы`."""


@lru_cache(REMEMBERED)
def kazakh(word: str) -> str:
    """The folded stem: `көшелеріміздегі` gives `коше`, `кітабы` gives `китап`.

    A long stem loses its last а or ия, so that loanwords meet the Russian ones: `остановкада`.
    """
    stem, ending = word, "-"
    while ending and ending not in _LAST_OF_ALL and stem not in KEPT:
        stem, ending = _parted(stem)
    plain = folded(stem)
    plain = _CONTRACTED.get(plain, plain)
    return re.sub("(ия|а|я)$", "", plain) if len(plain) > 4 else plain


def _parted(word: str) -> tuple[str, str]:
    """Stem and longest fitting ending, the ending folded and empty where none fits."""
    plain = folded(word)
    for start in range(max(2, len(word) - _LONGEST), len(word)):
        stem, ending = word[:start], plain[start:]
        if (ending in _BACK or ending in _FRONT) and _fits(stem, word[start:], ending):
            return (_voiceless(stem) if ending[0] in _VOWELS else stem), ending
    return word, ""


def _fits(stem: str, written: str, ending: str) -> bool:
    return _may_stand_alone(stem, ending) and _agrees(stem, ending) and _joins(stem, written)


def _may_stand_alone(stem: str, ending: str) -> bool:
    if ending in {"ым", "им", "ын", "ин"} and stem not in SHORT:
        return len(stem) > 3 and stem[-2] in _VOWELS
    return (len(stem) > 2 or stem in SHORT) and not _VOWELS.isdisjoint(stem)


def _agrees(stem: str, ending: str) -> bool:
    """Vowel harmony with the last vowel of the stem."""
    vowel = next(letter for letter in reversed(stem) if letter in _VOWELS)
    if vowel in _UNSURE and _KAZAKH_KEYS.isdisjoint(stem):
        return True
    back = ending in _BACK and vowel in _BACK_VOWELS
    return back or (ending in _FRONT and vowel in _FRONT_VOWELS)


_AFTER = {
    "т": _VOICELESS | set("бвгд"), "п": _VOICELESS | set("бвгд"), "қ": _VOICELESS | set("бвгд"),
    "к": set("кқпстфхш"), "д": set("лрйуңмнзжвг") | _VOWELS, "г": set("лрйуңмнзжвг") | _VOWELS,
    "ғ": set("лрйуңмнзжвг") | _VOWELS, "н": _VOWELS | set("мнң"), "л": _VOWELS | set("рй"),
    "м": _VOWELS | set("мнңлрй"), "б": set("зжмнң"), "й": _VOWELS, "ң": _VOWELS,
}  # fmt: skip
"""First letter of an ending -> the letters that it follows."""
_OF_POSSESSED = {"на", "не", "нда", "нде", "ндағы", "ндегі", "ндагы", "ндеги"}


def _joins(stem: str, ending: str) -> bool:
    """Whether the first letter of the ending suits the last one of the stem."""
    last, first = stem[-1], ending[0]
    if ending in _OF_POSSESSED:
        return last in "ыіи"
    if first == "т" and (stem + "т").endswith(_LOANS_IN_T):
        return False
    if first in _AFTER:
        return last in _AFTER[first]
    if first == "с":
        return last in _VOWELS or len(ending) > 2
    return ending == "у" or (ending != "и" and (last not in _VOWELS or last in "уй"))


def _voiceless(stem: str) -> str:
    """`кітаб-ы` is `кітап`, `тарағ-ы` is `тарақ`, `күрег-і` is `күрек`."""
    if stem.endswith(_VOICED_LOANS) or stem[-2:-1] not in _VOWELS:
        return stem
    return stem[:-1] + {"б": "п", "ғ": "қ", "г": "к"}.get(stem[-1], stem[-1])


_russian = snowballstemmer.stemmer("russian")
_english = snowballstemmer.stemmer("english")


@lru_cache(REMEMBERED)
def russian(word: str) -> str:
    """Snowball's stem: `остановками` gives `остановк`."""
    return str(_russian.stemWord(word))


@lru_cache(REMEMBERED // 4)
def english(word: str) -> str:
    return str(_english.stemWord(word))
