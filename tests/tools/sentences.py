"""Every sentence of the house that a person may read, found in the source.

`python -m tests.tools.sentences` lists those that lack a Kazakh or Russian translation.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from reception.language import PACKAGES, catalogues

ROOT = Path(__file__).parent.parent.parent
SPEAKING = {
    "DomainError", "NotFound", "NotAllowed", "Invalid", "WrongStatus", "TakenByAnother",
    "NotCompetent", "SignInNeeded", "_wrong", "say", "say_count", "Area", "Section",
    "Telling", "Look", "Subject", "Editable", "_step", "Figure", "Wording", "_",
}  # fmt: skip
TABLES = {
    "GUIDE", "UNREADABLE_PART", "HALL", "ADMINISTRATION", "CLASSES", "WEEKDAYS",
    "NOT_POSSIBLE", "NOWHERE",
    "MESSAGES", "UNREADABLE", "OF_STATUS", "STATE_WORDS", "DESK", "INTAKE", "TICKET", "WORK",
    "REPORTS", "COUNCIL", "PROPOSALS", "WORDS", "LOOK_AGAIN", "SENTENCES", "STORIES",
    "REFUSED", "LABELS", "KINDS", "STATES", "APPEAL", "WORK_NOTICE", "TICKET_NOTICE", "DONE",
    "REASONS", "BOOKING_NOTICE", "UNROUTED_NOTICE", "GIVEN_NOTICE",
    "ASSUMED",
    "THEMES", "SPANS", "BESIDE", "UNITS", "FREQUENCIES", "STATUSES",
    "STAGES", "SCORES", "RATING_REASONS", "REPORT_NOTICE", "MAIL", "PROPOSAL_NOTICE",
    "TWICE", "MISSING", "EXTENDED", "REDIRECTED", "REVIVED", "BY_LINK", "ALERTS",
    "WORDS_OF_STATES", "FIGURES",
    "REGISTER", "SIGHTS", "MORE", "FOREIGN", "REVEALED", "ODD", "STEPS", "MEANINGS",
    "SHARED", "SWITCHED",
}  # fmt: skip
"""Names whose constants are sentences chosen at run time."""
Place = tuple[str, int]


@cache
def sentences() -> dict[str, Place]:
    """Message id -> where it stands first."""
    found: dict[str, Place] = {}
    for package in PACKAGES:
        for message, place in (*in_templates(package), *in_python(package)):
            found.setdefault(message, place)
    return found


def in_templates(package: str) -> Iterator[tuple[str, Place]]:
    rules = [("**/templates/**.html", "jinja2")]
    options = {"**/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
    for name, line, message, *_ in extract_from_dir(
        ROOT / package, rules, options, strip_comment_tags=True
    ):
        for one in message if isinstance(message, tuple) else (message,):
            if one:
                yield one, (f"{package}/{name}", line)


def in_python(package: str) -> Iterator[tuple[str, Place]]:
    for file in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for text in spoken_by(node):
                if is_asked_for(node) or looks_like_a_sentence(text):
                    yield text, (str(file.relative_to(ROOT)), getattr(node, "lineno", 0))


def spoken_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in SPEAKING:
            for argument in node.args:
                yield from constants(argument)
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {getattr(target, "id", getattr(target, "attr", "")) for target in targets}
        if names & TABLES:
            yield from constants(node.value)
        if names == {"problems"} or (names == {""} and targets_of(node) == {"problems"}):
            yield from constants(node.value)


def targets_of(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    found = (t.value for t in targets if isinstance(t, ast.Subscript))
    return {getattr(value, "id", "") for value in found}


def constants(node: ast.AST) -> Iterator[str]:
    """String constants, but not the keys of a dictionary."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from constants(value)
    elif isinstance(node, ast.DictComp):
        yield from constants(node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.IfExp | ast.BoolOp | ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from constants(child)


def is_asked_for(node: ast.AST) -> bool:
    """A call of `_` with its text: whatever stands there is for people, be it one small word."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "_"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )


def looks_like_a_sentence(text: str) -> bool:
    """Codes, endpoints and column names are not for people."""
    return bool(text) and text[0].isupper() and any(c.islower() for c in text) and text[-1] != "_"


def translated(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in catalogues(language):
        with file.open("rb") as source:
            for entry in read_po(source, locale=language):
                strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
                for one in ids:
                    if one and all(strings) and not entry.fuzzy:
                        found.setdefault(one, strings[0])
    return found


def missing(language: str) -> dict[str, Place]:
    known = translated(language)
    return {text: place for text, place in sentences().items() if text not in known}


if __name__ == "__main__":
    for code in ("kk", "ru"):
        for text, (file, line) in missing(code).items():
            sys.stdout.write(f"{code} {file}:{line} {text}\n")
