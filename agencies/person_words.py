"""How people are named in letters: given names with their endings, endings of patronymics and
surnames, and what is said beside a name (`data/personal_names.toml`). Words come folded.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from agencies.alphabets import folded

_KK = (
    "(?:[тдн]ын|[тдн]ин|[гкн]а|[гкн]е|[тдн]ы|[тдн]и|[тд]а|[тд]е|нд[ае]|[тдн]ан|[тдн]ен|[пбм]ен"
    "|[тдн]ики|[лдт]ар|[лдт]ер|жан|еке|ш|м|ым|им|ы|и|сы|си)"
)
_RU = "(?:а|у|ом|ем|е|ы|и|ой|ей|ою|ею|ю|я|ью|ым|ого|ому|ых|ую|ая|ов|ева|ина)"
ENDING = re.compile(f"{_RU}|{_KK}{{1,3}}")
_PATRONYMIC = re.compile(
    rf"\w{{2,}}(?:улы|кызы|углы|оглы|гызы|uly|uli|qyzy|kyzy)(?:{_KK}){{0,2}}"
    r"|\w{2,}(?:ович|евич|[ьо]вич|ovich|evich)(?:а|у|ем|ом|е|и|ей)?(?:\w{0,4})"
    r"|(?:ильич|кузьмич|никитич|лукич|фомич|саввич)(?:а|у|ом|ем|е)?"
    r"|(?:ильинич|кузьминич|никитич|лукинич|фоминич|саввич)н(?:а|ы|е|у|ой)"
    r"|\w{2,}(?:овна|евна|ovna|evna)"
)
_OBLIQUE = re.compile(r"\w{2,}[ое]вн(?:ы|е|у|ой|ою)")
_NO_PATRONYMIC = re.compile(
    r"(?:не)?(?:винов|верхов|основ|уголов|духов|церков|услов|плачев|душев|днев|ежеднев|напев|грехов|"
    r"рав|ров|чинов|планов|полнокров|цен|дерев|корол|цар|готов|торгов)\w*"
)
_SURNAME = re.compile(
    rf"\w{{2,}}(?:баев|беков|жанов|ханов|галиев|калиев|муратов|мбетов|кулов|ходжаев)(?:{_RU}|{_KK}{{1,2}})?"
    r"|\w{2,}(?:швили|енко|чук|щук|заде)"
    r"|\w{2,}(?:bayev|baev|bekov|zhanov|khanov)a?"
)
_LIKE_SURNAME = re.compile(rf"\w{{2,}}(?:ов|ев)(?:{_RU}|{_KK}{{1,2}})?|\w{{3,}}(?:ov|ev)a?")
_PLAIN_SURNAME = re.compile(r"\w{2,}(?:ов|ев)(?:а|у|ой)?")
_MAY_BE = re.compile(
    rf"\w{{2,}}(?:ин|ын)(?:а|у|ым|е|ой)?|\w{{2,}}(?:ский|ская|ского|скому|ской|ским|скую)"
    rf"|\w{{2,}}(?:ук|юк|ян|ко|дзе|иди)"
    rf"|\w{{2,}}(?:бек|бай|гуль|гул|нур|гали|мурат|берди|газы|жан|хан|кали|мбет|болат|болсын"
    rf"|ислам|улла|тай|али|султан|гожа|кожа)(?:{_RU}|{_KK}{{1,2}})?"
)


_NO_NAME = re.compile(
    r"\w+(?:ни[еяюй]|ци[яиюей]{1,2}|ост[ьи]|ств[аоуе]|[ыи]е|[ыио]й|[иы]х|тел[ьяюи]|тели|чик[аи]?|щик[аи]?"
    r"|лар\w{0,4}|лер\w{0,4}|дар\w{0,4}|дер\w{0,4}|тар\w{0,4}|тер\w{0,4}|лык\w{0,5}|лик\w{0,5}|шы|ши|нын|нин|ады|еди|ma|ing|tion|s)"
)


@dataclass(frozen=True)
class Words:
    """`whole` words and `begins`, beginnings of words."""

    whole: frozenset[str]
    begins: tuple[str, ...]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self.whole or word.startswith(self.begins))


@cache
def said(part: str) -> Words:
    every = _raw()[part].split()
    begins = tuple(word[:-1] for word in every if word.endswith("-"))
    return Words(frozenset(word for word in every if not word.endswith("-")), begins or ("\0",))


@cache
def _raw() -> dict[str, str]:
    file = resources.files("agencies") / "data" / "personal_names.toml"
    found: dict[str, str] = tomllib.loads(file.read_text("utf-8"))
    return {part: folded(words.lower()) for part, words in found.items()}


@cache
def _given() -> frozenset[str]:
    return beginnings(_raw()["given"].split())


def beginnings(names: Iterable[str]) -> frozenset[str]:
    """The names themselves and what is left of them before an ending: `мари` of `мария`."""
    found: set[str] = set()
    for name in names:
        found |= {name, re.sub("[ьйаеыияюу]$", "", name)} if len(name) > 3 else {name}
        if re.search(r"[^аеиоуы]е[лрк]$", name) and len(name) > 4:
            found.add(name[:-2] + name[-1])  # Павел, Павла
    return frozenset(one for one in found if len(one) > 1)


def is_one_of(word: str, names: frozenset[str]) -> bool:
    """Whether the word is one of the names, in any case of either language."""
    if word in names:
        return True
    shortest = max(len(word) - 8, 3)
    return any(
        word[:end] in names and ENDING.fullmatch(word[end:]) is not None
        for end in range(len(word) - 1, shortest - 1, -1)
    )


def is_given(word: str) -> bool:
    return is_one_of(word, _given())


def is_patronymic(word: str, *, large: bool) -> bool:
    """`large` where it is written so inside a sentence: then all its cases are believed."""
    if _NO_PATRONYMIC.fullmatch(word):
        return False
    if large and _OBLIQUE.fullmatch(word):
        return True
    return _PATRONYMIC.fullmatch(word) is not None


def is_surname(word: str) -> bool:
    """By an ending that only surnames have."""
    return _SURNAME.fullmatch(word) is not None


def is_like_surname(word: str) -> bool:
    return len(word) > 4 and _LIKE_SURNAME.fullmatch(word) is not None


def is_plain_surname(word: str) -> bool:
    """In the first form, or in few of the others: what begins a sentence is often another word."""
    return len(word) > 5 and _PLAIN_SURNAME.fullmatch(word) is not None


def is_no_name(word: str) -> bool:
    """A place of the city, or by its ending a word of another sort."""
    return _NO_NAME.fullmatch(word) is not None or word.startswith(_places())


@cache
def _places() -> tuple[str, ...]:
    file = resources.files("agencies") / "data" / "places.toml"
    rows = tomllib.loads(file.read_text("utf-8"))
    found = {word for row in rows["district"] for word in (*row["words"], *row["parts"])}
    found |= {word for row in rows["street"] for word in row["words"]}
    return tuple(sorted(word for word in found if len(word) > 3))


def may_be_name(word: str) -> bool:
    return _MAY_BE.fullmatch(word) is not None
