"""The way through a procedure: which question comes next, and which steps remain.

Pure: the same procedure and the same answers give the same way. An answer that fits no option of
its question is as good as none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from reception.guide.procedure import Condition, Document, Fact, Fee, Outcome, Procedure, Step

DISTRICTS = (
    "alatau", "almaly", "auezov", "bostandyk", "zhetysu", "medeu", "nauryzbay", "turksib",
)  # fmt: skip
MOST_WAYS = 20_000
LONGEST_NUMBER = 6
Answers = dict[str, str]
Value = str | int | bool | date


@dataclass(frozen=True)
class Way:
    """`question` is None once everything that matters is answered; then `steps` are the visitor's
    own. `answered` holds the questions that were asked on this way, in order.
    """

    answered: list[tuple[Fact, str]]
    question: Fact | None
    steps: list[Step]

    @property
    def answers(self) -> Answers:
        return {fact.key: value for fact, value in self.answered}

    @property
    def outcomes(self) -> list[Outcome]:
        return [outcome for step in self.steps for outcome in step.outcomes]


def value_of(fact: Fact, given: str | None) -> Value | None:
    """The answer as the conditions compare it, None where it does not fit the question."""
    if given is None or given == "":
        return None
    if fact.kind == "int":
        plain = given.strip()
        return int(plain) if plain.isdecimal() and len(plain) <= LONGEST_NUMBER else None
    if fact.kind == "date":
        try:
            return date.fromisoformat(given)
        except ValueError:
            return None
    if fact.kind == "country":
        return given.upper() if len(given) == 2 and given.isascii() and given.isalpha() else None
    return given if given in allowed(fact) else None


def allowed(fact: Fact) -> tuple[str, ...]:
    """Answers that may be chosen; empty where one is typed."""
    if fact.kind == "bool":
        return ("yes", "no")
    if fact.kind == "district":
        return DISTRICTS
    return tuple(option.value for option in fact.options)


def holds(condition: Condition | None, known: dict[str, Value]) -> bool:
    """A condition about a question that was not asked does not hold."""
    if condition is None:
        return True
    return (
        all(holds(one, known) for one in condition.all)
        and (not condition.any or any(holds(one, known) for one in condition.any))
        and not any(holds(one, known) for one in condition.none)
        and (not condition.fact or _compares(condition, known.get(condition.fact)))
    )


def _compares(condition: Condition, known: Value | None) -> bool:
    if known is None:
        return False
    wanted: Any = condition.value
    if isinstance(wanted, bool):
        wanted = "yes" if wanted else "no"
    if isinstance(known, date):
        known = known.isoformat()
    if isinstance(known, int) != isinstance(wanted, int):
        return condition.op == "ne"
    compared: Any = known
    return bool(
        {
            "eq": lambda: compared == wanted, "ne": lambda: compared != wanted,
            "lt": lambda: compared < wanted, "le": lambda: compared <= wanted,
            "gt": lambda: compared > wanted, "ge": lambda: compared >= wanted,
        }[condition.op]()
    )  # fmt: skip


def named_in(condition: Condition | None) -> set[str]:
    """Questions that a condition asks about."""
    if condition is None:
        return set()
    inner = [*condition.all, *condition.any, *condition.none]
    own = {condition.fact} if condition.fact else set()
    return own.union(*(named_in(one) for one in inner))


def conditions(procedure: Procedure) -> Iterator[Condition]:
    for fact in procedure.facts:
        yield from (fact.when,) if fact.when else ()
    for step in procedure.steps:
        parts: list[Step | Document | Fee | Outcome] = [step, *step.documents]
        for part in (*parts, *step.fees, *step.outcomes):
            yield from (part.when,) if part.when else ()


def walk(procedure: Procedure, answers: Answers) -> Way:
    """The way of these answers. A question that changes nothing is not asked."""
    matter = that_matter(procedure)
    known: dict[str, Value] = {}
    answered: list[tuple[Fact, str]] = []
    for fact in procedure.facts:
        if fact.key not in matter or not holds(fact.when, known):
            continue
        value = value_of(fact, answers.get(fact.key))
        if value is None:
            return Way(answered, fact, [step for step in procedure.steps if not step.when])
        known[fact.key] = value
        answered.append((fact, answers[fact.key]))
    return Way(answered, None, [_own(step, known) for step in _open(procedure, known)])


def that_matter(procedure: Procedure) -> set[str]:
    """Questions whose answer changes something: a condition, or which akimat is meant."""
    asked = {key for condition in conditions(procedure) for key in named_in(condition)}
    by_district = any(step.agency == "akimat" for step in procedure.steps)
    return asked | ({"district"} if by_district else set())


def _open(procedure: Procedure, known: dict[str, Value]) -> list[Step]:
    return [step for step in procedure.steps if holds(step.when, known)]


def _own(step: Step, known: dict[str, Value]) -> Step:
    """The step with the papers, fees and outcomes of this visitor alone."""
    mine: dict[str, list[Document] | list[Fee] | list[Outcome]] = {
        "documents": [one for one in step.documents if holds(one.when, known)],
        "fees": [one for one in step.fees if holds(one.when, known)],
        "outcomes": [one for one in step.outcomes if holds(one.when, known)],
    }
    return step.model_copy(update=mine)


def ways(procedure: Procedure, most: int = MOST_WAYS) -> Iterator[Answers]:
    """Every combination of answers that leads to an end; numbers and dates by the bounds that the
    conditions name.
    """
    yield from islice(_ways(procedure, {}), most)


def _ways(procedure: Procedure, answers: Answers) -> Iterator[Answers]:
    question = walk(procedure, answers).question
    if question is None:
        yield answers
        return
    for value in samples(procedure, question):
        yield from _ways(procedure, {**answers, question.key: value})


def samples(procedure: Procedure, fact: Fact) -> list[str]:
    """Answers that lead to every branch."""
    if allowed(fact):
        return list(allowed(fact))
    bounds = _bounds(procedure, fact.key)
    if fact.kind == "int":
        numbers = {max(0, int(b) + n) for b in bounds for n in (-1, 0, 1)}
        return [str(number) for number in sorted(numbers or {0})]
    if fact.kind == "date":
        return sorted({"1990-01-01", "2099-12-31", *map(str, bounds)})
    return sorted({"ZZ", *map(str, bounds)})


def _bounds(procedure: Procedure, key: str) -> list[Any]:
    found: list[Any] = []
    waiting = list(conditions(procedure))
    while waiting:
        one = waiting.pop()
        waiting += [*one.all, *one.any, *one.none]
        if one.fact == key and one.value is not None:
            found.append(one.value)
    return found
