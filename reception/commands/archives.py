"""Archives of whole cases: the public key that proves them, and the check of one."""

import json
from pathlib import Path

import click

from reception import archives
from reception.commands.register import open_register
from reception.settings import read_settings


def _own_key() -> str:
    with open_register():
        return archives.public_key(read_settings().secret_key)


@click.group()
def archive() -> None:
    """Cases that were given out as signed archives."""


@archive.command("key")
def show_key() -> None:
    """The public key of this hall, to be published where receivers find it."""
    click.echo(_own_key())


@archive.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="Public key of the hall that signed; else this hall's own.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def verify_archive(*, file: Path, key: str, as_json: bool) -> int:
    """Check signature, files and journal of an archive. Exit status 1 where one does not hold."""
    found = archives.verify(file, key=key.strip() or _own_key())
    for fault in found.faults:
        click.echo(f"reception: {file.name}: {fault}", err=True)
    if as_json:
        told = {"ok": found.holds, "appeal": found.number, "files": found.files,
                "rows": found.rows, "faults": list(found.faults)}  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))
    elif found.holds:
        click.echo(f"{found.number}: {found.files} files and {found.rows} rows hold")
    return 0 if found.holds else 1


commands: list[click.Command] = [archive]
