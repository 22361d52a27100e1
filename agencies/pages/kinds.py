"""The kinds of appeals and the laws that go before the Code, as choices of a form."""

from collections.abc import Iterator
from datetime import date

from agencies.errors import NotFound
from agencies.pages.voice import language, named, say
from agencies.pages.words import CASES
from agencies.reference import labels
from agencies.terms import AppealKind, Law, choose_policy

Choices = list[tuple[str, str]]


def kind_choices() -> Choices:
    return [(code, named(kind)) for code, kind in labels("kind").items()]


def case_choices(law: Law, day: date) -> Choices:
    """Each with its article; a case that no law of the day knows is left out."""
    return [("ordinary", say(CASES["ordinary"])), *_special(law, day)]


def _special(law: Law, day: date) -> Iterator[tuple[str, str]]:
    for case, word in CASES.items():
        kinds = [kind for kind in AppealKind if _basis(law, kind, case, day)]
        if kinds and case != "ordinary":
            yield case, f"{say(word)} · {_basis(law, kinds[0], case, day)}"


def _basis(law: Law, kind: str, case: str, day: date) -> str:
    try:
        policy = choose_policy(law.rows, kind=kind, case=case, day=day)
    except NotFound:
        return ""
    return str(getattr(policy, f"basis_{language()}"))
