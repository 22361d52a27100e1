"""Several matters in one text, proposed as claims of their own; a person decides."""

import re
from dataclasses import dataclass
from datetime import date

from agencies.lexicon import Lexicon
from agencies.suggesting import heard, said_for

READ = 6000
MOST = 8
LEAST_SAID = 0.5
"""Less than a plain word of a field opens no claim of its own."""
CLEARLY = 1.3
"""So many times more must speak for the agency of a sentence than for the next one."""
_MARK = "\x1e"
"""Stands in the place of a number that begins a matter of a list."""
_COUNTED = re.compile(
    r"(?:(?:^|(?<=[.!?…;:,)\n]))\s*(\d{1,2})[).]|(?<=\s)(\d{1,2})\))\s",
)
_SENTENCE = re.compile(
    rf"(?<=[.!?…;])\s+(?!\d)|\n+|\s*(?={_MARK})|\s+(?=(?:сондай-ақ|сонымен қатар|кроме того|"
    r"также|а также|во-вторых|в-третьих|екіншіден|үшіншіден|also,|besides|secondly|thirdly)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"^\s*(?:{_MARK}|[-•–])\s*")


@dataclass
class Part:
    """Sentences on one matter. `kind` is the family of the agency they speak for."""

    text: str
    kind: str = ""
    begins: bool = False
    """It stands under a number of its own."""


def split(words: Lexicon, text: str, *, day: date) -> list[Part]:
    """At least two parts for different agencies, in the order of the text; otherwise nothing.

    A sentence that speaks for no agency belongs to the matter before it.
    """
    parts: list[Part] = []
    for found in filter(None, _SENTENCE.split(_marked(text[:READ].replace(_MARK, " ")))):
        sentence = _NUMBER.sub("", found).strip()
        if sentence:
            begins = bool(_NUMBER.match(found))
            _join(parts, Part(sentence, _kind(words, sentence, day), begins))
    kinds = {part.kind for part in parts if part.kind}
    return parts[:MOST] if len(kinds) > 1 else []


def _marked(text: str) -> str:
    """Numbers are marks where they count from one upwards; that of a house or a telephone stays."""
    marks: list[re.Match[str]] = []
    for found in _COUNTED.finditer(text):
        if int(found[1] or found[2]) == len(marks) + 1:
            marks.append(found)
    for found in reversed(marks if len(marks) > 1 else []):
        text = f"{text[: found.start()]} {_MARK} {text[found.end() :]}"
    return text


def _join(parts: list[Part], new: Part) -> None:
    same = [part for part in parts if new.kind and part.kind == new.kind]
    if same:
        same[0].text += f" {new.text}"
    elif parts and not (new.kind and parts[-1].kind) and not (new.begins and _is_matter(parts)):
        parts[-1].text += f" {new.text}"
        parts[-1].kind, parts[-1].begins = parts[-1].kind or new.kind, new.begins
    else:
        parts.append(new)


def _is_matter(parts: list[Part]) -> bool:
    """Not only the words before the first number."""
    return len(parts) > 1 or parts[0].begins or bool(parts[0].kind)


def _kind(words: Lexicon, sentence: str, day: date) -> str:
    """The agency that a sentence clearly speaks for."""
    said = sorted(said_for(heard(words, sentence, day=day)).items(), key=lambda one: -one[1])
    if not said or said[0][1] < LEAST_SAID:
        return ""
    clear = len(said) == 1 or said[0][1] >= CLEARLY * said[1][1]
    return said[0][0] if clear else ""
