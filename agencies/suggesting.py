"""Which agency may be competent for a text: suggestions with reasons and honest confidence.

The lexicon speaks from the first day; a learned model speaks beside it as far as it has seen the
language and the agency. Firm rows of the lexicon (crime, threat, prosecutor, emergency) are offered
whatever the model says. The law gives a right to a decision by a person, so nothing here routes.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from agencies import classifier, places, texts
from agencies.classifier import RoutingModel
from agencies.directory import District, Origin
from agencies.learned import Learned
from agencies.lexicon import Hit, Lexicon, lexicon

OFFERED = 3
SURE_SHARE = 0.6
SURE_WEIGHT = 2.0
"""The lexicon alone is sure of an agency with this share and this much said for it."""
WORDS_ALONE = 0.35
"""Share that the lexicon keeps for agencies which the model has never seen."""
LEAST = 0.0005
READ = 4000
"""Letters of a text that are read."""


@dataclass(frozen=True)
class Suggestion:
    """`score` is a probability from 0 to 1; `advice` tells where to turn outside the hall."""

    agency: str
    score: float
    subject: str
    reasons: list[str]
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Suggestions:
    """`written` is the language of the text, `model` the row that spoke beside the lexicon,
    `shares` the probability of each kind, `district` the code of the one that was chosen or named.
    """

    language: str
    written: str
    offered: list[Suggestion]
    sure: bool
    model: int | None
    shares: dict[str, float]
    district: str = ""
    other_city: bool = False
    """It names the city of Alatau, which is not the district of that name."""


def suggest(
    session: Session, text: str, *, day: date, language: str = "", district: District | None = None
) -> Suggestions:
    """At most three agencies, best first. Empty where no word is known: a person decides alone.

    `language` is that of the answer; what the text is written in is read from the text.
    """
    row = classifier.champion(session)
    return weigh(lexicon(session), row, text, day=day, language=language, district=district)


def weigh(
    words: Lexicon, row: RoutingModel | None, text: str, *,
    day: date, language: str = "", district: District | None = None,
) -> Suggestions:  # fmt: skip
    text = text[:READ]
    written = texts.detect(text)
    chosen = district.code if district is not None and district.origin is Origin.HALL else ""
    place = places.read(text, district=chosen)
    hits = words.hits(text, day=day, street_class=place.street_class)
    model = classifier.usable(row) if row and text.strip() else None
    shares = _shares(model, text, written, hits)
    ranked = _ranked(shares, hits)
    stems = texts.words(text[:600], written) if model else []
    offered = [
        _suggestion(kind, shares.get(kind, 0.0), hits, language or written, place, model, stems)
        for kind in ranked
    ]
    sure = bool(offered) and _is_sure(model, written, shares[ranked[0]], hits, ranked[0])
    return Suggestions(
        language or written, written, offered, sure and not place.other_city,
        row.id if row and model else None, shares, place.district, place.other_city,
    )  # fmt: skip


def heard(words: Lexicon, text: str, *, day: date) -> list[Hit]:
    """What the lexicon hears in a text, the street of the place minded."""
    text = text[:READ]
    return words.hits(text, day=day, street_class=places.read(text).street_class)


def said_for(hits: list[Hit]) -> dict[str, float]:
    """Kind of agency -> weight of the different stems that spoke for it."""
    stems: dict[str, dict[str, float]] = defaultdict(dict)
    for hit in hits:
        own = stems[hit.entry.kind]
        own[hit.stem] = max(hit.weight, own.get(hit.stem, 0.0))
    return {kind: sum(said.values()) for kind, said in stems.items()}


def _shares(model: Learned | None, text: str, language: str, hits: list[Hit]) -> dict[str, float]:
    """Kind -> probability. Of the lexicon alone where no model has seen the language."""
    said = said_for(hits)
    total = sum(said.values())
    by_words = {kind: weight / total for kind, weight in said.items()}
    trust = model.trust(language) if model else 0.0
    if model is None or not trust:
        return by_words
    by_model = model.probabilities(text, language=language, lexical=said)
    unknown = {kind: share for kind, share in by_words.items() if kind not in by_model}
    kept = WORDS_ALONE * sum(unknown.values())
    mixed = {kind: share * (1 - kept) for kind, share in by_model.items()}
    mixed |= {kind: WORDS_ALONE * share for kind, share in unknown.items()}
    if not hits:
        return mixed
    return {
        kind: trust * mixed.get(kind, 0.0) + (1 - trust) * by_words.get(kind, 0.0)
        for kind in mixed.keys() | by_words.keys()
    }


def _ranked(shares: dict[str, float], hits: list[Hit]) -> list[str]:
    """The three most probable; a firm rule takes the last place if it has none."""
    order = sorted(shares, key=lambda kind: (-shares[kind], kind))
    best = [kind for kind in order if shares[kind] >= LEAST][:OFFERED]
    firm = [hit.entry.kind for hit in hits if hit.entry.firm and hit.entry.kind not in best]
    if firm:
        best = [*best[: OFFERED - 1], max(firm, key=lambda kind: shares.get(kind, 0.0))]
    return best


def _is_sure(
    model: Learned | None, language: str, share: float, hits: list[Hit], kind: str
) -> bool:
    """A firm rule for another agency is a reason to ask a person."""
    if any(hit.entry.firm and hit.entry.kind != kind for hit in hits):
        return False
    if model and model.trust(language) > 0.5:
        return share >= model.sure_at
    return share >= SURE_SHARE and said_for(hits).get(kind, 0.0) >= SURE_WEIGHT


def _suggestion(
    kind: str, share: float, hits: list[Hit], language: str, place: places.Place,
    model: Learned | None, stems: list[str],
) -> Suggestion:  # fmt: skip
    own = [hit for hit in hits if hit.entry.kind == kind]
    reasons = sorted({hit.stem for hit in own})
    if not reasons and model:
        reasons = model.reasons(stems, kind)
    best = max(own, key=lambda hit: (hit.weight, hit.stem), default=None)
    return Suggestion(
        _placed(kind, place), round(share, 3), best.entry.subject if best else "",
        reasons, _advice(own, language),
    )  # fmt: skip


def _advice(own: list[Hit], language: str) -> str:
    """Of the row that says most among those that tell where to turn."""
    told = [hit for hit in own if hit.entry.advice.get(language)]
    best = max(told, key=lambda hit: (hit.weight, hit.stem), default=None)
    return best.entry.advice[language] if best else ""


def _placed(kind: str, place: places.Place) -> str:
    """The akimat of the object's district, where a person chose it or the words name it."""
    return f"akimat-{place.district}" if kind == "akimat" and place.district else kind
