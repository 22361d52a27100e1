"""Learning to route from decisions of people: texts, each with the agency it belonged to.

Linear models over hashed words and their beginnings (`agencies/speakers.py`) are heard together
with the lexicon by a small logistic regression (`agencies/stacking.py`). That one learns from
opinions on texts that the lower ones had not seen, which is what calibrates it. Figures of what
else was tried: docs/routing.md.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agencies import features, learned, speakers, stacking
from agencies.errors import DomainError
from agencies.learned import Learned
from agencies.speakers import Targets

LEAST_EXAMPLES = 40
LEAST_OF_LABEL = 2
LEAST_OF_TOPIC = 8
"""Topics with fewer examples are learned together."""
FOLDS = 5
WANTED_RIGHT = 0.91
"""On texts like those learned from; nine in ten are promised, and new ones are a little harder."""
NEARLY_THE_SAME = 0.5
"""Cosine of the words of two texts."""
ROWS_AT_ONCE = 2000

Matrix = Any
Numbers = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Example:
    """A text, its language, the kind of agency that was right, and what the lexicon says of it.

    `topic` is finer than the agency, where it is known.
    """

    text: str
    language: str
    label: str
    lexical: dict[str, float]
    topic: str = ""


def learn(examples: Iterable[Example], *, kinds: Iterable[str]) -> Learned:
    """Raises DomainError where there is too little to learn from."""
    rows, labels = _worth_learning(list(examples))
    order = tuple(sorted({*kinds, *labels}))
    targets = _targets(rows, labels)
    blocks = [features.places(row.text, row.language) for row in rows]
    words, words_rarity = features.known_of([block[0] for block in blocks])
    beginnings, beginnings_rarity = features.known_of([block[1] for block in blocks])
    matrix = _matrix(blocks, (words, words_rarity), (beginnings, beginnings_rarity))
    told = np.array([[row.lexical.get(kind, 0.0) for kind in order] for row in rows])
    unseen = _opinions_unseen(matrix, targets, _alike(matrix[:, : len(words)]))
    heard = np.hstack([unseen, np.log1p(told)])
    upper, upper_bias = stacking.fitted(heard, targets.label, _seats(labels, order))
    weights, bias = speakers.heard_of(matrix, targets)
    fine, scales = learned.coarse(weights)
    seen = Counter(row.language for row in rows)
    return Learned(
        words, words_rarity, beginnings, beginnings_rarity, fine, scales,
        bias.astype(np.float32), targets.begin, upper.astype(np.float32),
        upper_bias.astype(np.float32), tuple(labels), order, tuple(seen), tuple(seen.values()),
        _sure_at(stacking.shares(heard, upper, upper_bias), targets.label),
    )  # fmt: skip


def _seats(labels: list[str], order: tuple[str, ...]) -> stacking.Seats:
    told = np.array([order.index(label) for label in labels])
    return stacking.seats(len(labels), learned.SPEAKERS, told, len(order))


def _targets(rows: list[Example], labels: list[str]) -> Targets:
    """Topics in the order of their labels."""
    named = Counter((row.label, row.topic) for row in rows)
    own = [
        (row.label, row.topic if named[row.label, row.topic] >= LEAST_OF_TOPIC else "")
        for row in rows
    ]
    topics = sorted(set(own))
    begin = [min(at for at, (of, _) in enumerate(topics) if of == label) for label in labels]
    places = {topic: at for at, topic in enumerate(topics)}
    return Targets(
        np.array([labels.index(row.label) for row in rows]),
        np.array([places[one] for one in own]), np.array(begin),
    )  # fmt: skip


def _worth_learning(examples: list[Example]) -> tuple[list[Example], list[str]]:
    count = Counter(example.label for example in examples)
    labels = sorted(label for label, times in count.items() if times >= LEAST_OF_LABEL)
    rows = [example for example in examples if example.label in labels]
    if len(rows) < LEAST_EXAMPLES or len(labels) < 2:
        raise DomainError(
            "There is too little to learn from: %(least)s texts of two agencies are needed.",
            least=LEAST_EXAMPLES,
        )
    return rows, labels


def _matrix(blocks: list[features.Blocks], *known: tuple[Integers, features.Floats]) -> Matrix:
    from scipy import sparse

    parts = []
    for position, (places, rarity) in enumerate(known):
        rows = [features.weighed(block[position], places, rarity) for block in blocks]
        starts = np.concatenate([[0], np.cumsum([len(at) for at, _ in rows])])
        at, weights = (np.concatenate(column) for column in zip(*rows, strict=True))
        parts.append(sparse.csr_matrix((weights, at, starts), shape=(len(rows), len(places))))
    return sparse.hstack(parts).tocsr()


def _alike(of_words: Matrix) -> Integers:
    """A number for each text; texts that read nearly the same share it."""
    from scipy import sparse
    from scipy.sparse import csgraph

    size, links = of_words.shape[0], []
    for start in range(0, size, ROWS_AT_ONCE):
        near = (of_words[start : start + ROWS_AT_ONCE] @ of_words.T).tocoo()
        close = near.data >= NEARLY_THE_SAME
        links.append((near.row[close] + start, near.col[close]))
    rows, columns = (np.concatenate(column) for column in zip(*links, strict=True))
    graph = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    groups: Integers = csgraph.connected_components(graph, directed=False)[1]
    return groups


def _opinions_unseen(matrix: Matrix, targets: Targets, alike: Integers) -> Numbers:
    """Opinions of models that had seen neither the text nor one like it.

    Without the second half the upper model would be too sure of itself.
    """
    from sklearn.model_selection import GroupKFold

    found = np.zeros((len(alike), learned.SPEAKERS * len(targets.begin)))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(alike, groups=alike):
        weights, bias = speakers.heard_of(matrix[seen], targets.of(seen))
        found[unseen] = learned.of_agencies(matrix[unseen] @ weights + bias, targets.begin)
    return found


def _sure_at(shares: Numbers, target: Integers) -> float:
    """The lowest probability from which upward it is right as often as wanted."""
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == target
    order = np.argsort(-confidence)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= WANTED_RIGHT)
    return float(confidence[order][enough.max()]) if len(enough) else 1.0
