"""The competence lexicon: words of the law and of plain speech -> topic, competence, agency.

A stem stands for the beginning of a word; the words before the last one of a longer stem are whole
words. Everything is compared folded, so that a text typed without Kazakh letters is found as well.
A longer stem says more than the words within it: `газ баллон` silences `газ`.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.directory import Competence
from agencies.texts import fold

KEPT_SECONDS = 60.0
"""How long a process goes without reading the table again; a change of law is announced earlier."""
OF_A_FURTHER_WORD = 0.8
FIRMLY = 1.5
"""A word of crime or danger says more than one of the everyday."""
OF_THE_CLASS, OF_THE_OTHER_CLASS = 1.5, 0.35


@dataclass(frozen=True)
class Entry:
    """One row of the table. `firm` rows are offered whatever a learned model says."""

    code: str
    kind: str
    subject: str
    firm: bool
    district_bound: bool
    street_class: str
    advice: dict[str, str]
    weight: float
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Hit:
    """A stem found: its row, its spelling in the table, and the words of the text it covers."""

    entry: Entry
    stem: str
    first: int
    last: int
    fit: float = 1.0
    """More than 1 where the row is for streets of the class that the text names, else less."""

    @property
    def weight(self) -> float:
        firm = FIRMLY if self.entry.firm else 1.0
        return self.fit * firm * self.entry.weight * self.length

    @property
    def length(self) -> float:
        return 1 + OF_A_FURTHER_WORD * (self.last - self.first)


Path = tuple[tuple[str, ...], str, Entry]
"""The further folded words of a stem, its spelling, its row."""


class Lexicon:
    """Stems by their first word, so that a text is read once whatever the number of stems."""

    def __init__(self, entries: list[tuple[Entry, list[str]]]) -> None:
        self._alone: dict[str, list[Path]] = defaultdict(list)
        self._longer: dict[str, list[Path]] = defaultdict(list)
        for entry, stems in entries:
            for stem in stems:
                for spelled in _spellings(stem):
                    first, *further = spelled.split()
                    place = self._longer if further else self._alone
                    place[first].append((tuple(further), stem, entry))
        self._longest = max(map(len, self._alone), default=0)

    def hits(self, text: str, *, day: date, street_class: str = "") -> list[Hit]:
        """Every stem that no longer one covers, of rows in force on the day.

        `street_class` is that of the place: a hole in a yard is another body's than in an avenue.
        """
        words = fold(text).split()
        found = [
            hit
            for at, word in enumerate(words)
            for hit in [*self._beginning(word, at), *self._following(words, at)]
            if hit.entry.holds_on(day)
        ]
        longer = [hit for hit in found if hit.last > hit.first]
        kept = [hit for hit in found if not any(_covers(other, hit) for other in longer)]
        return [replace(hit, fit=_fit(hit.entry, street_class)) for hit in kept]

    def _beginning(self, word: str, at: int) -> list[Hit]:
        sizes = range(1, min(len(word), self._longest) + 1)
        paths = [path for size in sizes for path in self._alone.get(word[:size], ())]
        return [Hit(entry, stem, at, at) for _, stem, entry in paths]

    def _following(self, words: list[str], at: int) -> list[Hit]:
        hits = []
        for further, stem, entry in self._longer.get(words[at], ()):
            part = words[at + 1 : at + 1 + len(further)]
            *whole, last = further
            if len(part) == len(further) and part[:-1] == whole and part[-1].startswith(last):
                hits.append(Hit(entry, stem, at, at + len(further)))
        return hits


def _spellings(stem: str) -> set[str]:
    """Two English words alone may be taken for Kazakh in Latin letters; a whole text is not."""
    return {fold(stem), stem.lower()} if stem.isascii() else {fold(stem)}


def _fit(entry: Entry, street_class: str) -> float:
    if not (street_class and entry.street_class):
        return 1.0
    return OF_THE_CLASS if entry.street_class == street_class else OF_THE_OTHER_CLASS


def _covers(longer: Hit, hit: Hit) -> bool:
    inside = longer.first <= hit.first and hit.last <= longer.last
    return inside and (longer.last - longer.first) > (hit.last - hit.first)


_kept: dict[str, tuple[float, Lexicon]] = {}


def lexicon(session: Session) -> Lexicon:
    """The lexicon of the session's database, kept in the process for a minute."""
    address = str(session.get_bind().engine.url)
    read_at, found = _kept.get(address, (0.0, None))
    if found is None or time.monotonic() - read_at > KEPT_SECONDS:
        found = read(session)
        _kept[address] = (time.monotonic(), found)
    return found


def forget() -> None:
    """After a change of the table in this process."""
    _kept.clear()


def read(session: Session) -> Lexicon:
    return Lexicon([(_entry(row), _stems(row)) for row in session.scalars(select(Competence))])


def _stems(row: Competence) -> list[str]:
    return list(dict.fromkeys(stem for own in row.stems.values() for stem in own))


def _entry(row: Competence) -> Entry:
    return Entry(
        row.code, row.agency_kind, row.subject.code, row.firm, row.district_bound,
        row.street_class, row.advice, row.weight, row.valid_from, row.valid_to,
    )  # fmt: skip
