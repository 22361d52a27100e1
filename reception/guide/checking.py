"""What must be true of a version before it is published."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from agencies import calendar
from reception.guide import law, links, walking
from reception.guide.law import ActState
from reception.guide.procedure import LANGUAGES, Procedure, Text

RESERVED = frozenset({"lang", "as_of", "q", "slug", "cursor"})
SENTENCES = {
    "empty": "There is no step yet.",
    "language": "A text is missing in one of the three languages.",
    "stale": "A translation is older than its source or was made by a machine: check it.",
    "outcome": "Some answers lead to no outcome. The last step of each way says what people get.",
    "ways": "There are too many combinations of answers. Ask fewer questions.",
    "unreached": "A step is never reached, whatever is answered.",
    "cycle": "Two steps wait for each other.",
    "needs": "A step waits for one that does not exist.",
    "question": "A condition names a question or an answer that does not exist.",
    "key": "Two steps or two questions share a key, or a key is one of the house's own words.",
    "legal": "A fee or a term has no legal reference on its step or before it.",
    "repealed": "A legal reference was repealed or is not known.",
    "rate": "A fee is a multiple of a rate that is not known for that day.",
    "link": "A link did not answer within the last seven days.",
}


def faults(session: Session, held: Procedure, *, day: date) -> list[str]:
    """English sentences of the catalogues; empty where all is well."""
    found = [*_of_form(held), *_of_ways(held), *_of_law(session, held, day)]
    if links.broken(session, held, now=calendar.clock()):
        found.append("link")
    return [SENTENCES[code] for code in dict.fromkeys(found)]


def _of_form(held: Procedure) -> Iterator[str]:
    if not held.steps:
        yield "empty"
    if any(not text.has(language) for text in texts(held) for language in LANGUAGES):
        yield "language"
    if any(held.state_of(language) not in ("source", "checked") for language in LANGUAGES):
        yield "stale"
    keys, facts = [s.key for s in held.steps], [f.key for f in held.facts]
    if len(set(keys)) < len(keys) or len(set(facts)) < len(facts) or RESERVED & set(facts):
        yield "key"
    if any(need.step not in keys for step in held.steps for need in step.needs):
        yield "needs"
    elif _circle(held):
        yield "cycle"


def texts(held: Procedure) -> Iterator[Text]:
    """Every text that a reader may see."""
    yield held.title
    for fact in held.facts:
        yield fact.text
        yield from (option.text for option in fact.options)
    for step in held.steps:
        yield step.title
        yield from (paper.title for paper in step.documents)
        yield from (outcome.text for outcome in step.outcomes)


def _circle(held: Procedure) -> bool:
    """Whether following the needs never ends: steps without open needs are taken away in turn."""
    left = {step.key: {need.step for need in step.needs} for step in held.steps}
    while free := [key for key, needs in left.items() if not needs & set(left)]:
        for key in free:
            del left[key]
    return bool(left)


def _of_ways(held: Procedure) -> Iterator[str]:
    facts = {fact.key: fact for fact in held.facts}
    for condition in walking.conditions(held):
        if walking.named_in(condition) - set(facts):
            yield "question"
            return
    reached: set[str] = set()
    for count, answers in enumerate(walking.ways(held)):
        if count == walking.MOST_WAYS - 1:
            yield "ways"
            return
        way = walking.walk(held, answers)
        reached |= {step.key for step in way.steps}
        if not way.outcomes:
            yield "outcome"
    if reached != {step.key for step in held.steps}:
        yield "unreached"


def _of_law(session: Session, held: Procedure, day: date) -> Iterator[str]:
    cited = False
    for step in held.steps:
        cited = cited or bool(step.legal)
        if (step.term or step.fees) and not cited:
            yield "legal"
    codes = law.acts_of(held)
    known = law.acts(session, codes)
    states = {act.state for act in known.values()}
    if set(known) != codes or states & {ActState.REPEALED, ActState.UNKNOWN}:
        yield "repealed"
    multiples = any(fee.kind == "mci" for step in held.steps for fee in step.fees)
    if multiples and law.rate_on(session, law.MCI, day) is None:
        yield "rate"
