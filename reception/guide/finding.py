"""Finding a situation by a person's own words, in any of the three languages, typos included.

An index of all texts is kept in the memory of each process and built anew when a situation has
changed: the register is asked for its last change with each search, in one short statement.
A word is compared by its stem; one that nobody wrote so is read as the nearest written one, by the
pairs of letters they share.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies import stemming, texts
from agencies.calendar import business_date, clock
from reception.guide.procedure import LANGUAGES, Procedure, Text
from reception.guide.situations import Situation, SituationVersion, valid_on

TITLE, WHOLE_TITLE, OTHER_WORDS, BODY = 4.0, 5.0, 5.0, 1.0
"""What a word weighs by its place; `WHOLE_TITLE` is dealt out to the words of the title."""
OWN_LANGUAGE = 1.15
PREFIX, NEAR = 0.8, 0.7
ALIKE = 0.5
"""Least share of common letter pairs for a word to be read as another one."""
MOST_LETTERS_AWAY = 3
LEAST_SCORE = 2.0
"""Below it the words only brush a page."""
PLAIN_SCORE, PLAIN_WORDS = 8.0, 2
"""A page is offered unasked where so many words, written as they are, find it so well."""
LONGEST = 200
MOST_WORDS = 12
SMALL_WORDS = Path(__file__).parent / "data" / "small_words.txt"
_EDGES = re.compile(r"^[^\w]+|[^\w]+$|'s$")
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбю"
_KEYBOARD = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
Stamp = tuple[str, datetime | None, int, date]


@dataclass(frozen=True)
class Found:
    """`title` and `lead` in the language asked for, or in the first one that has them."""

    slug: str
    code: str
    category: str
    title: str
    lead: str
    score: float
    confirmed: bool


@dataclass(frozen=True)
class Entry:
    slug: str
    code: str
    category: str
    title: Text
    lead: Text
    confirmed: bool


@dataclass
class Index:
    """Postings: stem -> entry -> weight, once for each language and once for all."""

    entries: list[Entry] = field(default_factory=list)
    postings: dict[str, dict[int, float]] = field(default_factory=dict)
    spoken: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    pairs: dict[str, list[str]] = field(default_factory=dict)
    prefixes: dict[str, list[str]] = field(default_factory=dict)

    def rarity(self, stem: str) -> float:
        return math.log(1 + len(self.entries) / len(self.postings[stem]))


_kept: dict[str, tuple[Stamp, Index]] = {}
"""The last index, by the word `index`: replaced as one, so that no reader sees half of it."""


def search(
    session: Session, words: str, *, language: str | None = None, most: int = 8
) -> list[Found]:
    """Best first; empty where nothing is near. `language` is that of the person at the screen."""
    index, asked = _asked(session, words)
    scores = _scores(index, asked, language) or _scores(index, retyped(asked), language)
    return _best(index, scores, language, most)


def offered(session: Session, text: str, *, language: str, most: int) -> list[Found]:
    """Pages for somebody who did not ask for any: none but what the text plainly speaks of."""
    index, asked = _asked(session, text)
    return _best(index, _scores(index, asked, language, plainly=True), language, most)


def _asked(session: Session, words: str) -> tuple[Index, str]:
    return index_of(session, business_date(clock())), words.replace("\0", " ").strip()[:LONGEST]


def _best(index: Index, scores: dict[int, float], language: str | None, most: int) -> list[Found]:
    best = sorted(scores.items(), key=lambda pair: (-pair[1], index.entries[pair[0]].slug))[:most]
    return [_found(index.entries[place], score, language or "kk") for place, score in best]


def retyped(text: str) -> str:
    """What was typed with the keyboard left in Latin letters: `gfcgjhn` is `паспорт`."""
    return text.lower().translate(_KEYBOARD)


def _found(entry: Entry, score: float, language: str) -> Found:
    return Found(
        entry.slug, entry.code, entry.category, entry.title.said(language),
        entry.lead.said(language), round(score, 3), entry.confirmed,
    )  # fmt: skip


def index_of(session: Session, today: date) -> Index:
    stamp = _stamp(session, today)
    kept = _kept.get("index")
    if kept is None or kept[0] != stamp:
        kept = (stamp, build(_documents(session, today)))
        _kept["index"] = kept
    return kept[1]


def _stamp(session: Session, today: date) -> Stamp:
    query = select(func.max(Situation.changed_at), func.count(), func.max(Situation.id))
    changed, count, _ = session.execute(query).one()
    return str(session.get_bind().url), changed, count, today  # type: ignore[union-attr]


def _documents(session: Session, today: date) -> Iterable[tuple[Entry, Procedure]]:
    query = select(
        Situation.slug, Situation.code, Situation.category, SituationVersion.content,
        SituationVersion.confirmed,
    ).join(SituationVersion.situation).where(valid_on(today)).order_by(Situation.id)  # fmt: skip
    for slug, code, category, content, confirmed in session.execute(query):
        held = Procedure.model_validate(content)
        yield Entry(slug, code, category, held.title, held.lead, confirmed), held


def build(documents: Iterable[tuple[Entry, Procedure]]) -> Index:
    index = Index(spoken={language: defaultdict(set) for language in LANGUAGES})
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for entry, held in documents:
        place = len(index.entries)
        index.entries.append(entry)
        for language in LANGUAGES:
            for stem, weight in _weights(held, language).items():
                postings[stem][place] = max(weight, postings[stem].get(place, 0.0))
                index.spoken[language][stem].add(place)
    index.postings = dict(postings)
    _shortcuts(index)
    return index


def _shortcuts(index: Index) -> None:
    pairs, prefixes = defaultdict(list), defaultdict(list)
    for stem in index.postings:
        for pair in _pairs(stem):
            pairs[pair].append(stem)
        for length in range(3, min(len(stem), 8)):
            prefixes[stem[:length]].append(stem)
    index.pairs, index.prefixes = dict(pairs), dict(prefixes)


def _weights(held: Procedure, language: str) -> dict[str, float]:
    """The heaviest place of each stem in the texts of one language."""
    found: dict[str, float] = {}
    title = getattr(held.title, language)
    for weight, text in (
        (BODY, _body(held, language)),
        (OTHER_WORDS, " ".join(held.words)),
        (TITLE, title),
    ):
        for stem in texts.words(text, language) if text else ():
            if len(stem) > 1:
                found[stem] = max(weight, found.get(stem, 0.0))
    share = WHOLE_TITLE / (1 + len(title.split()))
    return {s: w + share if w == TITLE else w for s, w in found.items()}


def _body(held: Procedure, language: str) -> str:
    papers = (paper.title for step in held.steps for paper in step.documents)
    parts = (held.lead, *(step.title for step in held.steps), *papers)
    return ". ".join(getattr(part, language) for part in parts)


def _scores(
    index: Index, asked: str, language: str | None, *, plainly: bool = False
) -> dict[int, float]:
    """The sum over the words of what each found, times the share of the words that found any."""
    wanted = _wanted(asked)
    total: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    own = index.spoken.get(language or "", {})
    for stems in wanted:
        best = _of_word(index, stems, plainly=plainly)
        for place, (score, stem) in best.items():
            total[place] += score * (OWN_LANGUAGE if place in own.get(stem, ()) else 1.0)  # type: ignore[assignment]
            hits[place] += 1
    found = {p: s * (hits[p] / len(wanted)) ** 2 for p, s in total.items()}
    least, words = (PLAIN_SCORE, PLAIN_WORDS) if plainly else (LEAST_SCORE, 1)
    return {p: s for p, s in found.items() if s >= least and hits[p] >= words}


def _wanted(asked: str) -> list[set[str]]:
    """Each word by its stem in every language: nobody says which one was meant. Words that every
    request holds count only where there is no other.
    """
    plain = [_EDGES.sub("", word).lower() for word in asked.split()]
    telling = [word for word in plain if word not in small_words()] or plain
    return [stems for word in telling if (stems := _stems(word))][:MOST_WORDS]


@cache
def small_words() -> frozenset[str]:
    """In Kazakh, Russian and English, lower case."""
    return frozenset(SMALL_WORDS.read_text(encoding="utf-8").split())


def _stems(word: str) -> set[str]:
    own = {stemming.english(word)} if word.isascii() else set()
    spoken = {stem for language in LANGUAGES for stem in texts.words(word, language)}
    return {stem for stem in own | spoken if len(stem) > 1}


def _of_word(index: Index, stems: set[str], *, plainly: bool) -> dict[int, tuple[float, str]]:
    """Entry -> score and the stem that gave it."""
    best: dict[int, tuple[float, str]] = {}
    for stem, sure in _readings(index, stems, plainly=plainly):
        worth = sure * index.rarity(stem)
        for place, weight in index.postings[stem].items():
            if worth * weight > best.get(place, (0.0, ""))[0]:
                best[place] = (worth * weight, stem)
    return best


def _readings(index: Index, stems: set[str], *, plainly: bool) -> list[tuple[str, float]]:
    """Written stems that a typed word may stand for: itself, and where that is not enough, what it
    begins and what is near.
    """
    exact = [(stem, 1.0) for stem in stems if stem in index.postings]
    if plainly:
        return exact
    begun = [
        (longer, PREFIX) for stem in stems for longer in index.prefixes.get(stem, ())[:20]
    ]  # fmt: skip
    if exact or begun:
        return exact + begun
    return [near for stem in stems for near in _near(index, stem)]


def _near(index: Index, stem: str) -> list[tuple[str, float]]:
    mine = _pairs(stem)
    shared = Counter(other for pair in mine for other in index.pairs.get(pair, ()))
    measured = (
        (other, 2 * count / (len(mine) + len(_pairs(other))))
        for other, count in shared.items()
        if abs(len(other) - len(stem)) <= MOST_LETTERS_AWAY
    )
    near = sorted((pair for pair in measured if pair[1] >= ALIKE), key=lambda pair: -pair[1])
    return [(other, NEAR * alike) for other, alike in near[:3]]


def _pairs(stem: str) -> set[str]:
    framed = f"^{stem}$"
    return {framed[n : n + 2] for n in range(len(framed) - 1)}
