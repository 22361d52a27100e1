"""Learning again from the decisions of people; a challenger speaks only if it is better.

The challenger learns from the earlier decisions; both are measured on the later ones. The claims
themselves hold the texts, so an erased person leaves no trace in the next model.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agencies import classifier, learning, suggesting
from agencies.calendar import business_date
from agencies.choices import RoutingChoice
from agencies.classifier import RoutingModel
from agencies.db import take_time
from agencies.directory import agency_kinds
from agencies.errors import DomainError
from agencies.learning import Example
from agencies.lexicon import Lexicon, lexicon
from agencies.measuring import Trial, measures

LEAST_DECISIONS = 200
MOST_DECISIONS = 20_000
LATER = 5
"""One decision in so many, the latest ones, is kept for the gate."""
WORTHWHILE = 20
"""New decisions without which a night is skipped."""
DRIFT_DAYS = 30
DRIFT_LEAST = 50
DRIFT_DROP = 0.08
"""The alarm: the share right at the first try fell by so much against the time before."""


def decisions(session: Session) -> list[RoutingChoice]:
    """The latest decisions of people, the oldest first, with their claims."""
    query = (
        select(RoutingChoice)
        .where(RoutingChoice.chosen.is_not(None))
        .order_by(RoutingChoice.suggested_at.desc(), RoutingChoice.id.desc())
        .limit(MOST_DECISIONS)
        .options(joinedload(RoutingChoice.claim))
    )
    return [row for row in reversed(session.scalars(query).all()) if row.claim.text.strip()]


def retrain(session: Session, *, now: datetime) -> RoutingModel | None:
    """The new model with its measures, champion or retired; nothing where there is too little."""
    rows = decisions(session)
    if len(rows) < LEAST_DECISIONS or not _has_news(session, rows):
        return None
    later = rows[-(len(rows) // LATER) :]
    earlier = rows[: -len(later)]
    words = lexicon(session)
    take_time(session)
    try:
        model = learning.learn(_examples(earlier, words), kinds=agency_kinds(session))
    except DomainError:
        return None
    before = classifier.champion(session)
    challenger = classifier.keep(
        session, model, source="decisions", examples=len(earlier), now=now
    )  # fmt: skip
    own, other = (measures(_trials(later, words, row)) for row in (challenger, before))
    challenger.measures = {"challenger": own, "champion": other}
    if _is_better(own, other):
        classifier.promote(session, challenger)
    else:
        classifier.retire(session, challenger)
    return challenger


def _has_news(session: Session, rows: list[RoutingChoice]) -> bool:
    query = select(RoutingModel.trained_at).where(RoutingModel.source == "decisions")
    last = session.scalar(query.order_by(RoutingModel.trained_at.desc()).limit(1))
    fresh = [row for row in rows if last is None or (row.chosen_at and row.chosen_at > last)]
    return len(fresh) >= WORTHWHILE


def _examples(rows: list[RoutingChoice], words: Lexicon) -> list[Example]:
    return [_example(row, words) for row in rows]


def _example(row: RoutingChoice, words: Lexicon) -> Example:
    claim, day = row.claim, business_date(row.suggested_at)
    lexical = suggesting.said_for(suggesting.heard(words, claim.text, day=day))
    topic = claim.subject.code if claim.subject else ""
    return Example(claim.text, row.language, row.right or "", lexical, topic)


def _trials(rows: list[RoutingChoice], words: Lexicon, model: RoutingModel | None) -> list[Trial]:
    found = []
    for row in rows:
        day = business_date(row.suggested_at)
        said = suggesting.weigh(words, model, row.claim.text, day=day)
        offered = [one.agency for one in said.offered]
        confidence = said.offered[0].score if said.offered else 0.0
        found.append(Trial(offered, confidence, said.sure, row.right or "", row.language))
    return found


def _is_better(own: dict[str, Any], other: dict[str, Any]) -> bool:
    """Right more often, and worse neither for the rare agencies nor in its confidence."""
    return bool(
        own["top1"] > other["top1"]
        and own["macro_f1"] >= other["macro_f1"] - 0.01
        and own["ece"] <= max(other["ece"] + 0.01, 0.05)
    )


def trial_of(row: RoutingChoice) -> Trial:
    """What was suggested at the desk against the last word of a person; a redirect is an error."""
    confidence = float(row.scores.get(row.offered[0], 0.0)) if row.offered else 0.0
    return Trial(row.offered, confidence, row.sure, row.right or "", row.language)


@dataclass(frozen=True)
class Drift:
    """Shares right at the first try: lately and before."""

    lately: float
    before: float

    @property
    def alarming(self) -> bool:
        return self.before - self.lately >= DRIFT_DROP


def drift(rows: list[RoutingChoice], *, now: datetime) -> Drift | None:
    """Nothing where either time has too few decisions."""
    border = now - timedelta(days=DRIFT_DAYS)
    lately = [trial_of(row) for row in rows if row.suggested_at >= border]
    before = [trial_of(row) for row in rows if row.suggested_at < border]
    if min(len(lately), len(before)) < DRIFT_LEAST:
        return None
    return Drift(measures(lately)["top1"], measures(before)["top1"])
