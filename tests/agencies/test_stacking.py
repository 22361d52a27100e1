"""The upper model on made-up opinions of one lower model and of the lexicon."""

import numpy as np
import pytest

from agencies import stacking

FEW = 3
AT = stacking.seats(labels=3, speakers=1, told=np.array([0, 1, 2]), kinds=4)


@pytest.fixture(scope="module")
def learned():
    """Of two labels with many texts the lexicon knows four of five; of the third there are few."""
    dice = np.random.default_rng(3)
    target = np.array([0] * 200 + [1] * 200 + [2] * FEW)
    told = np.zeros((len(target), 4))
    heard = np.arange(400)[np.arange(400) % 5 > 0]
    told[heard, target[heard]] = 1
    return stacking.fitted(np.hstack([dice.normal(size=(len(target), 3)), told]), target, AT)


def shares_where_the_lexicon_speaks_for(label, learned):
    told = np.zeros((1, 7))
    told[0, 3 + label] = 1
    return stacking.shares(told, *learned)[0]


@pytest.mark.parametrize("label", [0, 1])
def test_an_agency_with_many_examples_is_believed_where_the_lexicon_was_right(learned, label):
    shares = shares_where_the_lexicon_speaks_for(label, learned)

    assert shares.argmax() == label
    assert shares.sum() == pytest.approx(1)


def test_an_agency_with_few_examples_hears_the_lexicon_as_the_others_learned_to(learned):
    silent = stacking.shares(np.zeros((1, 7)), *learned)[0]
    shares = shares_where_the_lexicon_speaks_for(2, learned)

    assert silent.argmin() == 2
    assert shares.argmax() == 2
