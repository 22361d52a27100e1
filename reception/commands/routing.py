"""Learning, measuring and asking the routing: `reception routing train|evaluate|suggest`."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from agencies import classifier, learning, splitting, suggesting, texts
from agencies.calendar import business_date, clock
from agencies.db import take_time
from agencies.directory import agency_kinds
from agencies.errors import DomainError
from agencies.learning import Example
from agencies.lexicon import Lexicon, lexicon
from agencies.measuring import Trial, grouped, measures
from reception.commands.register import open_register

LANGUAGES = ("kk", "ru", "en")
_as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output."
)
_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("routing")
def routing_() -> None:
    """Which agency is competent."""


@routing_.command()
@click.argument("text")
@click.option("--language", type=click.Choice(LANGUAGES), help="Otherwise by its words.")
@_as_json
def suggest(*, text: str, language: str | None, as_json: bool) -> None:
    """At most three agencies for TEXT, best first, with reasons. A person decides."""
    with open_register() as session:
        day = business_date(clock())
        found = suggesting.suggest(session, text, day=day, language=language or "")
        parts = splitting.split(lexicon(session), text, day=day)
    offered = [suggestion.as_json() for suggestion in found.offered]
    if as_json:
        claims = [{"text": part.text, "agency": part.kind or None} for part in parts]
        told = {"language": found.language, "suggestions": offered, "sure": found.sure}
        _print({**told, "claims": claims})
        return
    for row in offered:
        click.echo(f"{row['agency']:20}{row['score']:.2f}  {', '.join(row['reasons'])}")
    if not offered:
        click.echo("no agency stands out: a person decides alone", err=True)


@routing_.command()
@_file
@_as_json
def train(*, file: Path, as_json: bool) -> None:
    """Learn from FILE: JSON Lines with text, agency, language; .gz accepted. It speaks at once."""
    rows = list(_rows(file))
    began = time.monotonic()
    with open_register() as session:
        words, day = lexicon(session), business_date(clock())
        take_time(session)
        examples = [_example(row, words, day) for row in rows]
        model = learning.learn(examples, kinds=agency_kinds(session))
        row = classifier.keep(session, model, source="file", examples=len(rows), now=clock())
        classifier.promote(session, row)
        digest = row.sha256
        session.commit()
    told = {
        "n": len(rows), "agencies": list(model.labels), "model": digest,
        "seconds": round(time.monotonic() - began, 1), "sure_at": round(model.sure_at, 4),
    }  # fmt: skip
    if as_json:
        _print(told)
    else:
        click.echo(f"learned from {len(rows)} texts of {len(model.labels)} agencies")


@routing_.command()
@_file
@_as_json
def evaluate(*, file: Path, as_json: bool) -> None:
    """Measure on FILE, of the same lines; nothing is learned from it."""
    trials, took = [], []
    rows = list(_rows(file))
    with open_register() as session:
        day = business_date(clock())
        suggesting.suggest(session, "Лифт", day=day)  # the model is opened before the clock runs
        for row in rows:
            began = time.perf_counter()
            found = suggesting.suggest(session, row["text"], day=day, language=_language(row))
            took.append((time.perf_counter() - began) * 1000)
            trials.append(_trial(row, found))
    told = measures(trials) | {
        "by_agency": grouped(trials, "right"), "by_language": grouped(trials, "language"),
        "p50_ms": _percentile(took, 0.5), "p99_ms": _percentile(took, 0.99),
    }  # fmt: skip
    if as_json:
        _print(told)
        return
    for name, value in told.items():
        click.echo(f"{name:14}{value}")


def _example(row: dict[str, Any], words: Lexicon, day: date) -> Example:
    lexical = suggesting.said_for(suggesting.heard(words, row["text"], day=day))
    topic = row.get("subject") or row.get("label_source") or ""
    return Example(row["text"], _language(row), kind_of(row), lexical, str(topic))


def _trial(row: dict[str, Any], found: suggesting.Suggestions) -> Trial:
    offered = [suggestion.agency.partition("-")[0] for suggestion in found.offered]
    confidence = found.offered[0].score if found.offered else 0.0
    return Trial(offered, confidence, found.sure, kind_of(row), _language(row))


def kind_of(row: dict[str, Any]) -> str:
    """The family of the agency: `akimat` for `akimat-medeu`."""
    return str(row["agency"]).partition("-")[0]


def _language(row: dict[str, Any]) -> str:
    return row["language"] if row.get("language") in LANGUAGES else texts.detect(row["text"])


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[int(share * (len(ordered) - 1))], 2) if ordered else 0.0


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    """Raises DomainError with the number of a line that cannot be read."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _row(line, number)


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    whole = isinstance(row, dict) and all(isinstance(row.get(n), str) for n in ("text", "agency"))
    if not whole:
        raise DomainError(
            "Line %(number)s is not a JSON object with text and agency.", number=number
        )
    return dict(row)


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


commands: list[click.Command] = [routing_]
