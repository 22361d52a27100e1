"""Backing up a hall and restoring it elsewhere."""

from pathlib import Path

import click

from agencies.calendar import clock
from reception.launcher import Refused, attached, backups, keys, preparing, surroundings
from reception.launcher.folder import DataFolder, notice, open_folder
from reception.settings import data_folder, read_settings

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@_file
@click.option("--without-keys", is_flag=True, help="For keys that are kept in a safe of their own.")
def backup(*, file: Path, without_keys: bool) -> None:
    """Write the register, the attachments and the keys to FILE. The hall may stay open."""
    with attached():
        settings = read_settings()
        folder = open_folder(settings.data)
        secrets = {} if without_keys else keys.chosen(folder, surroundings.given())
        backups.write(
            file.absolute(),
            folder,
            database_url=settings.database_url,
            secrets=secrets,
            now=clock(),
        )
    _tell(f"{file} holds the whole register")
    _tell_about_keys(folder, written=bool(secrets))


def _tell_about_keys(folder: DataFolder, *, written: bool) -> None:
    if written:
        _tell("it also holds the keys that open the identification numbers: guard it like them")
    else:
        source = str(folder.keys) if folder.keys.exists() else "the environment"
        _tell(f"the keys are not in it; without those of {source} the numbers stay sealed")


@click.command()
@_file
@click.option("--replace", is_flag=True, help="Put it in the place of what the database holds.")
def restore(*, file: Path, replace: bool) -> None:
    """Fill the database, the attachments and the keys from FILE. The hall must be closed."""
    folder = open_folder(data_folder())
    if notice(folder).get("base_url"):
        raise Refused(f"the hall in {folder.path} is open; close it first")
    manifest = backups.read_manifest(_existing(file))
    _refuse_other_keys(file)
    with attached(prepared=False):
        url = read_settings().database_url
        backups.restore(file, folder, database_url=url, replace=replace)
    with attached(prepared=False):
        preparing.bring_up_to_date()
    _tell(f"restored the register of {manifest['made_at']}; its keys are in {folder.keys}")


def _existing(file: Path) -> Path:
    if not file.exists():
        raise Refused(f"there is no file {file}")
    return file


def _refuse_other_keys(file: Path) -> None:
    """Given keys stand before those of the data folder, so the restored numbers would stay shut."""
    given = surroundings.given()
    for name, value in backups.keys_in(file).items():
        if given.get(name) not in (None, "", value):
            raise Refused(f"{name} is set to another key than the backup's; unset it and try again")


def _tell(line: str) -> None:
    click.echo(f"reception: {line}", err=True)


commands: list[click.Command] = [backup, restore]
