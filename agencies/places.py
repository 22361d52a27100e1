"""Where the thing complained of stands, as far as the words tell: district, street, house.

    Абай даңғылы, 52 үй        the street `abay`, house 52, a main street
    во дворе дома по ул. Мира  the street `мир`, local
    в Бостандыкском районе     the district `bostandyk`

Streets of every name are read by the word beside them (улица, көшесі, street); the main ones, the
districts and the parts of the city stand in `data/places.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise

from agencies import stemming
from agencies.texts import fold

MAIN, LOCAL = "main", "local"
READ = 2000
"""Letters of a text in which a place is looked for."""

_BEFORE = re.compile(r"ул|улиц\w{1,3}|пр|просп|проспект\w{0,3}|пер|переул\w{1,4}|бульвар\w{0,3}")
_AFTER = re.compile(
    r"коше\w{0,8}|данг[ыу]л\w{0,8}|street|st|avenue|ave|улиц\w{1,3}|проспект\w{0,3}"
)
_BESIDE = re.compile(rf"(?<!\S)(?:{_BEFORE.pattern}|{_AFTER.pattern})(?!\S)")
_SKIPPED = {
    "т", "пр", "дом", "дома", "доме", "дому", "д", "уй", "уйд", "house", "no", "n", "корпус",
    "возле", "около", "у", "стреет",
}  # fmt: skip
_TWO_WORDS = {"би", "фараби", "батыр", "батыра", "жолы", "жолу", "хан", "хана", "улы"}
_BELONGS = f"(?:{'|'.join(sorted(_TWO_WORDS))})"
_HOUSE = re.compile(r"\d{1,4}[а-яa-z]?")
_DISTRICT = re.compile(r"район\w{0,3}|аудан\w{0,6}|district|р|рн")
_ALATAU = ("алатау", "alatau")
_CITY = re.compile(r"город\w{0,2}|кала\w{0,5}|city")
_MAIN = re.compile(
    r"проспект\w*|данг[ыу]л\w*|avenue|ave|highway|шоссе|трасс\w+|тракт\w*|эстакад\w*"
    r"|развязк\w+|магистрал\w+|тас жол\w*"
)
_LOCAL = re.compile(
    r"двор\w{0,4}|дворов\w+|придомов\w+|внутридворов\w+|под[ъь]езд\w{0,4}|квартал\w{0,4}"
    r"|тупик\w{0,3}|переул\w+|аула(?:да|мыз\w*|ны\w*|га|дан|сы\w*)?|yard\w*|courtyard\w*|alley\w*"
)


class Nearness(StrEnum):
    HOUSE = "house"
    STREET = "street"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Place:
    """`district` is empty where the words name none or several; `street` is a code of the main
    streets or the stem of the name; `street_class` is main, local or empty.
    """

    district: str = ""
    street: str = ""
    house: str = ""
    street_class: str = ""
    other_city: bool = False
    """It names the city of Alatau, which shares its name with a district of Almaty."""

    def nearness(self, other: "Place") -> Nearness:
        """Elsewhere means surely so: other districts, other streets, or houses of one street."""
        pairs = [(self.district, other.district), (self.street, other.street)]
        on_one_street = bool(self.street) and self.street == other.street
        if on_one_street:
            pairs.append((self.house, other.house))
        if any(own and theirs and own != theirs for own, theirs in pairs):
            return Nearness.ELSEWHERE
        if on_one_street:
            return Nearness.HOUSE if self.house and other.house else Nearness.STREET
        return Nearness.UNKNOWN


@dataclass(frozen=True)
class _Names:
    """Beginnings of names -> codes, and expressions that find them in a line of words."""

    districts: dict[str, str]
    parts: dict[str, str]
    streets: dict[str, str]
    part: re.Pattern[str]
    street: re.Pattern[str]


@cache
def _names() -> _Names:
    raw = tomllib.loads((resources.files("agencies") / "data" / "places.toml").read_text("utf-8"))
    parts = {word: row["code"] for row in raw["district"] for word in row["parts"]}
    streets = {word: row["code"] for row in raw["street"] for word in row["words"]}
    return _Names(
        {word: row["code"] for row in raw["district"] for word in row["words"]}, parts, streets,
        # A name that ends in a number is whole, so that 1 is not found in 12.
        re.compile(rf"\b({_any(parts)})(?:(?<=\d)\b|(?<!\d)\w*)(?: ([1-9]\d?)\b)?"),
        re.compile(rf"\b({_any(streets)})\w*(?: {_BELONGS})? (?={_HOUSE.pattern}\b)"),
    )  # fmt: skip


def _any(names: dict[str, str]) -> str:
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


def read(text: str, *, district: str = "") -> Place:
    """The place of a text; a `district` that a person has chosen counts before the words."""
    words = fold(text[:READ]).split()
    line = " ".join(words)
    streets = list(_streets(words, line))
    # A street with a house says more than one without.
    street, house = next((one for one in streets if one[1]), (streets or [("", "")])[0])
    found = _districts(words, line)
    return Place(
        district or (found.pop() if len(found) == 1 else ""), street, house,
        _class(words, {code for code, _ in streets}), _is_other_city(words),
    )  # fmt: skip


def house_of(text: str) -> tuple[str, str] | None:
    """Street and house alone, which is quicker to read; none where it is another city's."""
    words = fold(text[:READ]).split()
    found = next((one for one in _streets(words, " ".join(words)) if all(one)), None)
    return None if found is None or _is_other_city(words) else found


