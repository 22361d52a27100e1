"""Free text that leaves the circle of its case: without the names of people and their numbers.

Rather a word too many is masked than a name too few. What speaks for a name: the card of the
applicant, a patronymic, initials, a known given name, the ending of a surname, what is said before
it (`соседка`, `менің атым`) and behind it (`аға`, `мырза`). What speaks against it: a street, a
district, a school beside it. `docs/architecture.md` tells how much is found and how much is masked
for nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from agencies import person_words
from agencies.alphabets import composed, folded
from agencies.person_words import said
from agencies.veiling import veil

MASK = "•••"
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_AND = frozenset({"и", "мен", "пен", "бен", "жане", "and", "да", "те"})
_HOUSE = re.compile(
    r",?\s*(?:д\.?|дом|уй|№|n)?\s*\d{1,4}(?:/\d+)?\b(?!\s*(?:год|лет|жас|г\.?\s?р|жыл))"
)
_SENTENCE_ENDS = '.!?…\n\r:;«"“(•—–'
_MOST_TOGETHER = 4


@dataclass
class _Word:
    """A word with its place; `name` once something spoke for it, `place` where it names a place."""

    start: int
    end: int
    text: str
    folded: str
    begins: bool
    name: bool = False
    place: bool = False
    before: str = ""
    behind: str = ""
    quoted: bool = False
    common: bool = False
    """The same letter writes it small as well."""
    house: bool = False
    """The number of a house stands behind it."""
    large: bool = field(init=False)
    initial: bool = field(init=False)

    def __post_init__(self) -> None:
        capital = self.text[0].isupper()
        self.initial = len(self.text) == 1 and capital and self.behind.startswith(".")
        long = len(self.text) > 5 or (len(self.text) > 1 and not self.text.isupper())
        self.large = capital and (long or self.initial) and self.folded not in said("never")

    @property
    def inside(self) -> bool:
        """Written large though no sentence begins with it."""
        return self.large and not self.begins and not self.initial


def anonymised(text: str, known: Iterable[str] = ()) -> str:
    """The text with names and numbers of persons masked; `known` are names of the case."""
    return nameless(veil(text), known)


def nameless(text: str, known: Iterable[str] = ()) -> str:
    words = list(_words(text))
    _find(words, _own(known))
    return _masked(text, words)


def tells_of(text: str, known: Iterable[str]) -> bool:
    """Whether the text names one of these people, in any case of their names."""
    own = _own(known)
    return any(_is_own(word, own) for word in _words(text))


def _own(known: Iterable[str]) -> frozenset[str]:
    return person_words.beginnings(
        word.folded for name in known for word in _words(name) if len(word.text) > 1
    )


def names_surely(text: str) -> bool:
    """Whether a person is named beyond doubt: by a patronymic or with initials."""
    words = list(_words(text))
    for word in words:
        word.name = _is_patronymic(word)
    _by_initials(words)
    return any(word.name for word in words)


def _words(text: str) -> Iterator[_Word]:
    found = list(_TOKEN.finditer(text))
    for n, one in enumerate(found):
        before = text[found[n - 1].end() if n else 0 : one.start()]
        behind = text[one.end() : found[n + 1].start() if n + 1 < len(found) else len(text)]
        yield _Word(
            one.start(), one.end(), one[0], folded(composed(one[0]).lower()),
            _begins(before, found[n - 1][0] if n else ""), before=before, behind=behind,
            quoted=before[-1:] in ("«", "“", '"', "„"),
            house=_HOUSE.match(text, one.end()) is not None,
        )  # fmt: skip


def _begins(before: str, previous: str) -> bool:
    """A sentence; a stop after one letter or an abbreviation ends none."""
    last = before.rstrip(" \t\xa0")[-1:]
    if last == "." and previous and (len(previous) < 3 or previous.lower() in ("проф", "тел")):
        return False
    return not previous or (last != "" and last in _SENTENCE_ENDS)


def _find(words: list[_Word], own: frozenset[str]) -> None:
    _places(words)
    small = {word.folded for word in words if word.text.islower()}
    for word in words:
        word.common = word.folded in small
    for word in words:
        word.name = _is_own(word, own) or (not word.place and _speaks_for_itself(word))
    _by_initials(words)
    _by_what_is_said(words)
    _together(words)


def _is_own(word: _Word, own: frozenset[str]) -> bool:
    """Very short names only where they are written large."""
    return (len(word.text) > 3 or word.large) and person_words.is_one_of(word.folded, own)


def _speaks_for_itself(word: _Word) -> bool:
    name = word.folded
    if _is_patronymic(word):
        return True
    if not word.large or word.initial:
        return False
    if person_words.is_surname(name) or person_words.is_given(name):
        return word.inside or name not in said("words_too")
    if person_words.is_like_surname(name):
        return word.inside or person_words.is_plain_surname(name)
    if not word.inside or word.quoted or word.common or name in said("roles"):
        return False
    return person_words.may_be_name(name) or not person_words.is_no_name(name)


def _is_patronymic(word: _Word) -> bool:
    """`-улы` is also the ending of a verb; `-ұлы` is not."""
    safe = word.inside or "улы" not in word.folded or "ұлы" in word.text
    return safe and person_words.is_patronymic(word.folded, large=word.inside)


def _places(words: list[_Word]) -> None:
    for n, word in enumerate(words):
        previous = words[n - 1].folded if n else ""
        following = words[n + 1].folded if n + 1 < len(words) else ""
        beside = "\n" not in word.before and len(word.before) < 4 and not _stops(word.before)
        word.place = (
            (previous in said("before_places") and beside and not _is_by_name(words, n))
            or (following in said("after_places") and word.behind.strip(' -«»"“”') == "")
            or word.house
        ) and not _is_patronymic(word)
    for pair in (range(1, len(words)), range(len(words) - 1, 0, -1)):
        for n in pair:
            _one_place(words, n)


def _is_by_name(words: list[_Word], n: int) -> bool:
    """`по имени Асель`, unlike `парк имени Горького`."""
    return n > 1 and (words[n - 2].folded, words[n - 1].folded) == ("по", "имени")


def _stops(between: str) -> bool:
    return bool(set(between) & set(";!?")) or ". " in f"{between} ".replace(". ", "", 1)


def _one_place(words: list[_Word], n: int) -> None:
    """`угол Абая и Розыбакиева`: what is joined to a place names one too."""
    left, right = words[n - 1], words[n]
    if left.large and right.large and re.fullmatch(r" ?[-–/]? ?", right.before):
        both = (left.place or right.place) and not any(map(_is_patronymic, (left, right)))
        left.place, right.place = both or left.place, both or right.place
    elif right.folded in _AND and n + 1 < len(words) and left.large and words[n + 1].large:
        left.place = words[n + 1].place = left.place or words[n + 1].place


def _by_initials(words: list[_Word]) -> None:
    """`Мусина Б. Т.` and `Қ. Әбдірахманов`."""
    for n, word in enumerate(words):
        if not word.large or word.initial or len(word.text) < 3:
            continue
        behind = [w for w in words[n + 1 : n + 3] if w.initial and len(w.before) < 3]
        ahead = [w for w in words[max(n - 2, 0) : n] if w.initial and len(w.behind) < 4]
        for initials in (behind, [] if word.place else ahead):
            near = initials and (initials[0] is words[n + 1] if initials is behind else True)
            if near and (
                len(initials) > 1 or word.name or person_words.is_like_surname(word.folded)
            ):
                for one in (word, *initials):
                    one.name = True


def _by_what_is_said(words: list[_Word]) -> None:
    for n, word in enumerate(words):
        if word.folded in said("roles") or _is_i(word):
            _introduced(words[n + 1 : n + 1 + _MOST_TOGETHER])
        if (
            n
            and word.folded in said("honorifics")
            and words[n - 1].large
            and not words[n - 1].place
        ):
            words[n - 1].name |= words[n - 1].inside or len(words[n - 1].text) > 3
        if (
            word.folded in said("introductions") and n + 1 < len(words)
            and len(words[n + 1].text) > 2 and len(words[n + 1].before) < 4
            and words[n + 1].folded not in said("never")
        ):  # fmt: skip
            words[n + 1].name = True


def _is_i(word: _Word) -> bool:
    """`мен` is `with` as well."""
    if word.folded == "я":
        return word.begins
    return word.text in ("Мен", "I") or (word.folded == "мен" and word.behind.startswith(","))


def _introduced(following: list[_Word]) -> None:
    """Words written large right behind; small ones where each looks like a name."""
    for n, word in enumerate(following):
        if not re.fullmatch(r"\s*[,:—–-]?\s*" if n == 0 else r"\s+", word.before):
            return
        small = person_words.is_given(word.folded) or person_words.is_plain_surname(word.folded)
        if (word.place and not word.house) or not (word.large or (small and len(word.text) > 3)):
            return
        if word.folded in said("roles"):
            return
        word.name = True


def _together(words: list[_Word]) -> None:
    """A word written large beside a name belongs to it, also across a comma or an `and`."""
    for one, other in pairwise(words):
        if one.name and not other.name and re.fullmatch(r"[ \xa0]", other.before):
            other.name = (other.inside or other.initial) and not other.place
    for one, other in [*pairwise(words)][::-1]:
        if other.name and not one.name and re.fullmatch(r"[ \xa0]", other.before):
            one.name = (one.inside or (one.large and _is_patronymic(other))) and not one.place
    for n in range(len(words) - 1):
        other = words[n + 1]
        if words[n].name and other.before.strip() == "," and other.inside and not other.place:
            other.name = True
        if words[n].name and other.folded in _AND and n + 2 < len(words):
            words[n + 2].name |= words[n + 2].inside and not words[n + 2].place


def _masked(text: str, words: list[_Word]) -> str:
    """Words of one name give one mask."""
    parts, at, joined = [], 0, False
    for word in words:
        if not word.name:
            joined = False
            continue
        gap = text[at : word.start]
        if joined and re.fullmatch(r"[ \xa0.]*", gap):
            gap = ""
        parts += [gap, "" if joined and not gap else MASK]
        at, joined = word.end + (word.initial and text[word.end : word.end + 1] == "."), True
    return "".join([*parts, text[at:]])
