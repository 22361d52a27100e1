"""Scopes and series (`category:03 district:medeu`) in the words of the reader's language."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.directory import Agency, District, Subject
from reception.guide.situations import Situation, SituationVersion
from reception.language import named, say
from reports.center.records import SourceSystem
from reports.wording import Words

WORDS = {
    "hall": "The hall",
    "agencies": "All agencies together",
    "hall:tickets": "Tickets in the hall, in a day",
    "unknown": "Not known",
}
RECORDS: dict[str, type[Agency] | type[District] | type[Subject]] = {
    "agency": Agency,
    "district": District,
    "category": Subject,
}


def names(session: Session, scopes: Iterable[str], language: str) -> dict[str, str]:
    """Scope -> name; a code that no row has stands for itself."""
    wanted = list(scopes)
    parts = {part for scope in wanted for part in scope.split(" ")}
    known = {part: _one(session, part, language) for part in sorted(parts)}
    return {
        scope: say(WORDS[scope], language) if scope in WORDS else _joined(scope, known)
        for scope in wanted
    }


def by_code(session: Session, record: Any, codes: Iterable[str], language: str) -> dict[str, str]:
    """Code -> name of agencies, districts or subjects; a code that no row has is left out."""
    found = session.scalars(select(record).where(record.code.in_(codes)))
    return {one.code: named(one, language) for one in found}


def _joined(scope: str, known: dict[str, str]) -> str:
    return ", ".join(known[part] for part in scope.split(" "))


def _one(session: Session, part: str, language: str) -> str:
    sort, _, code = part.partition(":")
    if sort == "words":
        return Words(language)._("New in letters: %(words)s", words=code.replace("+", ", "))
    if sort == "feed":
        source = session.get(SourceSystem, code)
        name = getattr(source, f"name_{language}") if source else code
        return Words(language)._("Nothing new from: %(source)s", source=name)
    if sort == "step":
        return _step(session, code, language)
    if sort not in RECORDS or part in WORDS:
        return part
    record = RECORDS[sort]
    query: Any = select(record).where(record.code == code)
    found = session.scalar(query) if code else None
    if found is None:
        return code or Words(language)._(WORDS["unknown"])
    return str(getattr(found, f"name_{language}"))


def _step(session: Session, code: str, language: str) -> str:
    """Situation and step, as the newest edition that has the step calls them."""
    which, _, key = code.partition("/")
    versions = select(SituationVersion).join(Situation).where(Situation.code == which)
    for version in session.scalars(versions.order_by(SituationVersion.no.desc())):
        if step := version.procedure.step(key):
            return f"{version.procedure.title.said(language)}: {step.title.said(language)}"
    return code