def _districts(words: list[str], line: str) -> set[str]:
    names = _names()
    pairs = pairwise(words)
    named = [word for word, beside in pairs if _DISTRICT.fullmatch(beside)]
    found = {c for word in named for start, c in names.districts.items() if word.startswith(start)}
    return found or {names.parts[match[1]] for match in names.part.finditer(line)}


def _is_other_city(words: list[str]) -> bool:
    if not any(word.startswith(_ALATAU) for word in words):
        return False
    pairs = list(pairwise(word for word in words if word != "of"))
    pairs += [(second, first) for first, second in pairs]
    return any(_CITY.fullmatch(first) and second.startswith(_ALATAU) for first, second in pairs)


def _streets(words: list[str], line: str) -> Iterator[tuple[str, str]]:
    if _BESIDE.search(line):  # as in few letters: then each word is looked at
        yield from _called_so(words)
    for match in _names().street.finditer(line):
        yield _names().streets[match[1]], _house(line[match.end() :].split(maxsplit=1))
    for match in _names().part.finditer(line):
        quarter = f"{match[1]} {match[2]}" if match[2] else match[1]
        yield quarter, _house(line[match.end() :].split(maxsplit=4))


def _called_so(words: list[str]) -> Iterator[tuple[str, str]]:
    """Streets by the word beside their name."""
    for at, word in enumerate(words):
        if _BEFORE.fullmatch(word):
            name = _after(words, at + 1)
            if name:
                yield _code(name), _house(words[at + 1 :][len(name) :])
        if _AFTER.fullmatch(word) and at:
            size = 2 if at > 1 and words[at - 1] in _TWO_WORDS else 1
            name = words[at - size : at]
            if not name[0][0].isdigit() and not _BEFORE.fullmatch(name[-1]):
                yield _code(name), _house(words[at + 1 :])


def _after(words: list[str], at: int) -> list[str]:
    """The name that follows `улица`: one word, or two where the second belongs to it."""
    while at < len(words) and words[at] == "т":
        at += 1
    name = words[at : at + 2]
    if not name or name[0][0].isdigit():
        return []
    return name if len(name) == 2 and (name[1] in _TWO_WORDS or len(name[0]) < 3) else name[:1]


def _code(name: list[str]) -> str:
    """Of a main street, or the stem of another name."""
    line = f"{' '.join(name)} 1"
    found = _names().street.match(line)
    return _names().streets[found[1]] if found else " ".join(_stem(word) for word in name)


def _stem(word: str) -> str:
    return stemming.russian(stemming.kazakh(word))


def _house(following: list[str], name: Sequence[str] = (), *, near: int = 3) -> str:
    """The number that follows a name, with a word such as `дом` between them at most."""
    for word in following[len(name) :][:near]:
        if _HOUSE.fullmatch(word):
            return word
        if word not in _SKIPPED:
            return ""
    return ""


def _class(words: list[str], streets: set[str]) -> str:
    """Local wins: `во дворе на проспекте Абая` is a yard."""
    if any(_LOCAL.fullmatch(word) for word in words):
        return LOCAL
    is_main = streets & set(_names().streets.values())
    return MAIN if is_main or any(_MAIN.fullmatch(word) for word in words) else ""
