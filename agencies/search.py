"""Appeals found by the words of their letters: stems kept in a column, asked inside the rights.

The stems are those of `texts.words`, so a Kazakh word is found in any case and in any of its
alphabets. PostgreSQL has no Kazakh dictionary; its vector holds the stems as they are.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from agencies import texts
from agencies.appeals import Appeal, Claim
from agencies.attachments import Attachment

MOST_WORDS = 12
MOST_STEMS = 4000
LONGEST_STEM = 60
PART = 300
NUMBER = re.compile(
    r"[№#]?\s*(?:(?P<house>OA)[-/\s]*|(?P<other>[^\W\d_]{1,4})-)?(?:(?P<year>20\d\d)[-/.\s]+)?"
    r"(?P<digits>\d{1,9})(?:(?<=\d{6})\s*/\s*\d{1,2})?"
)
"""After a whole running number may stand which claim of the appeal is meant."""
YEAR_LAST = re.compile(r"[№#]?\s*(?P<digits>\d{1,9})[-/.\s]+(?P<year>20\d\d)")
LATIN = str.maketrans("ОА", "OA")
"""The letters before a number, typed on a Cyrillic keyboard."""
YEARS = range(2015, 2036)
LEAST_DIGITS = 3
"""Fewer at the end of a number would be those of too many."""
NUMBERS = (Appeal.number, Appeal.eotinish_number)
"""Ours, and that of the national register."""


def vector(parts: Iterable[str], language: str) -> ColumnElement[Any]:
    """What the column holds for a letter with its claims, place and the words on its papers."""
    stems = sorted({s[:LONGEST_STEM] for part in parts for s in texts.words(part, language) if s})
    return func.array_to_tsvector(cast(stems[:MOST_STEMS], ARRAY(Text)))


def condition(asked: str) -> ColumnElement[bool]:
    """True of appeals that hold every word asked for, or whose number it is or ends so."""
    number = is_numbered(asked)
    words = texts.normalised(asked).split()[:MOST_WORDS]
    if not words:
        return number
    return or_(number, Appeal.words.op("@@")(question(words)))


def question(words: Iterable[str]) -> ColumnElement[Any]:
    """Every word, each as a Kazakh or as a Russian would bend it; the last may be unfinished."""
    terms = [sorted(_stems(word)) for word in words]
    parts = ["(" + " | ".join(quoted(stem) for stem in stems) + ")" for stems in terms]
    return cast(literal(" & ".join(parts)), TSQUERY)


def _stems(word: str) -> set[str]:
    found = {stem for language in ("kk", "ru") for stem in texts.words(word, language)}
    return {stem[:LONGEST_STEM] for stem in found} or {word[:LONGEST_STEM]}


def quoted(stem: str) -> str:
    """A stem as a lexeme of a query: letters and digits only, so it needs no escape but quotes."""
    plain = re.sub(r"\W", "", stem)
    return f"'{plain}'"


def is_numbered(asked: str) -> ColumnElement[bool]:
    """`17`, `2026-17`, `OA-2026-000017` and `ОА-2026-17` in Cyrillic may all mean that appeal;
    `00017`, `№ 2026/017` and `017/2026` each whose number ends so, ours or the national one.
    """
    plain = asked.strip().upper().translate(LATIN)
    found = NUMBER.fullmatch(plain) or YEAR_LAST.fullmatch(plain)
    if found is None:
        return Appeal.number == plain
    told = found.groupdict()
    year, digits, of_others = told["year"], told["digits"], told.get("other")
    years = [] if of_others else [year] if year else YEARS
    exactly = Appeal.number.in_([plain, *(f"OA-{one}-{int(digits):06d}" for one in years)])
    if len(digits) < LEAST_DIGITS:
        return exactly
    columns = NUMBERS[1:] if of_others else NUMBERS
    return or_(exactly, *(_ends(column, year, digits) for column in columns))


def _ends(column: Any, year: str | None, digits: str) -> ColumnElement[bool]:
    """Read backwards, so that an index leads to it."""
    end = and_(column != "", func.reverse(column).like(f"{digits[::-1]}%"))
    return and_(end, column.like(f"%-{year}-%")) if year else end


def note(appeal: Appeal, *, more: Iterable[str] = ()) -> None:
    """Keep the words of an appeal that was just written or changed."""
    parts = [appeal.text, appeal.address, *(claim.text for claim in appeal.claims), *more]
    appeal.words = vector(parts, appeal.language)


def note_again(session: Session, appeal_id: int) -> None:
    """After a worker has read a paper: its words are found too."""
    appeal = session.get_one(Appeal, appeal_id)
    read = select(Attachment.words).where(Attachment.appeal_id == appeal_id, Attachment.words != "")
    note(appeal, more=session.scalars(read))


def note_missing(session: Session) -> int:
    """One part of the appeals that came without words, such as historical cases."""
    query = select(Appeal.id, Appeal.text, Appeal.address, Appeal.language)
    rows = session.execute(
        query.where(Appeal.words.is_(None)).limit(PART).with_for_update(skip_locked=True)
    ).all()
    claims: dict[int, list[str]] = {}
    of_rows = select(Claim.appeal_id, Claim.text).where(Claim.appeal_id.in_([r.id for r in rows]))
    for key, text in session.execute(of_rows):
        claims.setdefault(key, []).append(text)
    for row in rows:
        parts = [row.text, row.address, *(t for t in claims.get(row.id, []) if t != row.text)]
        session.execute(
            update(Appeal).where(Appeal.id == row.id).values(words=vector(parts, row.language))
        )
    return len(rows)
