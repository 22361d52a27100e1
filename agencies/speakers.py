"""The lower models of the routing, each linear: weights (places x opinions) and bias.

Two of the agencies (a support vector machine, complement naive Bayes) and two of their finer topics
(a support vector machine, the middles of the topics).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

UNHEARD = -3.0
"""Opinion of a label that a fold had no example of."""
OF_RATIO = 0.25
"""How far a feature's loudness goes by how much oftener the texts of a label hold it."""

Matrix = Any
Numbers = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]
Linear = tuple[Numbers, Numbers]


@dataclass(frozen=True)
class Targets:
    """Positions of the label and of the topic of each row; where the topics of a label begin."""

    label: Integers
    topic: Integers
    begin: Integers

    def of(self, rows: Integers) -> "Targets":
        return Targets(self.label[rows], self.topic[rows], self.begin)


def heard_of(matrix: Matrix, targets: Targets) -> Linear:
    """All of them side by side: two opinions of each label, then two of each topic."""
    count, topics = len(targets.begin), int(targets.topic.max()) + 1
    parts = [
        _machine_by_ratio(matrix, targets.label, count), _bayes(matrix, targets.label, count),
        _machine(matrix, targets.topic, topics), _middles(matrix, targets.topic, topics),
    ]  # fmt: skip
    weights, bias = zip(*parts, strict=True)
    return np.hstack(weights), np.concatenate(bias)


def _machine_by_ratio(matrix: Matrix, target: Integers, count: int) -> Linear:
    """Each label against the others, over features that are louder the more they tell them apart
    (Wang and Manning, 2012).
    """
    from scipy import sparse
    from sklearn.svm import LinearSVC

    weights, bias = np.zeros((matrix.shape[1], count)), np.full(count, UNHEARD)
    present = matrix.sign()
    for label in np.unique(target):
        own = target == label
        loudness = _loudness(present, own)
        machine = LinearSVC(C=0.5, tol=0.3).fit(matrix @ sparse.diags(loudness), own)
        weights[:, label], bias[label] = loudness * machine.coef_[0], machine.intercept_[0]
    return weights, bias


def _loudness(present: Matrix, own: npt.NDArray[np.bool_]) -> Numbers:
    """One on the mean."""
    here, elsewhere = (1 + np.asarray(present[rows].sum(axis=0)).ravel() for rows in (own, ~own))
    ratio = np.abs(np.log(here / here.sum()) - np.log(elsewhere / elsewhere.sum()))
    loudness: Numbers = 1 - OF_RATIO + OF_RATIO * ratio / ratio.mean()
    return loudness


def _machine(matrix: Matrix, target: Integers, count: int) -> Linear:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=0.5, tol=0.3).fit(matrix, target)
    margins, starts = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:
        margins, starts = np.vstack([-margins, margins]), np.concatenate([-starts, starts])
    return _spread(margins, starts, machine.classes_, count)


def _bayes(matrix: Matrix, target: Integers, count: int) -> Linear:
    """Its sums differ by the length of a text alone; only their differences speak."""
    from sklearn.naive_bayes import ComplementNB

    bayes = ComplementNB(alpha=0.3).fit(matrix, target)
    likely = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
    return _spread(likely, np.zeros(len(likely)), bayes.classes_, count)


def _spread(rows: Numbers, starts: Numbers, classes: Integers, count: int) -> Linear:
    """Columns of every class, those without an example among them."""
    weights, bias = np.zeros((rows.shape[1], count)), np.full(count, UNHEARD)
    weights[:, classes], bias[classes] = rows.T, starts
    return weights, bias


def _middles(matrix: Matrix, target: Integers, count: int) -> Linear:
    """The mean text of each class, of length 1; a class without an example says nothing."""
    from scipy import sparse

    rows = len(target)
    members = sparse.csr_matrix((np.ones(rows), (target, np.arange(rows))), shape=(count, rows))
    sums = (members @ matrix).toarray()
    lengths = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9
    return (sums / lengths).T, np.zeros(count)
