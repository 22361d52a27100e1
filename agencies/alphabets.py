"""One way of writing: look-alike letters, Kazakh in Latin script, and the folded alphabet."""

import re
import unicodedata

KAZAKH = "әғқңөұүһі"
"""Letters that Kazakh has beside the Russian ones."""

_VARIANTS = tuple(zip("əƏɵƟѳѲҥӊӈќЌҡҝҕӷўЎїӏ¥", "әӘөӨөӨңңңқҚққғғұҰііұ", strict=True))
"""Letters of other alphabets and old fonts that stand for a Kazakh one."""

_TO_CYRILLIC = str.maketrans("aceopxyihkmtABCEHKMOPTXYI", "асеорхуіһкмтАВСЕНКМОРТХУІ")
_TO_LATIN = str.maketrans("асеорхуіАВСЕНКМОРТХУІ", "aceopxyiABCEHKMOPTXYI")
_FOLDED = tuple(zip("әғқңөұүһіё", "агкноуухие", strict=True))

_CYRILLIC = re.compile(r"[Ѐ-ԯ]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_WORD = re.compile(r"[^\W_]+")
_LATIN_WORD = re.compile(r"[a-zÀ-ɏ'’ʻʼ`´]+")


def composed(text: str) -> str:
    """Accents joined to their letters, wide and ligature forms undone, soft hyphens dropped."""
    joined = unicodedata.normalize("NFKC", text.replace("´", "'"))
    return _exchanged(joined.replace("\xad", "").replace("\u200b", ""), _VARIANTS)


def _exchanged(text: str, letters: tuple[tuple[str, str], ...]) -> str:
    """As `str.translate`, which is fifty times slower with a long text of Cyrillic letters.

    No letter may stand for another that is exchanged itself.
    """
    for letter, other in letters:
        text = text.replace(letter, other)
    return text


def is_cyrillic(text: str) -> bool:
    """More Cyrillic letters than Latin ones."""
    return len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text))


def without_lookalikes(text: str) -> str:
    """Every word in one alphabet: `кoше` with a Latin o becomes `коше`, `Wі-Fі` becomes Latin.

    A word goes over only where all its strangers have a look-alike. In a Cyrillic text a Latin
    word of two letters at most (`c`, `HA`) is a preposition.
    """
    if not (_CYRILLIC.search(text) and _LATIN.search(text)):
        return text
    little = 2 if is_cyrillic(text) else 0
    return _WORD.sub(lambda found: _in_one_alphabet(found[0], little=little), text)


def _in_one_alphabet(word: str, *, little: int) -> str:
    """`little` is how long a wholly Latin word may be and still be taken for a Cyrillic one."""
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or (not cyrillic and len(word) > little):
        return word
    turned = word.translate(_TO_CYRILLIC)
    if not _LATIN.search(turned):
        return turned
    turned = word.translate(_TO_LATIN)
    return word if _CYRILLIC.search(turned) else turned


def folded(text: str) -> str:
    """Lower-case letters as people write them on a Russian keyboard: `қала` as `кала`."""
    return _exchanged(text, _FOLDED)


_GROUPS = {
    "shch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "gh": "ғ", "ng": "ң", "ya": "я",
    "yu": "ю", "ts": "ц", "a'": "ә", "g'": "ғ", "n'": "ң", "o'": "ө", "u'": "ү", "s'": "ш",
    "c'": "ч", "y'": "у", "i'": "й",
}  # fmt: skip
"""Spellings of more than one letter: everyday ones and those of the alphabet of 2017."""
_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzäáğǵñńöóşšúüūıý",
        "абсдефгһіжклмнопқрстувухызәәғғңңөөшшүүұіу",
        strict=True,
    )
)
"""Alphabets of 2018 (acutes) and 2021 (ä, ğ, ı, ñ, ö, ş, ū, ü), `w`, `x` and `c` of everyday."""
_SPELLING = re.compile(
    "|".join([*_GROUPS, "(?P<glide>(?<=[aeouyäáöóúüū])[iyı])", f"[{''.join(_LETTERS)}]"])
)


def from_latin(text: str) -> str:
    """Kazakh in Latin script, as normalised lower case, written in Cyrillic.

    >>> from_latin("qoqys jinalyp qaldy")
    'қоқыс жіналып қалды'
    """
    return _LATIN_WORD.sub(lambda found: _spelled(found[0]), text)


def _spelled(word: str) -> str:
    return _SPELLING.sub(_letters, re.sub("[’ʻʼ`]", "'", word)).replace("'", "")


def _letters(part: re.Match[str]) -> str:
    if part.lastgroup == "glide":
        return "й"
    return _GROUPS.get(part[0]) or _LETTERS[part[0]]
