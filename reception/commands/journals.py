"""The register as a whole: the proof of the journals, who read what, what is erased when."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from agencies import anchors, clocks, contacts, erasures, proof, terms, vigilance
from agencies.anchors import Anchor
from agencies.calendar import business_date, clock, workdays
from agencies.proof import Proof
from reception.commands.register import open_register
from reception.settings import read_settings

_as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output."
)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


@click.group()
def journal() -> None:
    """The journals of the appeals."""


@journal.command()
@click.option(
    "--anchor",
    "files", multiple=True, type=FILE,
    help="The file of an anchor kept outside; may be given several times.",
)  # fmt: skip
@_as_json
def verify(*, files: tuple[Path, ...], as_json: bool) -> int:
    """Check every chain of journal rows. Exit status 1 where one does not hold."""
    kept = [_kept(file) for file in files]
    with open_register() as session:
        found = proof.verify(session, kept)
    if found.broken_anchor:
        click.echo(f"reception: the anchor of {found.broken_anchor} does not hold", err=True)
    for damage in found.damages:
        click.echo(f"reception: {damage.appeal}, row {damage.position}: {damage.reason}", err=True)
    if as_json:
        _print(_proof(found))
    elif found.holds:
        click.echo(
            f"{found.rows} rows of {found.appeals} appeals hold, under {found.anchors} anchors"
        )
    return 0 if found.holds else 1


def _kept(file: Path) -> Anchor:
    try:
        return anchors.read_text(file.read_text())
    except (ValueError, KeyError):
        raise click.ClickException(f"{file.name} is no anchor of this register") from None


def _proof(found: Proof) -> dict[str, Any]:
    damages = [
        {"appeal": d.appeal, "position": d.position, "reason": d.reason} for d in found.damages
    ]
    broken = found.broken_anchor.isoformat() if found.broken_anchor else None
    return {
        "ok": found.holds, "appeals": found.appeals, "rows": found.rows,
        "anchors": found.anchors, "broken_anchor": broken,
        "first_damage": damages[0] if damages else None, "damages": damages,
    }  # fmt: skip


@journal.command()
@_as_json
def replay(*, as_json: bool) -> int:
    """Work out each open claim's term anew from its journal. Exit status 1 where it differs."""
    with open_register() as session:
        looked_at, differing = clocks.compare(session, law=terms.law(session))
    if as_json:
        _print({"ok": not differing, "claims": looked_at, "differences": [
            {"appeal": d.appeal, "claim": d.ordinal, "kept": d.kept.isoformat(),
             "replayed": d.replayed.isoformat()} for d in differing
        ]})  # fmt: skip
        return 1 if differing else 0
    for d in differing:
        told = f"kept {d.kept}, by its journal {d.replayed}"
        click.echo(f"reception: {d.appeal}, claim {d.ordinal}: {told}", err=True)
    if not differing:
        click.echo(f"{looked_at} open claims stand as their journals say")
    return 1 if differing else 0


@journal.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
def anchor(*, folder: Path) -> None:
    """Take today's anchor and write every anchor that the folder lacks."""
    with open_register() as session:
        anchors.take(session, now=clock())
        session.commit()
        folder.mkdir(parents=True, exist_ok=True)
        known = anchors.all_of(session)
    for one in known:
        file = folder / f"anchor-{one.day}.txt"
        if not file.exists():
            file.write_text(anchors.text_of(one))
            click.echo(f"{file.name} {one.digest.hex()}")


@journal.command()
@click.option("--month", type=click.DateTime(["%Y-%m"]), required=True)
@_as_json
def readings(*, month: datetime, as_json: bool) -> None:
    """Who read whose cards in a month; those who stand out first."""
    with open_register() as session:
        found = vigilance.report(session, month.date(), days=workdays(session))
        rows: list[dict[str, Any]] = [
            {"login": row.officer.login, "role": row.officer.role, "appeals": row.appeals,
             "foreign": row.foreign, "revealed": row.revealed, "odd_hours": row.odd_hours,
             "archives": row.archives, "reasons": list(row.reasons)}
            for row in found
        ]  # fmt: skip
    if as_json:
        _print({"month": f"{month:%Y-%m}", "readers": rows})
        return
    for row in rows:
        told = "; ".join(map(str, row["reasons"])) or "-"
        click.echo(
            f"{row['login']:24}{row['appeals']:6}{row['foreign']:6}{row['revealed']:6} {told}"
        )


@click.group()
def retention() -> None:
    """Terms of storage and erasures."""


@retention.command()
@_as_json
def due(*, as_json: bool) -> None:
    """How many appeals each rule would erase today."""
    with open_register() as session:
        today = business_date(clock())
        counts = erasures.due_counts(session, today=today)
        counts[contacts.rule().code] = contacts.due_count(session, today=today)
    if as_json:
        _print(counts)
        return
    for rule, count in counts.items():
        click.echo(f"{rule:14}{count}")


@retention.command("erase")
@click.option("--yes", is_flag=True, required=True, help="Erased words never come back.")
def erase_due(*, yes: bool) -> None:
    """Erase now what the rules ask for; the journal and the figures stay."""
    _ = yes
    with open_register() as session:
        whole = _committed(session, erasures.run(session, folder=read_settings().data, now=clock()))
        reach = _committed(session, contacts.run(session, now=clock()))
    click.echo(f"{whole} appeals were erased, and the contacts of {reach} more")


def _committed(session: Session, erased: Iterable[object]) -> int:
    """One transaction an appeal; returns how many there were."""
    count = 0
    for _tombstone in erased:
        session.commit()
        count += 1
    return count


commands: list[click.Command] = [journal, retention]
