"""A model learned from decisions of people: what a file of it holds, and its opinion of a text.

The file is plain arrays (`.npz`, nothing in it is executed). Linear models over hashed words and
their beginnings, of agencies and of topics, and a small one above them that also hears the lexicon
and gives probabilities.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agencies import features
from agencies.errors import DomainError
from agencies.features import Floats, Places

FORMAT = 3
FINEST = 127
SPEAKERS = 4
"""Lower models: two of labels, two of topics."""
HALF_TRUST = 150
"""Examples of a language after which the model is believed half against the lexicon."""

_ARRAYS = (
    "words", "words_rarity", "beginnings", "beginnings_rarity", "weights", "scales", "bias",
    "topics", "upper", "upper_bias",
)  # fmt: skip
_NAMES = ("labels", "kinds", "languages")


@dataclass(frozen=True)
class Learned:
    """`weights` (places x opinions, in 127ths of `scales`) and `bias` give the lower opinions: two
    of each label, then two of each topic; those of one label begin at its place in `topics`.
    `upper` turns them and the lexicon's scores (in the order of `kinds`) into logits of `labels`.
    `by_language` counts examples. `sure_at` is the probability from which it was right nine times
    in ten.
    """

    words: Places
    words_rarity: Floats
    beginnings: Places
    beginnings_rarity: Floats
    weights: npt.NDArray[np.int8]
    scales: Floats
    bias: Floats
    topics: Places
    upper: Floats
    upper_bias: Floats
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    by_language: tuple[int, ...]
    sure_at: float

    def probabilities(
        self, text: str, *, language: str, lexical: dict[str, float]
    ) -> dict[str, float]:
        """Label -> probability; they sum to 1."""
        lower = self.opinions(features.places(text, language))
        told = np.array([lexical.get(kind, 0.0) for kind in self.kinds])
        logits = np.concatenate([lower, np.log1p(told)]) @ self.upper + self.upper_bias
        shares = np.exp(logits - logits.max())
        return dict(zip(self.labels, (shares / shares.sum()).tolist(), strict=True))

    def opinions(self, blocks: features.Blocks) -> npt.NDArray[np.floating[Any]]:
        at, weights = features.weighed(blocks[0], self.words, self.words_rarity)
        other, others = features.weighed(blocks[1], self.beginnings, self.beginnings_rarity)
        places = np.concatenate([at, other + len(self.words)])
        said: Any = np.concatenate([weights, others]) @ self.weights[places].astype(np.float32)
        found: npt.NDArray[np.floating[Any]] = of_agencies(
            said * (self.scales / FINEST) + self.bias, self.topics
        )
        return found

    def trust(self, language: str) -> float:
        """From 0 to 1: how much of the language it has seen."""
        seen = dict(zip(self.languages, self.by_language, strict=True)).get(language, 0)
        return seen / (seen + HALF_TRUST)

    def reasons(self, stems: list[str], label: str, *, most: int = 4) -> list[str]:
        """Stems of the text that speak for the label, strongest first."""
        if label not in self.labels or not len(self.words):
            return []
        column = self.labels.index(label)
        said = {stem: self._voice(stem, column) for stem in dict.fromkeys(stems) if len(stem) > 2}
        strongest = sorted(said, key=lambda stem: -said[stem])[:most]
        return [stem for stem in strongest if said[stem] > 0]

    def _voice(self, stem: str, column: int) -> float:
        place = features.place_of(stem)
        at = int(np.searchsorted(self.words, place))
        if at >= len(self.words) or self.words[at] != place:
            return 0.0
        return float(self.weights[at, column] * self.scales[column] * self.words_rarity[at])


def of_agencies(opinions: Any, topics: Places) -> Any:
    """With the strongest topic of each label in place of its topics; of one text or of many."""
    own = 2 * len(topics)
    begin = np.concatenate([topics, topics + (opinions.shape[-1] - own) // 2])
    strongest = np.maximum.reduceat(opinions[..., own:], begin, axis=-1)
    return np.concatenate([opinions[..., :own], strongest], axis=-1)


def coarse(weights: npt.NDArray[np.floating[Any]]) -> tuple[npt.NDArray[np.int8], Floats]:
    """In one byte each, with the scale of each column: a web process keeps them in memory."""
    scales = np.abs(weights).max(axis=0) + 1e-9
    return np.rint(weights / scales * FINEST).astype(np.int8), scales.astype(np.float32)


def packed(model: Learned) -> bytes:
    arrays: dict[str, Any] = {name: getattr(model, name) for name in _ARRAYS}
    arrays |= {name: np.array(getattr(model, name), dtype="U32") for name in _NAMES}
    arrays |= {
        "by_language": np.array(model.by_language), "sure_at": np.array(model.sure_at),
        "format": np.array(FORMAT),
    }  # fmt: skip
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def unpacked(content: bytes) -> Learned:
    """Raises DomainError where the file is of another format."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        if int(file["format"]) != FORMAT:
            raise DomainError("The routing model is of another format; train it again.")
        parts: dict[str, Any] = {name: file[name] for name in _ARRAYS}
        parts |= {name: tuple(map(str, file[name])) for name in _NAMES}
        parts["by_language"] = tuple(map(int, file["by_language"]))
        return Learned(**parts, sure_at=float(file["sure_at"]))
