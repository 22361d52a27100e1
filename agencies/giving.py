"""By which rule of an agency a claim goes to which of its people; pure.

Rules stand in an order, and the first that fits decides. A rule whose person may not have the claim
does not fit, so that one for a deputy may stand below it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Matter:
    """What rules ask of a claim. `group` is the topic above its own, where there is one."""

    topic: int | None = None
    group: int | None = None
    district: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Rule:
    """None asks nothing: a rule that asks nothing at all takes every claim."""

    id: int
    to: int
    topic: int | None = None
    """A topic of the first level stands for those beneath it."""
    district: int | None = None
    kind: str | None = None

    def fits(self, matter: Matter) -> bool:
        return (
            self.topic in (None, matter.topic, matter.group)
            and self.district in (None, matter.district)
            and self.kind in (None, matter.kind)
        )


def deciding(rules: Iterable[Rule], matter: Matter, *, able: Collection[int]) -> Rule | None:
    """`able` are the people who may have this claim."""
    return next((rule for rule in rules if rule.to in able and rule.fits(matter)), None)


@dataclass(frozen=True)
class Past:
    """A claim that came, and who has it really. `kept_from` may not have it."""

    matter: Matter
    officer: int | None
    kept_from: frozenset[int] = frozenset()
    special: bool = False
    """It holds special personal data, which no rule gives to anybody."""


@dataclass
class Share:
    """What would have come to one rule, or to none, by who really has it (None: nobody)."""

    really: Counter[int | None] = field(default_factory=Counter)

    @property
    def taken(self) -> int:
        return self.really.total()


@dataclass(frozen=True)
class Trial:
    """What the rules would have done. Every claim stands in one of the three."""

    by_rule: dict[int, Share]
    left: Share
    special: Share
    unfitting: list[int]
    """Places, among the claims tried, of those that no rule takes."""

    @property
    def tried(self) -> int:
        return sum(one.taken for one in (*self.by_rule.values(), self.left, self.special))


def tried(rules: Sequence[Rule], claims: Sequence[Past], *, at_work: Collection[int]) -> Trial:
    trial = Trial({rule.id: Share() for rule in rules}, Share(), Share(), [])
    for place, one in enumerate(claims):
        able = frozenset(at_work) - one.kept_from
        rule = None if one.special else deciding(rules, one.matter, able=able)
        share = trial.special if one.special else trial.by_rule[rule.id] if rule else trial.left
        share.really[one.officer] += 1
        if share is trial.left:
            trial.unfitting.append(place)
    return trial
