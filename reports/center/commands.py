"""`reception import observations`, beside what reception itself imports."""

import csv
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from agencies.calendar import clock
from reception.commands.imports import Summary, finish, import_, lines
from reception.commands.register import open_register
from reception.launcher import Refused
from reports.center import deliveries, loading, press, registry, staging
from reports.center.records import SourceSystem


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="Code of the source system; without it each row names its own.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document.")
def observations(file: Path, *, source: str | None, as_json: bool) -> None:
    """Observations of indicators, CSV with a header; a corrected value becomes a revision."""
    with open_register() as session:
        summary = load(session, file, source=source)
    finish(file, summary, as_json=as_json)


@import_.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document.")
def figures(file: Path | None, *, as_json: bool) -> None:
    """Figures that bodies told the press; without FILE those that come with the house."""
    file = file or press.FILE
    with open_register() as session:
        summary = load_figures(session, file)
    finish(file, summary, as_json=as_json)


def load_figures(session: Session, file: Path) -> Summary:
    registry.seed_if_empty(session)
    try:
        done = press.load(session, file, now=clock())
    except (KeyError, ValueError, csv.Error) as error:
        raise Refused(f"{file.name}: no file of published figures ({error})") from None
    session.commit()
    return summarised(done)


def load(session: Session, file: Path, *, source: str | None = None) -> Summary:
    """The whole file is one transaction."""
    registry.seed_if_empty(session)
    if source is not None and session.get(SourceSystem, source) is None:
        raise Refused(
            f"no source system has the code `{source}`; leave out --source, or see docs/center.md"
        )
    rows = csv.reader(text for _, text in lines(file))
    try:
        header = next(rows, [])
        delivery = loading.Delivery(file.name, deliveries.digest_of(file), source)
        done = loading.load(session, delivery, header, numbered(rows), now=clock())
    except (staging.UnreadableHeader, csv.Error) as error:
        raise Refused(f"{file.name}: {error}") from None
    session.commit()
    return summarised(done)


def summarised(done: loading.Loaded) -> Summary:
    summary = Summary(read=done.read, accepted=done.accepted, already_present=done.unchanged)
    for one in sorted(done.rejected, key=lambda rejected: rejected.line):
        summary.reject(one.line, one.reason, one.text)
    return summary


def numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row with its place in the file; the header is line 1, and empty lines are none."""
    yield from enumerate((row for row in rows if row), start=2)


commands: list[click.Command] = [import_]
