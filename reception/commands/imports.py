"""`reception import …`: files from elsewhere enter the register."""

import gzip
import io
import json
import os
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

import click
from sqlalchemy.orm import Session

from agencies.calendar import clock, local
from reception import history
from reception.cases import Case, Unreadable, read_case
from reception.commands.register import open_register
from reception.guide import entering
from reception.guide.lines import UnreadableLine, read_line
from reception.launcher import Refused
from reception.settings import data_folder

BATCH = 2000
GZIP = b"\x1f\x8b"
OWNER_ONLY = 0o600


@dataclass
class Summary:
    """What became of the lines of one file."""

    read: int = 0
    accepted: int = 0
    already_present: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def reject(self, number: int, reason: str, line: str) -> None:
        self.rejects.append({"line": number, "reason": reason, "text": line.rstrip("\n")})

    def as_json(self, rejects_file: Path | None) -> dict[str, Any]:
        return {
            "read": self.read, "accepted": self.accepted,
            "already_present": self.already_present, "rejected": len(self.rejects),
            "rejects_file": str(rejects_file) if rejects_file else None,
            "seconds": round(time.monotonic() - self.started, 2),
        }  # fmt: skip


@click.group("import")
def import_() -> None:
    """Bring in what comes from elsewhere. A second run adds nothing."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document.")
def cases(file: Path, *, as_json: bool) -> None:
    """Historical cases, one JSON document a line; `.gz` is read as it is."""
    with open_register() as session:
        summary = load(session, file)
    finish(file, summary, as_json=as_json)


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document.")
def situations(file: Path, *, as_json: bool) -> None:
    """Life situations, one JSON document a line; what editors confirmed is never replaced."""
    with open_register() as session:
        summary = load_situations(session, file)
    finish(file, summary, as_json=as_json)


def load_situations(session: Session, file: Path) -> Summary:
    """Read, check and enter line by line; the whole file is one transaction."""
    summary, known, now = Summary(), entering.present(session), clock()
    seen: set[str] = set()
    for number, text in lines(file):
        summary.read += 1
        try:
            line = read_line(text)
        except UnreadableLine as error:
            summary.reject(number, str(error), text)
            continue
        if line.slug in seen:
            summary.reject(number, f"slug: “{line.slug}” stands in this file before", text)
            continue
        seen.add(line.slug)
        if entering.enter(session, line, known=known, now=now):
            summary.accepted += 1
        else:
            summary.already_present += 1
    session.commit()
    return summary


def finish(file: Path, summary: Summary, *, as_json: bool) -> None:
    kept = keep_rejects(file, summary)
    report(summary.as_json(kept), as_json=as_json)
    if summary.rejects and not summary.accepted and not summary.already_present:
        raise Refused(f"no line of {file.name} was accepted; reasons are in {kept}")


def load(session: Session, file: Path) -> Summary:
    """Read, check and write batch by batch; each batch is one transaction."""
    summary, register = Summary(), history.Register(session)
    batch: list[tuple[int, str, Case]] = []
    for number, line in lines(file):
        summary.read += 1
        try:
            batch.append((number, line, read_case(line)))
        except Unreadable as error:
            summary.reject(number, str(error), line)
        if len(batch) == BATCH:
            _write(register, batch, summary)
    _write(register, batch, summary)
    history.refresh_statistics(session)
    session.commit()
    return summary


def _write(
    register: history.Register, batch: list[tuple[int, str, Case]], summary: Summary
) -> None:
    known = history.present(register.session, (case.source_id for _, _, case in batch))
    fresh: list[Case] = []
    for number, line, case in batch:
        reason = history.unfit(register, case)
        if case.source_id in known:
            summary.already_present += 1
        elif reason:
            summary.reject(number, reason, line)
        else:
            known.add(case.source_id)
            fresh.append(case)
    history.enter(register, fresh)
    register.session.commit()
    summary.accepted += len(fresh)
    batch.clear()


def lines(file: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not empty, with a bar on standard error."""
    size = file.stat().st_size
    with file.open("rb") as raw, opened(raw) as text, progress(size) as bar:
        for number, line in enumerate(_readable(text), start=1):
            if line.strip():
                yield number, line
            if number % BATCH == 0:
                bar.update(raw.tell() - bar.pos)
        bar.update(size - bar.pos)


def _readable(text: TextIO) -> Iterator[str]:
    try:
        yield from text
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Refused(
            "the packed file is damaged or ends too early; what was entered so far stays. "
            "Get the whole file and run this again: it adds only what is missing"
        ) from None


def opened(raw: BinaryIO) -> TextIO:
    """Plain or packed, told by the first bytes and not by the name."""
    packed = raw.read(2) == GZIP
    raw.seek(0)
    if packed:
        return cast("TextIO", gzip.open(raw, "rt", encoding="utf-8", errors="replace"))
    return io.TextIOWrapper(raw, encoding="utf-8", errors="replace")


def progress(size: int) -> Any:
    return click.progressbar(length=size, label="importing", file=sys.stderr)


def keep_rejects(file: Path, summary: Summary) -> Path | None:
    """Lines that were not taken, with number and reason, readable by their owner alone."""
    if not summary.rejects:
        return None
    folder = data_folder() / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = local(clock()).strftime("%Y%m%d-%H%M%S")
    kept = folder / f"{file.name.split('.')[0]}-{stamp}.rejects.jsonl"
    with os.fdopen(
        os.open(kept, os.O_WRONLY | os.O_CREAT, OWNER_ONLY), "w", encoding="utf-8"
    ) as out:
        for reject in summary.rejects:
            out.write(json.dumps(reject, ensure_ascii=False) + "\n")
    return kept


def report(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary))
        return
    click.echo(
        "{read} read, {accepted} accepted, {already_present} already present, "
        "{rejected} rejected, {seconds} s".format(**summary)
    )
    if summary["rejects_file"]:
        click.echo(f"rejected lines: {summary['rejects_file']}")


commands: list[click.Command] = [import_]
