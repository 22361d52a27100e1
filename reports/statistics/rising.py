"""Words that rise in letters, and the words that came with them: a new topic.

A word leads a topic when more letters hold it than its share before lets expect, by the chance of a
negative binomial over all words that were looked at (Bonferroni). Its companions are the words that
its letters hold several times as often as letters did before; each word leads or follows once.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reports.statistics.surges import Expected, negative_binomial

PRIOR = 0.5
"""Letters added to what a word had before, so that a new word is not infinitely surprising."""
LEAST_LETTERS = 5
DISPERSION = 1.5
DOUBT = 0.05
"""The chance that a week without anything new raises any word at all."""
TIMES = 3.0
LEAST_SHARED = 3
MOST_COMPANIONS = 6


@dataclass(frozen=True)
class Topic:
    """`stems` begin with the leading one; `letters` are the keys of those that hold it."""

    stems: tuple[str, ...]
    letters: tuple[int, ...]
    expected: Expected


def topics(
    letters: Mapping[int, Collection[str]], before: Mapping[str, int], letters_before: int
) -> list[Topic]:
    """From the stems of this week's letters and the letters before that held each, the least
    likely first.
    """
    holding: dict[str, set[int]] = {}
    for key, stems in letters.items():
        for stem in stems:
            holding.setdefault(stem, set()).add(key)
    share = len(letters) / letters_before
    often = {stem: keys for stem, keys in holding.items() if len(keys) >= LEAST_LETTERS}
    told = {
        stem: negative_binomial(
            len(keys), (before.get(stem, 0) + PRIOR) * share, DISPERSION, DOUBT / len(often)
        )
        for stem, keys in often.items()
    }
    found, used = [], set[str]()
    for stem in sorted(often, key=lambda stem: (told[stem].p, stem)):
        expected = told[stem]
        if stem in used or not expected.crossed or expected.observed < TIMES * expected.mean:
            continue
        keys = holding[stem]
        own = (stem, *_companions(stem, keys, letters, before, letters_before))
        used |= set(own)
        found.append(Topic(own, tuple(sorted(keys)), expected))
    return found


def _companions(
    lead: str, keys: Collection[int], letters: Mapping[int, Collection[str]],
    before: Mapping[str, int], letters_before: int,
) -> list[str]:  # fmt: skip
    shared = Counter(stem for key in keys for stem in letters[key] if stem != lead)
    lift = {
        stem: n / len(keys) / ((before.get(stem, 0) + PRIOR) / letters_before)
        for stem, n in shared.items()
        if n >= LEAST_SHARED
    }
    near = [stem for stem, times in lift.items() if times >= TIMES]
    return sorted(near, key=lambda stem: (-shared[stem], -lift[stem], stem))[:MOST_COMPANIONS]
