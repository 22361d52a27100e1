"""New topics in letters: words that rise in one language, and the appeals that hold them.

Nothing outside the register is asked: the letters of the week are compared with those of the half
year before, by the stems that search keeps. At least five persons must have written, so that one
person's letters make no topic; numbers are left out, and words mostly written large are not shown.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.orm import Session

from agencies import texts
from agencies.anonymising import nameless
from agencies.calendar import after, start_of
from reports.alerts import Alert, AlertAppeal, AlertState
from reports.series import WEEK
from reports.statistics import rising
from reports.statistics.rising import Topic
from reports.statistics.surges import Expected

METHOD = "words"
LANGUAGES = ("kk", "ru")
WEEKS_BEFORE, LEAST_WEEKS = 26, 4
LEAST_PERSONS = 5
QUIET_WEEKS = 4
SHOWN_WORDS = 4
WORD = re.compile(r"[^\W\d_]{3,}")
TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
NAME_SHARE = 0.5
BEFORE = text("""
SELECT stem, count(*) AS letters FROM appeal, unnest(tsvector_to_array(words)) AS stem
WHERE received_at >= :start AND received_at < :week AND language = :language
  AND stem = ANY(:stems) GROUP BY stem
""")
LETTERS_BEFORE = text("""
SELECT count(*) AS letters, min(received_at) AS first FROM appeal
WHERE received_at >= :start AND received_at < :week AND language = :language
""")
LETTERS = text("""
SELECT a.id, tsvector_to_array(a.words) AS stems,
       coalesce(encode(p.iin_index, 'hex'), a.applicant_id::text, 'appeal ' || a.id) AS person
FROM appeal AS a LEFT JOIN applicant AS p ON p.id = a.applicant_id
WHERE a.received_at >= :week AND a.received_at < :end AND a.language = :language
  AND a.words IS NOT NULL AND a.special = '' ORDER BY a.id
""")
TEXTS = text("SELECT text FROM appeal WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


@dataclass(frozen=True)
class Found:
    """`words`: the stems' commonest forms in the letters; `persons` wrote the appeals."""

    words: tuple[str, ...]
    appeals: tuple[int, ...]
    persons: int
    expected: Expected


def watch_texts(session: Session, monday: date, *, now: datetime) -> int:
    """Raise the new topics of the week; the same week again adds nothing. How many."""
    if session.scalar(select(Alert.id).where(Alert.week == monday, Alert.method == METHOD)):
        return 0
    known = _recent_words(session, monday)
    raised = 0
    for language in LANGUAGES:
        found, tested = find(session, monday, language)
        for each in found:
            if each.words and not known & set(each.words):
                _raise(session, each, monday, tested=tested, now=now)
                raised += 1
    return raised


def find(session: Session, monday: date, language: str) -> tuple[list[Found], int]:
    """The new topics of a week in one language, and how many letters were looked at."""
    span = {
        "start": start_of(monday - WEEKS_BEFORE * WEEK), "week": start_of(monday),
        "end": after(monday + WEEK - timedelta(days=1)), "language": language,
    }  # fmt: skip
    past = session.execute(LETTERS_BEFORE, span).one()
    rows = session.execute(LETTERS, span).all()
    if not past.letters or (span["week"] - past.first) < LEAST_WEEKS * WEEK:
        return [], 0
    letters = {row.id: {s for s in row.stems if WORD.fullmatch(s)} for row in rows}
    persons = {row.id: row.person for row in rows}
    stems = sorted(set[str]().union(*letters.values()))
    before = session.execute(BEFORE, {**span, "stems": stems}).all()
    groups = rising.topics(letters, {row.stem: row.letters for row in before}, past.letters)
    found = [
        Found(_spoken(session, group, language), group.letters, wrote, group.expected)
        for group in groups
        if (wrote := len({persons[key] for key in group.letters})) >= LEAST_PERSONS
    ]
    return found, len(letters)


def _spoken(session: Session, group: Topic, language: str) -> tuple[str, ...]:
    """How the letters write the stems. Names of people are left out, and a word mostly written
    large, which is a name of something.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    large: Counter[str] = Counter()
    for letter in map(nameless, session.scalars(TEXTS, {"ids": list(group.letters)})):
        for place in TOKEN.finditer(letter):
            token = place.group()
            stem = next(iter(texts.words(token, language)), "")
            if stem in group.stems:
                forms[stem][token.lower()] += 1
                begins = letter[: place.start()].rstrip()[-1:] in ("", ".", "!", "?", "\n")
                large[stem] += token[0].isupper() and not begins
    common = [s for s in group.stems if s in forms and large[s] <= NAME_SHARE * forms[s].total()]
    return tuple(forms[stem].most_common(1)[0][0] for stem in common[:SHOWN_WORDS])


def _recent_words(session: Session, monday: date) -> set[str]:
    weeks = Alert.week.between(monday - QUIET_WEEKS * WEEK, monday - WEEK)
    names = session.scalars(select(Alert.series).where(weeks, Alert.method == METHOD))
    return {word for name in names for word in name.partition(":")[2].split("+")}


def _raise(session: Session, found: Found, monday: date, *, tested: int, now: datetime) -> None:
    alert = Alert(
        series=f"words:{'+'.join(found.words)}"[:160],
        week=monday, method=METHOD, observed=found.expected.observed, expected=found.expected.mean,
        bound=found.expected.bound, dispersion=found.expected.dispersion, p=found.expected.p,
        tested=tested, state=AlertState.RAISED, raised_at=now, reason="",
    )  # fmt: skip
    session.add(alert)
    session.flush()
    rows = [{"alert_id": alert.id, "appeal_id": key} for key in found.appeals]
    session.execute(insert(AlertAppeal), rows)
