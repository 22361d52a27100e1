"""The story of a case as it is shown: each row of the journal in the reader's language."""

from collections.abc import Collection, Iterable
from typing import Any

from agencies import citing, dossier, story, withdrawing
from agencies.appeals import Appeal
from agencies.directory import Agency
from agencies.pages.articles import article, is_bound
from agencies.pages.listing import short_name
from agencies.pages.voice import in_words, named, say
from agencies.reference import labels
from agencies.staff import Officer
from agencies.terms import Law

MISSING = dict.fromkeys(story.DAY_VALUES, "–")


def lines(
    appeal: Appeal, officer: Officer, agencies: dict[str, Agency], law: Law, *,
    only: Collection[str] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """The story in the reader's language, newest first; `only` some kinds of rows where given.

    Drafts of another agency stay there.
    """
    own = {claim.ordinal for claim in appeal.claims if dossier.is_own(claim, officer)}
    entries = [entry for entry in appeal.journal if not only or entry.kind in only]
    told = story.tell(
        entries, agencies=agencies, named=short_name, own=own,
        bases=citing.bases(appeal.journal, law.rows),
    )  # fmt: skip
    return [spoken(line, appeal) for line in reversed(told)]


def spoken(line: story.Line, appeal: Appeal) -> dict[str, Any]:
    days = {name: in_words(day) for name, day in line.days.items()}
    codes = {
        name: "; ".join(words_of(story.CODED[name], codes)) for name, codes in line.codes.items()
    }
    sentence = say(line.sentence, **{**MISSING, **line.values, **days, **codes})
    if len(appeal.claims) > 1 and line.claim:
        sentence = say("Claim %(n)s. %(what)s", n=line.claim, what=sentence)
    return {
        "at": line.at, "what": sentence, "detail": _detail(line.detail), "who": line.who,
        "icon": line.icon, "tone": line.tone, "article": _article(line, appeal),
    }  # fmt: skip


def _detail(said: str) -> str:
    """What people wrote stays as they wrote it."""
    return say(said) if said == withdrawing.BY_LINK else said


def words_of(sort: str, codes: Iterable[str]) -> list[str]:
    known = labels(sort)
    return [named(known[code]) for code in codes if code in known]


def _article(line: story.Line, appeal: Appeal) -> str:
    unbound = {claim.ordinal for claim in appeal.claims if not is_bound(claim)}
    return article(line.basis, binds=line.claim not in unbound) if line.basis else ""
