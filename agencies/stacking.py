"""The upper model: what the lower ones and the lexicon say of a text becomes probabilities.

A multinomial logistic regression. Each label hears all opinions with weights of its own, and those
of itself with a loudness that the labels share: an agency with few examples believes the lexicon as
far as the others learned to.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

OF_ONE = 50.0
OF_ALL = 0.1
"""Penalties of a weight that one label has for itself, and of one that all labels share."""
STEPS = 150

Numbers = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Seats:
    """Columns of the opinions: `speaker` of each, and (labels x speakers) those of one label."""

    speaker: Integers
    own: Integers


def seats(labels: int, speakers: int, told: Integers, kinds: int) -> Seats:
    """So many speakers with a column for each label; then the lexicon with one for each kind,
    that of a label at its place in `told`.
    """
    speaker = np.concatenate([np.repeat(np.arange(speakers), labels), np.full(kinds, speakers)])
    own = np.arange(labels)[:, None] + labels * np.arange(speakers)[None, :]
    return Seats(speaker, np.hstack([own, labels * speakers + told[:, None]]))


def fitted(opinions: Numbers, target: Integers, at: Seats) -> tuple[Numbers, Numbers]:
    """Coefficients (opinions x labels) and bias."""
    middle, spread = _scales(opinions, at)
    size, count = (opinions.shape[1], *at.own.shape)[:2]
    alone, shared, bias = _found((opinions - middle) / spread, target, at)
    for speaker, loudness in enumerate(shared):
        alone[at.own[:, speaker], np.arange(count)] += loudness
    weights = alone.reshape(size, count) / spread[:, None]
    return weights, bias - middle @ weights


def shares(opinions: Numbers, weights: Numbers, bias: Numbers) -> Numbers:
    """Probabilities of the labels, a row for each text."""
    return _shares(opinions @ weights + bias)


def _scales(opinions: Numbers, at: Seats) -> tuple[Numbers, Numbers]:
    """Those of one speaker are of one scale whatever the label."""
    columns = [opinions[:, at.speaker == one] for one in range(at.own.shape[1])]
    middle = np.array([own.mean() for own in columns])
    spread = np.array([own.std() + 1e-6 for own in columns])
    return middle[at.speaker], spread[at.speaker]


def _found(opinions: Numbers, target: Integers, at: Seats) -> tuple[Numbers, Numbers, Numbers]:
    """Weights of one label (opinions x labels), those of all (speakers), and bias."""
    from scipy.optimize import minimize

    count, speakers = at.own.shape
    border = [opinions.shape[1] * count, opinions.shape[1] * count + speakers]
    own = opinions[:, at.own]
    right = np.eye(count)[target]

    def lost(values: Numbers) -> tuple[float, Numbers]:
        alone, shared, bias = np.split(values, border)
        weights = alone.reshape(-1, count)
        said = _shares(opinions @ weights + own @ shared + bias)
        loss = -np.log(said[np.arange(len(target)), target] + 1e-12).sum()
        loss += (OF_ONE * (alone**2).sum() + OF_ALL * (shared**2).sum()) / 2
        wrong = said - right
        slopes = (
            (opinions.T @ wrong + OF_ONE * weights).ravel(),
            np.einsum("nl,nlk->k", wrong, own) + OF_ALL * shared, wrong.sum(axis=0),
        )  # fmt: skip
        return float(loss), np.concatenate(slopes)

    start = np.zeros(border[1] + count)
    values = minimize(lost, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    alone, shared, bias = np.split(values, border)
    return alone.reshape(-1, count), shared, bias


def _shares(logits: Numbers) -> Numbers:
    found: Numbers = np.exp(logits - logits.max(axis=1, keepdims=True))
    divided: Numbers = found / found.sum(axis=1, keepdims=True)
    return divided
