"""`python -m tests.topics`: are new topics found in real letters, and how often is one invented?

Reads the files of real letters without a database. Letters that hold a chosen word are kept out of
the weeks before and put, a few, into one week: a matter nobody wrote about yet. The same is tried
with all letters of one topic of the source, whose words other topics share. A week into which
nothing was put counts what is invented.
"""

import gzip
import json
import random
import sys
from collections import Counter

import click

from agencies import texts
from reports import topics
from reports.statistics import rising
from tests.reports.test_real_cases import FILE

FOLDER = FILE.parent
FILES = {"ru": "routing_train.jsonl.gz", "kk": "kk_reviews_kazsandra.jsonl.gz"}
WEEKS, A_WEEK, TRIALS, QUIET_WEEKS, READ = 10, 400, 40, 20, 10_000
Letter = frozenset[str]


def read(language: str) -> list[tuple[str, Letter]]:
    """Topic and stems of each letter."""
    with gzip.open(FOLDER / FILES[language], "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line, _ in zip(file, range(READ), strict=False)]
    return [
        (row.get("label_source", ""), frozenset(s for s in words if topics.WORD.fullmatch(s)))
        for row in rows
        if row.get("language", language) == language
        if (words := texts.words(row["text"], language))
    ]


def found_in(week: list[Letter], before: list[Letter]) -> list[rising.Topic]:
    """As the house finds them; every letter is another person's."""
    old = Counter(stem for own in before for stem in own)
    return rising.topics(dict(enumerate(week)), old, len(before))


def trial(new: list[Letter], rest: list[Letter], n: int, draw: random.Random) -> int:
    """How many of the letters put in stand in one topic that was found."""
    draw.shuffle(rest)
    week = [*draw.sample(new, n), *rest[: A_WEEK - n]]
    groups = found_in(week, rest[A_WEEK : A_WEEK * (WEEKS + 1)])
    return max((sum(key < n for key in group.letters) for group in groups), default=0)


def main() -> int:
    if not all((FOLDER / name).exists() for name in FILES.values()):
        click.echo("the files of real letters are not beside this repository")
        return 1
    for language in FILES:
        draw, letters = random.Random(7), read(language)
        plain = [own for _, own in letters]
        invented = 0
        for _ in range(QUIET_WEEKS):
            draw.shuffle(plain)
            invented += len(found_in(plain[:A_WEEK], plain[A_WEEK : A_WEEK * (WEEKS + 1)]))
        click.echo(f"{language}: {len(plain)} letters; weeks of {A_WEEK}, {WEEKS} weeks before")
        click.echo(f"  invented: {invented} topics in {QUIET_WEEKS} quiet weeks")
        often = Counter(stem for own in plain for stem in own)
        words = sorted(stem for stem, n in often.items() if 30 <= n <= 150)
        labels = sorted(k for k, n in Counter(k for k, _ in letters).items() if k and n >= 30)
        for n in (5, 8, 15):
            hits = [
                trial([o for o in plain if w in o], [o for o in plain if w not in o], n, draw)
                for w in draw.sample(words, TRIALS)
            ]
            click.echo(
                f"  {n} letters with a new word: {sum(h >= n / 2 for h in hits)} of {TRIALS}"
            )
            if labels:
                hits = [
                    trial([o for k, o in letters if k == name],
                          [o for k, o in letters if k != name], n, draw)
                    for name in draw.sample(labels, TRIALS)
                ]  # fmt: skip
                seen = sum(h >= n / 2 for h in hits)
                click.echo(f"  {n} letters of a topic with known words: {seen} of {TRIALS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
