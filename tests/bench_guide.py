"""Part of `make bench`: finding among a thousand situations in three languages.

The situations that come with the house are entered again and again under other names, so that words
are as people write them; typed words are titles of all languages, whole and with a letter dropped.
"""

import json
import random
import statistics
import time

from sqlalchemy.orm import Session

from agencies.calendar import clock
from reception import guide
from reception.guide import entering, lines
from tests.bars import judged

SITUATIONS, SEARCHES = 1000, 1500
MOST_P95_MS = 30.0


def fill(session: Session) -> list[str]:
    """A thousand situations; returns what people type."""
    given = [json.loads(line) for line in entering._file("life_situations.jsonl")]
    known, typed = entering.present(session), []
    draw = random.Random(7)
    words = [w for row in given for text in row["title"].values() for w in text.split()]
    for number in range(SITUATIONS - len(known)):
        row = dict(given[number % len(given)])
        more = {code: " ".join(draw.sample(words, 2)) for code in ("kk", "ru", "en")}
        row["slug"] = f"{row['slug']}-{number}"
        row["title"] = {code: f"{row['title'].get(code, '')} {more[code]}" for code in more}
        line = lines.read_line(json.dumps(row, ensure_ascii=False))
        entering.enter(session, line, known=known, now=clock())
        typed += [row["title"][code] for code in more]
    session.flush()
    draw.shuffle(typed)
    return [_mistyped(text, draw) if n % 2 else text for n, text in enumerate(typed[:SEARCHES])]


def _mistyped(text: str, draw: random.Random) -> str:
    place = draw.randrange(1, len(text) - 1)
    return text[:place] + text[place + 1 :]


def measure(session: Session) -> bool:
    """The whole of it is rolled back."""
    typed = fill(session)
    begun = time.perf_counter()
    guide.search(session, typed[0])
    built = time.perf_counter() - begun
    spent = []
    for text in typed:
        begun = time.perf_counter()
        guide.search(session, text, language="ru")
        spent.append((time.perf_counter() - begun) * 1000)
    session.rollback()
    p95 = statistics.quantiles(spent, n=20)[18]
    met = p95 < MOST_P95_MS
    p50 = statistics.median(spent)
    return judged(
        f"guide search, {SITUATIONS} situations x 3 languages: p50 {p50:.1f} ms, "
        f"p95 {p95:.1f} ms (at most {MOST_P95_MS:.0f}), index built in {built:.1f} s",
        met,
    )
